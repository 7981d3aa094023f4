"""A main window that hands its keys, its wheel and its drags to those who know their meaning."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMainWindow

from app.window.dropping import Dropping
from app.window.window_keys import WindowKeys


class InputWindow(QMainWindow):
    """Hands on what reaches the window; nothing before `take_input`."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: WindowKeys | None = None
        self._dropping: Dropping | None = None

    def take_input(self, keys: WindowKeys, dropping: Dropping) -> None:
        """Hand on keys and drags from now on."""
        self._keys, self._dropping = keys, dropping
        self.setAcceptDrops(True)

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() is QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and self._keys is not None:
            return self._keys.keep_for_field(event) or super().event(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._keys is not None:
            self._keys.press(event)
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._keys is not None:
            self._keys.release(event)
        super().keyReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._keys is not None:
            self._keys.turn_wheel(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropping is not None:
            self._dropping.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._dropping is not None:
            self._dropping.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self._dropping is not None:
            self._dropping.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._dropping is not None:
            self._dropping.drop(event)
