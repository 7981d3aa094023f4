"""The whole road once: a real window, a real thread, a real training, real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.document.compositing import flatten
from app.document.layers import LayerKind
from app.jobs.recipe import Application
from app.jobs.results import RenderResult
from app.window import file_actions
from singan_core.config import TrainConfig
from singan_core.presets import PRESETS
from tests.e2e.studio import CTRL, Pixels, Studio, draw_photo

RED = (230, 20, 30)
STROKE = ((18, 30), (24, 30), (30, 31))


def test_first_edit(
    start_studio: Callable[..., Studio],
    tiny_draft: TrainConfig,
    photo_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = start_studio()
    session = studio.open(photo_path)
    assert np.array_equal(session.photo, draw_photo())
    train_and_paint(studio)
    painted = flatten(session.document)
    result = render_an_edit(studio)
    edited = apply(studio, result, painted)
    model = session.model
    assert model is not None
    project = save_by_keys(studio, tmp_path / "edit.singan", monkeypatch)
    assert studio.window.close()

    again = start_studio()
    reopened = again.open(project)
    assert not reopened.is_modified
    assert np.array_equal(flatten(reopened.document), edited)
    assert np.array_equal(reopened.photo, draw_photo())
    assert reopened.model is not None
    assert reopened.model.model_id == model.model_id
    assert [kept.recipe for kept in reopened.results] == [result.recipe]
    assert np.array_equal(reopened.results[0].image, result.image)

    again.window.registry.trigger("layer.delete")
    assert np.array_equal(flatten(reopened.document), painted)
    again.window.generate.seed.field.show_value(result.recipe.seed)
    again.press(Qt.Key.Key_Return, CTRL)
    again.wait_rendered(2)
    repeated = reopened.results[1]
    assert repeated.recipe == result.recipe
    assert np.array_equal(repeated.image, result.image)
    assert np.array_equal(repeated.mask, result.mask)


def train_and_paint(studio: Studio) -> None:
    session = studio.session
    studio.train()
    studio.wait(lambda: session.model is not None and session.model.is_usable)
    studio.take_brush(5, RED)
    studio.drag(*STROKE)
    assert studio.seen(24, 30) == RED
    studio.wait_trained()
    assert session.model is not None
    assert session.model.is_complete


def render_an_edit(studio: Studio) -> RenderResult:
    session, panel = studio.session, studio.window.generate
    studio.window.docks.reveal("generate")
    studio.click(panel.picker.buttons()[0])
    studio.click(panel.render_button)
    studio.wait_rendered(1)
    result = session.preview
    assert result is not None
    assert result is session.results[0]
    assert not result.is_draft
    assert result.recipe.application == Application.EDIT
    assert studio.seen(24, 30) == tuple(result.image[30, 24])
    assert studio.seen(24, 30) != RED
    return result


def apply(studio: Studio, result: RenderResult, painted: Pixels) -> Pixels:
    """Apply by Enter, undo and redo; returns what the document shows."""
    session, steps = studio.session, studio.session.history.index
    studio.window.canvas.setFocus()
    studio.press(Qt.Key.Key_Return)
    assert session.history.index == steps + 1
    assert session.document.layers[-1].kind is LayerKind.RESULT
    edited, outside, inside = flatten(session.document), result.mask == 0, result.mask == 255
    assert 0.2 < outside.mean() < 1
    assert np.array_equal(edited[outside], painted[outside])
    assert np.array_equal(edited[outside][:, :3], draw_photo()[outside])
    assert np.array_equal(edited[inside][:, :3], result.image[inside])
    studio.press(Qt.Key.Key_Z, CTRL)
    assert np.array_equal(flatten(session.document), painted)
    studio.press(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert np.array_equal(flatten(session.document), edited)
    return edited


def save_by_keys(studio: Studio, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    dialog = file_actions.QFileDialog
    monkeypatch.setattr(dialog, "getSaveFileName", lambda *_args, **_kw: (str(path), ""))
    studio.press(Qt.Key.Key_S, CTRL)
    studio.wait(lambda: not studio.session.is_modified)
    return path


def test_rendering_while_the_training_goes_on(
    studio: Studio, tiny_draft: TrainConfig, photo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two scales are enough; the third is so long that only cancelling ends it."""
    monkeypatch.setitem(PRESETS, "draft", tiny_draft.changed(iterations=1, fine_iterations=1000))
    session = studio.open(photo_path)
    studio.take_brush(5, RED)
    studio.drag(*STROKE)
    studio.train()
    studio.wait(lambda: session.model is not None and session.model.is_usable)
    studio.press(Qt.Key.Key_Return, CTRL)
    studio.wait_rendered(1)
    assert session.training.state == "running"
    result = session.preview
    assert result is not None
    assert result.is_draft
    assert result.recipe.scale_count == 2

    at_render = session.training.iteration
    studio.wait(lambda: session.training.iteration > at_render)
    studio.window.docks.reveal("training")
    studio.click(studio.window.training.cancel_button)
    assert session.training.state == "idle"
    assert studio.window.training.resume_button.isVisible()
    steps = session.history.index
    studio.window.docks.reveal("generate")
    studio.click(studio.window.generate.results.apply_button)
    assert session.history.index == steps + 1
    outside = result.mask == 0
    assert np.array_equal(flatten(session.document)[outside][:, :3], draw_photo()[outside])


def test_a_training_left_behind_goes_on_in_the_next_run(
    start_studio: Callable[..., Studio],
    tiny_draft: TrainConfig,
    photo_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PRESETS, "draft", tiny_draft.changed(iterations=4, fine_iterations=1000))
    first = start_studio()
    session = first.open(photo_path)
    first.train()
    first.wait(lambda: session.training.scale == 2 and session.training.iteration > 2)
    left_at = session.training.iteration
    first.discard_and_quit()

    second = start_studio()
    again = second.open(photo_path)
    second.wait(lambda: again.training.can_resume)
    assert again.model is not None
    assert again.model.scale_count == 2
    second.window.docks.reveal("training")
    second.settle()
    second.click(second.window.training.resume_button)
    second.wait(lambda: again.training.state == "running" and again.training.iteration > 0)
    assert again.training.scale == 2
    assert again.training.iteration >= left_at
