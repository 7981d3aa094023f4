"""Mouse, pen and keys over the canvas: who gets them, navigation or a tool."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent

from app.canvas.navigation import Navigation
from app.canvas.tools.box_select_tools import EllipseSelectTool, RectSelectTool
from app.canvas.tools.brush_tool import BrushTool
from app.canvas.tools.clone_tool import CloneTool
from app.canvas.tools.crop_tool import CropTool
from app.canvas.tools.eyedropper_tool import EyedropperTool
from app.canvas.tools.fill_tool import FillTool
from app.canvas.tools.gradient_tool import GradientTool
from app.canvas.tools.lasso_tools import LassoTool, PolygonSelectTool
from app.canvas.tools.move_tool import MoveTool
from app.canvas.tools.shape_tool import ShapeTool
from app.canvas.tools.tool import CanvasTool, Pointer
from app.canvas.tools.transform_tool import TransformTool
from app.canvas.tools.wand_tool import WandTool
from app.tool_state import Tool, ToolState

_PICKING_TOOLS = (Tool.BRUSH, Tool.ERASER, Tool.FILL, Tool.GRADIENT)
_PICK_KEYS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier


class PointerInput:
    """Hands a pointer to panning or to a tool.

    Space or the middle button pans, also in the middle of a stroke: the document follows the
    pointer, so the stroke goes on where it was. With Shift and Space, or with R, the picture turns.

    A tool may hold pending work between two drags; it is left as soon as anything else is done.

    Attributes:
        gesture: the tool between press and release, or None.
        position: device pixels of the pointer over the canvas, or None when it is elsewhere.
        modifiers: keys held when last heard of.
    """

    def __init__(self, navigation: Navigation, tool_state: ToolState) -> None:
        self._navigation = navigation
        self._tool_state = tool_state
        brush = BrushTool(tool_state)
        self._eyedropper = EyedropperTool(tool_state)
        self._brush = brush
        self._tools: dict[Tool, CanvasTool] = {
            Tool.BRUSH: brush,
            Tool.ERASER: brush,
            Tool.CLONE: CloneTool(tool_state),
            Tool.FILL: FillTool(tool_state),
            Tool.GRADIENT: GradientTool(tool_state),
            Tool.SHAPE: ShapeTool(tool_state),
            Tool.RECT_SELECT: RectSelectTool(tool_state),
            Tool.ELLIPSE_SELECT: EllipseSelectTool(tool_state),
            Tool.LASSO: LassoTool(tool_state),
            Tool.POLYGON_SELECT: PolygonSelectTool(tool_state),
            Tool.WAND: WandTool(tool_state),
            Tool.MOVE: MoveTool(tool_state),
            Tool.TRANSFORM: TransformTool(tool_state),
            Tool.CROP: CropTool(tool_state),
            Tool.EYEDROPPER: self._eyedropper,
        }
        self.gesture: CanvasTool | None = None
        self.position: QPointF | None = None
        self.modifiers = Qt.KeyboardModifier.NoModifier
        self._is_pen_down = False
        self._is_space_held = False
        self._is_turn_held = False
        self._is_panning = False
        self._is_turning = False
        self._in_hand = self._tools.get(tool_state.tool)
        self._is_leaving = False

    @property
    def in_hand(self) -> CanvasTool | None:
        """The tool chosen, or None for one that only looks around."""
        return self._in_hand

    @property
    def is_pending(self) -> bool:
        """Whether the tool in hand holds work that waits for Enter or Esc."""
        return self._in_hand is not None and self._in_hand.is_pending

    @property
    def cursor_shape(self) -> Qt.CursorShape:
        """Shape of the pointer; blank where the canvas draws the brush's outline."""
        if self._is_panning:
            return Qt.CursorShape.ClosedHandCursor
        if self._holds_hand:
            return Qt.CursorShape.OpenHandCursor
        tool = self.gesture or self.tool_for(self.modifiers)
        shape: Qt.CursorShape | None = Qt.CursorShape.CrossCursor
        if tool is not None and self.position is not None:
            shape = tool.cursor_at(self._pointer(self.modifiers))
        elif tool is not None:
            shape = tool.cursor
        return Qt.CursorShape.BlankCursor if shape is None else shape

    def tool_for(self, modifiers: Qt.KeyboardModifier) -> CanvasTool | None:
        """Return the tool a press would start; Alt or Ctrl with a brush picks a colour."""
        tool = self._tool_state.tool
        if tool in _PICKING_TOOLS and modifiers & _PICK_KEYS:
            return self._eyedropper
        return self._tools.get(tool)

    def press(
        self, position: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
    ) -> None:
        """A mouse button went down; device pixels."""
        if self._is_pen_down:
            return
        self.position, self.modifiers = position, modifiers
        if button is Qt.MouseButton.MiddleButton or self._pans(button):
            self._is_panning = True
            self._is_turning = button is Qt.MouseButton.LeftButton and self._turns(modifiers)
        elif button is Qt.MouseButton.LeftButton and self._tool_state.tool is Tool.ZOOM:
            steps = -2 if modifiers & Qt.KeyboardModifier.AltModifier else 2
            self._navigation.zoom_at(position, steps)
        elif button is Qt.MouseButton.LeftButton:
            self._start(self.tool_for(modifiers), self._pointer(modifiers))

    def move(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse is at another place; device pixels. Nobody hears it while the pen is down."""
        if not self._is_pen_down:
            self._move(position, modifiers)

    def _move(
        self, position: QPointF, modifiers: Qt.KeyboardModifier, pressure: float = 1.0
    ) -> None:
        before, self.position, self.modifiers = self.position, position, modifiers
        if self._is_panning and before is not None:
            if self._is_turning:
                self._navigation.turn_with(before, position)
            else:
                self._navigation.pan_by(position.x() - before.x(), position.y() - before.y())
        elif self.gesture is not None:
            self.gesture.move(self._pointer(modifiers, pressure))
        elif self._in_hand is not None and self._navigation.session is not None:
            self._in_hand.hover(self._navigation.session, self._pointer(modifiers))

    def double_click(
        self, position: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
    ) -> None:
        """A mouse button went down twice; device pixels."""
        tool, session = self._in_hand, self._navigation.session
        is_heard = button is Qt.MouseButton.LeftButton and not self._pans(button)
        if is_heard and tool is not None and tool.is_pending and session is not None:
            self.position, self.modifiers = position, modifiers
            tool.double_click(session, self._pointer(modifiers))
        else:
            self.press(position, button, modifiers)

    def release(
        self, position: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
    ) -> None:
        """A mouse button came up; device pixels."""
        if not self._is_pen_down:
            self._release(position, button, modifiers)

    def _release(
        self, position: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
    ) -> None:
        self.position, self.modifiers = position, modifiers
        if self.gesture is not None and button is Qt.MouseButton.LeftButton:
            self._finish(modifiers)
        if button is Qt.MouseButton.MiddleButton or self.gesture is None:
            self._is_panning = self._is_turning = False

    def take_tablet(self, event: QTabletEvent, position: QPointF) -> None:
        """Follow a pen; accepted whenever it does something, else it would come as a mouse too."""
        kind = event.type()
        if kind is QTabletEvent.Type.TabletPress and event.button() is Qt.MouseButton.LeftButton:
            self._press_pen(event, position)
        elif kind is QTabletEvent.Type.TabletMove and (self.gesture or self._is_panning):
            self._move(position, event.modifiers(), event.pressure())
        elif kind is QTabletEvent.Type.TabletRelease and (self.gesture or self._is_panning):
            self._is_pen_down = False
            self._release(position, event.button(), event.modifiers())
        else:
            event.ignore()
            return
        event.accept()

    def interrupt(self) -> None:
        """The window is no longer in front: a release would not be heard, so this is one."""
        self._is_pen_down = self._is_panning = self._is_turning = False
        if self.gesture is not None:
            self._finish(self.modifiers)

    def hold_space(self, is_held: bool) -> None:
        """Space goes down or up; a stroke in progress waits while the pointer pans."""
        self._is_space_held = is_held
        if self.gesture is not None:
            self._is_panning = is_held

    def hold_turn(self, is_held: bool) -> None:
        """The key goes down or up with which a drag turns the picture."""
        self._is_turn_held = is_held

    def follow_tool(self) -> None:
        """Leave the former tool and take the one that is in hand now."""
        tool = self._tools.get(self._tool_state.tool)
        if tool is not self._in_hand:
            self.leave()
            self._in_hand = tool
            if tool is not None and self._navigation.session is not None:
                tool.take(self._navigation.session)
        elif tool is not None:
            tool.follow_settings()

    def take_session(self) -> None:
        """Another document is shown: the tool in hand starts on it."""
        if self._in_hand is not None and self._navigation.session is not None:
            self._in_hand.take(self._navigation.session)

    def commit(self) -> bool:
        """Make pending work a step; returns whether there was any."""
        tool = self._in_hand
        if tool is None or not tool.is_pending:
            return False
        self.gesture = None
        tool.commit()
        return True

    def leave(self) -> None:
        """Have pending work committed, or given up where its tool prefers that."""
        tool = self._in_hand
        if tool is not None and tool.is_pending and not self._is_leaving:
            self._is_leaving = True
            self.gesture = None
            tool.leave()
            self._is_leaving = False

    def cancel(self) -> bool:
        """Give up the gesture in progress or pending work; returns whether there was any."""
        tool, self.gesture = self.gesture, None
        self._is_pen_down = False
        self._is_panning = self._is_turning = self._is_space_held = self._is_turn_held = False
        if tool is None and self.is_pending:
            tool = self._in_hand
        if tool is not None:
            tool.cancel()
        return tool is not None

    def take_back(self) -> bool:
        """Forget the last part of pending work; returns whether there was any."""
        return self.is_pending and self._in_hand is not None and self._in_hand.take_back()

    def nudge(self, dx: int, dy: int) -> bool:
        """Move by document pixels with the arrow keys; returns whether the tool did that."""
        tool, session = self._in_hand, self._navigation.session
        if tool is None or session is None or self.gesture is not None:
            return False
        return tool.nudge(session, dx, dy)

    def _pans(self, button: Qt.MouseButton) -> bool:
        return button is Qt.MouseButton.LeftButton and self._holds_hand

    @property
    def _holds_hand(self) -> bool:
        """Whether a drag moves the view and no tool."""
        is_held = self._is_space_held or self._is_turn_held
        return is_held or self._tool_state.tool is Tool.HAND

    def _turns(self, modifiers: Qt.KeyboardModifier) -> bool:
        is_space = self._is_space_held and bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        return self._is_turn_held or is_space

    def _press_pen(self, event: QTabletEvent, position: QPointF) -> None:
        is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
        # a pen that comes down was up, whatever was heard of that
        self.interrupt()
        if not is_eraser and (self._pans(event.button()) or self._tool_state.tool is Tool.ZOOM):
            self.press(position, event.button(), event.modifiers())
            return
        self.position, self._is_pen_down = position, True
        tool = self._brush if is_eraser else self.tool_for(event.modifiers())
        self._start(tool, self._pointer(event.modifiers(), event.pressure(), is_eraser))

    def _start(self, tool: CanvasTool | None, pointer: Pointer) -> None:
        session = self._navigation.session
        if self.gesture is None and session is not None and tool is not None:
            self.gesture = tool
            tool.press(session, pointer)

    def _finish(self, modifiers: Qt.KeyboardModifier) -> None:
        gesture, self.gesture = self.gesture, None
        assert gesture is not None
        gesture.release(self._pointer(modifiers))

    def _pointer(
        self, modifiers: Qt.KeyboardModifier, pressure: float = 1.0, is_eraser: bool = False
    ) -> Pointer:
        assert self.position is not None
        viewport = self._navigation.viewport
        x, y = viewport.to_document(self.position.x(), self.position.y())
        return Pointer(x, y, pressure, modifiers, is_eraser, viewport.zoom)
