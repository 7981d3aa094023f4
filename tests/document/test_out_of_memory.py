"""Steps for which the memory is not there: nothing changes, and one sentence says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import cv2
import numpy as np
import pytest

from app.document.commands import EditPixels
from app.document.errors import DocumentError, OutOfMemoryError
from tests.document.random_session import RandomSession

ALLOCATING = (
    (np, ("array", "concatenate", "empty", "full", "require", "where", "zeros")),
    (cv2, ("extractChannel", "flip", "merge", "multiply", "resize", "rotate", "warpPerspective")),
)


class Memory:
    """Ends after some allocations, of which numpy and OpenCV tell in their own ways."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = None
        for module, names in ALLOCATING:
            for name in names:
                monkeypatch.setattr(module, name, self._counted(getattr(module, name)))

    def _counted(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def allocate(*args: Any, **words: Any) -> Any:
            if self.left is not None:
                self.left -= 1
                if self.left < 0:
                    raise MemoryError
            return work(*args, **words)

        return allocate

    def failures(self, session: RandomSession, work: Callable[[], object]) -> int:
        """Do some work with a little more memory each time until it is enough.

        Each time before, the document must be left as it was.
        """
        before, index = session.digest(), session.history.index
        for after in count():
            self.left = after
            try:
                work()
                return after
            except OutOfMemoryError:
                self.left = None
                assert session.digest() == before
                assert session.history.index == index
            finally:
                self.left = None
        raise AssertionError


@pytest.mark.parametrize("seed", range(3))
def test_without_memory_nothing_changes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    session = RandomSession(seed, 2**40, has_free_changes=False)
    document, history = session.document, session.history
    memory = Memory(monkeypatch)
    failures = 0
    for _ in range(60):
        try:
            command = session.user.command(document, True)
            if isinstance(command, EditPixels):
                # what is painted is there before its command is run
                history.run(command, document)
            elif command is not None:
                failures += memory.failures(session, partial(history.run, command, document))
        except DocumentError:
            continue
        for move in (history.undo, history.redo):
            failures += memory.failures(session, partial(move, document))
    assert failures > 10
    last, index = session.digest(), history.index
    history.go_to(0, document)
    history.go_to(index, document)
    assert session.digest() == last
