"""Copy, cut and paste: pixels of the document, other programs' images, files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QRect
from PySide6.QtGui import QGuiApplication

from app.window.session_actions import SessionActions

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.document.geometry import Rect
    from app.session import Session
    from app.workspace import Workspace


class ClipboardActions(SessionActions):
    """Handlers of the clipboard.

    Args:
        workspace: the open documents.
        canvas: knows what is seen of the active one.
        place: adds an image file to the active document as a layer.
    """

    def __init__(
        self, workspace: Workspace, canvas: CanvasView, place: Callable[[Path], object]
    ) -> None:
        super().__init__(workspace)
        self._canvas = canvas
        self._place = place

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "edit.cut": self.on_session(lambda s: s.edits.cut()),
            "edit.copy": self.on_session(lambda s: s.edits.copy()),
            "edit.copy_merged": self.on_session(lambda s: s.edits.copy_merged()),
            "edit.paste": self.on_session(self._paste),
            "edit.paste_in_place": self.on_session(
                lambda s: s.edits.paste_from_clipboard(in_place=True)
            ),
        }

    def _paste(self, session: Session) -> None:
        paths = copied_files(QGuiApplication.clipboard().mimeData())
        for path in paths:
            self._place(path)
        if not paths:
            session.edits.paste_from_clipboard(self._seen(session))

    def _seen(self, session: Session) -> Rect | None:
        size = self._canvas.navigation.view_size
        view = QRect(0, 0, round(size.x()), round(size.y()))
        seen = self._canvas.viewport.covered(view).intersected(session.document.rect)
        return None if seen.is_empty else seen


def copied_files(data: QMimeData | None) -> list[Path]:
    """Return the files that a file manager has copied; None where nothing ever was."""
    if data is None or not data.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
