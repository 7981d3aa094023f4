"""The docks: hidden and shown together, and when their window ends in disorder."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QSize, Qt
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


@pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
def test_hidden_docks_come_back_as_they_were(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QLabel())
    docks = Docks(window, tuple(DockSpec(name, name, Tall(name)) for name in NAMES))
    window.resize(900, 900)
    docks.arrange(900)
    window.show()
    qtbot.waitExposed(window)
    docks.reveal("color")
    upper, lower = docks.docks["training"], docks.docks["color"]
    window.resizeDocks([upper, lower], [300, 500], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: lower.height() > upper.height())
    before = upper.geometry(), lower.geometry()
    docks.hide_all(True)
    qtbot.waitUntil(lambda: not any(dock.isVisible() for dock in docks.docks.values()))
    docks.hide_all(False)
    qtbot.waitUntil(lambda: (upper.geometry(), lower.geometry()) == before)
    assert not lower.visibleRegion().isEmpty()


class Tall(QLabel):
    """A panel that asks for more height than it gets."""

    def sizeHint(self) -> QSize:
        return QSize(200, 600 if self.text() == "training" else 200)
