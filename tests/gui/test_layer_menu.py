"""The layer menu and its shortcuts in the window, seen in the document."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.document.commands import SetActive, SetOpacity, SetVisible
from app.document.compositing import flatten
from app.document.layers import BlendMode
from app.document.painting.brush import BrushSettings
from app.document.selection import Selection
from app.main_window import MainWindow
from app.session import Session

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
RED = BrushSettings(size_px=20, hardness=0.5, opacity=0.7, color=(250, 30, 60))


@pytest.fixture
def window(window: MainWindow, session: Session) -> MainWindow:
    """The active window with a photo and a painted layer."""
    session.edits.add_layer()
    stroke(session, 20, 20)
    return window


def stroke(session: Session, x: float, y: float) -> bool:
    if not session.strokes.begin(RED):
        return False
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()
    return True


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
    qtbot.wait(10)  # the window brings its actions up to date
    qtbot.keyClick(window.canvas, key, keys)
    qtbot.wait(10)


def shape(session: Session) -> list[str]:
    names = {layer.id: f"{layer.name}/" for layer in session.document.layers}
    return [names.get(layer.group_id or "", "") + layer.name for layer in session.document.layers]


def assert_same_picture(session: Session, before: np.ndarray) -> None:
    difference = flatten(session.document).astype(int) - before
    assert np.abs(difference).max() <= 1


def test_keys_group_and_ungroup(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    before = flatten(session.document)
    press(qtbot, window, Key.Key_G, CTRL)
    assert shape(session) == ["Photo", "Group 1/Layer 1", "Group 1"]
    press(qtbot, window, Key.Key_PageDown, Qt.KeyboardModifier.NoModifier)
    assert session.document.active_id == session.document.layers[1].id
    press(qtbot, window, Key.Key_PageUp, Qt.KeyboardModifier.NoModifier)
    press(qtbot, window, Key.Key_J, CTRL)
    assert len(session.document.layers) == 5
    session.undo()
    press(qtbot, window, Key.Key_G, CTRL | SHIFT)
    assert shape(session) == ["Photo", "Layer 1"]
    assert np.array_equal(flatten(session.document), before)


@pytest.mark.parametrize("mode", [BlendMode.NORMAL, BlendMode.MULTIPLY, BlendMode.COLOR_DODGE])
def test_merging_down_keeps_the_picture(
    window: MainWindow, session: Session, qtbot: QtBot, mode: BlendMode
) -> None:
    session.edits.add_layer()
    stroke(session, 30, 25)
    window.layers.blend_mode.setCurrentIndex(window.layers.blend_mode.findData(mode.value))
    session.run(SetOpacity(str(session.document.active_id), 0.6))
    before, steps = flatten(session.document), session.history.index
    press(qtbot, window, Key.Key_E, CTRL)
    assert shape(session) == ["Photo", "Layer 1"]
    assert_same_picture(session, before)
    press(qtbot, window, Key.Key_E, CTRL)
    assert shape(session) == ["Photo"]
    assert_same_picture(session, before)
    assert session.history.index == steps + 2
    session.go_to_history(steps)
    assert np.array_equal(flatten(session.document), before)


def test_a_stamp_shows_the_whole_picture(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    before = flatten(session.document)
    press(qtbot, window, Key.Key_E, CTRL | ALT | SHIFT)
    assert shape(session) == ["Photo", "Layer 1", "Stamp 1"]
    for layer in session.document.layers[:2]:
        session.run(SetVisible(layer.id, False))
    assert_same_picture(session, before)


def test_clipping_and_locks_are_switches(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    session.edits.add_layer()
    stroke(session, 50, 40)
    layer = session.document.layers[2]
    press(qtbot, window, Key.Key_G, CTRL | ALT)
    assert layer.is_clipped
    assert flatten(session.document)[40, 50].tolist() != [250, 30, 60, 255]
    for action_id in ("layer.clip", "layer.lock", "layer.lock_alpha"):
        if action_id != "layer.clip":
            window.registry.trigger(action_id)
            qtbot.wait(10)
        assert window.registry.action(action_id).isChecked()
    assert (layer.is_locked, layer.is_alpha_locked) == (True, True)
    session.run(SetActive(session.document.layers[0].id))
    qtbot.wait(10)
    assert not window.registry.action("layer.lock").isChecked()


def test_a_mask_of_the_selection_is_painted_on_at_once(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    before = flatten(session.document)
    mask = np.zeros((48, 64), np.uint8)
    mask[:, :20] = 255
    session.edits.select(Selection(mask))
    qtbot.wait(10)
    window.registry.trigger("mask.add")
    session.edits.select_none()
    shown = flatten(session.document)
    assert np.array_equal(shown[:, :20], before[:, :20])
    assert not np.array_equal(shown, before)
    assert session.strokes.is_on_mask
    qtbot.wait(10)
    assert not window.registry.action("mask.add").isEnabled()
    assert window.registry.action("mask.paint").isChecked()
    window.registry.trigger("mask.invert")
    assert np.array_equal(flatten(session.document)[:, 20:], before[:, 20:])
    qtbot.wait(10)
    hidden = flatten(session.document)
    window.registry.trigger("mask.apply")
    layer = session.document.active_layer
    assert layer is not None
    assert layer.mask is None
    assert np.array_equal(flatten(session.document), hidden)
    for _ in range(4):
        session.undo()
    assert np.array_equal(flatten(session.document), before)


def test_painting_on_a_group_or_below_a_hidden_one_says_what_to_do(
    window: MainWindow, session: Session, notices: Callable[[Session], list[str]]
) -> None:
    heard = notices(session)
    session.edits.group_layers()
    assert not stroke(session, 20, 20)
    session.run(SetVisible(session.document.layers[2].id, False))
    session.run(SetActive(session.document.layers[1].id))
    assert not stroke(session, 20, 20)
    assert len(heard) == 2
    assert "group" in heard[0]
    assert "group" in heard[1]


def test_a_right_click_offers_the_layer_menu(window: MainWindow) -> None:
    offered = {action.objectName() for action in window.layers.menu.actions()}
    assert {"layer.new", "layer.group", "layer.merge_down", "layer.delete"} <= offered
