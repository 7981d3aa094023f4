"""Brush and eraser: a stroke of dabs, one undo step at release."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import Qt

from app.canvas.tools.tool import CanvasTool, Pointer
from app.document.brush import BrushSettings
from app.session import Session
from app.tool_state import Tool, ToolState


class BrushTool(CanvasTool):
    """Paints on the active layer.

    Shift joins the end of the last stroke by a straight line; the eraser end of a pen erases
    whatever tool is chosen.
    """

    cursor = None

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._last_ends: WeakKeyDictionary[Session, tuple[float, float]] = WeakKeyDictionary()

    def press(self, session: Session, pointer: Pointer) -> None:
        """Start a stroke, unless the layer cannot be painted on."""
        if not session.strokes.begin(self._settings(pointer)):
            return
        self._session = session
        start = self._last_ends.get(session)
        if start is not None and pointer.holds(Qt.KeyboardModifier.ShiftModifier):
            session.strokes.add(*start, pointer.pressure)
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        """Paint up to the pointer."""
        if self._session is not None:
            self._session.strokes.add(pointer.x, pointer.y, pointer.pressure)

    def release(self, pointer: Pointer) -> None:
        """Make the stroke one undo step."""
        session, self._session = self._session, None
        if session is not None:
            self._last_ends[session] = (pointer.x, pointer.y)
            session.strokes.finish()

    def cancel(self) -> None:
        """Leave no trace of the stroke."""
        session, self._session = self._session, None
        if session is not None:
            session.strokes.cancel()

    def _settings(self, pointer: Pointer) -> BrushSettings:
        if pointer.is_eraser or self.tool_state.tool is Tool.ERASER:
            return self.tool_state.eraser
        return self.tool_state.brush
