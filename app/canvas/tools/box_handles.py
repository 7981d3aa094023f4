"""A box with eight handles over the picture: drawn, and found under the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.canvas.viewport import Viewport
from app.document.geometry import Point
from app.theme import colors

HANDLES: tuple[Point, ...] = (
    (0.0, 0.0),
    (0.5, 0.0),
    (1.0, 0.0),
    (1.0, 0.5),
    (1.0, 1.0),
    (0.5, 1.0),
    (0.0, 1.0),
    (0.0, 0.5),
)
"""Places of the handles on the box, (u, v) from 0 to 1 across and down."""

_HANDLE_PX = 9
_REACH_PX = 9
# A shorter side on the screen has no handle in its middle.
_SIDE_PX = 40
_CURSORS = (
    Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeBDiagCursor,
)


def handle_at(
    places: Sequence[Point], x: float, y: float, zoom: float, is_inside: bool = False
) -> int | None:
    """Return the index of the handle under a point, the nearest one; None = none.

    Args:
        places: document points of the handles, in the order of ``HANDLES``.
        x: document column of the pointer.
        y: document row of the pointer.
        zoom: device pixels per document pixel.
        is_inside: whether the point lies in the box: there a small one leaves room to move it.
    """
    distances = {i: math.dist(places[i], (x, y)) * zoom for i in _shown(places, zoom)}
    nearest = min(distances, key=distances.__getitem__)
    shortest = min(math.dist(places[0], places[2]), math.dist(places[2], places[4])) * zoom
    reach = min(_REACH_PX, shortest / 4) if is_inside else _REACH_PX
    return nearest if distances[nearest] <= reach else None


def handle_cursor(handle: QPointF, middle: QPointF) -> Qt.CursorShape:
    """Return the double arrow that points from the middle of a box to a handle; device points."""
    angle = math.degrees(math.atan2(handle.y() - middle.y(), handle.x() - middle.x()))
    return _CURSORS[round(angle / 45) % 4]


def draw_box(painter: QPainter, places: Sequence[Point], viewport: Viewport) -> None:
    """Draw a box and its handles, seen on any picture.

    Args:
        painter: in device pixels.
        places: document points of the handles, in the order of ``HANDLES``.
        viewport: where the document lies.
    """
    points = [viewport.to_device(*place) for place in places]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    outline = QPolygonF(points[::2])
    for color, width in ((QColor(0, 0, 0, 150), 3.0), (QColor(colors().accent), 1.4)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine))
        painter.drawPolygon(outline)
    for index in _shown(places, viewport.zoom):
        draw_handle(painter, points[index])
    painter.restore()


def _shown(places: Sequence[Point], zoom: float) -> list[int]:
    """Return the handles there is room for: those of corners, and of sides that are long enough."""
    around = [*places, places[0]]
    return [
        i
        for i in range(len(places))
        if i % 2 == 0 or math.dist(around[i - 1], around[i + 1]) * zoom >= _SIDE_PX
    ]


def draw_handle(painter: QPainter, at: QPointF) -> None:
    """Draw a square to drag, around a device point."""
    square = QRectF(0, 0, _HANDLE_PX, _HANDLE_PX)
    square.moveCenter(at)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(square.adjusted(-1, -1, 1, 1))
    painter.setPen(QPen(QColor(colors().accent), 1.4))
    painter.setBrush(QColor(255, 255, 255))
    painter.drawRect(square)
