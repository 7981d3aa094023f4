"""Shapes: rectangle, ellipse, polygon and freehand, filled or as a line."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.canvas.overlays import draw_dashed, draw_ring
from app.canvas.tools.tool import CanvasTool, Pointer
from app.canvas.viewport import Viewport
from app.document.geometry import Point, Rect, in_eighths
from app.document.outlines import corners_path
from app.document.painting.shapes import Shape, ShapeKind, box_path
from app.session import Session
from app.tool_settings import ShapeSettings, ShapeStyle
from app.tool_state import Tool, ToolState

# A click this near to a polygon's first corner closes it, device pixels.
_CLOSING_PX = 9.0
_HANDLE_PX = 6.0
# Of the inside of a polygon that is not closed yet.
_DRAFT_ALPHA = 90


class ShapeTool(CanvasTool):
    """Draws on the active layer; one shape is one undo step.

    Rectangles and ellipses are dragged, with Shift as squares and circles, with Alt from the
    middle. Freehand follows the drag. A polygon is pending while its corners are clicked: a double
    click, a click on the first corner or Enter closes it; Shift keeps its sides to multiples of 45
    degrees and Backspace takes the last corner back.
    """

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._points: list[Point] = []
        self._corners: list[Point] = []
        self._owner: Session | None = None
        self._pointer: Point | None = None

    @property
    def is_pending(self) -> bool:
        """Whether a polygon has corners."""
        return bool(self._corners)

    @property
    def has_overlay(self) -> bool:
        """Whether there are corners to show."""
        return bool(self._corners)

    def press(self, session: Session, pointer: Pointer) -> None:
        """Start a shape, or set the next corner of a polygon."""
        if self._settings().kind is ShapeKind.POLYGON:
            self._press_corner(session, pointer)
            return
        self._session = session
        self._points = [(pointer.x, pointer.y)]

    def move(self, pointer: Pointer) -> None:
        """Draw up to the pointer."""
        self._pointer = self._next_corner(pointer)
        if self._session is None:
            return
        self._points.append((pointer.x, pointer.y))
        shape = self._shape(self._dragged(pointer))
        if not self._show(self._session, shape):
            self._session = None

    def release(self, pointer: Pointer) -> None:
        """Keep the shape; a click draws nothing."""
        session, points = self._session, self._points
        if session is not None and (len(points) > 1 or points[0] != (pointer.x, pointer.y)):
            self.move(pointer)
            session.paint.keep_shape()
        self._session, self._points = None, []

    def hover(self, session: Session, pointer: Pointer) -> None:
        """Draw the next side of a polygon up to the pointer."""
        self._pointer = self._next_corner(pointer)

    def double_click(self, session: Session, pointer: Pointer) -> None:
        """Close the polygon."""
        self.commit()

    def commit(self) -> None:
        """Draw the polygon; fewer than three corners are none."""
        session, corners = self._owner, self._corners
        self._owner, self._corners = None, []
        if session is not None and len(corners) > 2:
            self._show(session, self._shape(corners_path(corners)))
            session.paint.keep_shape()

    def take_back(self) -> bool:
        """Forget the last corner of a polygon."""
        if not self._corners:
            return False
        self._corners.pop()
        return True

    def cancel(self) -> None:
        """Draw nothing."""
        session, self._session = self._session, None
        self._owner, self._corners, self._points = None, [], []
        if session is not None:
            session.paint.cancel()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the corners of a polygon and the sides between them."""
        if not self._corners:
            return
        corners = [*self._corners, *([] if self._pointer is None else [self._pointer])]
        if self._settings().style is ShapeStyle.FILL:
            color = QColor(*self.tool_state.color, _DRAFT_ALPHA)
            painter.fillPath(viewport.transform().map(corners_path(corners)), color)
        draw_dashed(painter, corners_path(corners, is_closed=False), viewport, 0)
        for corner in self._corners:
            draw_ring(painter, viewport.to_device(*corner), _HANDLE_PX)

    def _settings(self) -> ShapeSettings:
        return self.tool_state.settings(Tool.SHAPE, ShapeSettings)

    def _show(self, session: Session, shape: Shape) -> bool:
        opacity = self._settings().opacity
        return session.paint.show_shape(shape, self.tool_state.color, opacity)

    def _press_corner(self, session: Session, pointer: Pointer) -> None:
        point = self._next_corner(pointer)
        reach = _CLOSING_PX / pointer.zoom
        if len(self._corners) > 2 and math.dist(point, self._corners[0]) < reach:
            self.commit()
            return
        self._owner = session
        self._corners.append(point)

    def _next_corner(self, pointer: Pointer) -> Point:
        point = (pointer.x, pointer.y)
        if self._corners and pointer.holds(Qt.KeyboardModifier.ShiftModifier):
            return in_eighths(self._corners[-1], point)
        return point

    def _dragged(self, pointer: Pointer) -> QPainterPath:
        settings = self._settings()
        if settings.kind is ShapeKind.FREEHAND:
            return corners_path(self._points, settings.style is ShapeStyle.FILL)
        ratio = 1 if pointer.holds(Qt.KeyboardModifier.ShiftModifier) else None
        is_centred = pointer.holds(Qt.KeyboardModifier.AltModifier)
        box = Rect.dragged(self._points[0], self._points[-1], ratio, is_centred)
        return box_path(settings.kind, box, settings.corner_radius_px)

    def _shape(self, path: QPainterPath) -> Shape:
        settings = self._settings()
        line_px = settings.line_px if settings.style is ShapeStyle.OUTLINE else None
        return Shape(path, line_px, settings.is_antialiased)
