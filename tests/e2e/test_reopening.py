"""What a saved project holds is there again, seen in the window that opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.document.commands import AddLayer
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.planes import Plane
from singan_core.config import TrainConfig
from singan_core.presets import PRESETS
from tests.e2e.studio import CTRL, Studio

SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_an_empty_layer_opens_again_and_can_be_painted_on(
    studio: Studio, photo_path: Path, tmp_path: Path
) -> None:
    session = studio.open(photo_path)
    studio.press(Qt.Key.Key_N, CTRL | SHIFT)
    session.save(tmp_path / "a.singan")
    studio.wait(lambda: not session.is_modified)
    studio.workspace.close(session)

    again = studio.open(tmp_path / "a.singan")
    assert len(again.document.layers) == 2
    assert not studio.window.layers.grab().isNull()
    before = flatten(again.document)
    studio.take_brush(5, (230, 20, 30))
    studio.drag((10, 10), (20, 12))
    assert (flatten(again.document) != before).any()
    photo, empty = again.document.layers
    assert np.array_equal(photo.plane.to_rgba(), before)
    assert not empty.plane.rect.is_empty


@pytest.mark.parametrize("rect", [Rect(0, 0, 0, 0), Rect(3, 3, 0, 5), Rect(200, 200, 1, 1)])
def test_layers_without_visible_pixels_are_shown_in_the_panel(
    studio: Studio, photo_path: Path, rect: Rect
) -> None:
    session = studio.open(photo_path)
    session.run(AddLayer(Layer("Nothing", Plane(rect))))
    studio.window.docks.reveal("layers")
    assert not studio.window.layers.grab().isNull()
    studio.drag((10, 10), (20, 12))
    assert session.history.index == 2


def test_a_project_saved_while_training_goes_on_elsewhere(
    start_studio: Callable[..., Studio],
    tiny_draft: TrainConfig,
    photo_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On another machine there is no recovery folder, only the file."""
    monkeypatch.setitem(PRESETS, "draft", tiny_draft.changed(iterations=4, fine_iterations=1000))
    studio = start_studio()
    session = studio.open(photo_path)
    studio.train()
    studio.wait(lambda: session.training.scale == 2)
    session.save(tmp_path / "a.singan")
    studio.wait(lambda: session.path is not None)
    studio.workspace.close(session)

    other = start_studio(tmp_path / "elsewhere")
    again = other.open(tmp_path / "a.singan")
    other.window.docks.reveal("training")
    assert "2 of 3 scales trained" in other.window.training.status.text()
    other.click(other.window.training.resume_button)
    other.wait(lambda: again.training.iteration > 0)
    assert again.training.scale == 2
