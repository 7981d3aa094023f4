"""What the rows of controls have in common: each control shows and changes one setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QToolButton

from app.controls.choice_box import ChoiceBox
from app.controls.labels import icon_button
from app.controls.overflow_row import OverflowRow
from app.controls.value_slider import ValueSlider
from app.tool_settings import LIMITS, setting_of

if TYPE_CHECKING:
    from app.workspace import Workspace

_SLIDER_PX = 148
PERCENT = 0.01


class OptionsRow(OverflowRow):
    """Controls of one family of tools.

    A control belongs to a path into the settings of the tool in hand (see
    ``app.tool_settings.setting_of``); children append theirs in their constructor, the most
    important first, and override ``refresh`` where something else is shown too.

    Attributes:
        workspace: the open documents.
        tool_state: the tool in hand.

    Signals:
        color_wanted(): the user asked to choose the painting colour.
    """

    color_wanted = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.tool_state = workspace.tool_state
        self._showing: list[Callable[[], object]] = []

    def refresh(self) -> None:
        """Show the settings of the tool in hand, which is one of this row's."""
        for show in self._showing:
            show()

    def add_slider(
        self, path: str, name: str, unit: str = "", step: float = 1.0, curve: float = 1.0
    ) -> ValueSlider:
        """Append a slider for a number; see ``make_slider``."""
        slider = self.make_slider(path, name, unit, step, curve)
        slider.setFixedWidth(max(_SLIDER_PX, slider.sizeHint().width()))
        self.add_control(slider)
        return slider

    def make_slider(
        self, path: str, name: str, unit: str = "", step: float = 1.0, curve: float = 1.0
    ) -> ValueSlider:
        """Return a slider for a number, to be placed in a popup.

        Args:
            path: of the setting; its limits are the slider's.
            name: what the slider says.
            unit: behind the number.
            step: what 1 on the slider is worth (0.01 for per cent).
            curve: see ``ValueSlider``.
        """
        low, high = LIMITS[path.rpartition(".")[2]]
        slider = ValueSlider(name, round(low / step), round(high / step), unit, curve)
        slider.valueChanged.connect(lambda value: self.write(path, value * step))
        self.bind(path, lambda value: slider.show_value(round(value / step)))
        return slider

    def add_switch(self, path: str, icon_name: str, text: str) -> QToolButton:
        """Append a button that is down while something is on; the tooltip says what."""
        button = icon_button(icon_name, text)
        button.setCheckable(True)
        button.toggled.connect(partial(self.write, path))
        self.bind(path, lambda is_on: _check(button, is_on))
        self.add_control(button)
        return button

    def add_check(self, path: str, text: str, hint: str = "") -> QCheckBox:
        """Append a box with a text."""
        box = QCheckBox(text)
        box.setToolTip(hint)
        box.toggled.connect(partial(self.write, path))
        self.bind(path, lambda is_on: _check(box, is_on))
        self.add_control(box)
        return box

    def add_choice(self, path: str, texts: Mapping[Any, str], name: str) -> ChoiceBox:
        """Append a list of values to choose from.

        Args:
            path: of the setting.
            texts: what each value is called.
            name: of the list, for the tooltip and screen readers.
        """
        box = ChoiceBox()
        # plain strings: Qt would make a string of a member of a str enumeration
        values = list(texts)
        box.addItems(list(texts.values()))
        box.setToolTip(name)
        box.setAccessibleName(name)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box.activated.connect(lambda index: self.write(path, values[index]))
        self.bind(path, lambda value: box.setCurrentIndex(values.index(value)))
        self.add_control(box)
        return box

    def add_icon_choice(
        self, path: str, choices: Mapping[Any, tuple[str, str]]
    ) -> dict[Enum, QToolButton]:
        """Append a button for each value of a setting; exactly one is down.

        Args:
            path: of the setting.
            choices: icon and tooltip of each value.
        """
        return {
            value: self._add_choice_button(path, value, *look) for value, look in choices.items()
        }

    def bind(self, path: str, show: Callable[[Any], object]) -> None:
        """Have ``show`` called with a setting whenever settings are shown."""
        self._showing.append(lambda: show(self.read(path)))

    def read(self, path: str) -> Any:
        """Return a setting of the tool in hand."""
        return setting_of(self.tool_state.settings(self.tool_state.tool), path)

    def write(self, path: str, value: object) -> None:
        """Change a setting of the tool in hand."""
        self.tool_state.set_setting(path, value)

    def _add_choice_button(self, path: str, value: Any, icon_name: str, text: str) -> QToolButton:
        button = icon_button(icon_name, text)
        button.setCheckable(True)

        def choose() -> None:
            self.write(path, value)
            # a second click does not take the choice back
            _check(button, self.read(path) == value)

        button.clicked.connect(choose)
        self.bind(path, lambda shown: _check(button, shown == value))
        self.add_control(button)
        return button


def _check(button: QCheckBox | QToolButton, is_on: bool) -> None:
    with QSignalBlocker(button):
        button.setChecked(is_on)
