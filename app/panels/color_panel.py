"""Colour panel: square and hue bar, numbers, hex, the photo's palette, recent and own colours."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.controls.action_row import ActionRow
from app.controls.choice_box import ChoiceBox
from app.controls.color_area import ColorArea
from app.controls.labels import icon_button, label
from app.controls.swatches import Swatch, SwatchStrip
from app.controls.value_slider import ValueSlider
from app.document.commands import EditPixels
from app.document.palette import MOST, PhotoPalette
from app.document.pixels import RgbColor
from app.panels.session_panel import SessionPanel
from app.theme import GRID_PX
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.document.commands import Command
    from app.session import Session
    from app.settings import Settings
    from app.workspace import Workspace

RECENT_COUNT = 12
OWN_LIMIT = 32
# Tools that leave the painting colour in the picture.
COLOR_TOOLS = (Tool.BRUSH, Tool.FILL, Tool.GRADIENT, Tool.SHAPE)


class ColorPanel(SessionPanel):
    """Chooses the painting colour of every tab.

    Args:
        workspace: the open documents and the tool in hand.
        settings: remembers the user's own colours.

    Attributes:
        buttons: swap and default colours; the window gives the actions.

    Signals:
        palette_pointed(int): the pointer is on that colour of the photo's palette; -1 = on none.
    """

    palette_pointed = Signal(int)

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        super().__init__(workspace)
        self._tool_state = workspace.tool_state
        self._settings = settings
        self._recent: list[RgbColor] = []
        self._newest: Callable[[], Command | None] = _nothing
        self.area = ColorArea()
        self.area.picked.connect(self._take_color)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX - 2)
        column.addWidget(self.area, 1)
        column.addLayout(self._current_row())
        column.addLayout(self._slider_row())
        column.addLayout(self._strips())
        self._tool_state.changed.connect(self._show_colors)
        settings.swatches_changed.connect(self._show_own)
        self._show_own()
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [(session.history_changed, self._note_painted)]

    def refresh(self) -> None:
        self._is_new_step()
        self._show_colors()

    def show_palette(self, palette: PhotoPalette | None) -> None:
        """Show the colours of the photo in front, or none."""
        shown = () if palette is None else palette.colors
        details = [
            self.tr("{share} % of the photo").format(share=_percent(color.share)) for color in shown
        ]
        self.photo.show_colors([color.rgb for color in shown], details)
        for part in (self.photo, self.photo_label):
            part.setVisible(bool(shown))

    def _current_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.current, self.background = Swatch(28), Swatch(20)
        self.current.clicked.connect(self._type_color)
        self.background.clicked.connect(self._tool_state.swap_colors)
        row.addWidget(self.current)
        row.addWidget(self.background)
        self.buttons = ActionRow()
        row.addWidget(self.buttons, 1)
        name = QLabel(self.tr("Hex"))
        self.hex_field = QLineEdit()
        self.hex_field.setFixedWidth(80)
        self.hex_field.setAccessibleName(self.tr("Colour as hex number"))
        self.hex_field.setToolTip(self.tr("#rrggbb or #rgb"))
        self.hex_field.editingFinished.connect(self._take_hex)
        name.setBuddy(self.hex_field)
        row.addWidget(name)
        row.addWidget(self.hex_field)
        return row

    def _slider_row(self) -> QHBoxLayout:
        self.model_choice = ChoiceBox()
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

    def _strips(self) -> QGridLayout:
        self.photo = SwatchStrip(MOST, self.tr("From the photo"))
        self.photo.pointed.connect(self.palette_pointed)
        self.photo_label = label("muted", self.tr("Photo"))
        self.photo_label.setToolTip(
            self.tr("The colours of the photo; the pointer on one shows where it lies")
        )
        self.recent = SwatchStrip(RECENT_COUNT, self.tr("Recently painted with"))
        self.own = SwatchStrip(MOST, self.tr("Own colour"), can_remove=True)
        self.own.removal_wanted.connect(self._remove_own)
        self.add_button = icon_button("ph.plus", self.tr("Keep the painting colour"))
        self.add_button.setObjectName("addColor")
        self.add_button.setIconSize(QSize(12, 12))
        self.add_button.clicked.connect(self._add_own)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID_PX)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        names = (
            self.photo_label,
            label("muted", self.tr("Recent")),
            label("muted", self.tr("Own")),
        )
        for row, (name, strip) in enumerate(
            zip(names, (self.photo, self.recent, self.own), strict=True)
        ):
            strip.picked.connect(self._tool_state.set_color)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(_with_button(strip, self.add_button) if row == 2 else strip, row, 1)
        self.show_palette(None)
        return grid

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
        self.current.show_color(self._tool_state.color, self.tr("Painting colour, click types it"))
        self.background.show_color(
            self._tool_state.background, self.tr("Second colour, click swaps (X)")
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._show_colors()
        super().keyPressEvent(event)

    def _type_color(self) -> None:
        self.hex_field.setFocus()
        self.hex_field.selectAll()

    def _note_painted(self) -> None:
        """Remember the colour of a step that is new: neither undone nor done again."""
        is_painted = self._is_new_step() and self._tool_state.tool in COLOR_TOOLS
        color = self._tool_state.color
        if is_painted and self._recent[:1] != [color]:
            self._recent = [color, *(c for c in self._recent if c != color)][:RECENT_COUNT]
            self.recent.show_colors(self._recent)

    def _is_new_step(self) -> bool:
        """Whether a change of pixels was run since this was asked last."""
        newest = None if self.session is None else self.session.history.newest
        is_new = newest is not None and newest is not self._newest()
        self._newest = _nothing if newest is None else weakref.ref(newest)
        return is_new and isinstance(newest, EditPixels)

    def _show_own(self) -> None:
        self.own.show_colors(self._settings.swatches)
        self.add_button.setEnabled(len(self._settings.swatches) < OWN_LIMIT)

    def _add_own(self) -> None:
        kept = self._settings.swatches
        if self._tool_state.color not in kept:
            self._settings.swatches = (*kept, self._tool_state.color)

    def _remove_own(self, index: int) -> None:
        kept = self._settings.swatches
        self._settings.swatches = (*kept[:index], *kept[index + 1 :])


def _with_button(strip: QWidget, button: QWidget) -> QWidget:
    """Return a strip with a small button behind it."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(strip, 1)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return made


def _nothing() -> None:
    """What a reference to no step refers to."""


def _percent(share: float) -> str:
    return f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"
