"""A row of small buttons for actions that are given later."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget


class ActionRow(QWidget):
    """Shows actions as icons, from the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch()

    def show_actions(self, actions: Iterable[QAction]) -> None:
        """Append a button for each action; it follows the action's text and state."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAccessibleName(action.text().replace("&", ""))
            self._row.insertWidget(self._row.count() - 1, button)
