"""Gradient: a drag from the first colour to the last."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.canvas.overlays import draw_guide, draw_ring
from app.canvas.tools.tool import CanvasTool, Pointer
from app.canvas.viewport import Viewport
from app.document.geometry import Point, in_eighths
from app.document.painting.gradients import Gradient
from app.document.pixels import RgbColor
from app.session import Session
from app.tool_settings import GradientEnds, GradientSettings
from app.tool_state import Tool, ToolState

_HANDLE_PX = 8.0


class GradientTool(CanvasTool):
    """Shows the gradient while the line is drawn and paints it at the release."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._start: Point = (0.0, 0.0)
        self._end: Point = (0.0, 0.0)

    @property
    def has_overlay(self) -> bool:
        """Whether a line is drawn."""
        return self._session is not None

    def press(self, session: Session, pointer: Pointer) -> None:
        """Begin at the pointer."""
        self._session = session
        self._start = self._end = (pointer.x, pointer.y)

    def move(self, pointer: Pointer) -> None:
        """End at the pointer; Shift keeps to multiples of 45 degrees."""
        if self._session is None:
            return
        self._end = (pointer.x, pointer.y)
        if pointer.holds(Qt.KeyboardModifier.ShiftModifier):
            self._end = in_eighths(self._start, self._end)
        if not self._session.paint.show_gradient(self._gradient()):
            self._session = None

    def release(self, pointer: Pointer) -> None:
        """Paint: one undo step. A click paints nothing."""
        session = self._session
        if session is not None and (pointer.x, pointer.y) != self._start:
            self.move(pointer)
            session.paint.keep_gradient()
        self._session = None

    def cancel(self) -> None:
        """Paint nothing."""
        session, self._session = self._session, None
        if session is not None:
            session.paint.cancel()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the line between both ends."""
        if self._session is not None:
            start, end = viewport.to_device(*self._start), viewport.to_device(*self._end)
            draw_guide(painter, start, end)
            for point in (start, end):
                draw_ring(painter, point, _HANDLE_PX)

    def _gradient(self) -> Gradient:
        settings = self.tool_state.settings(Tool.GRADIENT, GradientSettings)
        first: RgbColor | None = self.tool_state.color
        last: RgbColor | None = self.tool_state.background
        if settings.ends is GradientEnds.TRANSPARENT:
            last = None
        if settings.is_reversed:
            first, last = last, first
        return Gradient(self._start, self._end, settings.kind, first, last, settings.opacity)
