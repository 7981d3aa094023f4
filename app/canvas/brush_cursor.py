"""The pointer over the canvas: a shape, or the outline of the brush where that says more."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from app.canvas.navigation import Navigation
from app.canvas.overlays import draw_brush_outline, outline_rect
from app.canvas.pointer_input import PointerInput
from app.tool_state import ToolState

_SMALLEST_PX = 5


class BrushCursor:
    """Says what the pointer looks like now, and draws the brush's outline."""

    def __init__(
        self, pointer_input: PointerInput, navigation: Navigation, tool_state: ToolState
    ) -> None:
        self._input = pointer_input
        self._navigation = navigation
        self._tool_state = tool_state

    @property
    def shape(self) -> Qt.CursorShape:
        """Blank where the brush's outline shows the place better."""
        shape = self._input.cursor_shape
        is_small = self._diameter < _SMALLEST_PX
        is_blank = shape is Qt.CursorShape.BlankCursor
        return Qt.CursorShape.CrossCursor if is_blank and is_small else shape

    @property
    def rect(self) -> QRect:
        """The device rectangle of the outline; empty where there is none."""
        position = self._input.position
        if position is None or self.shape is not Qt.CursorShape.BlankCursor:
            return QRect()
        return outline_rect(position.x(), position.y(), self._diameter)

    def draw(self, painter: QPainter) -> None:
        """Draw the outline, in device pixels."""
        position = self._input.position
        if position is not None:
            draw_brush_outline(painter, position.x(), position.y(), self._diameter)

    @property
    def _diameter(self) -> float:
        return self._tool_state.active_settings.size_px * self._navigation.viewport.zoom
