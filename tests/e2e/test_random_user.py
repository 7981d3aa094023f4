"""A user who presses anything in the real window: nothing breaks, and all of it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMessageBox

from app.document.compositing import flatten
from app.document.pixels import premultiplied_bgra
from app.tool_state import Tool
from singan_core.config import TrainConfig
from tests.document.random_session import FREE, digest_of
from tests.e2e.studio import Studio

LEFT_ALONE = ("file.", "help.", "edit.clear_models", "edit.keep_models", "view.theme")
TRAINING = ("generate.train", "generate.pause", "generate.resume", "generate.stop")
KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Left,
    Qt.Key.Key_Down,
    Qt.Key.Key_X,
    Qt.Key.Key_5,
)
MODIFIERS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
DEEDS = 250


class Fingers:
    """Presses actions, keys and the mouse at random; answers whatever asks."""

    def __init__(self, studio: Studio, seed: int) -> None:
        self.studio = studio
        self.random = np.random.default_rng(seed)
        self.log: list[str] = []
        self._answers = QTimer(interval=10)
        self._answers.timeout.connect(self._answer)
        self._answers.start()
        specs = studio.window.registry.specs
        self._actions = [each for each in specs if not each.startswith(LEFT_ALONE + TRAINING)]
        self._of_results = [each for each in self._actions if each.startswith("generate.")]

    def stop(self) -> None:
        """Answer nothing any more."""
        self._answers.stop()

    def act(self) -> None:
        """Do one thing."""
        kind = self.random.random()
        if kind < 0.45:
            self._trigger()
        elif kind < 0.6:
            key = KEYS[self.random.integers(len(KEYS))]
            self.log.append(f"key {key.name}")
            self.studio.qtbot.keyClick(self.studio.window.canvas, key)
        else:
            self._drag()
        self.studio.settle()

    def _trigger(self) -> None:
        names = self._actions if self.random.random() < 0.8 else self._of_results
        name = str(self.random.choice(names))
        action = self.studio.window.registry.action(name)
        if action.isEnabled():
            self.log.append(name)
            action.trigger()

    def _drag(self) -> None:
        """With any tool, from anywhere to anywhere, also beside the picture."""
        tool = list(Tool)[self.random.integers(len(Tool))]
        action = self.studio.window.registry.action(f"tool.{tool.value}")
        if self.random.random() < 0.7 and action.isEnabled():
            action.trigger()
        canvas, qtbot = self.studio.window.canvas, self.studio.qtbot
        size = (canvas.width(), canvas.height())
        points = [
            QPoint(*(int(self.random.integers(0, side)) for side in size))
            for _ in range(self.random.integers(1, 5))
        ]
        held = MODIFIERS[self.random.integers(len(MODIFIERS))]
        self.log.append(f"{self.studio.workspace.tool_state.tool.value} {held.name} {len(points)}")
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, held, points[0])
        for point in points[1:]:
            qtbot.mouseMove(canvas, point)
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, held, points[-1])
        if self.random.random() < 0.1:
            qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, held, points[-1])

    def _answer(self) -> None:
        dialog, menu = QApplication.activeModalWidget(), QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            menu.close()
        if isinstance(dialog, QMessageBox) or self.random.random() < 0.5:
            if isinstance(dialog, QDialog):
                dialog.reject()
        elif isinstance(dialog, QDialog):
            dialog.accept()


@pytest.fixture
def fingers(studio: Studio, request: pytest.FixtureRequest) -> Iterator[Fingers]:
    fingers = Fingers(studio, request.param)
    yield fingers
    fingers.stop()


# the offscreen screen says this of every dialog
@pytest.mark.qt_log_ignore("does not support propagateSizeHints")
@pytest.mark.parametrize("fingers", [1, 2], indirect=True)
def test_anything_pressed_can_be_undone(
    fingers: Fingers, photo_path: Path, tiny_draft: TrainConfig
) -> None:
    """With a model, so that results come, are looked at, applied and discarded in between."""
    studio = fingers.studio
    session = studio.open(photo_path)
    session.start_training(tiny_draft, "cpu")
    studio.wait_trained()
    first = digest_of(session.document, FREE)
    for _ in range(DEEDS):
        fingers.act()
        if len(session.document.layers) > 12:
            studio.window.registry.trigger("layer.flatten")
    studio.wait(lambda: not session.render_status.is_busy)
    session.show_result(None)
    studio.press(Qt.Key.Key_Escape)
    studio.workspace.tool_state.set_tool(Tool.HAND)
    last, steps = digest_of(session.document, FREE), session.history.index
    wanted = premultiplied_bgra(flatten(session.document)).astype(int)
    assert np.abs(session.compositor.composite() - wanted).max() <= 1, fingers.log[-20:]
    session.go_to_history(0)
    assert digest_of(session.document, FREE) == first
    session.go_to_history(steps)
    assert digest_of(session.document, FREE) == last
    assert steps > 30
