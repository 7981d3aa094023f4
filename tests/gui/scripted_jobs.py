"""Streams like the engine's, without computing."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.jobs.recipe import Application, Recipe
from app.jobs.requests import (
    JobRequest,
    LiveRequest,
    PairRequest,
    RenderRequest,
    StripRequest,
    TrainRequest,
)
from app.jobs.results import LiveReady, RenderResult, StripReady, StripStarted
from app.jobs.streams import CHECKPOINT_REQUEST
from singan_core import events
from singan_core.config import TrainConfig
from singan_core.model.networks import Generator, initialise
from singan_core.model.pyramid import PyramidPlan
from singan_core.model.trained import TrainedPyramid, TrainedScale, TrainState
from singan_core.pixels.image import photo_sha256
from tests.gui.scripted_analogies import AnalogyJob, analogy_events
from tests.gui.scripted_pictures import picture_events

Photo = NDArray[np.uint8]
PLAN = PyramidPlan(((12, 16), (24, 32), (48, 64)), 0.5, (32, 32, 32))
ROUNDS = 10


def tiny_model(photo: Photo, config: TrainConfig, scale_count: int = 3) -> TrainedPyramid:
    """A pyramid whose weights mean nothing."""
    scales = tuple(
        TrainedScale(PLAN.sizes[k], 32, 0.1, 0.05, _weights(config.seed + k))
        for k in range(scale_count)
    )
    noise = torch.zeros(1, config.noise_channels(0), *PLAN.sizes[0])
    plan = PLAN
    if config.kind == "sr":
        plan = dataclasses.replace(PLAN, factor=config.scale_factor)
    return TrainedPyramid(config.kind, config, plan, scales, noise, photo_sha256(photo))


@functools.cache
def _weights(seed: int) -> dict[str, torch.Tensor]:
    generator = Generator(32)
    initialise(generator, torch.Generator().manual_seed(seed))
    return {name: value.clone() for name, value in generator.state_dict().items()}


def _models(request: TrainRequest, scale_count: int) -> list[TrainedPyramid]:
    photos = [request.photo]
    if isinstance(request, PairRequest):
        photos.append(request.photo_b)
    return [tiny_model(photo, request.config, scale_count) for photo in photos]


class ScriptedJobs:
    """Streams like the engine's, without computing.

    Attributes:
        requests: everything asked for.
        scales_allowed: trainings wait, still yielding updates, before they finish further scales.
        training_error, render_error: raised instead of going on.
        is_error_once: whether only the first training fails.
        are_renders_held: renders wait for it to become False.
        renders_allowed: of several variations, no more are made.
        strip_scales_allowed: strips wait before they show scales above this one.
        are_live_pictures_held: they wait, shown small, for it to become False.
    """

    def __init__(self) -> None:
        self.requests: list[JobRequest] = []
        self.scales_allowed = 3
        self.training_error: Exception | None = None
        self.is_error_once = False
        self.render_error: Exception | None = None
        self.are_renders_held = False
        self.renders_allowed = 100
        self.strip_scales_allowed = 99
        self.are_live_pictures_held = False

    def __call__(self, request: JobRequest) -> Iterator[Any]:
        self.requests.append(request)
        if isinstance(request, TrainRequest):
            return self._training(request)
        if isinstance(request, StripRequest):
            return self._strip(request)
        if isinstance(request, LiveRequest):
            return self._live(request)
        if isinstance(request, RenderRequest):
            return self._render(request)
        if isinstance(request, AnalogyJob):
            return analogy_events(request, lambda: self.are_renders_held)
        return picture_events(request, lambda: self.are_renders_held)

    @property
    def trainings(self) -> list[TrainRequest]:
        return [each for each in self.requests if isinstance(each, TrainRequest)]

    @property
    def renders(self) -> list[RenderRequest]:
        return [each for each in self.requests if isinstance(each, RenderRequest)]

    @property
    def strips(self) -> list[StripRequest]:
        return [each for each in self.requests if isinstance(each, StripRequest)]

    @property
    def live_pictures(self) -> list[LiveRequest]:
        return [each for each in self.requests if isinstance(each, LiveRequest)]

    def _training(self, request: TrainRequest) -> Iterator[Any]:
        first = 0 if request.resume is None else request.resume.scale
        steps = self._steps(request, first)
        scale = first
        for event in steps:
            scale = getattr(event, "scale", scale)
            asked = yield event
            while asked == CHECKPOINT_REQUEST:
                asked = yield events.CheckpointDue(self._state(request, scale))

    def _steps(self, request: TrainRequest, first: int) -> Iterator[Any]:
        yield events.TrainingStarted(PLAN, 3 * ROUNDS, 30.0)
        for k in range(first, 3):
            yield events.ScaleStarted(k, PLAN.sizes[k], 32, ROUNDS, 0)
            for i in range(ROUNDS):
                yield events.UpdateDone(k, i, ROUNDS, "generator", 10.0 * k + i, {})
            while self.scales_allowed <= k:
                if (error := self.training_error) is not None:
                    self.training_error = None if self.is_error_once else error
                    raise error
                time.sleep(0.002)
                yield events.UpdateDone(k, ROUNDS, ROUNDS, "generator", 10.0 * k + 10, {})
            sample = np.full((*PLAN.sizes[k], 3), 40 * k, np.uint8)
            yield events.PreviewReady(k, sample)
            yield events.ScaleDone(k, 0.05, *_models(request, k + 1))
        yield events.TrainingDone(*_models(request, 3))

    def _state(self, request: TrainRequest, scale: int) -> TrainState:
        model = tiny_model(request.photo, request.config, scale)
        tensors = {"generator.body.weight": torch.zeros(2, 2)}
        state = TrainState(model, request.photo.shape[:2], scale, 3, 0, 5e-4, tensors)
        if isinstance(request, PairRequest):
            other = tiny_model(request.photo_b, request.config, scale)
            partner = dataclasses.replace(state, model=other, photo_shape=request.photo_b.shape[:2])
            return dataclasses.replace(state, partner=partner)
        return state

    def _render(self, request: RenderRequest) -> Iterator[Any]:
        while self.are_renders_held:
            time.sleep(0.002)
            yield Step(1, 2)
        if self.render_error is not None:
            raise self.render_error
        for made, seed in enumerate((request.seed, *request.more_seeds)):
            while made >= self.renders_allowed:
                time.sleep(0.002)
                yield Step(2 * made, 2 + 2 * len(request.more_seeds))
            yield Step(2 * made + 2, 2 + 2 * len(request.more_seeds))
            yield rendered(dataclasses.replace(request, seed=seed))

    def _strip(self, request: StripRequest) -> Iterator[Any]:
        render = request.render
        assert render.mask is not None
        yield StripStarted(render.mask)
        height, width = render.composite.shape[:2]
        for scale in range(1, render.model.scale_count):
            while self.strip_scales_allowed < scale:
                time.sleep(0.002)
                yield Step(scale, render.model.scale_count)
            color = (40 * scale, render.seed % 256, 200)
            image = np.full((height // 2, width // 2, 3), color, np.uint8)
            yield StripReady(scale, image, image.shape[:2])

    def _live(self, request: LiveRequest) -> Iterator[Any]:
        render = request.render
        assert render.mask is not None
        height, width = render.composite.shape[:2]
        color = (30 * (render.scale or 0), render.seed % 256, len(self.live_pictures))
        image = np.full((height, width, 3), color, np.uint8)
        size, whole, is_shown = (height, width), Rect(0, 0, width, height), render.mask > 0
        yield LiveReady(1, size, whole, image, is_shown, is_exact=False)
        while self.are_live_pictures_held:
            time.sleep(0.002)
            yield Step(1, 2)
        yield LiveReady(2, size, whole, image, is_shown, is_exact=True)


class Step:
    """Stands for a ``StepDone``."""

    def __init__(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def rendered(request: RenderRequest) -> RenderResult:
    """A flat colour of the seed inside the mask, the photo outside."""
    assert request.mask is not None
    mask = request.mask
    if request.application is Application.PAINT and not request.is_confining:
        mask = np.full_like(mask, 255)
    image = request.photo.copy()
    image[mask > 0] = (request.seed % 256, 100, 200)
    recipe = Recipe(
        request.application.value,
        request.model.model_id,
        request.scale or 1,
        request.model.scale_count,
        request.seed,
        0,
        0,
        None,
        1,
        "cpu",
    )
    is_draft = not request.model.is_complete
    size = request.photo.shape[:2]
    return RenderResult(request.id, request.session_id, image, image, mask, recipe, size, is_draft)
