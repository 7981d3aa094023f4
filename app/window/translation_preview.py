"""The translation under the pointer, laid on the picture as large as it would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from app.canvas.picture_overlay import PictureOverlay
from app.document.planes import qimage_of
from app.window.scale_preview import HoveredPicture

if TYPE_CHECKING:
    from app.jobs.results import StripReady
    from app.session import Session


def fitted_overlay(thumbnail: StripReady, width: int, height: int) -> PictureOverlay:
    """Return a thumbnail as large as it fits into the middle of a document, in pixels."""
    rows, columns = thumbnail.image.shape[:2]
    zoom = min(width / columns, height / rows)
    across, down = columns * zoom, rows * zoom
    covered = QRectF((width - across) / 2, (height - down) / 2, across, down)
    rgba = np.asarray(cv2.cvtColor(thumbnail.image, cv2.COLOR_RGB2BGRA), np.uint8)
    image = qimage_of(rgba, QImage.Format.Format_RGB32)
    return PictureOverlay(image, covered)


class TranslationPreview(HoveredPicture):
    """The thumbnail of an exchange scale, whole."""

    def _follow(self, session: Session) -> None:
        session.analogy_strip_changed.connect(self._refresh)

    def _thumbnails(self, session: Session) -> Mapping[int, StripReady]:
        return session.analogy_strip.thumbnails

    def _overlay(self, session: Session, thumbnail: StripReady) -> PictureOverlay | None:
        return fitted_overlay(thumbnail, session.document.width, session.document.height)
