"""Covers the photo on the canvas but for a region: shows where a colour of its palette lies."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from app.canvas.overlays import tint_image
from app.canvas.viewport import Viewport
from app.document.document import PhotoTransform
from app.document.transforming.photo_place import projection_of
from app.session import Session

_ALPHA = 205
_GROWTH = 4
_STEEPNESS = 3.0


class Veil:
    """Lies over the photo while a region of it is pointed out."""

    def __init__(self) -> None:
        self._image: QImage | None = None

    def show(self, region: NDArray[np.uint8] | None, is_light: bool = False) -> None:
        """Cover all but a region, or nothing; arguments as `veil_image`."""
        self._image = None if region is None else veil_image(region, is_light)

    def draw(self, painter: QPainter, session: Session | None, viewport: Viewport) -> None:
        """Draw it where the photo of a session lies; device pixels."""
        if self._image is not None and session is not None:
            height, width = session.photo.shape[:2]
            place = session.document.photo_transform
            draw_over_photo(painter, self._image, QSizeF(width, height), place, viewport)


def veil_image(shown: NDArray[np.uint8], is_light: bool) -> QImage:
    """Return an image that covers everything but a part of a picture.

    Args:
        shown: (h, w) uint8; 255 = left uncovered.
        is_light: whether the cover is white, against which dark places stand out.
    """
    height, width = shown.shape
    soft = cv2.GaussianBlur(shown, (0, 0), 0.8)
    large = cv2.resize(soft, (width * _GROWTH, height * _GROWTH), interpolation=cv2.INTER_CUBIC)
    # a steep ramp around one half: smooth outlines where the reduced photo had stairs
    covered = np.clip(_STEEPNESS * (127.5 - large.astype(np.float32)) + 127.5, 0, 255)
    level = 235 if is_light else 20
    return tint_image(covered.astype(np.uint8), QColor(level, level, level, _ALPHA))


def draw_over_photo(
    painter: QPainter, image: QImage, size: QSizeF, place: PhotoTransform, viewport: Viewport
) -> None:
    """Draw an image, however small, over the whole photo; device pixels.

    Args:
        painter: in device pixels.
        image: stretched to the photo.
        size: of the photo, pixels.
        place: where the photo lies.
        viewport: where the document lies.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    # Qt multiplies rows from the left
    to_document = QTransform(*projection_of(place).matrix.T.ravel().tolist())
    painter.setWorldTransform(to_document * viewport.transform() * painter.worldTransform())
    painter.drawImage(QRectF(QPointF(0, 0), size), image)
    painter.restore()
