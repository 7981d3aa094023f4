"""Brush and eraser: a stroke of dabs, one undo step at release."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.canvas.overlays import draw_guide
from app.canvas.tools.tool import CanvasTool, Pointer
from app.canvas.viewport import Viewport
from app.document.painting.brush import BrushSettings
from app.session import Session
from app.tool_state import Tool, ToolState


class BrushTool(CanvasTool):
    """Paints on the active layer.

    Shift joins the end of the last stroke by a straight line, which is shown while Shift is held;
    the eraser end of a pen erases whatever tool is chosen.
    """

    cursor = None

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._last_ends: WeakKeyDictionary[Session, tuple[float, float]] = WeakKeyDictionary()
        self._guide: tuple[tuple[float, float], tuple[float, float]] | None = None

    @property
    def has_overlay(self) -> bool:
        """Whether the straight line is shown."""
        return self._guide is not None

    def press(self, session: Session, pointer: Pointer) -> None:
        """Start a stroke, unless the layer cannot be painted on."""
        start = self._line_start(session, pointer)
        self._guide = None
        if not self.begin(session, pointer):
            return
        self._session = session
        if start is not None:
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

    def hover(self, session: Session, pointer: Pointer) -> None:
        """Show the line that a press would draw with Shift held."""
        start = self._line_start(session, pointer)
        self._guide = None if start is None else (start, (pointer.x, pointer.y))

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the straight line to come."""
        if self._guide is not None:
            start, end = (viewport.to_device(*point) for point in self._guide)
            draw_guide(painter, QPointF(start), QPointF(end))

    def begin(self, session: Session, pointer: Pointer) -> bool:
        """Start the stroke; returns whether there is one."""
        return session.strokes.begin(self._settings(pointer))

    def _settings(self, pointer: Pointer) -> BrushSettings:
        if pointer.is_eraser or self.tool_state.tool is Tool.ERASER:
            return self.tool_state.eraser
        return self.tool_state.brush

    def _line_start(self, session: Session, pointer: Pointer) -> tuple[float, float] | None:
        is_wanted = pointer.holds(Qt.KeyboardModifier.ShiftModifier)
        return self._last_ends.get(session) if is_wanted else None
