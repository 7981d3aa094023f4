"""A program in miniature: scripted jobs, folders of its own, a canvas on the offscreen screen."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.jobs.worker import Worker
from app.main_window import MainWindow
from app.session import Session
from app.session.document_session import DocumentSession
from app.settings import Settings
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.workspace import Workspace
from singan_core.config import TrainConfig
from tests.gui.scripted_jobs import Photo, ScriptedJobs


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, qapp: object) -> Iterator[None]:
    """Every test starts with empty settings and an empty clipboard, and leaves neither."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(tmp_path / "settings"))
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def photo() -> Photo:
    """(48, 64, 3) RGB with structure, so that shifts and mirrors show."""
    rows, columns = np.mgrid[0:48, 0:64]
    return np.stack([rows * 5, columns * 3, (rows + columns) * 2], axis=2).astype(np.uint8)


@pytest.fixture
def photo_path(tmp_path: Path, photo: Photo) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(cv2.imencode(".png", photo[..., ::-1])[1].tobytes())
    return path


@pytest.fixture
def jobs() -> ScriptedJobs:
    return ScriptedJobs()


@pytest.fixture
def make_workspace(
    qtbot: QtBot, tmp_path: Path, jobs: ScriptedJobs
) -> Iterator[Callable[[], Workspace]]:
    """Start the program anew over the same folders, as often as wanted."""
    made: list[Workspace] = []

    def make() -> Workspace:
        recovery = RecoveryFolder(tmp_path / "recovery")
        cache = ModelCache(tmp_path / "cache", 1 << 30)
        workspace = Workspace(Worker(recovery.write_state, jobs), cache, recovery)
        made.append(workspace)
        return workspace

    yield make
    jobs.scales_allowed, jobs.are_renders_held, jobs.strip_scales_allowed = 3, False, 99
    jobs.are_live_pictures_held = False
    for workspace in made:
        workspace.shutdown()
        workspace.deleteLater()


@pytest.fixture
def workspace(make_workspace: Callable[[], Workspace]) -> Workspace:
    return make_workspace()


@pytest.fixture
def session(workspace: Workspace, photo_path: Path) -> Session:
    return workspace.open_path(photo_path)


@pytest.fixture
def trained(session: Session, qtbot: QtBot) -> Session:
    """A session with a complete model."""
    session.start_training(TrainConfig(preset="draft"), "cpu")
    qtbot.waitUntil(lambda: session.training.state == "done")
    return session


@pytest.fixture
def canvas(qtbot: QtBot, workspace: Workspace, session: Session) -> CanvasView:
    """The session at 100 %, its corner at (10, 10)."""
    view = CanvasView(workspace.tool_state)
    qtbot.addWidget(view)
    view.resize(100, 80)
    view.show_session(session)
    view.show()
    qtbot.waitExposed(view)
    view.navigation.set_zoom(1.0)
    view.navigation.pan_by(10 - view.viewport.left, 10 - view.viewport.top)
    return view


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "own.ini")


_shown: weakref.WeakSet[MainWindow] = weakref.WeakSet()


@pytest.fixture(autouse=True)
def windows_of_earlier_tests_are_gone() -> None:
    """Free them here: they lie in circles, which the collector may come to within an event.

    Qt then goes on with widgets that are freed, and the process crashes in a later test.
    """
    if _shown:
        gc.collect()


@pytest.fixture
def show_window(qtbot: QtBot, workspace: Workspace, settings: Settings) -> Callable[[], MainWindow]:
    """Show the window; what its documents hold is given up at the end without a question."""

    def discard_everything(_: object) -> None:
        for session in workspace.sessions:
            workspace.close(session)

    def show() -> MainWindow:
        made = MainWindow(workspace, settings)
        _shown.add(made)
        qtbot.addWidget(made, before_close_func=discard_everything)
        made.show()
        qtbot.waitExposed(made)
        return made

    return show


@pytest.fixture
def window(qtbot: QtBot, show_window: Callable[[], MainWindow]) -> MainWindow:
    """The window on an active screen, with the engine's facts at hand."""
    made = show_window()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(lambda: made.training.device.count() > 1)
    return made


@pytest.fixture
def notices() -> Callable[[DocumentSession], list[str]]:
    """Collect the sentences a session tells the user."""

    def collect(session: DocumentSession) -> list[str]:
        heard: list[str] = []
        session.notice_raised.connect(heard.append)
        return heard

    return collect
