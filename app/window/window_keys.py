"""Keys and the wheel as they reach the window: what a field, the picture or a panel gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

if TYPE_CHECKING:
    from app.panels.generate import GeneratePanel

FIELDS = (QLineEdit, QAbstractSpinBox)
_ENDING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_COMMAND_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class WindowKeys:
    """Decides about the keys of a window.

    Args:
        window: its shortcuts leave a field being typed into its own keys.
        canvas: gets the focus once a field is done.
        generate: steps its scale by Alt and the wheel, compares while the backslash is held.
    """

    def __init__(self, window: QWidget, canvas: QWidget, generate: GeneratePanel) -> None:
        self._window = window
        self._canvas = canvas
        self._generate = generate

    def keep_for_field(self, event: QKeyEvent) -> bool:
        """Keep a shortcut from a key that is meant for the field being typed into."""
        focus = QApplication.focusWidget()
        is_plain = not event.modifiers() & _COMMAND_MODIFIERS
        if event.key() == Qt.Key.Key_Tab and is_plain:
            is_kept = focus not in (None, self._canvas, self._window)
        else:
            is_kept = isinstance(focus, FIELDS) and event.key() in _ENDING_KEYS
        if is_kept:
            event.accept()
        return is_kept

    def press(self, event: QKeyEvent) -> None:
        """A key that nobody else took went down."""
        if event.key() in _ENDING_KEYS:
            self._canvas.setFocus()
        elif event.key() == Qt.Key.Key_Backslash and not event.isAutoRepeat():
            self._generate.results.hold_compare(True)

    def release(self, event: QKeyEvent) -> None:
        """A key came up."""
        if event.key() == Qt.Key.Key_Backslash and not event.isAutoRepeat():
            self._generate.results.hold_compare(False)

    def turn_wheel(self, event: QWheelEvent) -> None:
        """The wheel turned where nobody else took it: with Alt it steps the scale."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and delta != 0:
            self._generate.step_scale(1 if delta > 0 else -1)
            event.accept()
