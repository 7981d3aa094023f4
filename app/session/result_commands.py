"""What is done with kept results is a step of the history like any other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from app.document.change import Change
from app.document.commands import Command
from app.document.document import Document
from app.jobs.results import RenderResult
from app.session.results import SessionResults


class DiscardResult(Command):
    """Take a result off the list of kept ones."""

    label = "Discard result"

    def __init__(
        self,
        results: SessionResults,
        result: RenderResult,
        changed: Callable[[RenderResult | None], None],
    ) -> None:
        """Prepare to discard `result`.

        Args:
            results: where it is kept.
            result: one of them.
            changed: hears which result came back, or None when one went.
        """
        self._results = results
        self._result = result
        self._changed = changed
        self._place = 0
        self._is_applied = False

    @property
    def byte_count(self) -> int:
        """Bytes of the pixels that only the history keeps."""
        return self._result.byte_count if self._is_applied else 0

    def apply(self, document: Document) -> Change:
        """Discard it."""
        self._place = self._results.remove(self._result)
        self._is_applied = True
        self._changed(None)
        return Change()

    def revert(self, document: Document) -> Change:
        """Put it back where it was."""
        self._results.insert(self._place, self._result)
        self._is_applied = False
        self._changed(self._result)
        return Change()


class DiscardResults(Command):
    """Take several results off the list at once."""

    label = "Discard results"

    def __init__(
        self,
        results: SessionResults,
        doomed: Sequence[RenderResult],
        changed: Callable[[], None],
    ) -> None:
        """Prepare to discard results.

        Args:
            results: where they are kept.
            doomed: some of them.
            changed: hears that the list is another one.
        """
        self._results = results
        self._doomed = tuple(doomed)
        self._changed = changed
        self._before: tuple[RenderResult, ...] = ()

    @property
    def byte_count(self) -> int:
        """Bytes of the pixels that only the history keeps."""
        return sum(result.byte_count for result in self._doomed) if self._before else 0

    def apply(self, document: Document) -> Change:
        """Discard them."""
        self._before = self._results.kept
        self._results.kept = tuple(
            kept for kept in self._before if not any(kept is doomed for doomed in self._doomed)
        )
        self._changed()
        return Change()

    def revert(self, document: Document) -> Change:
        """Put each back where it was, before those that were made since."""
        self._results.kept = (*self._before, *self._made_since())
        self._before = ()
        self._changed()
        return Change()

    def _made_since(self) -> tuple[RenderResult, ...]:
        """Results come without a step of the history: they stay when it is taken back."""
        known = {id(result) for result in self._before}
        return tuple(result for result in self._results.kept if id(result) not in known)


class StarResult(Command):
    """Mark a result as worth keeping, or no longer."""

    label = "Star result"

    def __init__(
        self,
        results: SessionResults,
        result: RenderResult,
        replaced: Callable[[RenderResult, RenderResult], None],
    ) -> None:
        """Prepare to give `result` a star, or to take it away.

        Args:
            results: where it is kept.
            result: one of them.
            replaced: hears which result gave way to which.
        """
        self._results = results
        self._replaced = replaced
        self._old = result
        self._new = dataclasses.replace(result, is_starred=not result.is_starred)

    def apply(self, document: Document) -> Change:
        """Exchange the result for one with the other mark."""
        return self._exchange(self._old, self._new)

    def revert(self, document: Document) -> Change:
        """Exchange them back."""
        return self._exchange(self._new, self._old)

    def _exchange(self, old: RenderResult, new: RenderResult) -> Change:
        self._results.insert(self._results.remove(old), new)
        self._replaced(old, new)
        return Change()
