"""Move: a drag moves the selected pixels, lifted as a new layer, or the active layer."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.canvas.tools.tool import CanvasTool, Pointer
from app.document.commands import LiftSelection, TranslateLayer
from app.document.document import Document
from app.document.geometry import Rect
from app.session import Session
from app.tool_state import ToolState

# Until the pointer has moved this far (document pixels) a press is only a click.
_DRAG_PX = 1.0


def is_selected(document: Document, x: float, y: float) -> bool:
    """Whether the pixel under the point is selected at all."""
    if document.selection is None or not document.rect.contains_point(x, y):
        return False
    return bool(document.selection.read(Rect(int(x), int(y), 1, 1)).any())


class MoveTool(CanvasTool):
    """Moves in whole pixels; a whole drag is one undo step.

    Inside a selection the selected pixels are cut into a new layer and moved; elsewhere the active
    layer moves. With Ctrl or Alt a copy moves: of the selected pixels, else of the layer.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._start = (0.0, 0.0)
        self._moved = (0, 0)
        self._gesture: object | None = None
        self._is_copy = False

    def press(self, session: Session, pointer: Pointer) -> None:
        """Remember where the drag starts."""
        if session.document.active_layer is None:
            return
        copy_keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        self._session, self._gesture = session, None
        self._start, self._moved = (pointer.x, pointer.y), (0, 0)
        self._is_copy = pointer.holds(copy_keys)

    def move(self, pointer: Pointer) -> None:
        """Bring the pixels to the pointer."""
        session = self._session
        if session is None:
            return
        dx, dy = pointer.x - self._start[0], pointer.y - self._start[1]
        if self._gesture is None:
            if max(abs(dx), abs(dy)) < _DRAG_PX:
                return
            if not self._begin(session):
                self._session = None
                return
        self._move_to(session, round(dx), round(dy))

    def release(self, pointer: Pointer) -> None:
        """Leave the pixels where they are."""
        self.move(pointer)
        if self._session is not None:
            self._session.close_step()
        self._session = None

    def cancel(self) -> None:
        """Put the pixels back."""
        session, self._session = self._session, None
        if session is not None and self._gesture is not None:
            session.withdraw()

    def _begin(self, session: Session) -> bool:
        """Start the undo step that all moves of the drag join; False when refused."""
        self._gesture = object()
        document, layer = session.document, session.document.active_layer
        assert layer is not None
        if self._is_copy or is_selected(document, *self._start):
            return session.run(LiftSelection(layer.id, not self._is_copy, self._gesture))
        return session.run(TranslateLayer(layer.id, 0, 0, self._gesture))

    def _move_to(self, session: Session, dx: int, dy: int) -> None:
        step = (dx - self._moved[0], dy - self._moved[1])
        layer_id = session.document.active_id
        if step != (0, 0) and layer_id is not None:
            self._moved = (dx, dy)
            session.run(TranslateLayer(layer_id, *step, self._gesture))
