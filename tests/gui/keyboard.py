"""Keys pressed in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow


def press_key(
    qtbot: QtBot,
    window: MainWindow,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press a key where the focus is, and let the window bring its actions up to date."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifiers)
    qtbot.wait(10)
