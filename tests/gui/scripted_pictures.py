"""Streams of what is made without an edit, like the engine's, without computing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from app.jobs.recipe import Application, Recipe
from app.jobs.requests import (
    AnimationRequest,
    JobRequest,
    SampleRequest,
    SpeedRequest,
    SuperResolutionRequest,
)
from app.jobs.results import FrameReady, RenderResult, SpeedMeasured, StepDone
from singan_core.model.pyramid import PyramidPlan
from singan_core.training.speed import ScaleSpeed, Speed


def scripted_speed(plan: PyramidPlan) -> Speed:
    """Return 10 ms per round, whatever its scale."""
    return Speed((ScaleSpeed(0.01, 0.001, 1e-8, 1e-8),) * plan.scale_count, 1e-9)


def picture_events(request: JobRequest, is_held: Callable[[], bool]) -> Iterator[Any]:
    """Return the stream of a request; it goes on while ``is_held`` says so.

    A sample and a larger picture have the colour of their seed; frame i of an animation has
    the grey level 8 i.
    """
    if isinstance(request, SpeedRequest):
        yield SpeedMeasured(scripted_speed(request.plan))
        return
    if isinstance(request, AnimationRequest):
        yield from _animation(request, is_held)
        return
    assert isinstance(request, (SampleRequest, SuperResolutionRequest))
    seeds = [request.seed]
    if isinstance(request, SampleRequest):
        seeds = list(range(request.seed, request.seed + request.count))
    for made, seed in enumerate(seeds):
        while is_held():
            time.sleep(0.002)
            yield StepDone(made, len(seeds) + 1)
        yield StepDone(made + 1, len(seeds) + 1)
        yield _made(request, seed)


def _animation(request: AnimationRequest, is_held: Callable[[], bool]) -> Iterator[Any]:
    height, width = request.model.plan.sizes[-1]
    for index in range(request.frame_count):
        while is_held() and index >= 2:
            time.sleep(0.002)
            yield StepDone(index, request.frame_count)
        yield StepDone(index + 1, request.frame_count)
        yield FrameReady(index, np.full((height, width, 3), 8 * index % 256, np.uint8))


def _made(request: SampleRequest | SuperResolutionRequest, seed: int) -> RenderResult:
    if isinstance(request, SampleRequest):
        size = request.size or request.model.plan.sizes[-1]
        application, scale = Application.SAMPLE, request.start_scale
        wished = {"likeness": request.likeness, "layouts": request.layouts}
        parameters = {name: value for name, value in wished.items() if value is not None}
        composite = None
    else:
        height, width = request.picture.shape[:2]
        size = (round(height * request.factor), round(width * request.factor))
        application, scale = Application.SUPER_RESOLUTION, request.model.scale_count - 1
        parameters = {"factor": request.factor, "is_document": request.is_document}
        composite = request.picture if request.is_document else None
    recipe = Recipe(
        application.value,
        request.model.model_id,
        scale,
        request.model.scale_count,
        seed,
        0,
        0,
        None,
        1,
        "cpu",
        parameters=parameters,
    )
    image = np.full((*size, 3), seed % 256, np.uint8)
    mask = np.full(size, 255, np.uint8)
    words = (request.id, request.session_id, image, image, mask, recipe, size)
    return RenderResult(*words, not request.model.is_complete, composite)
