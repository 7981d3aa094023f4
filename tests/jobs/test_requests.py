"""Requests and the streams they become, on the real engine and without Qt."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from app.jobs.live_stream import LivePicture
from app.jobs.queue import Priority, priority_of
from app.jobs.recipe import Application, Recipe
from app.jobs.requests import (
    LiveRequest,
    RenderRequest,
    SampleRequest,
    StripRequest,
    TrainRequest,
)
from app.jobs.results import RenderResult, StepDone
from app.jobs.streams import CHECKPOINT_REQUEST, job_events
from singan_core.config import TrainConfig
from singan_core.events import CheckpointDue, TrainingDone, UpdateDone
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.mask import soft_mask

PHOTO = np.random.default_rng(1).integers(0, 255, (25, 30, 3), dtype=np.uint8)
CONFIG = TrainConfig(max_size_px=30, scale_count=2, iterations=1, base_channels=4)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def model() -> TrainedPyramid:
    *_, done = job_events(TrainRequest("one", PHOTO, CONFIG))
    assert isinstance(done, TrainingDone)
    return done.model


def edited() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    pixels = PHOTO.copy()
    pixels[5:15, 5:15] = 128
    return pixels


def test_a_training_answers_a_checkpoint_request_between_two_updates() -> None:
    stream = job_events(TrainRequest("one", PHOTO, CONFIG))
    while not isinstance(next(stream), UpdateDone):
        pass
    reply = stream.send(CHECKPOINT_REQUEST)
    assert isinstance(reply, CheckpointDue)
    assert (reply.state.scale, reply.state.iteration, reply.state.update) == (0, 0, 1)
    assert isinstance(next(stream), UpdateDone)
    stream.close()


@pytest.mark.parametrize("application", [each for each in Application if each.is_injection])
def test_a_render_walks_its_scales_and_ends_with_a_result_and_recipe(
    model: TrainedPyramid, application: Application
) -> None:
    request = RenderRequest(
        7, "one", application, model, PHOTO, edited(), None, None, seed=3, grow_px=2
    )
    *steps, result = job_events(request)
    assert all(isinstance(step, StepDone) for step in steps)
    assert isinstance(result, RenderResult)
    assert (result.id, result.session_id) == (7, "one")
    assert result.image.shape == PHOTO.shape
    assert not result.is_draft
    recipe = result.recipe
    assert (recipe.application, recipe.model_id) == (str(application), model.model_id)
    assert (recipe.scale, recipe.scale_count, recipe.seed, recipe.grow_px) == (1, 2, 3, 2)
    assert (recipe.threads, recipe.device) == (1, "cpu")
    assert recipe.feather_px >= 1


def test_a_selection_confines_a_result_that_is_rendered_whole(model: TrainedPyramid) -> None:
    selected = np.zeros(PHOTO.shape[:2], np.uint8)
    selected[8:12, 8:12] = 255
    words = ("one", Application.PAINT, model, PHOTO, edited(), selected, 1, 3, 1, 2)
    *_, whole = job_events(RenderRequest(1, *words))
    *_, part = job_events(RenderRequest(2, *words, is_confining=True))
    assert isinstance(whole, RenderResult)
    assert isinstance(part, RenderResult)
    assert np.all(whole.mask == 255)
    assert np.array_equal(part.mask, soft_mask(selected, 1, 2))
    assert np.array_equal(part.generated, whole.generated)
    assert np.array_equal(part.image[part.mask == 0], edited()[part.mask == 0])
    assert np.array_equal(part.image[selected > 0], whole.image[selected > 0])


def test_a_changed_canvas_is_rendered_at_the_size_asked_for(model: TrainedPyramid) -> None:
    wide = np.concatenate([PHOTO, PHOTO], axis=1)
    mask = np.zeros(wide.shape[:2], np.uint8)
    mask[:, 30:] = 255
    words = (1, "one", Application.EDIT, model, wide, wide, mask, 1)
    *_, result = job_events(RenderRequest(*words, finest_size=(12, 30)))
    assert isinstance(result, RenderResult)
    assert result.detail_size == (12, 30)
    assert result.image.shape == wide.shape
    assert np.array_equal(result.image[result.mask == 0], wide[result.mask == 0])
    packed = json.loads(json.dumps(result.recipe.to_dict()))
    assert Recipe.from_dict(packed) == result.recipe


def test_the_recipe_survives_json_and_ignores_newer_entries(model: TrainedPyramid) -> None:
    recipe = Recipe("edit", model.model_id, 1, 2, 0, 3, 4, None, 1, "cpu")
    assert Recipe.from_dict(recipe.to_dict() | {"later": 1}) == recipe
    with pytest.raises(KeyError):
        Recipe.from_dict({"application": "edit"})


def test_samples_come_one_by_one(model: TrainedPyramid) -> None:
    request = SampleRequest(3, "one", model, PHOTO, count=2, seed=5, size=(50, 40))
    samples = [event for event in job_events(request) if isinstance(event, RenderResult)]
    assert [(sample.id, sample.recipe.seed) for sample in samples] == [(3, 5), (3, 6)]
    assert all(sample.image.shape == (50, 40, 3) for sample in samples)
    assert not np.array_equal(samples[0].image, samples[1].image)
    *_, again = job_events(SampleRequest(4, "one", model, PHOTO, seed=6, size=(50, 40)))
    assert isinstance(again, RenderResult)
    assert np.array_equal(again.image, samples[1].image)


def test_nothing_runs_before_the_first_event_is_asked_for() -> None:
    job_events(TrainRequest("one", np.zeros((1, 1, 3), np.uint8), CONFIG)).close()


def test_priorities(model: TrainedPyramid) -> None:
    render = RenderRequest(1, "one", Application.EDIT, model, PHOTO, PHOTO, None, 1)
    sample = SampleRequest(1, "one", model, PHOTO)
    assert priority_of(LiveRequest(render, LivePicture())) == Priority.LIVE_RENDER
    assert priority_of(render) == Priority.RENDER
    assert priority_of(sample) == Priority.RENDER
    assert priority_of(StripRequest(render)) == Priority.STRIP
    assert priority_of(TrainRequest("one", PHOTO, CONFIG)) == Priority.TRAINING
