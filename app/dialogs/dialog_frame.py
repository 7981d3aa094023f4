"""What dialogs have in common: their margins, the captions of fields and the last row."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.labels import set_main
from app.theme import GRID_PX


def dialog_column(dialog: QDialog) -> QVBoxLayout:
    """Give a dialog its column, with the margins of all dialogs."""
    column = QVBoxLayout(dialog)
    column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
    column.setSpacing(2 * GRID_PX)
    return column


def field_grid() -> QGridLayout:
    """Return a grid of captions and the fields beside them, which take the room."""
    grid = QGridLayout()
    grid.setSpacing(GRID_PX)
    grid.setColumnStretch(1, 1)
    return grid


def add_caption(grid: QGridLayout, row: int, text: str, field: QWidget) -> None:
    """Put a caption into a row; its key leads to the field."""
    caption = QLabel(text)
    caption.setBuddy(field)
    grid.addWidget(caption, row, 0)


def answer_buttons(dialog: QDialog, text: str = "") -> tuple[QDialogButtonBox, QPushButton]:
    """Return the last row of a dialog and the main button in it, which Enter presses.

    Args:
        dialog: accepted by the main button, rejected by the other.
        text: of the main button; empty = that of the platform for OK.
    """
    kinds = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(kinds.Cancel)
    accept = QDialogButtonBox.ButtonRole.AcceptRole
    main = box.addButton(text, accept) if text else box.addButton(kinds.Ok)
    set_main(main, True)
    main.setDefault(True)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box, main
