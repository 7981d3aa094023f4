"""The model's-eye view: the document as the chosen injection scale receives it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QImage

from app.canvas.picture_overlay import PictureOverlay
from app.document.planes import qimage_of
from app.session.render_orders import RenderOrder

if TYPE_CHECKING:
    from app.document.change import Change
    from app.jobs.background import BackgroundTasks
    from app.panels.generate.injection_page import InjectionPage
    from app.session import Session
    from app.workspace import Workspace

DELAY_MS = 40


class ModelView(QObject):
    """Keeps the view up to date with the strokes and the scale while its switch is on.

    Attributes:
        overlay: covers all of the document; None while there is none.

    Signals:
        changed(): ``overlay`` is another.

    Args:
        workspace: the open documents.
        page: its switch and its choices.
        tasks: computes the view.
        parent: owner.
    """

    changed = Signal()

    def __init__(
        self, workspace: Workspace, page: InjectionPage, tasks: BackgroundTasks, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._page = page
        self._tasks = tasks
        self._is_busy = self._is_outdated = False
        self._shown: tuple[Session, int, RenderOrder] | None = None
        self.overlay: PictureOverlay | None = None
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._compute)
        page.view_changed.connect(self._refresh)
        workspace.active_changed.connect(self._take_session)
        workspace.session_opened.connect(self._follow)
        for session in workspace.sessions:
            self._follow(session)

    def _follow(self, session: Session) -> None:
        session.document_changed.connect(self._take_change)

    def _take_session(self) -> None:
        self._clear()
        self._refresh()

    def _take_change(self, change: Change) -> None:
        if change.pixels is not None or change.selection or change.geometry:
            if change.geometry:
                self._clear()
            self._shown = None
            self._refresh()

    def _refresh(self) -> None:
        if not self._page.is_view_shown:
            self._timer.stop()
            self._clear()
        elif not self._timer.isActive() and self._wanted() != self._shown:
            self._timer.start()

    def _wanted(self) -> tuple[Session, int, RenderOrder] | None:
        session = self._workspace.active
        if session is None:
            return None
        order = self._page.order(self._page.scale_box.value())
        return session, id(session.model_of(order)), order

    def _compute(self) -> None:
        """Compute the view of this moment; while one is computed the next one waits."""
        wanted = self._wanted()
        if wanted is None or not self._page.is_view_shown:
            return
        self._is_outdated = self._is_busy
        if self._is_busy:
            return
        session, _, order = self._shown = wanted
        self._is_busy = True
        self._tasks.submit(session.model_view(order), partial(self._take, wanted), self._fail)

    def _take(self, wanted: tuple[Session, int, RenderOrder], view: NDArray[np.uint8]) -> None:
        self._is_busy = False
        session = wanted[0]
        if self._page.is_view_shown and session is self._workspace.active:
            image = qimage_of(view, QImage.Format.Format_RGB888)
            document = session.document
            rect = QRectF(0, 0, document.width, document.height)
            self.overlay = PictureOverlay(image, rect)
            self.changed.emit()
        if self._is_outdated:
            self._timer.start()

    def _fail(self, _: str) -> None:
        self._is_busy = False
        self._clear()

    def _clear(self) -> None:
        self._shown = None
        if self.overlay is not None:
            self.overlay = None
            self.changed.emit()
