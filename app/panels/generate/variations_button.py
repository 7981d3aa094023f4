"""The button that makes several variations at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.theme import icon

COUNTS = (4, 9, 16)


class VariationsButton(QToolButton):
    """Asks for as many variations as it says; its arrow offers other numbers.

    Signals:
        wanted(int): make so many.
    """

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = COUNTS[0]
        self.setIcon(icon("ph.squares-four"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(self)
        for count in COUNTS:
            action = menu.addAction(self.tr("%n variations", "", count))
            action.triggered.connect(partial(self._want, count))
        self.setMenu(menu)
        self.clicked.connect(self._want_again)
        self._show_count()

    def _want_again(self) -> None:
        self.wanted.emit(self.count)

    def _want(self, count: int, _: bool = False) -> None:
        self.count = count
        self._show_count()
        self.wanted.emit(count)

    def _show_count(self) -> None:
        self.setText(f"×{self.count}")
        text = self.tr("%n variations at once, each with the next seed", "", self.count)
        self.setToolTip(text)
        self.setAccessibleName(text)
