"""Shows on the canvas what a render is given where a moved patch left a hole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QTimer, Slot

from app.canvas.picture_overlay import PictureOverlay
from app.document.geometry import Rect
from app.document.masking.edit_mask import filled_hole
from app.document.pixels import Pixels, premultiplied_bgra
from app.document.planes import qimage_of

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.document.change import Change
    from app.jobs.background import BackgroundTasks
    from app.session import Session
    from app.workspace import Workspace

DELAY_MS = 250


class HolePreview(QObject):
    """Keeps the backdrop of the canvas up to date with the document in front.

    Args:
        workspace: the open documents.
        canvas: shows the backdrop.
        tasks: fills holes.
    """

    def __init__(self, workspace: Workspace, canvas: CanvasView, tasks: BackgroundTasks) -> None:
        super().__init__(canvas)
        self._workspace = workspace
        self._canvas = canvas
        self._tasks = tasks
        self._number = 0
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._compute)
        workspace.active_changed.connect(self._timer.start)
        workspace.session_opened.connect(self._follow)

    @Slot(object)
    def _follow(self, session: Session) -> None:
        session.document_changed.connect(self._take_change)

    @Slot(object)
    def _take_change(self, change: Change) -> None:
        if change.pixels is not None:
            self._timer.start()

    @Slot()
    def _compute(self) -> None:
        session = self._workspace.active
        self._number += 1
        if session is None or not session.has_photo:
            self._canvas.show_backdrop(None)
            return
        document = session.document.snapshot()
        work = partial(filled_hole, document, session.photo, session.photo_alpha)
        self._tasks.submit(work, partial(self._show, session, self._number), self._drop)

    def _show(self, session: Session, number: int, hole: tuple[Rect, Pixels] | None) -> None:
        if number != self._number or session is not self._workspace.active:
            return
        if hole is None:
            self._canvas.show_backdrop(None)
            return
        rect, rgba = hole
        image = qimage_of(premultiplied_bgra(rgba))
        self._canvas.show_backdrop(PictureOverlay(image, QRectF(*rect)))

    def _drop(self, _message: str) -> None:
        """A photo that does not fit its document has no hole to show; a render says why."""
