"""Shapes: what a drag or a row of corners outlines, as coverage of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from app.document.geometry import Rect
from app.document.outlines import path_coverage
from app.document.pixels import Pixels


class ShapeKind(str, Enum):
    """What the shape tool draws."""

    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    FREEHAND = "freehand"


def box_path(kind: ShapeKind, box: Rect, corner_radius_px: float = 0.0) -> QPainterPath:
    """The outline of a rectangle, perhaps with round corners, or of an ellipse in a box."""
    path, edges = QPainterPath(), QRectF(*box)
    if kind is ShapeKind.ELLIPSE:
        path.addEllipse(edges)
    else:
        radius = min(corner_radius_px, box.width / 2, box.height / 2)
        path.addRoundedRect(edges, radius, radius)
    return path


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape to be painted.

    Attributes:
        path: its outline, document coordinates.
        line_px: width of the line along the outline; None fills it instead.
        is_antialiased: with a soft edge of a pixel.
    """

    path: QPainterPath
    line_px: float | None = None
    is_antialiased: bool = True

    @property
    def rect(self) -> Rect:
        """The document pixels that it may touch."""
        edges = self.path.boundingRect()
        margin = 1 if self.line_px is None else self.line_px + 1
        return Rect.around(
            edges.left() - margin,
            edges.top() - margin,
            edges.right() + margin,
            edges.bottom() + margin,
        )

    def mask(self, rect: Rect) -> Pixels:
        """How far the shape covers document pixels: (h, w) uint8."""
        return path_coverage(self.path, rect, self.is_antialiased, self.line_px)
