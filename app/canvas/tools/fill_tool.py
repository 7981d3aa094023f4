"""Fill: a click colours all pixels that resemble the one below."""

from __future__ import annotations

from app.canvas.tools.tool import CanvasTool, Pointer
from app.session import Session
from app.tool_settings import FillSettings
from app.tool_state import Tool


class FillTool(CanvasTool):
    """Fills at the press; a drag does nothing more."""

    def press(self, session: Session, pointer: Pointer) -> None:
        """Fill around the pixel below, unless it lies outside the document."""
        if session.document.rect.contains_point(pointer.x, pointer.y):
            settings = self.tool_state.settings(Tool.FILL, FillSettings)
            session.paint.fill_at(int(pointer.x), int(pointer.y), settings, self.tool_state.color)
