"""Rectangle and lasso: a drag selects; the keys held at the press say how it joins."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from app.canvas.tools.tool import CanvasTool, Pointer
from app.document.geometry import Rect
from app.document.selection import Selection, SelectionOp
from app.session import Session
from app.tool_state import ToolState

# A drag shorter than this (document pixels, both ways) is a click: it selects nothing.
_CLICK_PX = 1.0


def selection_op(modifiers: Qt.KeyboardModifier) -> SelectionOp:
    """Return how a new selection joins: Shift adds, Alt subtracts, both intersect."""
    is_shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    is_alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    if is_shift and is_alt:
        return SelectionOp.INTERSECT
    if is_shift:
        return SelectionOp.ADD
    return SelectionOp.SUBTRACT if is_alt else SelectionOp.REPLACE


class SelectionTool(CanvasTool):
    """Collects the points of a drag; children make a selection of them."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._op = SelectionOp.REPLACE
        self._points: list[tuple[float, float]] = []

    def press(self, session: Session, pointer: Pointer) -> None:
        """Start at the pointer."""
        self._session = session
        self._op = selection_op(pointer.modifiers)
        self._points = [(pointer.x, pointer.y)]

    def move(self, pointer: Pointer) -> None:
        """Extend to the pointer."""
        if self._session is not None:
            self._points.append((pointer.x, pointer.y))

    def release(self, pointer: Pointer) -> None:
        """Select: one undo step. A click drops the selection."""
        self.move(pointer)
        session, points = self._session, self._points
        self.cancel()
        if session is None:
            return
        if self._is_click(points):
            if self._op is SelectionOp.REPLACE:
                session.edits.select_none()
            return
        self._select(session, self._selection(session, points))

    def cancel(self) -> None:
        """Select nothing new."""
        self._session, self._points = None, []

    def _select(self, session: Session, drawn: Selection) -> None:
        before = session.document.selection
        if before is not None:
            drawn = before.combine(drawn, self._op)
        elif self._op is SelectionOp.SUBTRACT:
            drawn = drawn.inverted()
        session.edits.select(drawn)

    def _is_click(self, points: list[tuple[float, float]]) -> bool:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return max(xs) - min(xs) < _CLICK_PX and max(ys) - min(ys) < _CLICK_PX

    def _selection(self, session: Session, points: list[tuple[float, float]]) -> Selection:
        raise NotImplementedError


class RectSelectTool(SelectionTool):
    """Selects the whole pixels between two corners."""

    def rubber_band(self) -> QPainterPath | None:
        """Return the rectangle so far."""
        if len(self._points) < 2:
            return None
        rect = self._rect(self._points)
        path = QPainterPath()
        path.addRect(QRectF(rect.x, rect.y, rect.width, rect.height))
        return path

    def _rect(self, points: list[tuple[float, float]]) -> Rect:
        (x0, y0), (x1, y1) = points[0], points[-1]
        left, right = sorted((round(x0), round(x1)))
        top, bottom = sorted((round(y0), round(y1)))
        return Rect.from_edges(left, top, right, bottom)

    def _selection(self, session: Session, points: list[tuple[float, float]]) -> Selection:
        document = session.document
        return Selection.rectangle(self._rect(points), document.width, document.height)


class LassoTool(SelectionTool):
    """Selects inside a freehand line."""

    def rubber_band(self) -> QPainterPath | None:
        """Return the line so far."""
        if len(self._points) < 2:
            return None
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in self._points]))
        return path

    def _selection(self, session: Session, points: list[tuple[float, float]]) -> Selection:
        document = session.document
        return Selection.lasso(points, document.width, document.height)
