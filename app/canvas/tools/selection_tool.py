"""What all selection tools have in common: keys, moving the outline, soft edges."""

from __future__ import annotations

from weakref import ref

from PySide6.QtCore import Qt

from app.canvas.tools.tool import CanvasTool, Pointer
from app.document.selection import Selection, SelectionOp
from app.document.selection_changes import feather
from app.session import Session
from app.tool_settings import SelectionSettings, WandSettings
from app.tool_state import Tool, ToolState

# A drag that stays within this many device pixels is a click.
CLICK_PX = 3.0


def selection_op(modifiers: Qt.KeyboardModifier, otherwise: SelectionOp) -> SelectionOp:
    """Return how a new selection joins: Shift adds, Alt subtracts, both intersect."""
    is_shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    is_alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    if is_shift and is_alt:
        return SelectionOp.INTERSECT
    if is_shift:
        return SelectionOp.ADD
    return SelectionOp.SUBTRACT if is_alt else otherwise


class SelectionTool(CanvasTool):
    """A drag that begins inside the selection moves its outline, any other draws a new one.

    Keys held at the press say how the new one joins; a key pressed later shapes what is drawn.
    """

    def __init__(self, tool_state: ToolState, tool: Tool) -> None:
        super().__init__(tool_state)
        self._tool = tool
        # a closed document must not be kept alive by the tool that was used on it last
        self._over: ref[Session] | None = None
        self._op = SelectionOp.REPLACE
        self._joining_keys = Qt.KeyboardModifier.NoModifier
        self._start = (0.0, 0.0)
        self._is_drag = False
        self._carried: Selection | None = None
        self._gesture: object | None = None
        self._moved = (0, 0)

    @property
    def settings(self) -> SelectionSettings | WandSettings:
        """How the tool selects."""
        return self.tool_state.settings(self._tool, SelectionSettings)

    def take(self, session: Session) -> None:
        """Know whose selection the pointer is over."""
        self._over = ref(session)

    @property
    def _session(self) -> Session | None:
        return None if self._over is None else self._over()

    def press(self, session: Session, pointer: Pointer) -> None:
        """Take hold of the outline, or start a new one."""
        self._over = ref(session)
        self._op = selection_op(pointer.modifiers, self.settings.op)
        self._joining_keys = pointer.modifiers
        self._start, self._is_drag = (pointer.x, pointer.y), False
        self._gesture, self._moved = None, (0, 0)
        self._carried = session.document.selection if self._carries(pointer) else None
        if self._carried is None:
            self._begin(pointer)

    def move(self, pointer: Pointer) -> None:
        """Carry the outline along, or go on drawing."""
        self._joining_keys &= pointer.modifiers
        away = max(abs(pointer.x - self._start[0]), abs(pointer.y - self._start[1]))
        self._is_drag = self._is_drag or away * pointer.zoom >= CLICK_PX
        if self._carried is None:
            self._extend(pointer)
        elif self._is_drag:
            self._carry(self._carried, pointer)

    def release(self, pointer: Pointer) -> None:
        """Select: one undo step."""
        self.move(pointer)
        session, carried = self._session, self._carried
        assert session is not None
        self._carried = None
        if not self._is_drag:
            self._click(session, pointer)
        elif carried is None:
            self._finish(session, pointer)
        else:
            session.close_step()
        self._drop()

    def cancel(self) -> None:
        """Select as before."""
        self._carried = None
        self._drop()
        if self._gesture is not None and self._session is not None:
            self._session.withdraw()

    def nudge(self, session: Session, dx: int, dy: int) -> bool:
        """Move the outline; the presses of a row are one step."""
        if session.document.selection is None:
            return False
        session.edits.move_selection(dx, dy, "arrow keys")
        return True

    def cursor_at(self, pointer: Pointer) -> Qt.CursorShape | None:
        """Return the shape that says that the outline can be moved."""
        if self._carried is not None or self._carries(pointer):
            return Qt.CursorShape.SizeAllCursor
        return self.cursor

    def _carries(self, pointer: Pointer) -> bool:
        session = self._session
        selection = None if session is None else session.document.selection
        op = selection_op(pointer.modifiers, self.settings.op)
        is_inside = selection is not None and selection.holds(pointer.x, pointer.y)
        return is_inside and op is SelectionOp.REPLACE

    def _carry(self, carried: Selection, pointer: Pointer) -> None:
        assert self._session is not None
        moved = round(pointer.x - self._start[0]), round(pointer.y - self._start[1])
        if moved != self._moved:
            self._gesture = self._gesture or object()
            self._moved = moved
            self._session.edits.move_selection(*moved, self._gesture, carried)

    def _shapes(self, pointer: Pointer, key: Qt.KeyboardModifier) -> bool:
        """Whether a key is held that was not, or no longer, held since the press."""
        return pointer.holds(key) and not self._joining_keys & key

    def _select(self, session: Session, drawn: Selection, label: str) -> None:
        feather_px = round(self.settings.feather_px)
        if feather_px:
            drawn = feather(drawn, feather_px)
        session.edits.combine(drawn, self._op, label)

    def _click(self, session: Session, pointer: Pointer) -> None:
        """Deselect; children do what a click of theirs does."""
        if self._op is SelectionOp.REPLACE:
            session.edits.select_none()

    def _begin(self, pointer: Pointer) -> None:
        """Start drawing."""

    def _extend(self, pointer: Pointer) -> None:
        """Go on drawing."""

    def _finish(self, session: Session, pointer: Pointer) -> None:
        """Select what was drawn."""

    def _drop(self) -> None:
        """Forget what was drawn."""
