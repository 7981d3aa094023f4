"""The scene of the editor's figures: ten layers of twelve megapixels in the real window."""

from __future__ import annotations

import itertools
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView
from app.document.change import Change
from app.document.commands import SetActive, SetSelection
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.painting.brush import BrushSettings
from app.document.planes import Plane
from app.jobs.worker import Worker
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.tool_state import Tool
from app.workspace import Workspace
from tests.benchmarks.painting import POINTER_INTERVAL_S, endless_training
from tests.benchmarks.scenes import texture

WIDTH, HEIGHT = 4096, 3072
PIXEL_LAYERS = 10
PLACES = ("bottom", "middle", "top")
BRUSH = BrushSettings(size_px=200.0, hardness=0.0, flow=0.3, spacing=0.1, color=(200, 40, 20))
PATIENCE_S = 60.0


def editor_layers() -> list[Layer]:
    """The stack, bottom first: ten pixel layers and the group of two of them.

    Three are not Normal (Multiply, Luminosity, Screen in the group), the Luminosity one is
    clipped to a layer with a mask.
    """
    base = texture(HEIGHT, WIDTH)
    photo = Layer("Photo", Plane.from_rgba(_opaque(base)), LayerKind.PHOTO)
    layers = [photo, *(_translucent(base, index) for index in range(1, PIXEL_LAYERS))]
    layers[2].blend_mode = BlendMode.MULTIPLY
    group = Layer.group("Group")
    for member in layers[4:6]:
        member.group_id = group.id
    layers[5].blend_mode = BlendMode.SCREEN
    layers[7].mask = Plane.from_grey(np.ascontiguousarray(base[..., 1]))
    layers[8].is_clipped, layers[8].blend_mode = True, BlendMode.LUMINOSITY
    layers.insert(6, group)
    return layers


