"""Free transform: a box whose handles scale, whose outside turns, whose inside moves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.canvas.tools.box_handles import HANDLES, draw_box, handle_at, handle_cursor
from app.canvas.tools.tool import CanvasTool, Pointer
from app.canvas.viewport import Viewport
from app.document.transforming.transform_box import TransformBox
from app.session import Session
from app.theme import icon
from app.tool_settings import TransformSettings
from app.tool_state import Tool, ToolState

_ANGLE_STEP = 15.0
_SIGN_PX = 16
_SIGN_OFFSET = QPointF(20, 18)
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier

Dragged = Callable[[TransformBox, Pointer, Pointer], TransformBox]


@dataclass(frozen=True, slots=True)
class _Drag:
    """A drag in progress: where it began, on which box, and what it does."""

    start: Pointer
    box: TransformBox
    dragged: Dragged


class TransformTool(CanvasTool):
    """Transforms as soon as it is in hand; when the work is done, the former tool returns.

    A corner keeps the ratio of the sides as set, Shift turns that round; Alt keeps the middle in
    place, Ctrl distorts. Outside the box the drag turns, with Shift in steps of 15 degrees; inside
    it moves, with Shift along one axis.
    """

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._drag: _Drag | None = None
        self._hovered: Pointer | None = None
        self._viewport = Viewport()

    @property
    def is_pending(self) -> bool:
        """Whether a box is shown."""
        return self._session is not None and self._session.transforms.is_active

    @property
    def _settings(self) -> TransformSettings:
        return self.tool_state.settings(Tool.TRANSFORM, TransformSettings)

    def take(self, session: Session) -> None:
        """Show the box around the selected pixels, or around the layer or group."""
        if session.transforms.begin(self._settings.resampling):
            self._session = session
        else:
            self._end()

    def follow_settings(self) -> None:
        """Show the pixels as they are found now."""
        if self._session is not None:
            self._session.transforms.set_resampling(self._settings.resampling)

    def press(self, session: Session, pointer: Pointer) -> None:
        """Begin to scale, turn, move or distort."""
        if self.is_pending:
            box = session.transforms.box
            self._drag = _Drag(pointer, box, self._dragged_by(box, pointer))

    def move(self, pointer: Pointer) -> None:
        """Bring the box to the pointer."""
        self._hovered = pointer
        drag = self._drag
        if drag is not None and self._session is not None and self.is_pending:
            self._session.transforms.show(drag.dragged(drag.box, drag.start, pointer))

    def release(self, pointer: Pointer) -> None:
        """Leave the box where it is; it waits for Enter."""
        if self._drag is not None and pointer != self._drag.start:
            self.move(pointer)
        self._drag = None

    def hover(self, session: Session, pointer: Pointer) -> None:
        """Remember the place, for the sign that a drag would turn the box."""
        self._hovered = pointer

    def double_click(self, session: Session, pointer: Pointer) -> None:
        """A double click inside is like Enter."""
        if session.transforms.box.contains(pointer.x, pointer.y):
            self.commit()

    def nudge(self, session: Session, dx: int, dy: int) -> bool:
        """Move the box."""
        if self.is_pending:
            session.transforms.show(session.transforms.box.moved(dx, dy))
        return self.is_pending

    def commit(self) -> None:
        """Make the transform one undo step and take the former tool."""
        if self._session is not None:
            self._session.transforms.commit()
        self._end()

    def cancel(self) -> None:
        """Leave the document as it was and take the former tool."""
        if self._session is not None:
            self._session.transforms.cancel()
        self._end()

    def cursor_at(self, pointer: Pointer) -> Qt.CursorShape | None:
        """Return arrows along the handle under the pointer, a cross inside the box."""
        if self._session is None or not self.is_pending:
            return self.cursor
        box = self._session.transforms.box
        index = self._handle_at(box, pointer)
        if index is None:
            is_inside = box.contains(pointer.x, pointer.y)
            return Qt.CursorShape.SizeAllCursor if is_inside else self.cursor
        if _is_distorting(index, pointer):
            return Qt.CursorShape.CrossCursor
        to_device = self._viewport.to_device
        return handle_cursor(to_device(*box.at(*HANDLES[index])), to_device(*box.center))

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the box and, outside it, the sign that a drag turns it."""
        self._viewport = viewport
        if self._session is None or not self.is_pending:
            return
        box, pointer = self._session.transforms.box, self._hovered
        draw_box(painter, _places(box), viewport)
        if pointer is None or self._is_on_box(box, pointer):
            return
        _draw_turn_sign(painter, viewport.to_device(pointer.x, pointer.y))

    def _end(self) -> None:
        self._session = self._drag = self._hovered = None
        if self.tool_state.tool is Tool.TRANSFORM:
            self.tool_state.set_tool(self.tool_state.former_tool)

    def _dragged_by(self, box: TransformBox, pointer: Pointer) -> Dragged:
        index = self._handle_at(box, pointer)
        if index is None:
            return _moved if box.contains(pointer.x, pointer.y) else _turned
        handle = HANDLES[index]
        if _is_distorting(index, pointer):
            return lambda box, _, to: box.with_corner(handle, (to.x, to.y))
        return lambda box, start, to: self._scaled(box, handle, start, to)

    def _scaled(
        self, box: TransformBox, handle: tuple[float, float], start: Pointer, to: Pointer
    ) -> TransformBox:
        x, y = box.at(*handle)
        aim = x + to.x - start.x, y + to.y - start.y
        if box.projection.is_upright:
            # edges on whole pixels stay sharp
            aim = float(round(aim[0])), float(round(aim[1]))
        keeps_ratio = self._settings.keeps_ratio != to.holds(_SHIFT)
        return box.dragged(handle, aim, keeps_ratio=keeps_ratio, is_from_center=to.holds(_ALT))

    def _handle_at(self, box: TransformBox, pointer: Pointer) -> int | None:
        is_inside = box.contains(pointer.x, pointer.y)
        return handle_at(_places(box), pointer.x, pointer.y, pointer.zoom, is_inside)

    def _is_on_box(self, box: TransformBox, pointer: Pointer) -> bool:
        is_turning = self._drag is not None and self._drag.dragged is _turned
        is_inside = box.contains(pointer.x, pointer.y)
        on_handle = self._handle_at(box, pointer) is not None
        return not is_turning and (self._drag is not None or is_inside or on_handle)


