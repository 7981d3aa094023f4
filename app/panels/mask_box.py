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
    """Starts at the engine's defaults and keeps what the user chooses instead.

    Signals:
        changed(): the mask is to be shown, or no longer, or has another rim.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_own = False
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
        return (self.grow.value(), self.feather.value()) if self._is_own else (None, None)

    def forget_choice(self) -> None:
        """Follow the defaults from the next ``show_defaults`` on."""
        self._is_own = False

    def show_defaults(self, long_side_px: int, grow_px: int, feather_px: int) -> None:
        """Show the defaults of a document, unless the user chose something else."""
        if self._is_own:
            return
        for slider, value in ((self.grow, grow_px), (self.feather, feather_px)):
            slider.setMaximum(max(8, round(LARGEST_SHARE * long_side_px)))
            slider.show_value(value)

    def set_rim_enabled(self, is_enabled: bool) -> None:
        """Let grow and feather be changed, or not."""
        self.grow.setEnabled(is_enabled)
        self.feather.setEnabled(is_enabled)

    def _slider(self, name: str, hint: str) -> ValueSlider:
        slider = ValueSlider(name, 0, 100, self.tr(" px"), 1.5)
        slider.setToolTip(hint)
        slider.valueChanged.connect(self._take)
        return slider

    def _take(self) -> None:
        self._is_own = True
        self.changed.emit()
