"""Taking a result off the list is a step like any other: undo brings it back."""

from __future__ import annotations

from collections.abc import Callable

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
