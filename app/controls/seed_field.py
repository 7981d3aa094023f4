"""A field for a seed: a whole number that is typed, or stepped with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

SEED_LIMIT = 2**31 - 1


class SeedField(QLineEdit):
    """Holds a number from 0 to ``SEED_LIMIT``; anything else typed counts as the one before.

    Signals:
        value_changed(int): it holds another number.
    """

    value_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("0", parent)
        self._value = 0
        self.setValidator(QIntValidator(0, SEED_LIMIT, self))
        self.setAccessibleName(self.tr("Seed"))
        self.editingFinished.connect(self._settle)

    def value(self) -> int:
        """Return the seed."""
        self._settle()
        return self._value

    def show_value(self, value: int) -> None:
        """Show another seed."""
        self.setText(str(min(SEED_LIMIT, max(0, value))))
        self._settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.show_value(self.value() + step)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.show_value(self.value())
        super().focusOutEvent(event)

    def _settle(self) -> None:
        if self.hasAcceptableInput() and self._value != int(self.text()):
            self._value = int(self.text())
            self.value_changed.emit(self._value)
