"""Keys and menus of the painting tools, in the real window; settings outlive the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolBar
from pytestqt.qtbot import QtBot

from app.document.compositing import flatten
from app.document.painting.shapes import ShapeKind
from app.main_window import MainWindow
from app.settings import Settings
from app.tool_settings import CloneSettings, FillSettings, ShapeSettings
from app.tool_state import Tool
from app.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

KEYS = {
    Tool.CLONE: (Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier),
    Tool.FILL: (Qt.Key.Key_G, Qt.KeyboardModifier.NoModifier),
    Tool.GRADIENT: (Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier),
    Tool.SHAPE: (Qt.Key.Key_U, Qt.KeyboardModifier.NoModifier),
    Tool.ERASER: (Qt.Key.Key_E, Qt.KeyboardModifier.NoModifier),
    Tool.BRUSH: (Qt.Key.Key_B, Qt.KeyboardModifier.NoModifier),
}


@pytest.fixture
def make_window(
    qtbot: QtBot, make_workspace: Callable[[], Workspace], tmp_path: Path
) -> Callable[[], MainWindow]:
    """Start the program over one settings file, as often as wanted."""

    def make() -> MainWindow:
        window = MainWindow(make_workspace(), Settings(tmp_path / "settings.ini"))
        qtbot.addWidget(window)
        window.resize(1280, 800)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return make


def test_keys_take_tools_set_opacity_and_fill(
    make_window: Callable[[], MainWindow], photo_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    session = window.workspace.open_path(photo_path)
    state, canvas = window.workspace.tool_state, window.canvas
    qtbot.waitUntil(canvas.isVisible)
    canvas.setFocus()
    for tool, keys in KEYS.items():
        QTest.keyClick(canvas, *keys)
        assert state.tool is tool
    state.set_tool(Tool.CLONE)
    qtbot.wait(10)
    QTest.keyClick(canvas, Qt.Key.Key_4)
    QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    clone = state.settings(Tool.CLONE, CloneSettings).brush
    assert clone.opacity == 0.4
    assert clone.size_px > CloneSettings().brush.size_px
    state.set_tool(Tool.FILL)
    qtbot.wait(10)
    QTest.keyClick(canvas, Qt.Key.Key_7)
    assert state.settings(Tool.FILL, FillSettings).opacity == 0.7

    before = flatten(session.document)
    state.set_color((9, 8, 7))
    for modifier, color in (
        (Qt.KeyboardModifier.AltModifier, state.color),
        (Qt.KeyboardModifier.ControlModifier, state.background),
    ):
        QTest.keyClick(canvas, Qt.Key.Key_Backspace, modifier)
        assert (flatten(session.document) == (*color, 255)).all()
    session.undo()
    session.undo()
    np.testing.assert_array_equal(flatten(session.document), before)


def test_settings_of_tools_outlive_the_program(make_window: Callable[[], MainWindow]) -> None:
    window = make_window()
    state = window.workspace.tool_state
    state.set_tool(Tool.SHAPE)
    state.set_setting("kind", ShapeKind.ELLIPSE)
    state.set_setting("line_px", 17.0)
    state.set_active_size(123)
    window.close()
    later = make_window().workspace.tool_state
    settings = later.settings(Tool.SHAPE, ShapeSettings)
    assert (settings.kind, settings.line_px) == (ShapeKind.ELLIPSE, 17.0)
    assert later.brush.size_px == 123


def test_every_tool_is_seen_in_a_window_800_pixels_high(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = make_window()
    window.showNormal()
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.height() == 800)
    bar = window.findChild(QToolBar, "toolBar")
    buttons = [bar.widgetForAction(action) for action in bar.actions() if not action.isSeparator()]
    assert len(buttons) >= 16
    assert all(button.isVisible() for button in buttons)
