"""The quick mask over the picture: red where nothing is selected."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.canvas.viewport import Viewport
from app.document.geometry import Rect
from app.document.planes import Plane

_RED = (255, 0, 0)
_STRENGTH = 0.5
# From this zoom on the mask's pixels are seen one by one.
_NEAREST_FROM_ZOOM = 2.0


def draw_quick_mask(painter: QPainter, device: QRect, viewport: Viewport, mask: Plane) -> None:
    """Draw the mask in a rectangle.

    Args:
        painter: in device pixels.
        device: what is to be drawn, device pixels.
        viewport: where the document lies.
        mask: of the document's size, 255 = selected.
    """
    area = viewport.device_rect(mask.rect).toAlignedRect().intersected(device)
    if area.isEmpty():
        return
    step = 2 ** max(0, math.floor(math.log2(1 / viewport.zoom)))
    # blocks as whole as those of a larger part, so that parts drawn one by one join unseen
    seen = viewport.covered(area).grown(2).aligned(step).intersected(mask.rect)
    if seen.is_empty:
        return
    small = _reduced(mask.read(seen), step)
    is_smooth = viewport.zoom < _NEAREST_FROM_ZOOM
    values = cv2.warpAffine(
        small,
        _matrix(viewport, area, seen, small),
        (area.width(), area.height()),
        flags=(cv2.INTER_LINEAR if is_smooth else cv2.INTER_NEAREST) | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    pixels = _COLORS[values]
    image = QImage(
        pixels.data,
        area.width(),
        area.height(),
        pixels.strides[0],
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    painter.drawImage(area.topLeft(), image)


def _reduced(values: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    if step == 1:
        return values
    size = (math.ceil(values.shape[1] / step), math.ceil(values.shape[0] / step))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.uint8)


def _matrix(
    viewport: Viewport, area: QRect, seen: Rect, small: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """2 x 3, from the centre of a pixel of `area` to the centre of one of `small`."""
    scale = np.array([small.shape[1] / seen.width, small.shape[0] / seen.height])
    places = [(area.x() + 0.5 + dx, area.y() + 0.5 + dy) for dx, dy in ((0, 0), (1, 0), (0, 1))]
    origin, across, down = (
        (np.array(viewport.to_document(*place)) - (seen.x, seen.y)) * scale - 0.5
        for place in places
    )
    return np.column_stack([across - origin, down - origin, origin])


def _colors() -> NDArray[np.uint32]:
    """(256,) premultiplied ARGB of every value of the mask."""
    alpha = np.round((255 - np.arange(256)) * _STRENGTH).astype(np.uint32)
    red, green, blue = (alpha * channel // 255 for channel in _RED)
    return np.asarray(alpha << 24 | red << 16 | green << 8 | blue, np.uint32)


_COLORS = _colors()
