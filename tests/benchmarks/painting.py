"""A large document on a real canvas, painted on by mouse events, beside a training or not."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView
from app.document.commands import AddLayer
from app.document.layers import Layer
from app.document.painting.brush import BrushSettings
from app.document.planes import Plane
from app.jobs.requests import JobRequest, TrainRequest
from app.jobs.worker import Worker
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.workspace import Workspace
from singan_core.config import TrainConfig
from singan_core.device import pick_device
from singan_core.events import ScaleStarted, TrainEvent, TrainingStarted, UpdateDone
from singan_core.model.pyramid import plan_pyramid
from tests.benchmarks.figures import duration_ms
from tests.benchmarks.scenes import PHOTO_SIZE, engine_scale, texture

DOCUMENT_SIZE = (3072, 4096)
LAYER_COUNT = 10
BRUSH = BrushSettings(size_px=200.0, hardness=0.0, flow=0.3, spacing=0.1, color=(200, 40, 20))
DAB_DISTANCE_PX = BRUSH.spacing * BRUSH.size_px
POINTER_INTERVAL_S = 0.008


class CountingCanvas(CanvasView):
    """A canvas that counts how often it was painted."""

    paint_count = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.paint_count += 1


class Easel:
    """Ten layers of twelve megapixels in a window of 1280 by 800, the fifth one active.

    Args:
        training_scale: scale that is in training meanwhile; None = no training.
        config: settings of that training, on the 250 px pyramid of a photo.
        is_actual_size: show one document pixel per screen pixel, not the whole document.
    """

    def __init__(
        self,
        training_scale: int | None = None,
        config: TrainConfig | None = None,
        is_actual_size: bool = False,
    ) -> None:
        self._application = QApplication.instance() or QApplication([])
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        stream = endless_training(training_scale or 0)
        self.workspace = Workspace(
            Worker(job_events=stream),
            ModelCache(folder / "models", 1 << 30),
            RecoveryFolder(folder / "recovery"),
        )
        self._open_document(folder / "photo.png")
        self.canvas = self._shown_canvas(is_actual_size)
        if training_scale is not None and config is not None:
            self._train(config)

    def __enter__(self) -> Easel:
        return self

    def __exit__(self, *_: object) -> None:
        self.canvas.show_session(None)
        self.canvas.close()
        self.workspace.shutdown()
        self._folder.cleanup()

    def paint_dabs(self, count: int) -> list[float]:
        """Paint one dab per mouse event; return the milliseconds from each to the screen."""
        places = self._places()
        self._send(QEvent.Type.MouseButtonPress, next(places))
        durations = []
        for _ in range(count):
            move = partial(self._send, QEvent.Type.MouseMove, next(places))
            durations.append(duration_ms(move))
            time.sleep(max(0.0, POINTER_INTERVAL_S - durations[-1] / 1e3))
        self._send(QEvent.Type.MouseButtonRelease, next(places))
        return durations

    def _open_document(self, path: Path) -> None:
        Image.fromarray(texture(*DOCUMENT_SIZE)).save(path, compress_level=1)
        self.session = self.workspace.open_path(path)
        for index in range(1, LAYER_COUNT):
            self.session.run(AddLayer(_translucent_layer(index)))
        self.session.document.active_id = self.session.document.layers[LAYER_COUNT // 2].id

    def _shown_canvas(self, is_actual_size: bool) -> CountingCanvas:
        self.workspace.tool_state.set_color(BRUSH.color)
        self.workspace.tool_state.set_brush(BRUSH)
        canvas = CountingCanvas(self.workspace.tool_state)
        canvas.resize(1280, 800)
        canvas.show_session(self.session)
        if is_actual_size:
            canvas.navigation.actual_size()
        canvas.show()
        self._application.processEvents()
        return canvas

    def _train(self, config: TrainConfig) -> None:
        self.session.start_training(config, "cpu")
        deadline = time.monotonic() + 60
        while self.session.training.iteration < 2 and time.monotonic() < deadline:
            self._application.processEvents()
            time.sleep(0.01)
        assert self.session.training.iteration >= 2, "the training did not start"

    def _send(self, kind: QEvent.Type, place: QPointF) -> None:
        is_move = kind is QEvent.Type.MouseMove
        event = QMouseEvent(
            kind,
            place,
            self.canvas.mapToGlobal(place),
            Qt.MouseButton.NoButton if is_move else Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        self._application.sendEvent(self.canvas, event)
        self._application.processEvents()

    def _places(self) -> Iterator[QPointF]:
        """Walk along a spiral around the middle, one dab's distance per step."""
        step = DAB_DISTANCE_PX * self.canvas.zoom
        middle = QPointF(self.canvas.width() / 2, self.canvas.height() / 2)
        angle = 0.0
        while True:
            radius = 60 + (angle * 12) % 240
            yield middle + QPointF(radius * math.cos(angle), radius * math.sin(angle))
            angle += step / radius


def _translucent_layer(index: int) -> Layer:
    rgb = texture(*DOCUMENT_SIZE, seed=index)
    alpha = np.full((*DOCUMENT_SIZE, 1), 60 + 10 * index, np.uint8)
    return Layer(f"Layer {index}", Plane.from_rgba(np.concatenate([rgb, alpha], axis=2)))


def endless_training(scale: int) -> Callable[[JobRequest], Iterator[TrainEvent]]:
    """Return a job stream that trains one scale for real and never ends."""

    def events(request: JobRequest) -> Iterator[TrainEvent]:
        assert isinstance(request, TrainRequest)
        photo = texture(*PHOTO_SIZE)
        training = engine_scale(request.config, photo, scale, pick_device(request.device))
        plan = plan_pyramid(*PHOTO_SIZE, request.config)
        total = 1e9
        yield TrainingStarted(plan, int(total), total)
        yield ScaleStarted(scale, training.size, training.channels, int(total), 0)
        update = 0
        while True:
            network, update = training.step(), update + 1
            yield UpdateDone(scale, training.iteration, int(total), network, update, {})

    return events
