"""Brush, eraser and clone: tip, opacity, pen pressure and the way of the stroke."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.controls.labels import icon_button, label
from app.controls.overflow_row import Popup, show_below
from app.controls.pressure_curve import PressureCurve
from app.controls.swatches import Swatch
from app.controls.value_slider import ValueSlider
from app.document.painting.sampling import SampledLayers
from app.panels.tool_options.row import PERCENT, OptionsRow
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.workspace import Workspace

# Firmness 100 means this gamma, -100 its inverse.
_GAMMA_MAX = 5.0


class BrushRow(OptionsRow):
    """The controls of every tool that paints strokes.

    Args:
        workspace: the open documents.
        prefix: leads to the brush inside the tool's settings (``"brush."``).
    """

    def __init__(self, workspace: Workspace, prefix: str = "") -> None:
        super().__init__(workspace)
        self._prefix = prefix
        self._percent = self.tr(" %")
        self.color = Swatch(28)
        self.color.setAccessibleName(self.tr("Painting colour"))
        self.color.clicked.connect(self.color_wanted)
        self.add_control(self.color)
        self._add_tip()
        self._add_own()
        self._add_pressure()
        self._add_way()

    def refresh(self) -> None:
        """Show the settings and the colour."""
        super().refresh()
        self.show_control(self.color, self.tool_state.tool is Tool.BRUSH)
        self.color.show_color(self.tool_state.color, self.tr("Painting colour, click chooses"))

    def _add_own(self) -> None:
        """Append what only this tool has."""

    def _add_tip(self) -> None:
        percent = self._percent
        self.size_slider = self.add_slider(
            f"{self._prefix}size_px", self.tr("Size"), self.tr(" px"), curve=3.0
        )
        self.size_slider.setToolTip(
            self.tr("Diameter in image pixels ([ and ], or Ctrl and wheel)")
        )
        self.hardness = self.add_slider(
            f"{self._prefix}hardness", self.tr("Hardness"), percent, PERCENT
        )
        self.hardness.setToolTip(self.tr("0 % = soft to the rim (Shift+[ and Shift+])"))
        self.opacity = self.add_slider(
            f"{self._prefix}opacity", self.tr("Opacity"), percent, PERCENT
        )
        self.opacity.setToolTip(self.tr("Most that one stroke can cover (1 to 9, 0 = 100 %)"))
        self.flow = self.add_slider(f"{self._prefix}flow", self.tr("Flow"), percent, PERCENT)
        self.flow.setToolTip(self.tr("How fast a stroke reaches its opacity"))

    def _add_pressure(self) -> None:
        self.pressure_size = self.add_switch(
            f"{self._prefix}pressure_size",
            "ph.circle-half-tilt",
            self.tr("Pen pressure changes the size"),
        )
        self.pressure_opacity = self.add_switch(
            f"{self._prefix}pressure_opacity",
            "ph.drop-half",
            self.tr("Pen pressure changes the opacity"),
        )
        self.pressure_button = icon_button("curve", self.tr("Pressure curve"))
        self.pressure_popup = Popup(self)
        self.pressure_button.clicked.connect(
            lambda: show_below(self.pressure_popup, self.pressure_button)
        )
        self.add_control(self.pressure_button)
        self._fill_pressure_popup()

    def _add_way(self) -> None:
        self.spacing = self.add_slider(
            f"{self._prefix}spacing", self.tr("Spacing"), self._percent, PERCENT, curve=2.0
        )
        self.spacing.setToolTip(self.tr("Distance of the dabs in per cent of the diameter"))
        self.smoothing = self.add_slider(
            f"{self._prefix}smoothing", self.tr("Smoothing"), self._percent, PERCENT
        )
        self.smoothing.setToolTip(
            self.tr("How far the stroke lags behind a shaky hand; 0 % follows it exactly")
        )

    def _fill_pressure_popup(self) -> None:
        self.curve = PressureCurve()
        self.minimum = self.make_slider(
            f"{self._prefix}pressure_minimum", self.tr("Minimum"), self._percent, PERCENT
        )
        self.minimum.setToolTip(self.tr("What the lightest touch leaves of size or opacity"))
        path = f"{self._prefix}pressure_gamma"
        self.firmness = ValueSlider(self.tr("Firmness"), -100, 100)
        self.firmness.setToolTip(self.tr("Above 0 a light touch does less, below 0 more"))
        self.firmness.valueChanged.connect(
            lambda value: self.write(path, math.pow(_GAMMA_MAX, value / 100))
        )
        self.bind(path, lambda gamma: self.firmness.show_value(firmness_of(gamma)))
        column = self.pressure_popup.column
        column.addWidget(label("heading", self.tr("Pen pressure")))
        for widget in (self.curve, self.minimum, self.firmness):
            column.addWidget(widget)
        self.bind(path, lambda _: self._show_curve())
        self.bind(f"{self._prefix}pressure_minimum", lambda _: self._show_curve())

    def _show_curve(self) -> None:
        brush = self.tool_state.active_settings
        self.curve.show_curve(brush.pressure_minimum, brush.pressure_gamma)


class CloneRow(BrushRow):
    """The brush's controls, and what is copied."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, "brush.")

    def _add_own(self) -> None:
        self.layers = self.add_choice(
            "layers",
            {
                SampledLayers.CURRENT: self.tr("This layer"),
                SampledLayers.BELOW: self.tr("This and below"),
                SampledLayers.ALL: self.tr("All layers"),
            },
            self.tr("Which layers are copied"),
        )
        self.aligned = self.add_check(
            "is_aligned",
            self.tr("Aligned"),
            self.tr("Every stroke keeps the distance of the first; off: each starts at the source"),
        )


def firmness_of(gamma: float) -> int:
    """Return a gamma on a scale from -100 to 100 whose middle is a straight line."""
    return round(100 * math.log(gamma, _GAMMA_MAX))
