"""Streams of what is made without an edit, on the real engine and without Qt."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from app.jobs.queue import Priority, priority_of
from app.jobs.recipe import Application, Recipe
from app.jobs.requests import (
    AnimationRequest,
    SampleRequest,
    SuperResolutionRequest,
    TrainRequest,
)
from app.jobs.results import FrameReady, RenderResult, StepDone
from app.jobs.streams import job_events
from singan_core.applications.animation import animation_config
from singan_core.applications.super_resolution import (
    CORRECTIONS,
    DETAIL_SHARE,
    default_amplitude,
    sr_config,
)
from singan_core.config import TrainConfig
from singan_core.errors import ScaleError
from singan_core.events import ScaleDone, TrainingDone
from singan_core.model.trained import TrainedPyramid

PHOTO = np.random.default_rng(1).integers(0, 255, (25, 30, 3), dtype=np.uint8)
BASE = TrainConfig(max_size_px=30, iterations=1, base_channels=4)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def trained(config: TrainConfig) -> TrainedPyramid:
    *_, done = job_events(TrainRequest("one", PHOTO, config))
    assert isinstance(done, TrainingDone)
    return done.model


@pytest.fixture(scope="module")
def model() -> TrainedPyramid:
    return trained(BASE.changed(scale_count=2))


@pytest.fixture(scope="module")
def enlarger() -> TrainedPyramid:
    return trained(sr_config(BASE, (25, 30), 2.0))


@pytest.fixture(scope="module")
def film_model() -> TrainedPyramid:
    return trained(animation_config(BASE))


def test_every_tile_of_every_sample_is_a_step(model: TrainedPyramid) -> None:
    events = list(job_events(SampleRequest(1, "one", model, PHOTO, count=3, start_scale=1)))
    steps = [(event.done, event.total) for event in events if isinstance(event, StepDone)]
    assert steps == [(done, 6) for done in range(1, 7)]
    results = [event for event in events if isinstance(event, RenderResult)]
    assert [result.recipe.scale for result in results] == [1, 1, 1]
    assert {tuple(result.recipe.parameters["size"]) for result in results} == {(25, 30)}


def test_a_sample_of_a_draft_has_the_size_asked_for() -> None:
    events = job_events(TrainRequest("one", PHOTO, BASE.changed(scale_count=2, min_size_px=12)))
    draft = next(event.model for event in events if isinstance(event, ScaleDone))
    *_, sample = job_events(SampleRequest(1, "one", draft, PHOTO, size=(50, 60)))
    assert isinstance(sample, RenderResult)
    assert (sample.image.shape, sample.is_draft) == ((50, 60, 3), True)
    assert sample.detail_size[0] < 50


@pytest.mark.parametrize(("patch_scales", "detail"), [(0, (25, 30)), (1, (100, 120))])
def test_a_sample_of_a_large_photo_is_as_large(patch_scales: int, detail: tuple[int, int]) -> None:
    large = np.ascontiguousarray(PHOTO.repeat(4, axis=0).repeat(4, axis=1))
    config = BASE.changed(scale_count=2, min_size_px=12)
    *_, done = job_events(TrainRequest("one", large, config))
    assert isinstance(done, TrainingDone)
    *_, sample = job_events(SampleRequest(1, "one", done.model, large, patch_scales=patch_scales))
    assert isinstance(sample, RenderResult)
    assert sample.image.shape == large.shape
    assert sample.detail_size == detail


@pytest.mark.parametrize("is_document", [False, True])
def test_a_larger_picture_comes_with_steps_and_a_recipe(
    enlarger: TrainedPyramid, is_document: bool
) -> None:
    picture = PHOTO[:20, :24]
    request = SuperResolutionRequest(
        4, "one", enlarger, picture, 2.0, fine_noise=0.5, is_document=is_document, seed=3
    )
    *steps, result = job_events(request)
    assert all(isinstance(step, StepDone) for step in steps)
    assert isinstance(result, RenderResult)
    assert result.image.shape == (40, 48, 3)
    assert np.all(result.mask == 255)
    assert (result.composite is not None) is is_document
    recipe = result.recipe
    assert recipe.application == Application.SUPER_RESOLUTION.value
    assert recipe.parameters == {
        "factor": 2.0,
        "fine_noise": 0.5,
        "noise_amplitude": 0.5 * default_amplitude(enlarger),
        "corrections": CORRECTIONS,
        "detail_share": DETAIL_SHARE,
        "is_document": is_document,
    }
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_a_model_of_another_kind_does_not_enlarge(model: TrainedPyramid) -> None:
    with pytest.raises(ScaleError):
        list(job_events(SuperResolutionRequest(1, "one", model, PHOTO, 2.0)))


def test_frames_come_one_by_one(film_model: TrainedPyramid) -> None:
    request = AnimationRequest(1, "one", film_model, start_scale=1, frame_count=3, seed=2)
    events = list(job_events(request))
    frames = [event for event in events if isinstance(event, FrameReady)]
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert all(frame.image.shape == PHOTO.shape for frame in frames)
    steps = [event for event in events if isinstance(event, StepDone)]
    assert steps[-1].done == steps[-1].total
    assert len(steps) == steps[-1].total


def test_priorities_and_channels(enlarger: TrainedPyramid, film_model: TrainedPyramid) -> None:
    enlarging = SuperResolutionRequest(1, "one", enlarger, PHOTO, 2.0)
    film = AnimationRequest(1, "one", film_model)
    assert priority_of(enlarging) is priority_of(film) is Priority.RENDER
    assert (enlarging.channel, film.channel) == ("render", "animation")
