"""Unsaved documents are kept aside in the background, found by the next program, and let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.document.compositing import flatten
from app.document.files.atomic_files import FileWriteError
from app.document.geometry import Rect
from app.document.painting.brush import BrushSettings
from app.document.selection import Selection
from app.jobs.recipe import Application
from app.jobs.worker import Worker
from app.session import Session
from app.storage.journal import FoundJournals, Journal, JournalFolder
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.workspace import Workspace
from singan_core.config import TrainConfig
from tests.gui.scripted_jobs import ScriptedJobs

RED = BrushSettings(size_px=12, hardness=1, color=(255, 0, 0))
Start = Callable[..., Workspace]


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, jobs: ScriptedJobs) -> Iterator[Start]:
    """Start the program anew over the same folders; the one before has ended or been killed."""
    made: list[Workspace] = []

    def start(autosave_s: float = 60, is_cache_on: bool = True) -> Workspace:
        recovery = RecoveryFolder(tmp_path / "recovery")
        cache = ModelCache(tmp_path / "cache", 1 << 30, is_enabled=is_cache_on)
        journals = JournalFolder(tmp_path / "journal")
        worker = Worker(recovery.write_state, jobs)
        workspace = Workspace(worker, cache, recovery, None, journals, autosave_s)
        made.append(workspace)
        return workspace

    yield start
    for workspace in made:
        workspace.shutdown()
        workspace.deleteLater()


@pytest.fixture
def written(qtbot: QtBot) -> Callable[[Workspace], None]:
    """Write what is unsaved and wait until it is on the disk."""

    def write(workspace: Workspace) -> None:
        assert workspace.autosave is not None
        with qtbot.waitSignal(workspace.autosave.written):
            workspace.keep_unsaved()

    return write


@pytest.fixture
def found_by(qtbot: QtBot) -> Callable[[Workspace], FoundJournals]:
    def look(workspace: Workspace) -> FoundJournals:
        with qtbot.waitSignal(workspace.journals_found) as found:
            workspace.look_for_journals()
        journals = found.args[0]
        assert isinstance(journals, FoundJournals)
        return journals

    return look


@pytest.fixture
def recovered_by(
    qtbot: QtBot, found_by: Callable[[Workspace], FoundJournals]
) -> Callable[[Workspace], Session]:
    def recover(workspace: Workspace) -> Session:
        (journal,) = found_by(workspace).journals
        with qtbot.waitSignal(workspace.session_opened) as opened:
            workspace.recover(journal)
        session = opened.args[0]
        assert isinstance(session, Session)
        return session

    return recover


def crash(workspace: Workspace) -> None:
    """End as a kill does: nothing is written any more, and the system lets go of the locks."""
    assert workspace.autosave is not None
    autosave = workspace.autosave
    autosave._timer.stop()
    autosave._tasks.stop()
    autosave._followed.clear()
    autosave._journals.release()


def kept_journals(folder: Path) -> list[Path]:
    return list(folder.glob("journal/*/*/journal.json"))


def test_a_document_never_saved_comes_back_as_it_was(
    start: Start,
    photo_path: Path,
    written: Callable[[Workspace], None],
    recovered_by: Callable[[Workspace], Session],
) -> None:
    first = start()
    session = first.open_path(photo_path)
    session.edits.add_layer()
    paint(session, 30, 20)
    session.edits.select(Selection.rectangle(Rect(3, 4, 20, 10), 64, 48))
    written(first)
    crash(first)
    photo_path.unlink()
    again = recovered_by(start())
    assert np.array_equal(flatten(again.document), flatten(session.document))
    assert again.document.selection == session.document.selection
    assert again.document.active_id == session.document.active_id
    assert np.array_equal(again.photo, session.photo)
    assert (again.title, again.path, again.is_modified) == ("photo.png", None, True)


def test_a_project_comes_back_with_path_model_and_results(
    start: Start,
    photo_path: Path,
    tmp_path: Path,
    qtbot: QtBot,
    written: Callable[[Workspace], None],
    recovered_by: Callable[[Workspace], Session],
) -> None:
    first = start(is_cache_on=False)
    session = first.open_path(photo_path)
    path = tmp_path / "photo.singan"
    session.save(path)
    qtbot.waitUntil(lambda: not session.is_modified)
    session.start_training(TrainConfig(preset="draft"), "cpu")
    qtbot.waitUntil(lambda: session.training.state == "done")
    paint(session, 30, 20)
    session.request_render(Application.EDIT, 1, 7)
    qtbot.waitUntil(lambda: session.preview is not None)
    written(first)
    crash(first)
    again = recovered_by(start(is_cache_on=False))
    assert (again.path, again.title, again.is_modified) == (path, "photo.singan", True)
    assert again.model is not None
    assert session.model is not None
    assert again.model.model_id == session.model.model_id
    assert again.training.state == "done"
    (result,) = again.results
    assert result.recipe == session.results[0].recipe
    assert np.array_equal(result.image, session.results[0].image)


def test_the_untouched_file_of_a_recovered_document_makes_room(
    start: Start,
    photo_path: Path,
    tmp_path: Path,
    qtbot: QtBot,
    written: Callable[[Workspace], None],
    recovered_by: Callable[[Workspace], Session],
) -> None:
    first = start()
    session = first.open_path(photo_path)
    path = tmp_path / "photo.singan"
    session.save(path)
    qtbot.waitUntil(lambda: not session.is_modified)
    paint(session, 30, 20)
    written(first)
    crash(first)
    second = start()
    second.open_path(path)
    again = recovered_by(second)
    assert second.sessions == (again,)
    assert again.is_modified


def test_changes_are_written_after_a_while_and_on_losing_the_focus(
    start: Start, photo_path: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    workspace = start(autosave_s=0.05)
    session = workspace.open_path(photo_path)
    assert workspace.autosave is not None
    with qtbot.waitSignal(workspace.autosave.written):
        paint(session, 5, 5)
    assert len(kept_journals(tmp_path)) == 1
    slow = start()
    paint(slow.open_path(photo_path), 9, 9)
    assert slow.autosave is not None
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    with qtbot.waitSignal(slow.autosave.written):
        application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert len(kept_journals(tmp_path)) == 2


def test_nothing_is_kept_of_what_is_saved_untouched_undone_or_given_up(
    start: Start,
    photo_path: Path,
    tmp_path: Path,
    qtbot: QtBot,
    written: Callable[[Workspace], None],
) -> None:
    workspace = start()
    untouched, saved, undone, given_up = (workspace.open_path(photo_path) for _ in range(4))
    for session in (saved, undone, given_up):
        paint(session, 5, 5)
    written(workspace)
    assert len(kept_journals(tmp_path)) == 3
    saved.save(tmp_path / "photo.singan")
    undone.undo()
    workspace.close(given_up)
    qtbot.waitUntil(lambda: not kept_journals(tmp_path))
    workspace.close(untouched)
    workspace.shutdown()
    assert kept_journals(tmp_path) == []


def test_the_end_of_the_program_keeps_what_nobody_closed(
    start: Start,
    photo_path: Path,
    recovered_by: Callable[[Workspace], Session],
) -> None:
    first = start()
    session = first.open_path(photo_path)
    paint(session, 5, 5)
    kept = flatten(session.document)
    first.shutdown()
    again = recovered_by(start())
    assert np.array_equal(flatten(again.document), kept)


def test_a_recovered_document_stays_recoverable_until_it_is_closed(
    start: Start,
    photo_path: Path,
    qtbot: QtBot,
    tmp_path: Path,
    found_by: Callable[[Workspace], FoundJournals],
    recovered_by: Callable[[Workspace], Session],
) -> None:
    first = start()
    paint(first.open_path(photo_path), 5, 5)
    first.shutdown()
    second = start()
    recovered_by(second)
    assert found_by(start()).journals == ()
    crash(second)
    third = start()
    session = recovered_by(third)
    third.close(session)
    qtbot.waitUntil(lambda: not kept_journals(tmp_path))
    assert found_by(start()).journals == ()


def test_painting_goes_on_while_a_journal_is_written(
    start: Start,
    photo_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    recovered_by: Callable[[Workspace], Session],
) -> None:
    may_go_on = threading.Event()
    running: list[int] = []
    write = Journal.write

    def held(journal: Journal, contents: object) -> None:
        running.append(1)
        assert len(running) == 1
        may_go_on.wait(20)
        write(journal, contents)  # type: ignore[arg-type]
        running.pop()

    monkeypatch.setattr(Journal, "write", held)
    workspace = start()
    session = workspace.open_path(photo_path)
    paint(session, 5, 5)
    workspace.keep_unsaved()
    qtbot.waitUntil(lambda: bool(running))
    paint(session, 40, 30)
    workspace.keep_unsaved()
    workspace.keep_unsaved()
    may_go_on.set()
    assert workspace.autosave is not None
    for _ in range(2):
        with qtbot.waitSignal(workspace.autosave.written):
            pass
    crash(workspace)
    again = recovered_by(start())
    assert np.array_equal(flatten(again.document), flatten(session.document))


def test_a_stroke_in_progress_is_kept_and_can_still_be_undone(
    start: Start,
    written: Callable[[Workspace], None],
    recovered_by: Callable[[Workspace], Session],
) -> None:
    workspace = start()
    session = workspace.create(64, 200, None)
    session.edits.add_layer()
    paint(session, 30, 150)
    before = flatten(session.document)
    assert session.strokes.begin(RED)
    session.strokes.add(10, 10, 1.0)
    session.strokes.add(40, 100, 1.0)
    written(workspace)
    half = flatten(session.document)
    session.strokes.add(60, 190, 1.0)
    session.strokes.finish()
    whole = flatten(session.document)
    session.undo()
    assert np.array_equal(flatten(session.document), before)
    session.redo()
    assert np.array_equal(flatten(session.document), whole)
    crash(workspace)
    again = recovered_by(start())
    assert np.array_equal(flatten(again.document), half)
    assert (again.title, again.path, again.has_photo) == ("Untitled", None, False)


def test_a_full_disk_is_told_once_and_editing_goes_on(
    start: Start,
    photo_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    written: Callable[[Workspace], None],
) -> None:
    workspace = start()
    session = workspace.open_path(photo_path)
    heard: list[str] = []
    workspace.notice_raised.connect(heard.append)
    attempts: list[object] = []

    def refuse(_: Journal, contents: object) -> None:
        attempts.append(contents)
        raise FileWriteError("Unsaved work cannot be kept aside: the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write", refuse)
        for count in (1, 2, 3):
            paint(session, 5 * count, 5)
            workspace.keep_unsaved()
            qtbot.waitUntil(lambda count=count: len(attempts) == count and not _is_busy(workspace))
    assert heard == ["Unsaved work cannot be kept aside: the disk is full."]
    written(workspace)
    assert len(heard) == 1


def _is_busy(workspace: Workspace) -> bool:
    assert workspace.autosave is not None
    return workspace.autosave._is_writing
