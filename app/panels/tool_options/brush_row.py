"""Brush and eraser: tip, opacity and pen pressure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.controls.swatches import Swatch
from app.panels.tool_options.row import OptionsRow
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.workspace import Workspace

PERCENT = 0.01


class BrushRow(OptionsRow):
    """The controls of every tool that paints strokes.

    Args:
        workspace: the open documents.
        prefix: leads to the brush inside the tool's settings (``"brush."``).
    """

    def __init__(self, workspace: Workspace, prefix: str = "") -> None:
        super().__init__(workspace)
        percent = self.tr(" %")
        self.color = Swatch(28)
        self.color.clicked.connect(self.tool_state.swap_colors)
        self.add_control(self.color)
        self.size_slider = self.add_slider(
            f"{prefix}size_px", self.tr("Size"), self.tr(" px"), curve=3.0
        )
        self.size_slider.setToolTip(
            self.tr("Diameter in image pixels ([ and ], or Ctrl and wheel)")
        )
        self.hardness = self.add_slider(f"{prefix}hardness", self.tr("Hardness"), percent, PERCENT)
        self.hardness.setToolTip(self.tr("0 % = soft to the rim (Shift+[ and Shift+])"))
        self.opacity = self.add_slider(f"{prefix}opacity", self.tr("Opacity"), percent, PERCENT)
        self.opacity.setToolTip(self.tr("Most that one stroke can cover (1 to 9, 0 = 100 %)"))
        self.flow = self.add_slider(f"{prefix}flow", self.tr("Flow"), percent, PERCENT)
        self.flow.setToolTip(self.tr("How fast a stroke reaches its opacity"))
        self.pressure_size = self.add_switch(
            f"{prefix}pressure_size",
            "ph.circle-half-tilt",
            self.tr("Pen pressure changes the size"),
        )
        self.pressure_opacity = self.add_switch(
            f"{prefix}pressure_opacity", "ph.drop-half", self.tr("Pen pressure changes the opacity")
        )

    def refresh(self) -> None:
        """Show the settings and the colour."""
        super().refresh()
        self.show_control(self.color, self.tool_state.tool is Tool.BRUSH)
        self.color.show_color(self.tool_state.color, self.tr("Painting colour, click swaps (X)"))
