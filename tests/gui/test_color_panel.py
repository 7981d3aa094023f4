"""Colours: of the photo, recently painted with, the user's own; picked, typed and shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.jobs.background import BackgroundTasks
from app.main_window import MainWindow
from app.panels.color_pair import ColorPair
from app.panels.color_panel import ColorPanel
from app.session import Session
from app.settings import Settings
from app.tool_state import Tool
from app.window.photo_colors import PhotoColors
from app.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace, settings: Settings) -> ColorPanel:
    made = ColorPanel(workspace, settings)
    qtbot.addWidget(made)
    made.resize(300, 320)
    made.show()
    qtbot.waitExposed(made)
    return made


def point_at(widget: object, is_on: bool) -> None:
    at = QPointF(3, 3)
    event = QEnterEvent(at, at, at) if is_on else QEvent(QEvent.Type.Leave)
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("#abc", "#aabbcc"), (" 3366CC ", "#3366cc"), ("##12", "#000000"), ("", "#000000")],
)
def test_hex_numbers_are_taken_as_people_paste_them(
    panel: ColorPanel, qtbot: QtBot, typed: str, shown: str
) -> None:
    panel.current.click()
    qtbot.keyClicks(panel.hex_field, typed)
    qtbot.keyClick(panel.hex_field, Qt.Key.Key_Return)
    assert panel.hex_field.text() == shown


def test_escape_gives_a_typed_colour_up(
    panel: ColorPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    panel.current.click()
    qtbot.keyClicks(panel.hex_field, "ff0000")
    qtbot.keyClick(panel.hex_field, Qt.Key.Key_Escape)
    panel.area.setFocus()
    assert (panel.hex_field.text(), workspace.tool_state.color) == ("#000000", (0, 0, 0))


def test_recent_colours_are_those_painted_with(
    panel: ColorPanel, workspace: Workspace, session: Session
) -> None:
    state = workspace.tool_state

    def stroke(color: tuple[int, int, int]) -> None:
        state.set_color(color)
        session.strokes.begin(state.brush)
        session.strokes.add(10, 10, 1.0)
        session.strokes.finish()

    stroke((255, 0, 0))
    stroke((0, 255, 0))
    state.set_color((9, 9, 9))
    session.undo()
    session.redo()
    session.save(Path(workspace.recovery.folder).parent / "kept.singan")
    assert panel.recent.shown == [(0, 255, 0), (255, 0, 0)]
    state.set_tool(Tool.ERASER)
    session.strokes.begin(state.eraser)
    session.strokes.add(30, 30, 1.0)
    session.strokes.finish()
    assert panel.recent.shown == [(0, 255, 0), (255, 0, 0)]
    panel.recent.swatches[1].click()
    assert state.color == (255, 0, 0)


def test_own_colours_are_kept_and_taken_away(
    panel: ColorPanel, workspace: Workspace, settings: Settings, qtbot: QtBot, tmp_path: Path
) -> None:
    for color in ((1, 2, 3), (4, 5, 6), (1, 2, 3)):
        workspace.tool_state.set_color(color)
        panel.add_button.click()
    assert panel.own.shown == [(1, 2, 3), (4, 5, 6)]
    settings.write()
    assert Settings(tmp_path / "own.ini").swatches == ((1, 2, 3), (4, 5, 6))
    qtbot.keyClick(panel.own.swatches[0], Qt.Key.Key_Delete)
    assert panel.own.shown == [(4, 5, 6)]
    panel.own.swatches[0].click()
    assert workspace.tool_state.color == (4, 5, 6)


def test_the_photos_colours_are_shown_and_pointed_out(
    panel: ColorPanel, canvas: CanvasView, workspace: Workspace, session: Session, qtbot: QtBot
) -> None:
    photo = np.zeros((48, 64, 3), np.uint8)
    photo[:, :40] = (200, 30, 30)
    photo[:, 40:] = (20, 20, 90)
    session.photo = photo
    tasks = BackgroundTasks("test")
    PhotoColors(workspace, panel, canvas, tasks, pytest.fail)
    qtbot.waitUntil(lambda: len(panel.photo.shown) == 2)
    assert panel.photo.shown == [(200, 30, 30), (20, 20, 90)]
    assert "62 %" in panel.photo.swatches[0].toolTip()
    panel.photo.swatches[1].click()
    assert workspace.tool_state.color == (20, 20, 90)

    def seen() -> np.ndarray:
        image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
        return rows[10:58, 30 : 30 + 3 * 64].reshape(48, 64, 3).astype(int)

    before = seen()
    point_at(panel.photo.swatches[0], True)
    lit = seen()
    assert np.array_equal(lit[:, :38], before[:, :38])
    assert np.abs(lit[:, 42:] - before[:, 42:]).mean() > 30
    point_at(panel.photo.swatches[0], False)
    assert np.array_equal(seen(), before)
    workspace.close(session)
    assert not panel.photo.isVisible()
    tasks.stop()


def test_both_colours_are_seen_with_every_tool(window: MainWindow) -> None:
    (pair,) = window.findChildren(ColorPair)
    state = window.workspace.tool_state
    state.set_tool(Tool.MOVE)
    state.set_color((200, 10, 30))
    assert (pair.first.color, pair.second.color) == ((200, 10, 30), (255, 255, 255))
    pair.second.click()
    assert (state.color, state.background) == ((255, 255, 255), (200, 10, 30))
    window.docks.reveal("layers")
    pair.first.click()
    assert not window.color.visibleRegion().isEmpty()
