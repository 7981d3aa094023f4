"""Eyedropper: takes the colour that is seen under the pointer."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.canvas.tools.tool import CanvasTool, Pointer
from app.document.geometry import Rect
from app.document.pixels import straight_rgba
from app.session import Session
from app.tool_state import ToolState


class EyedropperTool(CanvasTool):
    """Picks while the button is down; transparent places have no colour."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None

    def press(self, session: Session, pointer: Pointer) -> None:
        """Pick."""
        self._session = session
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        """Pick again."""
        if self._session is None:
            return
        document = self._session.document
        if not document.rect.contains_point(pointer.x, pointer.y):
            return
        pixel = self._session.compositor.composite(Rect(int(pointer.x), int(pointer.y), 1, 1))
        red, green, blue, alpha = (int(value) for value in straight_rgba(pixel)[0, 0])
        if alpha:
            self.tool_state.set_color((red, green, blue))

    def release(self, pointer: Pointer) -> None:
        """Stop picking."""
        self._session = None
