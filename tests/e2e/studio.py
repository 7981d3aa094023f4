"""A user in front of the window: opens, paints, presses buttons and keys, looks and waits."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.controls.scale_strip import ScaleStrip
from app.jobs.worker import Worker
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.storage.journal import JournalFolder
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.workspace import Workspace

Pixels = NDArray[np.uint8]
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE_MS = 60_000


def draw_photo(height: int = 48, width: int = 60, seed: int = 0) -> Pixels:
    """A sky over a wavy ground, with grain."""
    rows, columns = np.mgrid[0:height, 0:width]
    ground = rows > height * 0.55 + 3 * np.sin(columns / 5 + seed)
    sky = np.stack([90 + rows, 140 + rows, np.full_like(rows, 220)], axis=2)
    soil = np.stack([120 + 30 * np.sin(columns / 2), 90 + 0 * rows, 40 + rows], axis=2)
    grain = np.random.default_rng(seed).normal(0, 6, (height, width, 3))
    return np.clip(np.where(ground[..., None], soil, sky) + grain, 0, 255).astype(np.uint8)


def write_png(path: Path, pixels: Pixels) -> Path:
    Image.fromarray(pixels).save(path)
    return path


class Studio:
    """One run of the program.

    Args:
        folder: holds settings, recovery and model cache of this and later runs.
        journals: unsaved documents of a run that was killed; None = none are kept.
    """

    def __init__(self, qtbot: QtBot, folder: Path, journals: JournalFolder | None = None) -> None:
        self.qtbot = qtbot
        self._is_over = False
        recovery = RecoveryFolder(folder / "recovery")
        cache = ModelCache(folder / "cache", 1 << 30)
        worker = Worker(recovery.write_state)
        self.workspace = Workspace(worker, cache, recovery, journals=journals)
        self.window = MainWindow(self.workspace, Settings(folder / "own.ini"))
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.wait(lambda: self.window.isActiveWindow() or bool(QApplication.activeModalWidget()))
        self.wait(lambda: self.window.training.device.count() > 1)

    @property
    def session(self) -> Session:
        """The document in front."""
        session = self.workspace.active
        assert session is not None
        return session

    @property
    def notice(self) -> str:
        """The notice shown, empty when there is none."""
        return self.window.messages.text.text() if self.window.messages.isVisible() else ""

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the program run until the condition holds."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def scale(self) -> int:
        """The injection scale the panel shows."""
        strip = self.window.generate.findChild(ScaleStrip)
        assert isinstance(strip, ScaleStrip)
        return strip.value()

    def settle(self) -> None:
        """Let the window bring its actions up to date."""
        self.wait(lambda: not self.window._refresh_timer.isActive())

    def open(self, path: Path) -> Session:
        count = len(self.workspace.sessions)
        self.window.open_paths([path])
        self.wait(lambda: len(self.workspace.sessions) == count + 1)
        self.settle()
        return self.session

    def notice_after(self, work: Callable[[], object]) -> str:
        """Do something that must end with a notice, and return its sentence."""
        self.window.messages.hide()
        work()
        self.wait(self.window.messages.isVisible)
        return self.notice

    def click(self, button: QAbstractButton) -> None:
        assert button.isEnabled(), button.text()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def press(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.settle()

    def drag(self, *points: tuple[float, float]) -> None:
        """Drag the left button over the picture; points (x, y) in document pixels."""
        canvas = self.window.canvas
        places = [self._place(x, y) for x, y in points]
        self.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            self.qtbot.mouseMove(canvas, place)
        self.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
        canvas.setFocus()
        self.settle()

    def take_brush(self, size_px: float, color: tuple[int, int, int]) -> None:
        state = self.workspace.tool_state
        state.set_color(color)
        state.set_brush(dataclasses.replace(state.brush, size_px=size_px, hardness=1.0))

    def train(self) -> None:
        """Press the panel's button; returns when the worker has started."""
        self.window.docks.reveal("training")
        self.click(self.window.training.train_button)
        session = self.session
        self.wait(lambda: session.training.state in ("running", "done"))

    def wait_trained(self) -> None:
        session = self.session
        self.wait(lambda: session.training.state == "done")
        self.settle()

    def wait_rendered(self, count: int) -> None:
        """Until the document in front has so many results and shows the last."""
        session = self.session
        self.wait(lambda: len(session.results) == count and not session.render_status.is_busy)
        self.settle()

    def seen(self, x: float, y: float) -> tuple[int, int, int]:
        """The colour on the screen at a document pixel, RGB."""
        canvas = self.window.canvas
        color = canvas.grab().toImage().pixelColor(self._place(x, y))
        return color.red(), color.green(), color.blue()

    def discard_and_quit(self) -> None:
        """End the program without saving; once is enough."""
        if self._is_over:
            return
        self._is_over = True
        for session in self.workspace.sessions:
            self.workspace.close(session)
        self.window.close()
        self.workspace.shutdown()
        # The system does the rest when a program ends; here the process lives on.
        lock = self.workspace.recovery._lock
        if lock is not None:
            lock.unlock()
        self.window.deleteLater()
        self.workspace.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _place(self, x: float, y: float) -> QPoint:
        zoom, viewport = self.window.canvas.zoom, self.window.canvas.viewport
        place = QPointF(viewport.left + x * zoom, viewport.top + y * zoom)
        return (place / self.window.canvas.devicePixelRatioF()).toPoint()
