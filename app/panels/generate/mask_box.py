"""Where a result may differ: grow and feather in image pixels, and a switch to see it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.controls.labels import icon_button
from app.controls.value_slider import ValueSlider
from app.theme import GRID_PX

LARGEST_SHARE = 0.06
"""Of the long side: the most that grow or feather may be."""


class MaskBox(QWidget):
    """Shows the engine's defaults until something else is chosen.

    Signals:
        changed(): the mask is to be shown, or no longer, or has another rim.
        chosen(int, int): another grow and feather, pixels.
    """

    changed = Signal()
    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice: tuple[int, int] | None = None
        self._defaults = (0, 0)
        self.grow = self._slider(
            self.tr("Grow"), self.tr("Widens the area that may change, in image pixels")
        )
        self.feather = self._slider(
            self.tr("Feather"), self.tr("Softens the rim of that area, in image pixels")
        )
        self.switch = icon_button(
            "ph.selection-foreground", self.tr("Tint where the result may differ from the photo")
        )
        self.switch.setCheckable(True)
        self.switch.toggled.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(self.grow, 1)
        row.addWidget(self.feather, 1)
        row.addWidget(self.switch)

    @property
    def is_shown(self) -> bool:
        """Whether the canvas is to tint the mask."""
        return self.switch.isChecked()

    def choice(self) -> tuple[int | None, int | None]:
        """Return grow and feather in pixels, None for the engine's defaults."""
        return (None, None) if self._choice is None else (self.grow.value(), self.feather.value())

    def show_choice(self, grow_px: int | None, feather_px: int | None) -> None:
        """Show what was chosen; None = the defaults."""
        before = (self.grow.value(), self.feather.value())
        self._choice = None
        if grow_px is not None and feather_px is not None:
            self._choice = (grow_px, feather_px)
        self._show_values()
        if before != (self.grow.value(), self.feather.value()):
            self.changed.emit()

    def show_defaults(self, long_side_px: int, grow_px: int, feather_px: int) -> None:
        """Show the defaults of a document, unless the user chose something else."""
        for slider in (self.grow, self.feather):
            slider.setMaximum(max(8, round(LARGEST_SHARE * long_side_px)))
        self._defaults = (grow_px, feather_px)
        self._show_values()

    def set_rim_enabled(self, is_enabled: bool) -> None:
        """Let grow and feather be changed, or not."""
        self.grow.setEnabled(is_enabled)
        self.feather.setEnabled(is_enabled)

    def _slider(self, name: str, hint: str) -> ValueSlider:
        slider = ValueSlider(name, 0, 100, self.tr(" px"), 1.5)
        slider.setToolTip(hint)
        slider.valueChanged.connect(self._take)
        return slider

    def _show_values(self) -> None:
        grow_px, feather_px = self._defaults if self._choice is None else self._choice
        self.grow.show_value(grow_px)
        self.feather.show_value(feather_px)

    def _take(self) -> None:
        self._choice = (self.grow.value(), self.feather.value())
        self.changed.emit()
        self.chosen.emit(*self._choice)
