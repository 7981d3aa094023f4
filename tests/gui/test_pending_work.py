"""Work that waits for Enter, in the whole window: what keys and other commands make of it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.jobs.recipe import Application
from app.main_window import MainWindow
from app.session import Session
from app.tool_state import Tool
from tests.gui.keyboard import press_key
from tests.gui.pointer_events import drag

Key = Qt.Key


@pytest.fixture
def transforming(window: MainWindow, trained: Session, qtbot: QtBot) -> Session:
    """A pasted patch whose box was moved."""
    rgba = np.zeros((8, 16, 4), np.uint8)
    rgba[...] = (255, 0, 0, 255)
    trained.edits.paste(rgba, 20, 16)
    assert window.workspace.tool_state.tool is Tool.TRANSFORM
    drag(window.canvas, (28, 20), (31, 22))
    qtbot.wait(10)
    return trained


def patch_x(session: Session) -> int:
    return session.document.layers[-1].rect.x


def test_enter_and_escape_work_wherever_the_focus_is(
    window: MainWindow, transforming: Session, qtbot: QtBot
) -> None:
    window.layers.setFocus()
    window.generate.render_button.setFocus()
    press_key(qtbot, window, Key.Key_Escape)
    assert patch_x(transforming) == 20
    window.registry.trigger("tool.transform")
    drag(window.canvas, (28, 20), (31, 22))
    qtbot.wait(10)
    window.training.train_button.setFocus()
    press_key(qtbot, window, Key.Key_Enter)
    assert patch_x(transforming) == 23
    assert window.workspace.tool_state.tool is Tool.BRUSH


def test_enter_ends_the_transform_before_it_applies_a_result(
    window: MainWindow, transforming: Session, qtbot: QtBot
) -> None:
    transforming.request_render(Application.EDIT, 1, 7)
    qtbot.waitUntil(lambda: transforming.preview is not None)
    assert patch_x(transforming) == 23, "rendering made the transform a step"
    window.canvas.setFocus()
    qtbot.wait(10)
    layers = len(transforming.document.layers)
    press_key(qtbot, window, Key.Key_Return)
    assert len(transforming.document.layers) == layers + 1
    transforming.request_render(Application.EDIT, 1, 8)
    window.registry.trigger("tool.transform")
    drag(window.canvas, (28, 20), (31, 22))
    qtbot.waitUntil(lambda: transforming.preview is not None)
    layers = len(transforming.document.layers)
    press_key(qtbot, window, Key.Key_Return)
    assert len(transforming.document.layers) == layers, "Enter was for the transform"
    assert not window.canvas.is_pending


def test_the_options_bar_shows_and_changes_the_box(
    window: MainWindow, transforming: Session, qtbot: QtBot
) -> None:
    row = window.tool_options.row(Tool.TRANSFORM)
    assert row is not None
    assert (row.x_field.value(), row.y_field.value()) == (23, 18)
    row.width_field.setValue(200)
    assert row.height_field.value() == 200
    row.angle_field.setValue(90)
    row.x_field.setValue(5)
    box = transforming.transforms.box
    assert box.scales == pytest.approx((2, 2))
    assert box.angle == pytest.approx(90)
    assert box.place[0] == pytest.approx(5)
    row.apply_button.click()
    assert transforming.document.layers[-1].rect.x == 5
    assert window.workspace.tool_state.tool is Tool.BRUSH


def test_cancel_in_the_options_bar_gives_the_transform_up(
    window: MainWindow, transforming: Session, qtbot: QtBot
) -> None:
    row = window.tool_options.row(Tool.TRANSFORM)
    assert row is not None
    row.cancel_button.click()
    assert patch_x(transforming) == 20


def test_ratio_presets_draw_a_frame(window: MainWindow, trained: Session, qtbot: QtBot) -> None:
    window.registry.trigger("tool.crop")
    row = window.tool_options.row(Tool.CROP)
    assert row is not None
    row.presets.setCurrentIndex(row.presets.findText("1 : 1"))
    row.presets.activated.emit(row.presets.currentIndex())
    assert (row.ratio_width.value(), row.ratio_height.value()) == (1, 1)
    assert window.canvas.is_pending
    row.apply_button.click()
    assert (trained.document.width, trained.document.height) == (48, 48)


def test_closing_asks_about_pending_work(
    window: MainWindow, transforming: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(
        window.files, "ask_to_close", lambda session: asked.append(session.is_modified)
    )
    window.closing.close(transforming)
    assert asked == [True]
    assert patch_x(transforming) == 23
