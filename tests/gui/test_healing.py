"""Lasso, drag, drop: the patch stays selected and its hole and its place are what is healed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.document.geometry import Rect
from app.document.masking.edit_mask import edit_of, filled_hole
from app.document.selection import Selection
from app.jobs.recipe import Application
from app.main_window import MainWindow
from app.session import Session
from app.tool_state import Tool
from app.window.hole_preview import HolePreview
from app.workspace import Workspace
from tests.gui.pointer_events import CTRL, drag, move, press, release
from tests.gui.scripted_jobs import Photo

if TYPE_CHECKING:
    from app.jobs.background import BackgroundTasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def patch(canvas: CanvasView, session: Session, workspace: Workspace) -> Session:
    """A session whose square (10, 8)-(22, 20) was selected."""
    height, width = session.document.height, session.document.width
    session.edits.select(Selection.rectangle(Rect(10, 8, 12, 12), width, height))
    workspace.tool_state.set_tool(Tool.MOVE)
    return session


def marked(session: Session) -> Rect:
    assert session.document.selection is not None
    return session.document.selection.bounds


def test_a_dropped_patch_stays_selected_and_hole_and_place_are_healed(
    canvas: CanvasView, patch: Session
) -> None:
    dropped: list[bool] = []
    patch.patch_dropped.connect(lambda: dropped.append(True))
    drag(canvas, (15, 15), (35, 30))
    assert dropped == [True]
    assert marked(patch) == Rect(30, 23, 12, 12)
    mask = edit_of(patch.document, patch.photo).mask
    assert mask[14, 16] == 255, "the hole"
    assert mask[29, 36] == 255, "the place it was moved to"
    assert mask[2, 60] == 0
    assert patch.history.labels()[-1] == "Lift selection"


def test_a_second_drag_moves_the_same_patch(canvas: CanvasView, patch: Session) -> None:
    drag(canvas, (15, 15), (35, 30))
    count = len(patch.document.layers)
    drag(canvas, (35, 30), (38, 32))
    assert len(patch.document.layers) == count
    assert marked(patch) == Rect(33, 25, 12, 12)
    patch.undo()
    assert marked(patch) == Rect(30, 23, 12, 12)
    patch.undo()
    assert marked(patch) == Rect(10, 8, 12, 12)
    assert patch.document.chosen_area is not None
    patch.redo()
    patch.redo()
    assert marked(patch) == Rect(33, 25, 12, 12)


def test_nothing_is_marked_while_it_is_dragged(canvas: CanvasView, patch: Session) -> None:
    seen: list[Selection | None] = []
    patch.document_changed.connect(lambda _: seen.append(patch.document.selection))
    drag(canvas, (15, 15), (35, 30))
    assert seen[0] is None
    assert seen[-1] is not None


def test_with_ctrl_a_copy_is_healed_and_there_is_no_hole(
    canvas: CanvasView, patch: Session
) -> None:
    drag(canvas, (15, 15), (35, 30), keys=CTRL)
    edit = edit_of(patch.document, patch.photo)
    assert not edit.hole.any()
    assert edit.mask[29, 36] == 255
    assert edit.mask[14, 16] == 0


def test_arrow_keys_carry_the_mark_along(canvas: CanvasView, patch: Session) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert marked(patch) == Rect(12, 8, 12, 12)
    assert len(patch.history.labels()) == 2
    patch.undo()
    assert marked(patch) == Rect(10, 8, 12, 12)


def test_a_new_selection_bounds_the_edit_again(canvas: CanvasView, patch: Session) -> None:
    drag(canvas, (15, 15), (35, 30))
    height, width = patch.document.height, patch.document.width
    patch.edits.select(Selection.rectangle(Rect(0, 0, 5, 5), width, height))
    mask = edit_of(patch.document, patch.photo).mask
    assert mask[:5, :5].all()
    assert not mask[6:].any()


def test_a_patch_from_elsewhere_is_to_be_harmonized_in_one_step(session: Session) -> None:
    rgba = np.full((6, 6, 4), 255, np.uint8)
    session.edits.paste(rgba, 3, 3, is_foreign=True)
    assert session.document.render_settings.application == Application.HARMONIZE
    session.undo()
    assert session.document.render_settings.application == Application.EDIT
    session.edits.paste(rgba, 3, 3)
    assert session.document.render_settings.application == Application.EDIT


def test_escape_during_the_drag_selects_as_before(canvas: CanvasView, patch: Session) -> None:
    before = patch.document.selection
    press(canvas, 15, 15)
    move(canvas, 30, 25)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    release(canvas, 30, 25)
    assert patch.document.selection == before
    assert len(patch.document.layers) == 1


def test_the_filled_hole_is_seen_until_it_is_gone(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    document = session.document
    session.edits.select(Selection.rectangle(Rect(10, 8, 12, 12), document.width, document.height))
    window.workspace.tool_state.set_tool(Tool.MOVE)
    drag(window.canvas, (15, 15), (45, 32))
    expected = edit_of(document, session.photo).composite[14, 12]

    def seen() -> QColor:
        place = window.canvas.viewport.to_device(12.5, 14.5)
        return window.canvas.grab().toImage().pixelColor(place.toPoint())

    def is_filled() -> bool:
        return all(
            abs(a - b) < 60 for a, b in zip(seen().getRgb()[:3], expected.tolist(), strict=True)
        )

    qtbot.waitUntil(is_filled)
    session.undo()
    qtbot.waitUntil(lambda: filled_hole(document, session.photo) is None)
    assert seen().getRgb()[:3] == tuple(session.photo[14, 12])


class HeldTasks:
    """Keeps work until it is asked for: what a busy machine does."""

    def __init__(self) -> None:
        self.held: list[Callable[[], None]] = []

    def submit(self, work: Callable[[], Any], done: Callable[[Any], None], _failed: object) -> None:
        self.held.append(lambda: done(work()))


def test_a_hole_is_not_shown_on_another_document(
    qtbot: QtBot,
    workspace: Workspace,
    session: Session,
    canvas: CanvasView,
    photo_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tasks, shown = HeldTasks(), list[object]()
    monkeypatch.setattr(canvas, "show_backdrop", shown.append)
    preview = HolePreview(workspace, canvas, cast("BackgroundTasks", tasks))
    workspace.active_changed.emit(session)
    session.edits.select(Selection.rectangle(Rect(10, 8, 12, 12), 64, 48))
    session.edits.clear()
    qtbot.waitUntil(lambda: len(tasks.held) == 1)
    workspace.open_path(photo_path)
    tasks.held[0]()
    assert shown == []
    preview.deleteLater()


def test_what_was_transparent_from_the_start_is_no_hole(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[object] = []
    monkeypatch.setattr(window.canvas, "show_backdrop", shown.append)
    rgba = np.dstack((photo[..., ::-1], np.full(photo.shape[:2], 255, np.uint8)))
    rgba[10:20, 10:20, 3] = 0
    path = tmp_path / "open.png"
    path.write_bytes(cv2.imencode(".png", rgba)[1].tobytes())
    shown.clear()
    window.workspace.open_path(path)
    qtbot.waitUntil(lambda: len(shown) > 0)
    assert set(shown) == {None}
