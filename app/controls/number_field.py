"""Fields for numbers, their text a little off the border."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

# A style sheet cannot move the text: Qt puts it at the very left.
_INSET_PX = 4

FieldType = TypeVar("FieldType", QSpinBox, QDoubleSpinBox)


def number_field(field: FieldType) -> FieldType:
    """Move the text of a field off its border, and return the field."""
    field.lineEdit().setTextMargins(_INSET_PX, 0, 0, 0)
    return field
