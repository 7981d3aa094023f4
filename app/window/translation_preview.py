"""The translation under the pointer, laid on the picture as large as it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QImage

from app.canvas.picture_overlay import PictureOverlay
from app.document.planes import qimage_of

if TYPE_CHECKING:
    from app.controls.scale_strip import ScaleStrip
    from app.jobs.results import StripReady
    from app.session import Session
    from app.workspace import Workspace


def fitted_overlay(thumbnail: StripReady, width: int, height: int) -> PictureOverlay:
    """Return a thumbnail as large as it fits into the middle of a document, in pixels."""
    rows, columns = thumbnail.image.shape[:2]
    zoom = min(width / columns, height / rows)
    across, down = columns * zoom, rows * zoom
    covered = QRectF((width - across) / 2, (height - down) / 2, across, down)
    rgba = np.asarray(cv2.cvtColor(thumbnail.image, cv2.COLOR_RGB2BGRA), np.uint8)
    image = qimage_of(rgba, QImage.Format.Format_RGB32)
    return PictureOverlay(image, covered)


class TranslationPreview(QObject):
    """The picture of the exchange scale under the pointer.

    Attributes:
        overlay: None while there is none.

    Signals:
        changed(): ``overlay`` is another.

    Args:
        workspace: the open documents.
        strip: where the pointer is.
        parent: owner.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, strip: ScaleStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._strip = strip
        self._shown: StripReady | None = None
        self.overlay: PictureOverlay | None = None
        strip.hovered.connect(self._refresh)
        workspace.active_changed.connect(self._refresh)
        workspace.session_opened.connect(self._follow)
        for session in workspace.sessions:
            self._follow(session)

    def _follow(self, session: Session) -> None:
        session.analogy_strip_changed.connect(self._refresh)

    def _refresh(self) -> None:
        session, scale = self._workspace.active, self._strip.hovered_stop
        thumbnail = None
        if session is not None and scale is not None:
            thumbnail = session.analogy_strip.thumbnails.get(scale)
        if thumbnail is self._shown:
            return
        self._shown, self.overlay = thumbnail, None
        if thumbnail is not None and session is not None:
            document = session.document
            self.overlay = fitted_overlay(thumbnail, document.width, document.height)
        self.changed.emit()