def _draw_turn_sign(painter: QPainter, pointer: QPointF) -> None:
    """Draw two turning arrows beside the pointer."""
    place = QRectF(0, 0, _SIGN_PX, _SIGN_PX)
    place.moveCenter(pointer + _SIGN_OFFSET)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawEllipse(place.adjusted(-4, -4, 4, 4))
    icon("ph.arrows-clockwise", "on_accent").paint(painter, place.toRect())
    painter.restore()


def _places(box: TransformBox) -> list[tuple[float, float]]:
    return [box.at(*handle) for handle in HANDLES]


def _is_distorting(index: int, pointer: Pointer) -> bool:
    return 0.5 not in HANDLES[index] and pointer.holds(_CONTROL)


def _moved(box: TransformBox, start: Pointer, to: Pointer) -> TransformBox:
    dx, dy = round(to.x - start.x), round(to.y - start.y)
    if to.holds(_SHIFT):
        dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
    return box.moved(dx, dy)


def _turned(box: TransformBox, start: Pointer, to: Pointer) -> TransformBox:
    x, y = box.center
    before, after = (math.atan2(each.y - y, each.x - x) for each in (start, to))
    degrees = math.degrees(after - before)
    if to.holds(_SHIFT):
        degrees = round((box.angle + degrees) / _ANGLE_STEP) * _ANGLE_STEP - box.angle
    return box.rotated(degrees)
