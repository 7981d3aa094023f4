"""The view menu, the status bar's zoom and the tabs, used in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.controls.value_slider import ValueSlider
from app.document.geometry import Rect
from app.document.selection import Selection
from app.main_window import MainWindow
from app.session import Session
from app.tool_state import Tool
from tests.gui.keyboard import press_key

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def shown(window: MainWindow, session: Session, qtbot: QtBot) -> Session:
    """The photo, with a tool in hand that leaves the digits to the view."""
    window.workspace.tool_state.set_tool(Tool.MOVE)
    qtbot.wait(10)
    return session


def test_turn_and_mirror_by_keys(window: MainWindow, shown: Session, qtbot: QtBot) -> None:
    canvas, status = window.canvas, window.status
    press_key(qtbot, window, Key.Key_6)
    press_key(qtbot, window, Key.Key_Right, ALT)
    assert canvas.viewport.angle == 30.0
    press_key(qtbot, window, Key.Key_4)
    press_key(qtbot, window, Key.Key_M, ALT)
    assert (canvas.viewport.angle, canvas.viewport.is_mirrored) == (345.0, True)
    assert window.registry.action("view.mirror").isChecked()
    assert status.turn.isVisible()
    assert status.turn.text() == "-15° · mirrored"
    press_key(qtbot, window, Key.Key_5)
    assert canvas.viewport.angle == 0.0
    status.turn.click()
    assert not canvas.viewport.is_mirrored
    assert not status.turn.isVisible()
    qtbot.wait(10)
    assert not window.registry.action("view.mirror").isChecked()
    assert shown.history.labels() == []


def test_zoom_to_the_selection(window: MainWindow, shown: Session, qtbot: QtBot) -> None:
    assert not window.registry.action("view.selection").isEnabled()
    shown.edits.select(Selection.rectangle(Rect(4, 8, 10, 6), 64, 48))
    qtbot.wait(10)
    window.registry.trigger("view.selection")
    center = window.canvas.viewport.device_rect(Rect(4, 8, 10, 6)).center()
    assert center.x() == pytest.approx(window.canvas.width() / 2, abs=1)
    assert window.canvas.zoom > 20


@pytest.mark.parametrize(
    ("typed", "zoom"), [("150", 1.5), ("33,5 %", 0.335), ("0", None), ("wide", None)]
)
def test_zoom_can_be_typed(
    window: MainWindow, shown: Session, qtbot: QtBot, typed: str, zoom: float | None
) -> None:
    box = window.status.zoom
    field = box.lineEdit()
    assert isinstance(field, QLineEdit)
    before = window.canvas.zoom
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Key.Key_Return)
    wanted = before if zoom is None else zoom
    assert window.canvas.zoom == pytest.approx(wanted)
    assert box.currentText().removesuffix(" %") == f"{wanted * 100:.1f}".removesuffix(".0")


def test_fit_and_steps_can_be_chosen(window: MainWindow, shown: Session) -> None:
    box = window.status.zoom
    box.activated.emit(box.findData(200.0))
    assert window.canvas.zoom == 2.0
    assert box.currentText() == "200 %"
    box.activated.emit(0)
    assert window.canvas.viewport.device_rect(shown.document.rect).width() > 128


def test_documents_are_stepped_through_in_the_order_of_the_tabs(
    window: MainWindow, shown: Session, qtbot: QtBot, photo_path: Path
) -> None:
    workspace = window.workspace
    assert not window.registry.action("view.next_document").isEnabled()
    second, third = workspace.open_path(photo_path), workspace.open_path(photo_path)
    qtbot.wait(10)
    press_key(qtbot, window, Key.Key_Tab, CTRL)
    assert workspace.active is shown
    press_key(qtbot, window, Key.Key_PageUp, CTRL)
    assert workspace.active is third
    window.tabs.moveTab(2, 0)
    assert workspace.sessions == (third, shown, second)
    press_key(qtbot, window, Key.Key_PageDown, CTRL)
    assert workspace.active is shown
    workspace.close(second)
    workspace.close(third)
    qtbot.wait(10)
    assert not window.registry.action("view.next_document").isEnabled()


def test_shortcuts_hold_while_a_panel_has_the_focus(
    window: MainWindow, shown: Session, qtbot: QtBot
) -> None:
    workspace, slider = window.workspace, window.layers.findChild(ValueSlider)
    assert slider is not None
    workspace.create(40, 30, (255, 255, 255))
    qtbot.wait(10)
    slider.setFocus()
    press_key(qtbot, window, Key.Key_Tab, CTRL)
    assert workspace.active is shown
    slider.setFocus()
    window.canvas.navigation.set_zoom(3.0)
    press_key(qtbot, window, Key.Key_1, CTRL)
    assert (window.canvas.zoom, slider.value()) == (1.0, 100)
    press_key(qtbot, window, Key.Key_4)
    press_key(qtbot, window, Key.Key_2)
    press_key(qtbot, window, Key.Key_Return)
    layer = shown.document.active_layer
    assert layer is not None
    assert layer.opacity == pytest.approx(0.42, abs=0.005)
    assert window.canvas.hasFocus()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_panels_in_disorder_can_be_reset(window: MainWindow, shown: Session, qtbot: QtBot) -> None:
    docks = window.docks.docks
    trigger = window.registry.trigger
    qtbot.wait(10)
    before = docks["layers"].height()
    docks["history"].setFloating(True)
    trigger("view.training")
    window.removeDockWidget(docks["layers"])
    trigger("view.hide_panels")
    trigger("view.reset_panels")
    qtbot.waitUntil(lambda: abs(docks["layers"].height() - before) <= 2)
    assert not window.docks.are_hidden
    assert not docks["history"].isFloating()
    assert not any(dock.isHidden() for dock in docks.values())


def test_the_middle_button_closes_a_tab_and_its_menu_the_others(
    window: MainWindow, shown: Session, qtbot: QtBot, photo_path: Path
) -> None:
    workspace, tabs = window.workspace, window.tabs
    second, third = workspace.open_path(photo_path), workspace.open_path(photo_path)
    qtbot.wait(10)
    qtbot.mouseClick(tabs, Qt.MouseButton.MiddleButton, pos=tabs.tabRect(2).center())
    assert workspace.sessions == (shown, second)
    assert third not in workspace.sessions
    menu = tabs.menu_of(0)
    texts = [action.text().replace("&", "") for action in menu.actions()]
    assert texts[:2] == ["Close", "Close Others"]
    menu.actions()[1].trigger()
    assert workspace.sessions == (shown,)
    assert not tabs.menu_of(0).actions()[1].isEnabled()


def test_tabs_are_dragged_into_another_order(
    window: MainWindow, shown: Session, qtbot: QtBot, photo_path: Path
) -> None:
    second = window.workspace.open_path(photo_path)
    tabs = window.tabs
    qtbot.wait(10)
    start, end = tabs.tabRect(1).center(), tabs.tabRect(0).center() - QPoint(30, 0)
    qtbot.mousePress(tabs, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        qtbot.mouseMove(tabs, start + (end - start) * step / 10)
    qtbot.mouseRelease(tabs, Qt.MouseButton.LeftButton, pos=end)
    assert window.workspace.sessions == (second, shown)
    assert tabs.currentIndex() == 0
    assert window.workspace.active is second


def test_a_background_tab_shows_how_far_its_training_is(
    window: MainWindow, trained: Session, qtbot: QtBot, photo_path: Path
) -> None:
    window.workspace.open_path(photo_path)
    qtbot.wait(10)
    assert "Trained" in window.tabs.tabToolTip(0)
    assert not window.tabs.tabIcon(0).isNull()
