"""Fields for numbers, their text a little off the border, that a passing wheel leaves alone."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

# A style sheet cannot move the text: Qt puts it at the very left.
_INSET_PX = 4

FieldType = TypeVar("FieldType", QSpinBox, QDoubleSpinBox)


class _WheelGuard(QObject):
    """Keeps the wheel from a field that the user has not gone to."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_guarded = isinstance(watched, QWidget) and not watched.hasFocus()
        if event.type() is QEvent.Type.Wheel and is_guarded:
            event.ignore()
            return True
        return False


def number_field(field: FieldType) -> FieldType:
    """Give a field the look and the ways of all fields for numbers, and return it."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelGuard(field))
    field.lineEdit().setTextMargins(_INSET_PX, 0, 0, 0)
    return field
