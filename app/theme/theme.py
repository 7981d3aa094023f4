"""The theme on screen: the one the user chose, or the system's."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from app.theme.colors import DARK, LIGHT, Colors, palette_of
from app.theme.style_sheet import style_sheet_of


class ThemeChoice(str, Enum):
    """What the user asked for."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


class Theme(QObject):
    """Shows the chosen theme and follows the system's while the choice is SYSTEM.

    Signals:
        changed(): the colours on screen are others now.
    """

    changed = Signal()

    def __init__(self, application: QApplication, choice: ThemeChoice) -> None:
        super().__init__(application)
        self._application = application
        self._shown: Colors | None = None
        application.setStyle("Fusion")
        self._choice = choice
        application.styleHints().colorSchemeChanged.connect(self._show)
        self._show()

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Show another theme from now on."""
        self._choice = choice
        self._show()

    def _show(self) -> None:
        theme = self._colors_of_choice()
        if theme is self._shown:
            return
        self._shown = theme
        self._application.setPalette(palette_of(theme))
        self._application.setStyleSheet(style_sheet_of(theme))
        self.changed.emit()

    def _colors_of_choice(self) -> Colors:
        if self._choice is ThemeChoice.SYSTEM:
            scheme = self._application.styleHints().colorScheme()
            return LIGHT if scheme is Qt.ColorScheme.Light else DARK
        return LIGHT if self._choice is ThemeChoice.LIGHT else DARK
