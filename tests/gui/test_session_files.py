"""Saving, exporting and reopening through sessions; closing without losing anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.document.compositing import flatten
from app.document.files.images.image_files import open_image
from app.document.masking.edit_mask import edit_of
from app.document.painting.brush import BrushSettings
from app.jobs.recipe import Application
from app.session import Session
from app.workspace import Workspace
from singan_core.config import TrainConfig
from tests.gui.scripted_jobs import Photo, ScriptedJobs

RED = BrushSettings(size_px=12, hardness=1, color=(255, 0, 0))


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    return tmp_path / "photo.singan"


def test_a_project_comes_back_whole(
    trained: Session, workspace: Workspace, project_path: Path, qtbot: QtBot
) -> None:
    trained.edits.add_layer()
    paint(trained, 30, 20)
    trained.request_render(Application.EDIT, 1, 7)
    qtbot.waitUntil(lambda: trained.preview is not None)
    trained.apply_preview()
    with qtbot.waitSignal(trained.file_written) as written:
        trained.save(project_path)
    assert written.args == [str(project_path)]
    assert (trained.path, trained.title) == (project_path, "photo.singan")
    assert not trained.is_modified
    again = workspace.open_path(project_path)
    assert np.array_equal(flatten(again.document), flatten(trained.document))
    assert np.array_equal(again.photo, trained.photo)
    assert again.model is not None
    assert trained.model is not None
    assert again.model.model_id == trained.model.model_id
    assert (again.training.state, again.is_modified) == ("done", False)
    assert again.train_config == trained.train_config
    assert [each.recipe for each in again.results] == [each.recipe for each in trained.results]
    assert np.array_equal(again.results[0].image, trained.results[0].image)
    again.show_result(again.results[0])
    assert again.preview is not None


def test_what_is_painted_during_a_save_is_unsaved(
    session: Session, workspace: Workspace, project_path: Path, qtbot: QtBot
) -> None:
    paint(session, 10, 10)
    saved = flatten(session.document)
    session.save(project_path)
    assert session.is_modified
    paint(session, 50, 40)
    qtbot.waitUntil(lambda: not session.is_saving)
    assert session.is_modified
    session.undo()
    assert not session.is_modified
    assert np.array_equal(flatten(workspace.open_path(project_path).document), saved)


def test_a_failed_save_stays_unsaved_and_says_why(
    session: Session, tmp_path: Path, qtbot: QtBot, notices: Callable[[Session], list[str]]
) -> None:
    heard = notices(session)
    paint(session, 10, 10)
    session.save(tmp_path / "no folder" / "photo.singan")
    qtbot.waitUntil(lambda: bool(heard))
    assert session.is_modified
    assert session.path is None
    assert len(heard) == 1
    assert heard[0].endswith(".")


def test_an_export_shows_what_the_screen_shows(
    session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    paint(session, 10, 10)
    with qtbot.waitSignal(session.file_written):
        session.export(tmp_path / "out.png")
    assert np.array_equal(open_image(tmp_path / "out.png").rgba, flatten(session.document))
    assert session.is_modified


def test_an_unfinished_training_goes_on_after_reopening(
    session: Session,
    make_workspace: Callable[[], Workspace],
    jobs: ScriptedJobs,
    project_path: Path,
    qtbot: QtBot,
    workspace: Workspace,
) -> None:
    jobs.scales_allowed = 2
    session.start_training(TrainConfig(preset="draft", seed=4), "cpu")
    qtbot.waitUntil(lambda: session.training.scale == 2)
    session.pause_training()
    qtbot.waitUntil(lambda: workspace.recovery.read(session.id) is not None)
    session.save(project_path)
    qtbot.waitUntil(lambda: not session.is_saving)
    workspace.close(session)
    again = make_workspace().open_path(project_path)
    assert (again.training.state, again.training.can_resume) == ("idle", True)
    assert again.model is not None
    assert again.model.scale_count == 2
    jobs.scales_allowed = 3
    again.resume_training()
    qtbot.waitUntil(lambda: again.training.state == "done")
    resume = jobs.trainings[-1].resume
    assert resume is not None
    assert (resume.scale, jobs.trainings[-1].config.seed) == (2, 4)


def test_closing_in_the_middle_of_a_save_still_writes_it(
    session: Session, workspace: Workspace, project_path: Path, qtbot: QtBot
) -> None:
    paint(session, 10, 10)
    drawn = flatten(session.document)
    session.save(project_path)
    workspace.close(session)
    assert workspace.sessions == ()
    qtbot.waitUntil(project_path.exists)
    assert np.array_equal(flatten(workspace.open_path(project_path).document), drawn)


def test_a_save_that_fails_after_closing_is_told_by_the_workspace(
    session: Session, workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    session.save(tmp_path / "no folder" / "photo.singan")
    with qtbot.waitSignal(workspace.notice_raised):
        workspace.close(session)


def test_the_photo_in_the_project_is_the_opened_file(
    session: Session,
    workspace: Workspace,
    photo: Photo,
    photo_path: Path,
    project_path: Path,
    qtbot: QtBot,
) -> None:
    paint(session, 10, 10)
    session.save(project_path)
    qtbot.waitUntil(lambda: not session.is_saving)
    import zipfile

    with zipfile.ZipFile(project_path) as archive:
        assert archive.read("singan/photo.png") == photo_path.read_bytes()
    assert np.array_equal(workspace.open_path(project_path).photo, photo)


def test_what_was_transparent_in_the_photo_is_no_edit_after_reopening(
    workspace: Workspace, tmp_path: Path, project_path: Path, qtbot: QtBot
) -> None:
    rgba = np.full((48, 64, 4), 200, np.uint8)
    rgba[10:20, 10:30, 3] = 0
    Image.fromarray(rgba).save(tmp_path / "clear.png")
    session = workspace.open_path(tmp_path / "clear.png")
    session.save(project_path)
    qtbot.waitUntil(lambda: not session.is_saving)
    again = workspace.open_path(project_path)
    for each in (session, again):
        source = each._files.source
        assert not edit_of(each.document, source.rgb, source.alpha).mask.any()
