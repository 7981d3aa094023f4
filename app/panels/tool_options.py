"""Tool options bar: what the tool in hand offers, in one row above the picture."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.controls.swatches import Swatch
from app.controls.value_slider import ValueSlider
from app.theme import GRID_PX, icon
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.workspace import Workspace

SIZE_MAX_PX = 2000


class ToolOptions(QWidget):
    """Size, hardness, opacity, flow, pressure and colour; a sentence for the other tools."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._tool_state = workspace.tool_state
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(GRID_PX)
        self._name = QLabel()
        self._name.setProperty("role", "heading")
        self._name.setMinimumWidth(72)
        self.sentence = QLabel()
        self.sentence.setProperty("role", "muted")
        row.addWidget(self._name)
        row.addWidget(self._brush_row())
        row.addWidget(self.sentence)
        row.addStretch()
        self._tool_state.changed.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        """The height of the tallest row for every tool, so that the picture never moves."""
        return super().sizeHint().expandedTo(QSize(0, self._brush.sizeHint().height()))

    def _brush_row(self) -> QWidget:
        self._brush = QWidget()
        self._brush.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self._brush)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        self.color = Swatch(28)
        self.color.clicked.connect(self._tool_state.swap_colors)
        self.size_slider = self._slider(self.tr("Size"), 1, SIZE_MAX_PX, self.tr(" px"), 3.0)
        self.size_slider.setToolTip(
            self.tr("Diameter in image pixels ([ and ], or Ctrl and wheel)")
        )
        self.hardness = self._slider(self.tr("Hardness"), 0, 100, self.tr(" %"))
        self.hardness.setToolTip(self.tr("0 % = soft to the rim (Shift+[ and Shift+])"))
        self.opacity = self._slider(self.tr("Opacity"), 1, 100, self.tr(" %"))
        self.opacity.setToolTip(self.tr("Most that one stroke can cover (1 to 9, 0 = 100 %)"))
        self.flow = self._slider(self.tr("Flow"), 1, 100, self.tr(" %"))
        self.flow.setToolTip(self.tr("How fast a stroke reaches its opacity"))
        self.pressure_size = self._switch(
            "ph.circle-half-tilt", self.tr("Pen pressure changes the size")
        )
        self.pressure_opacity = self._switch(
            "ph.drop-half", self.tr("Pen pressure changes the opacity")
        )
        for widget in (
            self.color,
            self.size_slider,
            self.hardness,
            self.opacity,
            self.flow,
            self.pressure_size,
            self.pressure_opacity,
        ):
            row.addWidget(widget)
        return self._brush

    def _slider(self, name: str, low: int, high: int, unit: str, curve: float = 1.0) -> ValueSlider:
        slider = ValueSlider(name, low, high, unit, curve)
        slider.setFixedWidth(148)
        slider.valueChanged.connect(self._take)
        return slider

    def _switch(self, icon_name: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(icon_name))
        button.setCheckable(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.toggled.connect(self._take)
        return button

    def _show(self) -> None:
        tool = self._tool_state.tool
        name, sentence = self._texts(tool)
        is_brush = tool in (Tool.BRUSH, Tool.ERASER)
        self._name.setText(name)
        self.sentence.setText(sentence)
        self.sentence.setVisible(not is_brush)
        self._brush.setVisible(is_brush)
        self.color.setVisible(tool is Tool.BRUSH)
        self.color.show_color(self._tool_state.color, self.tr("Painting colour, click swaps (X)"))
        self._show_settings()

    def _show_settings(self) -> None:
        settings = self._tool_state.active_settings
        self.size_slider.show_value(round(settings.size_px))
        self.hardness.show_value(round(settings.hardness * 100))
        self.opacity.show_value(round(settings.opacity * 100))
        self.flow.show_value(round(settings.flow * 100))
        for switch, is_on in (
            (self.pressure_size, settings.pressure_size),
            (self.pressure_opacity, settings.pressure_opacity),
        ):
            switch.blockSignals(True)
            switch.setChecked(is_on)
            switch.blockSignals(False)

    def _take(self) -> None:
        settings = dataclasses.replace(self._tool_state.active_settings, **self._changes())
        if self._tool_state.tool is Tool.ERASER:
            self._tool_state.set_eraser(settings)
        else:
            self._tool_state.set_brush(settings)

    def _changes(self) -> dict[str, Any]:
        settings = self._tool_state.active_settings
        shown = {
            "size_px": (self.size_slider.value(), round(settings.size_px), 1.0),
            "hardness": (self.hardness.value(), round(settings.hardness * 100), 0.01),
            "opacity": (self.opacity.value(), round(settings.opacity * 100), 0.01),
            "flow": (self.flow.value(), round(settings.flow * 100), 0.01),
        }
        changed = {name: new * unit for name, (new, old, unit) in shown.items() if new != old}
        switches = {
            "pressure_size": self.pressure_size.isChecked(),
            "pressure_opacity": self.pressure_opacity.isChecked(),
        }
        return {**changed, **switches}

    def _texts(self, tool: Tool) -> tuple[str, str]:
        return {
            Tool.BRUSH: (self.tr("Brush"), ""),
            Tool.ERASER: (self.tr("Eraser"), ""),
            Tool.RECT_SELECT: (
                self.tr("Rectangle"),
                self.tr("Drag to select. Shift adds, Alt takes away."),
            ),
            Tool.LASSO: (
                self.tr("Lasso"),
                self.tr("Draw around what you want. Shift adds, Alt takes away."),
            ),
            Tool.MOVE: (
                self.tr("Move"),
                self.tr("Drag a selection to lift it onto a new layer, or drag the layer itself."),
            ),
            Tool.EYEDROPPER: (
                self.tr("Eyedropper"),
                self.tr("Click to paint in the colour below."),
            ),
            Tool.CLONE: (self.tr("Clone"), self.tr("Alt-click where to take from, then paint.")),
            Tool.FILL: (self.tr("Fill"), self.tr("Click to fill pixels of a similar colour.")),
            Tool.GRADIENT: (
                self.tr("Gradient"),
                self.tr("Drag from the first colour to the second."),
            ),
            Tool.SHAPE: (self.tr("Shape"), self.tr("Drag to draw a filled shape.")),
            Tool.ELLIPSE_SELECT: (
                self.tr("Ellipse"),
                self.tr("Drag to select. Shift adds, Alt takes away."),
            ),
            Tool.POLYGON_SELECT: (
                self.tr("Polygon"),
                self.tr("Click corner after corner; a double click closes the line."),
            ),
            Tool.WAND: (
                self.tr("Magic wand"),
                self.tr("Click to select pixels of a similar colour."),
            ),
            Tool.TRANSFORM: (
                self.tr("Transform"),
                self.tr("Drag the handles; Enter applies, Esc cancels."),
            ),
            Tool.CROP: (
                self.tr("Crop"),
                self.tr("Drag the part to keep; Enter crops, Esc cancels."),
            ),
            Tool.HAND: (
                self.tr("Hand"),
                self.tr("Drag the view. Space does the same in any tool."),
            ),
            Tool.ZOOM: (self.tr("Zoom"), self.tr("Click to come closer, Alt-click to step back.")),
        }[tool]
