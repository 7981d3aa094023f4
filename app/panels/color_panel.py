"""Colour panel: square and hue bar, HSV or RGB numbers, hex, recent colours, swap, default."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
)

from app.controls.action_row import ActionRow
from app.controls.color_area import ColorArea
from app.controls.swatches import RgbColor, Swatch, SwatchRow
from app.controls.value_slider import ValueSlider
from app.panels.session_panel import SessionPanel
from app.theme import GRID_PX
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.document.change import Change
    from app.session import Session
    from app.workspace import Workspace

RECENT_COUNT = 10


class ColorPanel(SessionPanel):
    """Chooses the painting colour of every tab.

    Attributes:
        buttons: swap and default colours; the window gives the actions.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._tool_state = workspace.tool_state
        self._recent: list[RgbColor] = []
        self.area = ColorArea()
        self.area.picked.connect(self._take_color)
        self.recent = SwatchRow(RECENT_COUNT, self.tr("Recently used"))
        self.recent.picked.connect(self._tool_state.set_color)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(self.area, 1)
        column.addLayout(self._current_row())
        column.addLayout(self._slider_row())
        column.addWidget(self.recent)
        self._tool_state.changed.connect(self._show_colors)
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [(session.document_changed, self._note_painted)]

    def refresh(self) -> None:
        self._show_colors()

    def _current_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.current, self.background = Swatch(28), Swatch(20)
        self.background.clicked.connect(self._tool_state.swap_colors)
        row.addWidget(self.current)
        row.addWidget(self.background)
        self.buttons = ActionRow()
        row.addWidget(self.buttons, 1)
        label = QLabel(self.tr("Hex"))
        self.hex_field = QLineEdit()
        self.hex_field.setMaxLength(7)
        self.hex_field.setFixedWidth(80)
        self.hex_field.setAccessibleName(self.tr("Colour as hex number"))
        self.hex_field.editingFinished.connect(self._take_hex)
        label.setBuddy(self.hex_field)
        row.addWidget(label)
        row.addWidget(self.hex_field)
        return row

    def _slider_row(self) -> QHBoxLayout:
        self.model_choice = QComboBox()
        self.model_choice.addItems([self.tr("HSV"), self.tr("RGB")])
        self.model_choice.setAccessibleName(self.tr("Colour numbers"))
        self.model_choice.currentIndexChanged.connect(self._show_model)
        self.hsv_sliders = self._sliders("HSV", (359, 100, 100))
        self.rgb_sliders = self._sliders("RGB", (255, 255, 255))
        for slider in self.hsv_sliders:
            slider.valueChanged.connect(self._take_hsv)
        for slider in self.rgb_sliders:
            slider.valueChanged.connect(self._take_rgb)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.model_choice)
        for slider in (*self.hsv_sliders, *self.rgb_sliders):
            row.addWidget(slider, 1)
        self._show_model(0)
        return row

    @staticmethod
    def _sliders(names: str, highs: tuple[int, int, int]) -> list[ValueSlider]:
        sliders = [ValueSlider(name, 0, high) for name, high in zip(names, highs, strict=True)]
        for slider in sliders:
            slider.setMinimumWidth(48)
            slider.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return sliders

    def _show_model(self, index: int) -> None:
        for slider in self.hsv_sliders:
            slider.setVisible(index == 0)
        for slider in self.rgb_sliders:
            slider.setVisible(index == 1)

    def _show_colors(self) -> None:
        color = QColor(*self._tool_state.color)
        if color.rgb() != self._hsv_color().rgb():
            self._show_hsv(color)
        self.area.show_color(color)
        for slider, value in zip(self.rgb_sliders, self._tool_state.color, strict=True):
            slider.show_value(value)
        self.hex_field.setText(color.name())
        self.current.show_color(self._tool_state.color, self.tr("Painting colour"))
        self.background.show_color(
            self._tool_state.background, self.tr("Second colour, click swaps")
        )

    def _show_hsv(self, color: QColor) -> None:
        hue, saturation, value = color.hsvHueF(), color.hsvSaturationF(), color.valueF()
        hue_slider, saturation_slider, value_slider = self.hsv_sliders
        if hue >= 0:
            hue_slider.show_value(round(hue * 360) % 360)
        saturation_slider.show_value(round(saturation * 100))
        value_slider.show_value(round(value * 100))

    def _hsv_color(self) -> QColor:
        hue, saturation, value = (slider.value() for slider in self.hsv_sliders)
        return QColor.fromHsvF(hue / 360, saturation / 100, value / 100)

    def _take_color(self, color: QColor) -> None:
        self._tool_state.set_color((color.red(), color.green(), color.blue()))

    def _take_hsv(self) -> None:
        self._take_color(self._hsv_color())

    def _take_rgb(self) -> None:
        self._take_color(QColor(*(slider.value() for slider in self.rgb_sliders)))

    def _take_hex(self) -> None:
        text = self.hex_field.text().strip().lstrip("#")
        color = QColor(f"#{text}")
        if color.isValid():
            self._take_color(color)
        self._show_colors()

    def _note_painted(self, change: Change) -> None:
        color = self._tool_state.color
        is_painted = change.pixels is not None and self._tool_state.tool is Tool.BRUSH
        if is_painted and self._recent[:1] != [color]:
            self._recent = [color, *(c for c in self._recent if c != color)][:RECENT_COUNT]
            self.recent.show_colors(self._recent)
