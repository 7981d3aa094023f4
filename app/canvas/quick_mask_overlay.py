"""The quick mask over the picture: red where nothing is selected."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.canvas.viewport import Viewport
from app.document.compositing.changed_area import ChangedArea
from app.document.compositing.levels import cells_of
from app.document.compositing.plane_levels import PlaneLevels
from app.document.geometry import Rect
from app.document.planes import Plane

_RED = (255, 0, 0)
_STRENGTH = 0.5
# From this zoom on the mask's pixels are seen one by one.
_NEAREST_FROM_ZOOM = 2.0


Cells = Callable[[int, Rect], NDArray[np.uint8] | None]
"""Gives the mask, (h, w) uint8, of cells of a level of detail, if there is one; see
`compositing.levels`."""


class MaskLevels:
    """The levels of detail of a mask as it is, kept while nobody paints on it."""

    def __init__(self) -> None:
        self._levels: PlaneLevels | None = None

    def of(self, mask: Plane, document: Rect) -> Cells:
        """Return what gives the cells of a mask that covers the document."""
        if self._levels is None or self._levels.plane is not mask:
            self._levels = PlaneLevels(mask, document)
        # whatever was painted: only what is drawn next is made anew
        self._levels.follow(ChangedArea(), is_shown=False)
        return self._levels.read


def draw_quick_mask(
    painter: QPainter, device: QRect, viewport: Viewport, document: Rect, mask: Cells
) -> None:
    """Draw the mask in a rectangle.

    Args:
        painter: in device pixels.
        device: what is to be drawn, device pixels.
        viewport: where the document lies.
        document: all its pixels.
        mask: 255 = selected.
    """
    area = viewport.device_rect(document).toAlignedRect().intersected(device)
    seen = viewport.covered(area).grown(2).intersected(document)
    if area.isEmpty() or seen.is_empty:
        return
    level = max(0, math.floor(math.log2(1 / viewport.zoom)))
    cells = cells_of(seen, level)
    small = mask(level, cells)
    if small is None:
        return
    is_smooth = viewport.zoom < _NEAREST_FROM_ZOOM
    values = cv2.warpAffine(
        small,
        _matrix(viewport, area, cells, 2**level),
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


def _matrix(viewport: Viewport, area: QRect, cells: Rect, step: int) -> NDArray[np.float64]:
    """2 x 3, from the centre of a pixel of `area` to the centre of a cell."""
    corner = area.x() + 0.5, area.y() + 0.5
    places = [(corner[0] + dx, corner[1] + dy) for dx, dy in ((0, 0), (1, 0), (0, 1))]
    origin, across, down = (
        np.array(viewport.to_document(*place)) / step - (cells.x + 0.5, cells.y + 0.5)
        for place in places
    )
    return np.column_stack([across - origin, down - origin, origin])


def _colors() -> NDArray[np.uint32]:
    """(256,) premultiplied ARGB of every value of the mask."""
    alpha = np.round((255 - np.arange(256)) * _STRENGTH).astype(np.uint32)
    red, green, blue = (alpha * channel // 255 for channel in _RED)
    return np.asarray(alpha << 24 | red << 16 | green << 8 | blue, np.uint32)


_COLORS = _colors()
