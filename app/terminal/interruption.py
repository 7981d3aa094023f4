"""Ctrl-C and SIGTERM: at once, or held back until something is saved."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_Handler = Callable[[int, FrameType | None], None]


def _raise_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class HeldInterrupt:
    """Remembers the first signal; a second one raises ``KeyboardInterrupt`` after all.

    Attributes:
        is_requested: whether a signal came.
    """

    def __init__(self) -> None:
        self.is_requested = False

    def hold(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal.

        Raises:
            KeyboardInterrupt: from the second signal on.
        """
        if self.is_requested:
            raise KeyboardInterrupt
        self.is_requested = True


@contextmanager
def interrupts_raised() -> Iterator[None]:
    """Within: Ctrl-C and SIGTERM raise ``KeyboardInterrupt``, also where a shell ignored them."""
    with _handled_by(_raise_interrupt):
        yield


@contextmanager
def interrupts_held() -> Iterator[HeldInterrupt]:
    """Within: the first Ctrl-C or SIGTERM is only noted, so that the work can be saved."""
    held = HeldInterrupt()
    with _handled_by(held.hold):
        yield held


@contextmanager
def _handled_by(handler: _Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets only the main thread handle signals
        return
    previous = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, old in previous.items():
            signal.signal(number, old)
