"""Opening, switching and closing documents; bad files; the end of the program."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document.errors import DocumentError
from app.session import Session
from app.tool_state import Tool, ToolState
from app.workspace import Workspace
from singan_core.config import TrainConfig
from tests.gui.scripted_jobs import Photo, ScriptedJobs


def test_a_photo_opens_as_a_document_with_one_layer(
    workspace: Workspace, photo_path: Path, photo: Photo
) -> None:
    opened: list[Session] = []
    workspace.session_opened.connect(opened.append)
    session = workspace.open_path(photo_path)
    assert opened == [session]
    assert workspace.active is session
    assert np.array_equal(session.photo, photo)
    assert len(session.document.layers) == 1
    assert (session.title, session.path, session.is_modified) == ("photo.png", None, False)


def test_opening_in_the_background_ends_in_the_same_session(
    workspace: Workspace, photo_path: Path, photo: Photo, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(workspace.session_opened):
        workspace.start_opening(photo_path)
    assert workspace.active is not None
    assert np.array_equal(workspace.active.photo, photo)


@pytest.mark.parametrize("name", ["missing.png", "text.png", "text.singan", "folder.png"])
def test_bad_files_are_refused_in_one_sentence(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot, name: str
) -> None:
    path = tmp_path / name
    if name.startswith("text"):
        path.write_text("not a picture")
    if name.startswith("folder"):
        path.mkdir()
    with pytest.raises(DocumentError) as raised:
        workspace.open_path(path)
    with qtbot.waitSignal(workspace.open_failed) as failed:
        workspace.start_opening(path)
    assert failed.args == [str(path), str(raised.value)]
    assert workspace.sessions == ()


def test_closing_shows_the_neighbour(workspace: Workspace, photo_path: Path) -> None:
    first, second, third = (workspace.open_path(photo_path) for _ in range(3))
    workspace.set_active(second)
    workspace.close(second)
    assert workspace.sessions == (first, third)
    assert workspace.active is third
    workspace.close(third)
    assert workspace.active is first
    workspace.close(first)
    assert workspace.active is None


def test_closing_cancels_the_training_after_a_checkpoint(
    session: Session, workspace: Workspace, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    session.start_training(TrainConfig(preset="draft"), "cpu")
    qtbot.waitUntil(lambda: session.training.scale == 1)
    session_id = session.id
    workspace.close(session)
    qtbot.waitUntil(lambda: workspace.recovery.read(session_id) is not None)


def test_shutdown_in_the_middle_of_everything_ends_all_threads(
    session: Session, workspace: Workspace, jobs: ScriptedJobs, tmp_path: Path, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 2
    session.start_training(TrainConfig(preset="draft"), "cpu")
    qtbot.waitUntil(lambda: session.model is not None and session.model.is_usable)
    session.save(tmp_path / "late.singan")
    session.request_render("edit", 1, 0)
    workspace.shutdown()
    assert (tmp_path / "late.singan").exists()
    assert workspace.sessions == ()


def test_the_tool_in_hand_is_shared_and_announced_once() -> None:
    state = ToolState()
    told: list[Tool] = []
    state.changed.connect(lambda: told.append(state.tool))
    state.set_tool(Tool.ERASER)
    state.set_tool(Tool.ERASER)
    state.set_active_size(0.2)
    assert state.eraser.size_px == 1
    assert state.eraser.is_eraser
    state.set_color((9, 8, 7))
    assert state.brush.color == (9, 8, 7)
    state.swap_colors()
    assert (state.color, state.background) == ((255, 255, 255), (9, 8, 7))
    state.reset_colors()
    assert state.brush.color == (0, 0, 0)
    assert told == [Tool.ERASER] * 5


def test_a_closed_document_is_let_go(workspace: Workspace, photo_path: Path, qtbot: QtBot) -> None:
    opened = workspace.open_path(photo_path)
    compositor = weakref.ref(opened.compositor)
    workspace.close(opened)
    del opened
    qtbot.waitUntil(lambda: compositor() is None)
