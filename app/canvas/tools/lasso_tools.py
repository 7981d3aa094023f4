"""Lasso and polygon: an outline of any form."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.canvas.overlays import draw_dashed
from app.canvas.tools.selection_tool import CLICK_PX, SelectionTool
from app.canvas.tools.tool import Pointer
from app.canvas.viewport import Viewport
from app.document.geometry import Point, in_eighths
from app.document.outlines import corners_path
from app.document.selection import Selection
from app.document.wording import translate
from app.session import Session
from app.tool_state import Tool, ToolState

# The first corner is caught from this far away, device pixels.
_CATCH_PX = 9.0
_CORNER_PX = 7.0


class LassoTool(SelectionTool):
    """Selects inside a freehand line."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state, Tool.LASSO)
        self._points: list[Point] = []

    def rubber_band(self) -> QPainterPath | None:
        """Return the line so far."""
        return corners_path(self._points, is_closed=False) if len(self._points) >= 2 else None

    def _begin(self, pointer: Pointer) -> None:
        self._points = [(pointer.x, pointer.y)]

    def _extend(self, pointer: Pointer) -> None:
        self._points.append((pointer.x, pointer.y))

    def _finish(self, session: Session, pointer: Pointer) -> None:
        drawn = _inside(session, self._points, self.settings.is_antialiased)
        self._select(session, drawn, translate("SelectionTools", "Lasso"))

    def _drop(self) -> None:
        self._points = []


class PolygonSelectTool(SelectionTool):
    """Selects between corners that are clicked one by one.

    A double click, Enter or a click on the first corner closes the line; Shift draws in steps of
    45 degrees, Backspace takes the last corner back, Esc all of them.
    """

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state, Tool.POLYGON_SELECT)
        self._corners: list[Point] = []
        self._end: Point = (0.0, 0.0)
        self._is_closing = False

    @property
    def is_pending(self) -> bool:
        """Whether there are corners."""
        return bool(self._corners)

    @property
    def has_overlay(self) -> bool:
        """Whether there is a line to draw."""
        return bool(self._corners)

    def press(self, session: Session, pointer: Pointer) -> None:
        """Set a corner, which follows the pointer until the button comes up."""
        if not self._corners:
            super().press(session, pointer)
            return
        self._follow(pointer)

    def move(self, pointer: Pointer) -> None:
        """Have the corner follow."""
        if self._corners:
            self._follow(pointer)
        else:
            super().move(pointer)

    def release(self, pointer: Pointer) -> None:
        """Leave the corner there, or close the line."""
        if not self._corners:
            super().release(pointer)
            return
        self._follow(pointer)
        if self._is_closing:
            self.commit()
        else:
            self._corners.append(self._end)

    def hover(self, session: Session, pointer: Pointer) -> None:
        """Draw the line on to the pointer."""
        if self._corners:
            self._follow(pointer)

    def double_click(self, session: Session, pointer: Pointer) -> None:
        """Close the line."""
        self.commit()

    def take_back(self) -> bool:
        """Forget the last corner."""
        if not self._corners:
            return False
        self._corners.pop()
        return True

    def commit(self) -> None:
        """Select: one undo step. Less than a triangle is nothing."""
        session, corners = self._session, self._corners
        self._corners = []
        if session is not None and len(corners) >= 3:
            drawn = _inside(session, corners, self.settings.is_antialiased)
            self._select(session, drawn, translate("SelectionTools", "Select polygon"))

    def cancel(self) -> None:
        """Forget the line."""
        if self._corners:
            self._corners = []
        else:
            super().cancel()

    def nudge(self, session: Session, dx: int, dy: int) -> bool:
        """Move the outline, unless one is being drawn."""
        return not self._corners and super().nudge(session, dx, dy)

    def cursor_at(self, pointer: Pointer) -> Qt.CursorShape | None:
        """Return the shape that says what a press would do."""
        if self._corners:
            is_closing = self._is_at_start(pointer)
            return Qt.CursorShape.PointingHandCursor if is_closing else self.cursor
        return super().cursor_at(pointer)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the line and the corner that closes it."""
        if not self._corners:
            return
        end = self._corners[0] if self._is_closing else self._end
        draw_dashed(painter, corners_path([*self._corners, end], is_closed=False), viewport, 0)
        size = _CORNER_PX + 4 if self._is_closing else _CORNER_PX
        box = QRectF(0, 0, size, size)
        box.moveCenter(viewport.to_device(*self._corners[0]))
        painter.setPen(QPen(QColor(0, 0, 0), 1))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawRect(box.toAlignedRect())

    def _click(self, session: Session, pointer: Pointer) -> None:
        self._first_corner(pointer)

    def _finish(self, session: Session, pointer: Pointer) -> None:
        # the first side was dragged
        self._first_corner(pointer)
        if math.dist(self._start, self._end) * pointer.zoom >= CLICK_PX:
            self._corners.append(self._end)

    def _first_corner(self, pointer: Pointer) -> None:
        self._corners = [self._start]
        self._follow(pointer)

    def _follow(self, pointer: Pointer) -> None:
        self._joining_keys &= pointer.modifiers
        self._is_closing = self._is_at_start(pointer)
        self._end = (pointer.x, pointer.y)
        if self._shapes(pointer, Qt.KeyboardModifier.ShiftModifier):
            self._end = in_eighths(self._corners[-1], self._end)

    def _is_at_start(self, pointer: Pointer) -> bool:
        away = math.dist(self._corners[0], (pointer.x, pointer.y)) * pointer.zoom
        return len(self._corners) >= 3 and away <= _CATCH_PX


def _inside(session: Session, points: list[Point], is_antialiased: bool) -> Selection:
    document = session.document
    return Selection.lasso(points, document.width, document.height, is_antialiased)
