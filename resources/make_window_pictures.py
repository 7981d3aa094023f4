"""Shows the window as a designer wants to judge it: themes, sizes, panels, dialogs.

    python -m resources.make_window_pictures FOLDER [--every]

Layers in groups with masks, a selection and a result are in the picture. The model is trained for
moments only, so it runs in seconds. With --every also each tool's options, each dock and each
dialog that opens without asking.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.document.commands import AddLayer, GroupLayers, SetBlendMode, SetClipped
from app.document.layers import BlendMode, Layer
from app.document.painting.brush import BrushSettings
from app.document.planes import Plane
from app.document.selection import Selection
from app.jobs.worker import Worker
from app.main_window import MainWindow
from app.panels.welcome_page import EXAMPLE
from app.session import Session
from app.settings import Settings
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.theme import ThemeChoice
from app.tool_state import Tool
from app.workspace import Workspace
from singan_core.config import TrainConfig

SIZES = ((1280, 800), (2560, 1440), (960, 600))
DIALOGS = ("help.shortcuts", "help.about", "file.export", "file.new", "select.grow", "image.scale")
DIALOG_AFTER_MS = 300
QUICK = TrainConfig(
    preset="draft", base_channels=4, max_channels=4, iterations=6, critic_steps=1, generator_steps=1
)


def main() -> int:
    """Make every picture; returns the exit code."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    for theme in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        with tempfile.TemporaryDirectory() as name:
            window = _window(Path(name), theme)
            _save(window, folder / f"{theme.value}_welcome.png")
            _fill(window)
            for size in SIZES:
                _arrange(window, size)
                _save(window, folder / f"{theme.value}_{size[0]}.png")
            if "--every" in sys.argv:
                _arrange(window, SIZES[0])
                _save_parts(window, folder, theme.value)
            for session in window.workspace.sessions:
                window.workspace.close(session)
            window.close()
        application.processEvents()
    return 0


def _window(folder: Path, theme: ThemeChoice) -> MainWindow:
    settings = Settings(folder / "settings.ini")
    settings.theme = theme
    cache, recovery = ModelCache(folder / "models"), RecoveryFolder(folder / "recovery")
    window = MainWindow(Workspace(Worker(recovery.write_state), cache, recovery), settings)
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.show()
    _arrange(window, SIZES[0])
    return window


def _arrange(window: MainWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    window.docks.arrange(size[1])
    if window.workspace.active is not None:
        window.docks.reveal("generate")


def _fill(window: MainWindow) -> None:
    """Open a picture, paint and stack layers, train for moments, render, select."""
    session = window.workspace.open_path(EXAMPLE)
    size = (session.document.width, session.document.height)
    _wait(lambda: window.training.device.count() > 1)
    session.start_training(QUICK, "cpu")
    _wait(lambda: session.training.state == "done")
    _paint(session)
    window.generate.render_edit()
    _wait(lambda: len(session.results) > 0 and not session.render_status.is_busy)
    session.apply_preview()
    _stack(session)
    points = [(x * size[0], y * size[1]) for x, y in ((0.1, 0.5), (0.35, 0.4), (0.4, 0.8))]
    session.edits.select(Selection.lasso(points, *size))
    window.messages.hide()


def _paint(session: Session) -> None:
    session.edits.add_layer()
    settings = BrushSettings(size_px=60, hardness=0.6, color=(196, 60, 40))
    session.strokes.begin(settings)
    for step in range(30):
        x, y = 300 + 20 * step, 0.7 * session.document.height + 60 * np.sin(step / 4)
        session.strokes.add(float(x), float(y), 1.0)
    session.strokes.finish()


def _stack(session: Session) -> None:
    document = session.document
    shade = np.zeros((document.height, document.width, 4), np.uint8)
    shade[..., 3] = np.linspace(0, 160, document.height)[:, None]
    session.run(AddLayer(Layer("Evening", Plane.from_rgba(shade))))
    evening = document.layers[-1].id
    session.run(SetBlendMode(evening, BlendMode.MULTIPLY))
    session.edits.add_mask()
    session.run(AddLayer(Layer("Haze", Plane.from_rgba(255 - shade[::-1]), opacity=0.3)))
    haze = document.layers[-1].id
    session.run(SetClipped(haze, True))
    session.run(GroupLayers([evening, haze], "Light"))


def _save_parts(window: MainWindow, folder: Path, theme: str) -> None:
    known = window.registry.specs
    for tool in (each for each in Tool if f"tool.{each.value}" in known):
        window.registry.trigger(f"tool.{tool.value}")
        _save(window, folder / f"{theme}_tool_{tool.value}.png")
    window.registry.trigger("tool.brush")
    for name in window.docks.docks:
        window.docks.reveal(name)
        _save(window, folder / f"{theme}_dock_{name}.png")
    for name in (each for each in DIALOGS if each in known):
        path = folder / f"{theme}_dialog_{name}.png"
        QTimer.singleShot(DIALOG_AFTER_MS, partial(_save_dialog, path))
        window.registry.trigger(name)


def _save_dialog(path: Path) -> None:
    """Save what waits for an answer, and refuse it."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog):
        _save(dialog, path)
        dialog.reject()


def _wait(is_done: Callable[[], bool], limit_s: int = 120) -> None:
    """Run the event loop until something is so; sleeping here would starve the worker."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if is_done() else None)
    timer.start(50)
    QTimer.singleShot(limit_s * 1000, loop.quit)
    loop.exec()
    if not is_done():
        raise SystemExit("This took too long.")


def _save(widget: QWidget, path: Path) -> None:
    loop = QEventLoop()
    QTimer.singleShot(400, loop.quit)
    loop.exec()
    widget.grab().save(str(path))


if __name__ == "__main__":
    sys.exit(main())
