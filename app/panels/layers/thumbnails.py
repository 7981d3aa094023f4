"""Small pictures of layers and masks, drawn once per change from a sample of their pixels."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.planes import Plane, qimage_of
from app.theme import GREY_CHECKS, checkerboard

THUMBNAIL_PX = 30
CHECK_PX = 4
# Samples along a side for every pixel of a thumbnail: reading all of a photo takes long.
_OVERSAMPLING = 4
_FRAME = QColor(128, 128, 128)


class Thumbnails:
    """Keeps the thumbnails of the layers of one document."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, bool], tuple[_Look, QPixmap]] = {}

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()

    def keep(self, layer_ids: set[str]) -> None:
        """Forget those of other layers."""
        for key in [key for key in self._kept if key[0] not in layer_ids]:
            del self._kept[key]

    def is_stale(self, layer: Layer) -> bool:
        """Whether a thumbnail of the layer was drawn and shows it no longer."""
        return any(
            kept is not None and kept[0].state != _state_of(plane)
            for plane, kept in (
                (layer.plane, self._kept.get((layer.id, False))),
                (layer.mask, self._kept.get((layer.id, True))),
            )
        )

    def of_pixels(self, layer: Layer, whole: Rect, ratio: float = 1.0) -> QPixmap:
        """Return the layer's pixels in a square of THUMBNAIL_PX.

        Args:
            layer: the layer.
            whole: of the document; what an empty layer shows.
            ratio: device pixels per pixel.
        """
        rect = whole if layer.rect.is_empty else layer.rect
        return self._drawn((layer.id, False), layer.plane, rect, ratio)

    def of_mask(self, layer: Layer, whole: Rect, ratio: float = 1.0) -> QPixmap:
        """Return the layer's mask over the document; see `of_pixels`."""
        assert layer.mask is not None
        return self._drawn((layer.id, True), layer.mask, whole, ratio)

    def _drawn(self, key: tuple[str, bool], plane: Plane, rect: Rect, ratio: float) -> QPixmap:
        look = _Look(_state_of(plane), rect, ratio)
        kept = self._kept.get(key)
        if kept is None or kept[0] != look:
            kept = self._kept[key] = (look, _thumbnail(plane, rect, ratio))
        return kept[1]


class _Look(NamedTuple):
    """What a thumbnail depends on."""

    state: Hashable
    rect: Rect
    ratio: float


def _state_of(plane: Plane | None) -> Hashable:
    return None if plane is None else (id(plane), plane.version)


def _thumbnail(plane: Plane, rect: Rect, ratio: float) -> QPixmap:
    side = round(THUMBNAIL_PX * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    scale = side / max(1, rect.height, rect.width)
    size = (max(1, round(rect.width * scale)), max(1, round(rect.height * scale)))
    small = cv2.resize(_sample(plane, rect, side), size, interpolation=cv2.INTER_AREA)
    image = qimage_of(np.ascontiguousarray(small, np.uint8))
    painter = QPainter(pixmap)
    corner = QPoint((side - image.width()) // 2, (side - image.height()) // 2)
    painter.setBrushOrigin(corner)
    painter.fillRect(
        QRect(corner, image.size()), checkerboard(round(CHECK_PX * ratio), GREY_CHECKS)
    )
    painter.drawImage(corner, image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
    # in either theme a white mask, or a black one, would vanish in its row
    painter.setPen(_FRAME)
    painter.drawRect(QRect(corner, image.size()).adjusted(0, 0, -1, -1))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _sample(plane: Plane, rect: Rect, side: int) -> NDArray[np.uint8]:
    """Every n-th pixel of every n-th row of `rect`."""
    step = max(1, min(rect.height, rect.width) // (_OVERSAMPLING * side))
    rows = [
        plane.read(Rect(rect.x, y, rect.width, 1))[:, ::step]
        for y in range(rect.y, rect.bottom, step)
    ]
    return np.ascontiguousarray(np.concatenate(rows), np.uint8)
