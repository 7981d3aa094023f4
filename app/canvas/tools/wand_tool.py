"""Magic wand: a click selects pixels of a similar colour."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from app.canvas.tools.selection_tool import SelectionTool
from app.canvas.tools.tool import Pointer
from app.document.painting.flood import similar_pixels
from app.document.selection import Selection
from app.session import Session
from app.tool_settings import WandSettings
from app.tool_state import Tool, ToolState


class WandTool(SelectionTool):
    """Selects around the clicked pixel, or all pixels of its colour."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state, Tool.WAND)

    @property
    def settings(self) -> WandSettings:
        """How the wand selects."""
        return self.tool_state.settings(Tool.WAND, WandSettings)

    def _click(self, session: Session, pointer: Pointer) -> None:
        self._finish(session, pointer)

    def _finish(self, session: Session, pointer: Pointer) -> None:
        document, settings = session.document, self.settings
        x, y = math.floor(self._start[0]), math.floor(self._start[1])
        if not document.rect.contains_point(x, y):
            super()._click(session, pointer)
            return
        layer = document.active_layer
        if settings.samples_all_layers or layer is None or layer.is_group:
            pixels = session.compositor.composite()
        else:
            pixels = layer.plane.read(document.rect)
        mask = similar_pixels(
            pixels, x, y, settings.tolerance, settings.is_contiguous, settings.is_antialiased
        )
        # of a small part of a large picture only that part is kept
        drawn, whole = Selection(mask), document.rect
        part = mask[drawn.bounds.slices_in(whole)]
        drawn = Selection.of_values(part, drawn.bounds, document.width, document.height)
        self._select(session, drawn, QCoreApplication.translate("SelectionTools", "Magic wand"))
