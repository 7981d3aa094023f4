"""The image menu, and the turns and flips of layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.dialogs.size_dialogs import CanvasSizeDialog, ImageSizeDialog
from app.window.session_actions import SessionActions

if TYPE_CHECKING:
    from app.session import Session
    from app.workspace import Workspace


class ImageActions(SessionActions):
    """Handlers that change the size or the turn of the picture or of a layer.

    Args:
        window: parent of the dialogs.
        workspace: the open documents.
    """

    def __init__(self, window: QWidget, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        works: dict[str, Callable[[Session], object]] = {
            "image.scale": self._ask_image_size,
            "image.canvas": self._ask_canvas_size,
            "image.crop": lambda s: s.geometry.crop_to_selection(),
            "image.trim": lambda s: s.geometry.trim(),
            "image.turn_right": lambda s: s.geometry.turn_image(1),
            "image.turn_left": lambda s: s.geometry.turn_image(3),
            "image.turn_half": lambda s: s.geometry.turn_image(2),
            "image.flip_horizontal": lambda s: s.geometry.flip_image(False),
            "image.flip_vertical": lambda s: s.geometry.flip_image(True),
            "turn.right": lambda s: s.geometry.turn_layer(1),
            "turn.left": lambda s: s.geometry.turn_layer(3),
            "turn.half": lambda s: s.geometry.turn_layer(2),
            "turn.horizontal": lambda s: s.geometry.flip_layer(False),
            "turn.vertical": lambda s: s.geometry.flip_layer(True),
        }
        return {name: self.on_session(work) for name, work in works.items()}

    def _ask_image_size(self, session: Session) -> None:
        dialog = ImageSizeDialog(self._window, session.document.rect)
        if dialog.exec():
            QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
            session.geometry.resize_image(*dialog.size_px, dialog.resampling)
            QApplication.restoreOverrideCursor()
        dialog.deleteLater()

    def _ask_canvas_size(self, session: Session) -> None:
        dialog = CanvasSizeDialog(self._window, session.document.rect)
        if dialog.exec():
            session.geometry.resize_canvas(*dialog.size_px, dialog.anchor)
        dialog.deleteLater()
