"""The seed with its lock and its dice."""

from __future__ import annotations

import random

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.controls.labels import icon_button
from app.controls.seed_field import SeedField
from app.theme import icon

ROLLED_SEED_LIMIT = 1_000_000


class SeedRow(QWidget):
    """Gives a seed per render: the one shown, or another if it was used and is not locked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._used: int | None = None
        self.field = SeedField()
        self.field.setToolTip(self.tr("The same seed and settings give the same result"))
        caption = QLabel(self.tr("See&d"))
        caption.setBuddy(self.field)
        self.lock = icon_button("ph.lock-simple-open", self.tr("Keep the seed for the next render"))
        self.lock.setCheckable(True)
        self.lock.toggled.connect(self._show_lock)
        self.dice = icon_button("ph.dice-five", self.tr("Another random seed"))
        self.dice.clicked.connect(self.roll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(caption)
        row.addSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.lock)
        row.addWidget(self.dice)

    def take_seed(self) -> int:
        """Return the seed of the render that starts now."""
        if self.field.value() == self._used and not self.lock.isChecked():
            self.roll()
        self._used = self.field.value()
        return self._used

    def show_seed(self, seed: int) -> None:
        """Take a seed for the next render, also one that was used before."""
        self.field.show_value(seed)
        self._used = None

    def roll(self) -> None:
        """Show another random seed."""
        self.field.show_value(random.randrange(ROLLED_SEED_LIMIT))

    def _show_lock(self, is_locked: bool) -> None:
        self.lock.setIcon(icon("ph.lock-simple" if is_locked else "ph.lock-simple-open"))
