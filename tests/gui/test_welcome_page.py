"""The first page: open, example, recent files with their pictures and models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.jobs.background import BackgroundTasks
from app.main_window import MainWindow
from app.panels.welcome_page import EXAMPLE, WelcomePage
from app.session import Session
from app.settings import Settings
from app.storage.recent_looks import THUMBNAIL_SIZE, ModelState, RecentLooks, thumbnail_of
from app.window.help_actions import DEMO
from app.workspace import Workspace
from singan_core.config import TrainConfig
from tests.gui.picture_panel import wait_until
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def looks(workspace: Workspace) -> Iterator[RecentLooks]:
    tasks = BackgroundTasks("looks")
    made = RecentLooks(tasks, workspace.cache, workspace.recovery, tasks)
    yield made
    made.stop()
    tasks.stop()


@pytest.fixture
def page(qtbot: QtBot, settings: Settings, looks: RecentLooks) -> WelcomePage:
    made = WelcomePage(settings, looks)
    qtbot.addWidget(made)
    made.resize(900, 700)
    return made


def known(looks: RecentLooks, path: Path) -> Callable[[], bool]:
    return lambda: looks.look_of(path.resolve()).model is not None


def test_models_of_recent_files_are_told(
    page: WelcomePage,
    settings: Settings,
    looks: RecentLooks,
    trained: Session,
    tmp_path: Path,
    photo_path: Path,
    photo: np.ndarray,
    qtbot: QtBot,
) -> None:
    project, plain = tmp_path / "a.singan", tmp_path / "plain.png"
    with qtbot.waitSignal(trained.file_written):
        trained.save(project)
    plain.write_bytes(cv2.imencode(".png", photo[::-1])[1].tobytes())
    for path in (photo_path, project, plain):
        settings.add_recent(path)
    page.show()
    for path in (photo_path, project, plain):
        wait_until(qtbot, known(looks, path))
    states = [looks.look_of(path.resolve()).model for path in (photo_path, project, plain)]
    assert states == [ModelState.TRAINED, ModelState.TRAINED, ModelState.NONE]
    tips = [page.recent.item(row).toolTip().splitlines()[1] for row in range(3)]
    assert tips == ["No model", "Trained", "Trained"]


def test_an_unfinished_training_is_told(
    page: WelcomePage,
    settings: Settings,
    looks: RecentLooks,
    session: Session,
    jobs: ScriptedJobs,
    photo_path: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    jobs.scales_allowed = 1
    session.start_training(TrainConfig(preset="draft"), "cpu")
    qtbot.waitUntil(lambda: session.model is not None and session.model.scale_count == 1)
    session.pause_training()
    qtbot.waitUntil(lambda: session.training.state == "paused")
    project = tmp_path / "half.singan"
    with qtbot.waitSignal(session.file_written):
        session.save(project)
    settings.add_recent(project)
    page.show()
    wait_until(qtbot, known(looks, project))
    assert looks.look_of(project.resolve()).model is ModelState.UNFINISHED


def test_missing_files_stay_greyed_until_removed(
    page: WelcomePage, settings: Settings, photo_path: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    gone = tmp_path / "gone.png"
    gone.touch()
    settings.add_recent(gone)
    settings.add_recent(photo_path)
    gone.unlink()
    page.show()
    picked: list[Path] = []
    page.path_picked.connect(picked.append)
    cards = page.recent
    assert "Not found" in cards.item(1).toolTip()
    cards.itemClicked.emit(cards.item(1))
    cards.itemClicked.emit(cards.item(0))
    assert picked == [photo_path.resolve()]
    menu = cards.menu_of(cards.item(1))
    assert not menu.actions()[0].isEnabled()
    menu.actions()[1].trigger()
    assert settings.recent_files == (photo_path.resolve(),)
    cards.setCurrentRow(0)
    qtbot.keyClick(cards, Qt.Key.Key_Delete)
    assert settings.recent_files == ()
    assert not cards.isVisible()


def test_the_cards_show_pictures(
    page: WelcomePage, settings: Settings, looks: RecentLooks, qtbot: QtBot
) -> None:
    settings.add_recent(EXAMPLE)
    before = page.recent.grab().toImage()
    page.show()
    path = EXAMPLE.resolve()
    qtbot.waitUntil(lambda: not looks.look_of(path).thumbnail.isNull())
    assert looks.look_of(path).thumbnail.size() == THUMBNAIL_SIZE
    shown = page.recent.grab().toImage()
    assert shown.pixelColor(20, 90) != before.pixelColor(20, 90)


def test_a_thumbnail_fills_its_place(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    cv2.imwrite(str(path), np.full((20, 300, 3), 200, np.uint8))
    assert thumbnail_of(path).size() == THUMBNAIL_SIZE


@pytest.mark.parametrize("content", [b"", b"no picture", b"PK\x03\x04 no archive"])
@pytest.mark.parametrize("suffix", [".png", ".singan", ".ora"])
def test_damaged_files_have_no_picture(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    assert thumbnail_of(path).isNull()


def test_the_example_is_trained_and_opens_beside_the_recent_files(
    window: MainWindow, workspace: Workspace, settings: Settings, qtbot: QtBot
) -> None:
    assert EXAMPLE.stat().st_size <= 300_000
    assert DEMO.stat().st_size <= 8_000_000
    window.welcome.example_button.click()
    qtbot.waitUntil(lambda: workspace.active is not None)
    session = workspace.active
    assert session is not None
    assert (session.document.width, session.document.height) == (1024, 576)
    assert session.path is None, "what is saved must not land in the program's own files"
    assert not session.is_modified
    assert session.model is not None
    assert session.model.is_complete
    assert session.model.config.preset == "standard"
    assert window.generate.blocker() == ""
    qtbot.waitUntil(lambda: not window.generate.visibleRegion().isEmpty())
    assert settings.recent_files == ()
    assert settings.last_folder != EXAMPLE.parent
    window.registry.trigger("help.example")
    qtbot.waitUntil(lambda: len(workspace.sessions) == 2)
    window.close()
