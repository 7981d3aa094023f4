"""Outlines of straight lines, and how much of each pixel an outline covers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from app.document.geometry import Point, Rect
from app.document.lazy_memory import lazy_zeros
from app.document.planes import qimage_of


def corners_path(corners: Sequence[Point], is_closed: bool = True) -> QPainterPath:
    """The straight lines between corners (x, y); loops that cross themselves are filled."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    if is_closed:
        path.closeSubpath()
    return path


def path_coverage(
    path: QPainterPath, rect: Rect, is_antialiased: bool = True, line_px: float | None = None
) -> NDArray[np.uint8]:
    """How much of each pixel an outline covers.

    Args:
        path: in document coordinates.
        rect: the document pixels asked for; rows that are not touched cost no memory.
        is_antialiased: with a soft edge of a pixel.
        line_px: width of a line along the outline; None = what is inside.

    Returns:
        (h, w) uint8, of 255.
    """
    mask = lazy_zeros((rect.height, rect.width), np.uint8)
    if rect.is_empty:
        return mask
    image = qimage_of(mask)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_antialiased)
    painter.translate(-rect.x, -rect.y)
    if line_px is None:
        painter.fillPath(path, Qt.GlobalColor.white)
    else:
        pen = QPen(Qt.GlobalColor.white, line_px)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.strokePath(path, pen)
    painter.end()
    return mask
