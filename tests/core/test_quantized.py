"""Palettes, and models whose injection scale has learned to start from few colours."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from app.document.errors import DocumentError
from app.document.files.checked_zip import CheckedZip
from app.document.files.project.project_models import read_model, write_models
from singan_core.applications import EDIT, PAINT
from singan_core.errors import (
    CheckpointError,
    ConfigError,
    PhotoError,
    ScaleError,
    TrainingDivergedError,
)
from singan_core.events import (
    CheckpointDue,
    ScaleDone,
    ScaleRestarted,
    ScaleStarted,
    TrainEvent,
    TrainingDone,
    TrainingStarted,
    UpdateDone,
)
from singan_core.model.checkpoint import (
    pyramid_from_bytes,
    pyramid_to_bytes,
    state_from_bytes,
    state_to_bytes,
)
from singan_core.model.derivation import Derivation
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import to_tensor
from singan_core.pixels.palette import DEFAULT_COLOURS, fitted_palette, palette_match, quantized
from singan_core.rendering.injection import render
from singan_core.training.derived_training import train_quantized
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.train import CHECKPOINT
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
PHOTO = landscape(40, 52)
PARENT = random_pyramid(scale_count=4, size=(40, 52), gain=0.3)
SHORT = PARENT.config.changed(
    iterations=3, critic_steps=2, generator_steps=1, freeze_norm_at=0.6, preview_interval=2
)
SCALE = 2
RED_GREEN_BLUE = ((0, 0, 255), (255, 0, 0), (0, 255, 0))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def events_of(resume: TrainState | None = None, scale: int = SCALE) -> list[TrainEvent]:
    return list(train_quantized(PARENT, PHOTO, scale, CPU, resume, config=SHORT))


def model_of(resume: TrainState | None = None) -> TrainedPyramid:
    done = events_of(resume)[-1]
    assert isinstance(done, TrainingDone)
    return done.model


def states() -> Iterator[TrainState]:
    """Yield the state at every event of a run."""
    stream = train_quantized(PARENT, PHOTO, SCALE, CPU, config=SHORT)
    event: TrainEvent | None = next(stream)
    while event is not None and not isinstance(event, TrainingDone):
        reply = stream.send(CHECKPOINT)
        assert isinstance(reply, CheckpointDue)
        yield reply.state
        event = next(stream, None)


@pytest.fixture(scope="module")
def model() -> TrainedPyramid:
    torch.set_num_threads(1)
    return model_of()


def test_palette_holds_the_colours_of_a_flat_picture_darkest_first() -> None:
    picture = np.zeros((6, 9, 3), np.uint8)
    picture[:, :3], picture[:, 3:5], picture[:, 5:] = RED_GREEN_BLUE
    assert fitted_palette(picture, 3) == RED_GREEN_BLUE


@pytest.mark.parametrize("count", [2, 5, 8])
def test_palette_has_as_many_colours_as_asked_for_and_is_the_same_again(count: int) -> None:
    palette = fitted_palette(PHOTO, count)
    assert len(set(palette)) == count
    assert palette == fitted_palette(PHOTO, count)
    brightness = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in palette]
    assert brightness == pytest.approx(sorted(brightness), abs=1.0)


def test_more_colours_are_nearer_to_the_photo() -> None:
    image = to_tensor(PHOTO)
    errors = [
        float((quantized(image, fitted_palette(PHOTO, n)) - image).square().mean())
        for n in (2, 4, 8, 16)
    ]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("count", [-1, 1, 65])
def test_palette_of_an_impossible_size_is_refused(count: int) -> None:
    with pytest.raises(ConfigError, match="2 to 64"):
        fitted_palette(PHOTO, count)


def test_photo_of_too_few_colours_is_refused() -> None:
    picture = np.zeros((6, 9, 3), np.uint8)
    picture[2:] = 90
    with pytest.raises(PhotoError, match="only 2 different colours"):
        fitted_palette(picture, 3)


@settings(max_examples=25, deadline=None)
@given(arrays(np.uint8, (5, 7, 3)))
def test_quantizing_twice_changes_nothing_more(picture: np.ndarray) -> None:
    palette = fitted_palette(PHOTO)
    once = quantized(to_tensor(picture), palette)
    assert torch.equal(quantized(once, palette), once)
    matched = palette_match(picture, palette).applied(picture)
    assert np.array_equal(palette_match(matched, palette).applied(matched), matched)


@settings(max_examples=25, deadline=None)
@given(arrays(np.uint8, (5, 7, 3)))
def test_a_matched_paint_has_palette_colours_only(picture: np.ndarray) -> None:
    palette = fitted_palette(PHOTO)
    match = palette_match(picture, palette)
    colours = {tuple(colour) for colour in match.applied(picture).reshape(-1, 3).tolist()}
    assert colours <= set(palette)


def test_paint_colours_take_the_colours_that_play_the_same_part() -> None:
    paint = np.zeros((8, 8, 3), np.uint8)
    paint[:4], paint[4:] = (60, 60, 200), (200, 60, 60)
    match = palette_match(paint, RED_GREEN_BLUE)
    applied = match.applied(paint)
    assert applied[0, 0].tolist() == [0, 0, 255]
    assert applied[7, 7].tolist() == [255, 0, 0]
    assert np.array_equal(match.applied(paint[2:6, 1:5]), applied[2:6, 1:5])


def test_a_rare_colour_of_the_photo_is_not_lost_among_many_shades() -> None:
    """As in RGB, where brown cows are drowned by a meadow."""
    meadow = np.linspace((90, 100, 45), (165, 155, 95), 400).astype(np.uint8)
    photo = np.concatenate([meadow, np.full((20, 3), (140, 90, 36), np.uint8)]).reshape(20, 21, 3)
    paint = np.full((4, 4, 3), (207, 137, 64), np.uint8)
    red, green, _ = palette_match(paint, fitted_palette(photo)).applied(paint)[0, 0].tolist()
    assert red > green + 20


def test_large_paints_are_matched_like_small_ones() -> None:
    paint = np.full((700, 20, 3), (60, 60, 200), np.uint8)
    paint[:300] = (200, 60, 60)
    assert np.array_equal(
        np.unique(palette_match(paint, RED_GREEN_BLUE).applied(paint).reshape(-1, 3), axis=0),
        [[0, 0, 255], [255, 0, 0]],
    )


def test_events_are_those_of_one_scale() -> None:
    events = events_of()
    started, updates = events[0], [e for e in events if isinstance(e, UpdateDone)]
    assert isinstance(started, TrainingStarted)
    assert len(updates) == started.updates_total == 9
    assert updates[-1].cost_done == pytest.approx(started.cost_total)
    assert {update.scale for update in updates} == {SCALE}
    (scale_done,) = [e for e in events if isinstance(e, ScaleDone)]
    assert scale_done.scale == SCALE
    assert isinstance(events[-1], TrainingDone)
    assert events[-1].model.model_id == scale_done.model.model_id


def test_only_the_injection_scale_is_new(model: TrainedPyramid) -> None:
    assert model.kind == model.config.kind == "quantized"
    assert model.is_complete
    assert model.derivation is not None
    assert (model.derivation.parent_id, model.derivation.scale) == (PARENT.model_id, SCALE)
    assert len(model.derivation.palette) == DEFAULT_COLOURS
    is_shared = [a.sha256 == b.sha256 for a, b in zip(model.scales, PARENT.scales, strict=True)]
    assert is_shared == [True, True, False, True]
    assert model.model_id != PARENT.model_id


def test_the_new_scale_has_learned_flat_colours() -> None:
    """Longer training brings it nearer to the photo than flat colours are."""
    config = SHORT.changed(iterations=60)
    done = list(train_quantized(PARENT, PHOTO, SCALE, CPU, config=config))[-1]
    assert isinstance(done, TrainingDone)
    assert done.model.scales[SCALE].rmse < model_of().scales[SCALE].rmse


def test_resumed_run_equals_an_uninterrupted_one(model: TrainedPyramid) -> None:
    for state in states():
        again = state_from_bytes(state_to_bytes(state))
        assert again.model.derivation == state.model.derivation
        assert model_of(again).model_id == model.model_id


def test_model_comes_back_from_a_checkpoint_and_from_a_project(
    model: TrainedPyramid, tmp_path: Path
) -> None:
    again = pyramid_from_bytes(pyramid_to_bytes(model))
    assert (again.model_id, again.derivation) == (model.model_id, model.derivation)
    path = tmp_path / "models.zip"
    with zipfile.ZipFile(path, "w") as archive:
        write_models(archive, {PARENT.model_id: PARENT, model.model_id: model})
        scales = [name for name in archive.namelist() if "scale_" in name]
        described = archive.read(f"singan/models/{model.model_id}/model.json").decode()
    assert len(scales) == 5  # four of the parent and the new one
    assert f'"parent": "{PARENT.model_id}"' in described
    with path.open("rb") as file:
        stored = read_model(CheckedZip(file, "models", DocumentError), model.model_id)
    assert (stored.model_id, stored.derivation) == (model.model_id, model.derivation)


def test_damaged_derivation_is_refused(model: TrainedPyramid) -> None:
    assert model.derivation is not None
    good = model.derivation.to_dict()
    assert Derivation.from_dict(good) == model.derivation
    for change in (
        {"parent_id": "short"},
        {"scale": 0},
        {"scale": "x"},
        {"palette": [[1, 2]]},
        {"palette": [[1, 2, 300]]},
        {"palette": 7},
    ):
        with pytest.raises(CheckpointError):
            Derivation.from_dict(good | change)


def test_paint_is_rendered_at_the_models_scale_in_the_photos_colours(
    model: TrainedPyramid,
) -> None:
    paint = np.full((40, 52, 3), (250, 0, 250), np.uint8)
    paint[20:] = (0, 250, 250)
    injection = PAINT.injection(model, PHOTO, paint)
    assert injection.scale == SCALE
    assert model.derivation is not None
    match = palette_match(paint, model.derivation.palette)
    assert np.array_equal(injection.composite, match.applied(paint))
    other = PAINT.injection(model, PHOTO, injection.composite)
    assert np.array_equal(render(injection, CPU).image, render(other, CPU).image)
    assert np.array_equal(PAINT.injection(PARENT, PHOTO, paint).composite, paint)


@pytest.mark.parametrize("scale", [1, 3])
def test_model_is_for_one_injection_scale(model: TrainedPyramid, scale: int) -> None:
    with pytest.raises(ScaleError, match="injection scale 2 alone"):
        EDIT.injection(model, PHOTO, PHOTO, scale=scale)


@pytest.mark.parametrize("scale", [-1, 0, 4])
def test_scale_out_of_range_is_refused(scale: int) -> None:
    with pytest.raises(ScaleError, match="scales 1 to 3"):
        events_of(scale=scale)


def test_draft_and_other_photo_are_refused() -> None:
    draft = dataclasses.replace(PARENT, scales=PARENT.scales[:3])
    with pytest.raises(ScaleError, match="3 of 4 scales"):
        next(train_quantized(draft, PHOTO, SCALE, CPU))
    with pytest.raises(CheckpointError, match="another photo"):
        next(train_quantized(PARENT, landscape(40, 52, seed=1), SCALE, CPU))


def test_state_of_another_training_is_refused() -> None:
    state = next(states())
    with pytest.raises(CheckpointError, match="another model or scale"):
        events_of(state, scale=1)
    plain = dataclasses.replace(state, model=dataclasses.replace(state.model, derivation=None))
    with pytest.raises(CheckpointError, match="another model or scale"):
        events_of(plain)


def test_closing_the_stream_cancels() -> None:
    stream = train_quantized(PARENT, PHOTO, SCALE, CPU, config=SHORT)
    assert any(isinstance(event, ScaleStarted) for event in stream)
    assert isinstance(next(stream), UpdateDone)
    stream.close()
    assert list(stream) == []


@pytest.mark.parametrize("times", [1, 100])
def test_nan_restarts_once(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    original, left = ScaleTraining.step, [times]

    def step(self: ScaleTraining) -> str:
        name = original(self)
        if name == "generator" and left[0]:
            left[0] -= 1
            with torch.no_grad():
                self._generator.last.weight.fill_(float("nan"))
        return name

    monkeypatch.setattr(ScaleTraining, "step", step)
    if times > 1:
        with pytest.raises(TrainingDivergedError, match="scale 2"):
            events_of()
        return
    events = events_of()
    assert any(isinstance(event, ScaleRestarted) for event in events)
    assert isinstance(events[-1], TrainingDone)
