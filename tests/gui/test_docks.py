"""The docks of a window that ends in disorder."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from app.window.docks import Docks, DockSpec

NAMES = ("training", "generate", "layers", "history", "color")


@pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
def test_docks_keep_quiet_when_their_window_is_destroyed(qtbot: QtBot) -> None:
    window = QMainWindow()
    Docks(window, tuple(DockSpec(name, name, QLabel(name)) for name in NAMES)).arrange(700)
    window.show()
    with qtbot.captureExceptions() as raised:
        shiboken6.delete(window)
    assert raised == []
