"""Eyedropper: takes the colour under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.canvas.overlays import draw_color_ring
from app.canvas.tools.tool import CanvasTool, Pointer
from app.document.geometry import Rect
from app.document.pixels import RgbColor, mean_color
from app.tool_settings import EyedropperSettings
from app.tool_state import Tool, ToolState

if TYPE_CHECKING:
    from app.canvas.viewport import Viewport
    from app.session import Session


class EyedropperTool(CanvasTool):
    """Picks while the button is down; transparent places have no colour.

    A ring around the pointer compares the colour picked with the one before.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._place = (0.0, 0.0)
        self._before: RgbColor = (0, 0, 0)

    @property
    def has_overlay(self) -> bool:
        """Whether the ring is shown."""
        return self._session is not None

    def press(self, session: Session, pointer: Pointer) -> None:
        """Pick."""
        self._session = session
        self._before = self.tool_state.color
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        """Pick again."""
        if self._session is None:
            return
        self._place = (pointer.x, pointer.y)
        color = self._color_at(self._session, int(pointer.x // 1), int(pointer.y // 1))
        if color is not None:
            self.tool_state.set_color(color)

    def release(self, pointer: Pointer) -> None:
        """Stop picking."""
        self._session = None

    def cancel(self) -> None:
        """Stop picking and take the colour from before."""
        if self._session is not None:
            self.tool_state.set_color(self._before)
        self._session = None

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the ring while picking."""
        if self._session is not None:
            colors = QColor(*self.tool_state.color), QColor(*self._before)
            draw_color_ring(painter, viewport.to_device(*self._place), *colors)

    def _color_at(self, session: Session, x: int, y: int) -> RgbColor | None:
        document = session.document
        if not document.rect.contains_point(x, y):
            return None
        settings = self.tool_state.settings(Tool.EYEDROPPER, EyedropperSettings)
        reach = settings.sample_px // 2
        rect = Rect(x - reach, y - reach, 2 * reach + 1, 2 * reach + 1)
        rect = rect.intersected(document.rect)
        layer = document.active_layer
        if settings.samples_all_layers or layer is None or layer.is_group:
            return mean_color(session.compositor.composite(rect))
        return mean_color(layer.plane.read(rect))
