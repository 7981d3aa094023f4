"""What a window does about unsaved work that it finds at its start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.controls.message_bar import MessageBar
from app.document.document import Document
from app.document.files.project.project_contents import ProjectContents
from app.jobs.worker import Worker
from app.storage.journal import JournalContents, JournalFolder
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.window.recovering import Recovering
from app.workspace import Workspace
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Journals of three documents that were never saved."""
    folder = tmp_path / "journal"
    ended = JournalFolder(folder)
    for name in ("a", "b", "c"):
        document = Document.from_photo(np.full((20, 30, 4), 255, np.uint8), "Photo")
        photo = np.zeros((20, 30, 3), np.uint8)
        settings = {"photo_name": f"{name}.png"}
        project = ProjectContents(document, b"", ".png", photo, settings=settings)
        ended.journal(name).write(JournalContents(project, None, f"{name}.png"))
    ended.release()
    return folder


@pytest.fixture
def workspace(
    qtbot: QtBot, tmp_path: Path, folder: Path, jobs: ScriptedJobs
) -> Iterator[Workspace]:
    recovery = RecoveryFolder(tmp_path / "recovery")
    cache = ModelCache(tmp_path / "cache", 1 << 30)
    worker = Worker(recovery.write_state, jobs)
    made = Workspace(worker, cache, recovery, journals=JournalFolder(folder))
    yield made
    made.shutdown()
    made.deleteLater()


@pytest.fixture
def messages(qtbot: QtBot) -> MessageBar:
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def recovering(
    qtbot: QtBot, window: QWidget, workspace: Workspace, messages: MessageBar
) -> Recovering:
    made = Recovering(window, workspace, messages)
    workspace.look_for_journals()
    qtbot.waitUntil(lambda: made.dialog is not None)
    return made


def kept(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/*/journal.json")}


def test_recovered_ones_open_and_discarded_ones_go(
    recovering: Recovering, workspace: Workspace, folder: Path, qtbot: QtBot
) -> None:
    assert recovering.dialog is not None
    rows = {row.found.title: row for row in recovering.dialog.rows}
    rows["b.png"].discard_button.click()
    recovering.dialog.all_button.click()
    qtbot.waitUntil(lambda: len(workspace.sessions) == 2)
    assert {session.title for session in workspace.sessions} == {"a.png", "c.png"}
    assert all(session.is_modified for session in workspace.sessions)
    qtbot.waitUntil(lambda: kept(folder) == {session.id for session in workspace.sessions})
    qtbot.waitUntil(lambda: recovering.dialog is None)


def test_what_is_not_decided_is_offered_again(
    recovering: Recovering, workspace: Workspace, folder: Path, qtbot: QtBot
) -> None:
    assert recovering.dialog is not None
    recovering.dialog.later_button.click()
    qtbot.waitUntil(lambda: recovering.dialog is None)
    assert kept(folder) == {"a", "b", "c"}
    workspace.shutdown()
    assert len(JournalFolder(folder).find().journals) == 3


def test_what_cannot_be_recovered_is_told_in_a_sentence(
    qtbot: QtBot, window: QWidget, workspace: Workspace, messages: MessageBar, folder: Path
) -> None:
    for path in folder.glob("*/[ab]/journal.json"):
        path.write_text("damaged")
    recovering = Recovering(window, workspace, messages)
    workspace.look_for_journals()
    qtbot.waitUntil(lambda: recovering.dialog is not None)
    assert messages.text.text().startswith("2 unsaved documents could not be recovered")
    assert recovering.dialog is not None
    assert [row.found.title for row in recovering.dialog.rows] == ["c.png"]
