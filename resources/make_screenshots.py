"""Trains on the example photo, edits the trained example in the window, and saves what is seen.

    python -m resources.make_screenshots [FOLDER]

Takes about a minute on a CPU.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.document.commands import TranslateLayer
from app.document.selection import Selection
from app.jobs.worker import Worker
from app.main_window import MainWindow
from app.panels.welcome_page import EXAMPLE
from app.session import Session
from app.settings import Settings
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.theme import ThemeChoice
from app.window.help_actions import DEMO
from app.workspace import Workspace

FOLDER = Path(__file__).resolve().parent / "screenshots"
WINDOW = (1280, 800)
# parts of the photo's width and height
FLOWER = (
    (0.73, 0.78),
    (0.75, 0.68),
    (0.82, 0.65),
    (0.89, 0.69),
    (0.91, 0.79),
    (0.87, 0.9),
    (0.77, 0.9),
)
SHIFT = (-0.31, -0.02)
SCALES = (4, 3, 2)


def main() -> int:
    """Make every screenshot; returns the exit code."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as name:
        window = _window(Path(name))
        _take_training(window, window.workspace.open_path(EXAMPLE), folder)
        window.workspace.start_opening(DEMO, is_template=True)
        _wait(lambda: len(window.workspace.sessions) == 2)
        _take_rendering(window, window.workspace.sessions[1], folder)
        for each in window.workspace.sessions:
            window.workspace.close(each)
        window.close()
    application.processEvents()
    return 0


def _window(folder: Path) -> MainWindow:
    settings = Settings(folder / "settings.ini")
    settings.theme = ThemeChoice.DARK
    cache, recovery = ModelCache(folder / "models"), RecoveryFolder(folder / "recovery")
    window = MainWindow(Workspace(Worker(recovery.write_state), cache, recovery), settings)
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.show()
    window.resize(*WINDOW)
    window.docks.arrange(WINDOW[1])
    return window


def _take_training(window: MainWindow, session: Session, folder: Path) -> None:
    _wait(lambda: window.training.device.count() > 1)
    window.docks.reveal("training")
    window.training.train()
    _wait(lambda: len(session.training.previews) >= 3 or not session.training.is_active)
    _save(window, folder / "training.png")
    session.cancel_training()


def _take_rendering(window: MainWindow, session: Session, folder: Path) -> None:
    _copy_flower(session)
    window.docks.reveal("generate")
    assert session.model is not None
    scales = range(1, session.model.scale_count)
    _wait(lambda: all(k in session.strip.thumbnails for k in scales))
    for scale in SCALES:
        window.generate.seed.field.show_value(scale)
        window.generate.choose_scale(scale)
        window.generate.render_edit()
        _wait(lambda: not session.render_status.is_busy)
    _wait(lambda: not any(session.strip.is_stale(k) for k in scales))
    window.messages.hide()
    _save(window, folder / "main_window.png")


def _copy_flower(session: Session) -> None:
    """Copy a dandelion, roughly cut out, into the empty middle."""
    document = session.document
    width, height = document.width, document.height
    points = [(x * width, y * height) for x, y in FLOWER]
    session.edits.select(Selection.lasso(points, width, height))
    session.edits.lift(cut=False)
    layer = document.active_layer
    assert layer is not None
    session.run(TranslateLayer(layer.id, round(SHIFT[0] * width), round(SHIFT[1] * height)))
    session.edits.select_none()


def _wait(is_done: Callable[[], bool], limit_s: int = 1800) -> None:
    """Run the event loop until something is so; sleeping here would starve the worker."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if is_done() else None)
    timer.start(100)
    QTimer.singleShot(limit_s * 1000, loop.quit)
    loop.exec()
    if not is_done():
        raise SystemExit("This took too long.")


def _save(window: MainWindow, path: Path) -> None:
    loop = QEventLoop()
    QTimer.singleShot(600, loop.quit)
    loop.exec()
    window.grab().save(str(path))
    print(path)


if __name__ == "__main__":
    sys.exit(main())
