"""Ctrl-C in the terminal that started the window closes the window in order."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class Interrupts(QObject):
    """Calls back when the process is asked to end by SIGINT or SIGTERM.

    Python runs its handlers between two steps of its own, and Qt's event loop takes none while
    nothing happens: so the signal writes to a socket that the event loop listens to.

    Args:
        handler: called on the main thread, from the event loop.
        parent: lives as long as the handlers are to.
    """

    def __init__(self, handler: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._handler = handler
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave_to_the_socket)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        self._near.recv(64)
        self._handler()


def _leave_to_the_socket(number: int, frame: object) -> None:
    """Python must know a handler, or it raises or ends the process."""