def _opaque(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def _translucent(base: NDArray[np.uint8], index: int) -> Layer:
    """A layer of the same detail, shifted, in other colours; its alpha varies with the picture."""
    rgb = np.roll(base, (211 * index, 397 * index), axis=(0, 1))
    alpha = np.clip(rgb[..., index % 3].astype(np.int16) + 8 * index - 64, 0, 255)
    pixels = np.dstack([np.roll(rgb, index, axis=2), alpha.astype(np.uint8)])
    return Layer(f"Layer {index}", Plane.from_rgba(pixels), opacity=1.0 - 0.03 * index)


class _Paints(QObject):
    """Counts the paint events of what it is installed on."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            # counted before the widget paints; `processEvents` returns after it
            self.count += 1
        return False


class EditorScene:
    """The real window with one document; every method returns once the screen shows it.

    Args:
        training_scale: scale that trains when `train` is called.
    """

    def __init__(self, training_scale: int = 0) -> None:
        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        self._application = application
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.workspace = Workspace(
            Worker(job_events=endless_training(training_scale)),
            ModelCache(self.folder / "models", 1 << 30),
            RecoveryFolder(self.folder / "recovery"),
        )
        self.window = MainWindow(self.workspace, Settings(self.folder / "settings.ini"))
        self._paints = _Paints()
        self.canvas.installEventFilter(self._paints)
        self.window.show()
        self.until(lambda: self.window.training.device.count() > 1)

    @property
    def canvas(self) -> CanvasView:
        """The real canvas of the window."""
        return self.window.canvas

    @property
    def session(self) -> Session:
        """The document in front."""
        assert self.workspace.active is not None
        return self.workspace.active

    @property
    def is_coarse(self) -> bool:
        """Whether a part of the view waits to be drawn exactly."""
        return self.canvas._painter.composite.is_coarse

    def close(self) -> None:
        """End the program without a question."""
        for session in self.workspace.sessions:
            self.workspace.close(session)
        self.window.close()
        self.workspace.shutdown()
        self.window.deleteLater()
        self.settle()
        self._folder.cleanup()

    # ---- preparing

    def open_stack(self) -> None:
        """Open a picture and stack the layers of the scene on it, outside the history."""
        path = self.folder / "small.png"
        if not self.workspace.sessions:
            Image.new("RGB", (WIDTH, HEIGHT), (120, 130, 90)).save(path, compress_level=1)
            self.workspace.open_path(path)
        document = self.session.document
        document.layers[:] = editor_layers()
        document.active_id = document.layers[-1].id
        self.forget_pictures()

    def forget_pictures(self) -> None:
        """Have everything drawn anew, as if the document had just been opened."""
        everything = Change(pixels=self.session.document.rect, layers=True, active=True)
        self.shown(partial(self.session.announce, everything))

    def arrange(self, size: tuple[int, int], is_fitted: bool, place: str) -> None:
        """Take a window size, a zoom, and the layer that is painted on."""
        self.window.resize(*size)
        self.settle()
        navigation = self.canvas.navigation
        (navigation.fit if is_fitted else navigation.actual_size)()
        if not is_fitted:
            self._centre()
        layers = [each for each in self.session.document.layers if not each.is_group]
        index = {"bottom": 0, "middle": PIXEL_LAYERS // 2, "top": PIXEL_LAYERS - 1}[place]
        self.session.run(SetActive(layers[index].id))
        self.session.run(SetSelection(None))
        tools = self.workspace.tool_state
        tools.set_tool(Tool.BRUSH)
        tools.set_color(BRUSH.color)
        tools.set_brush(BRUSH)
        self.settle()

    def _centre(self) -> None:
        view, viewport = self.canvas.navigation.view_size, self.canvas.viewport
        left, top = (view.x() - WIDTH * viewport.zoom) / 2, (view.y() - HEIGHT * viewport.zoom) / 2
        self.canvas.navigation.pan_by(left - viewport.left, top - viewport.top)

    # ---- waiting

    def shown(self, work: Callable[[], object]) -> float:
        """Do something and wait until the canvas was painted; returns milliseconds."""
        before, start = self._paints.count, time.perf_counter()
        work()
        while self._paints.count == before:
            self._application.processEvents()
            assert time.perf_counter() - start < PATIENCE_S, "the canvas was not painted"
        return (time.perf_counter() - start) * 1e3

    def settle(self, duration_s: float = 0.3) -> None:
        """Let everything that waits for an idle moment happen."""
        end = time.perf_counter() + duration_s
        while time.perf_counter() < end:
            self._application.processEvents()
            time.sleep(0.005)

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the program run until the condition holds."""
        end = time.perf_counter() + 30 * PATIENCE_S
        while not condition():
            self._application.processEvents()
            time.sleep(0.005)
            assert time.perf_counter() < end, "it did not happen"

    # ---- the user

    def stroke(self, dabs: int) -> list[float]:
        """Paint along a spiral, one dab per mouse event; milliseconds from each to the screen."""
        places = self._spiral()
        durations = []
        for place in itertools.islice(places, dabs):
            kind = QEvent.Type.MouseMove if durations else QEvent.Type.MouseButtonPress
            durations.append(self.shown(partial(self.mouse, kind, place)))
            time.sleep(max(0.0, POINTER_INTERVAL_S - durations[-1] / 1e3))
        self.mouse(QEvent.Type.MouseButtonRelease, next(places))
        self.settle()
        return durations

    def mouse(
        self,
        kind: QEvent.Type,
        place: QPointF,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        """Send the canvas a mouse event with one button held."""
        canvas = self.canvas
        is_move = kind is QEvent.Type.MouseMove
        event = QMouseEvent(
            kind,
            place,
            canvas.mapToGlobal(place),
            Qt.MouseButton.NoButton if is_move else button,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        self._application.sendEvent(canvas, event)

    def tick_gaps(self, is_over: Callable[[], bool]) -> list[float]:
        """Milliseconds between the ticks of a 5 ms timer until something is over."""
        ticks: list[float] = []
        timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        timer.start()
        loop = QEventLoop()
        timer.timeout.connect(lambda: loop.quit() if is_over() else None)
        loop.exec()
        timer.stop()
        return [(later - earlier) * 1e3 for earlier, later in itertools.pairwise(ticks)]

    def _spiral(self) -> Iterator[QPointF]:
        canvas = self.canvas
        step = max(1.0, BRUSH.spacing * BRUSH.size_px * canvas.zoom)
        middle = QPointF(canvas.width() / 2, canvas.height() / 2)
        most = min(canvas.width(), canvas.height()) * 0.4
        angle = 0.0
        while True:
            radius = 40 + (angle * 12) % most
            yield middle + QPointF(radius * math.cos(angle), radius * math.sin(angle))
            angle += step / radius
