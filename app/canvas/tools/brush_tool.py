"""Brush and eraser: a stroke of dabs, one undo step at release."""

from __future__ import annotations

import dataclasses
from weakref import WeakKeyDictionary

from PySide6.QtCore import Qt

from app.canvas.tools.tool import CanvasTool, Pointer
from app.document.brush import BrushSettings, Stroke
from app.document.change import Change
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
        self._stroke: Stroke | None = None
        self._last_ends: WeakKeyDictionary[Session, tuple[float, float]] = WeakKeyDictionary()

    def press(self, session: Session, pointer: Pointer) -> None:
        """Start a stroke, unless the layer cannot be painted on."""
        self._stroke = session.begin_stroke(self._settings(pointer))
        if self._stroke is None:
            return
        self._session = session
        start = self._last_ends.get(session)
        if start is not None and pointer.holds(Qt.KeyboardModifier.ShiftModifier):
            self._dab(*start, pointer.pressure)
        self._dab(pointer.x, pointer.y, pointer.pressure)

    def move(self, pointer: Pointer) -> None:
        """Paint up to the pointer."""
        self._dab(pointer.x, pointer.y, pointer.pressure)

    def release(self, pointer: Pointer) -> None:
        """Make the stroke one undo step."""
        if self._session is not None and self._stroke is not None:
            self._last_ends[self._session] = (pointer.x, pointer.y)
            self._session.finish_stroke(self._stroke)
        self._stroke = self._session = None

    def cancel(self) -> None:
        """Leave no trace of the stroke."""
        if self._session is not None and self._stroke is not None:
            self._session.cancel_stroke(self._stroke)
        self._stroke = self._session = None

    def _settings(self, pointer: Pointer) -> BrushSettings:
        if pointer.is_eraser or self.tool_state.tool is Tool.ERASER:
            return self.tool_state.eraser
        return self.tool_state.brush

    def _dab(self, x: float, y: float, pressure: float) -> None:
        if self._session is not None and self._stroke is not None:
            self._session.announce(Change(pixels=self._stroke.add(x, y, pressure)))
