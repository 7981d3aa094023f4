"""Streams of structural analogies, like the engine's, without computing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from app.jobs.analogy_requests import AnalogyRequest, AnalogyStripRequest, SwitchScaleRequest
from app.jobs.recipe import Application, Recipe
from app.jobs.results import FrameReady, RenderResult, StepDone, StripReady, VideoWritten
from app.jobs.video_request import VideoRequest
from singan_core.applications.structural_analogy.switch_scale import (
    SwitchScaleChosen,
    SwitchScaleTried,
)
from singan_core.applications.structural_analogy.translation import default_scale

AnalogyJob = AnalogyRequest | AnalogyStripRequest | SwitchScaleRequest | VideoRequest


def analogy_events(request: AnalogyJob, is_held: Callable[[], bool]) -> Iterator[Any]:
    """Return the stream of a request; it goes on while ``is_held`` says so.

    A film has three frames and waits after the first one, a strip after its quick pictures. A
    translation has the grey level 20 times
    its scale, and its seed as blue.
    """
    if isinstance(request, VideoRequest):
        yield from _film(request, is_held)
        return
    if isinstance(request, AnalogyStripRequest) and request.is_quick_first:
        yield from _strip(request, is_quick=True)
    while is_held():
        time.sleep(0.002)
        yield StepDone(1, 2)
    if isinstance(request, AnalogyRequest):
        for seed in (request.seed, *request.more_seeds):
            yield StepDone(1, 2)
            yield _translated(request, seed)
    elif isinstance(request, AnalogyStripRequest):
        yield from _strip(request, is_quick=False)
    else:
        yield from _tried(request)


def _strip(request: AnalogyStripRequest, is_quick: bool) -> Iterator[Any]:
    for scale in range(request.render.pair.scale_count):
        image = _image(request.render, scale, request.render.seed)
        yield StripReady(scale, image, (image.shape[0], image.shape[1]), is_quick=is_quick)


def _film(request: VideoRequest, is_held: Callable[[], bool]) -> Iterator[Any]:
    yield StepDone(0, 0)
    for index in range(3):
        yield FrameReady(index, np.full((12, 16, 3), 60 * index, np.uint8))
        yield StepDone(index + 1, 3)
        while is_held():
            time.sleep(0.002)
            yield StepDone(index + 1, 3)
    words = (request.id, request.session_id, request.output_path)
    yield VideoWritten(*words, (12, 16), 3, 10.0, 0, {})


def _tried(request: SwitchScaleRequest) -> Iterator[Any]:
    count = 5
    for plain in range(3):
        yield StepDone(plain, 3)
        grey = np.full((12, 16, 3), 30 * plain, np.uint8)
        yield SwitchScaleTried(count - plain, grey, grey, 0.5, 0.3)
    yield SwitchScaleChosen(count - 1)


def _image(request: AnalogyRequest, scale: int, seed: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    height, width = request.picture.shape[:2]
    color = (20 * scale, 20 * scale, seed % 256)
    return np.full((height // 2, width // 2, 3), color, np.uint8)


def _translated(request: AnalogyRequest, seed: int) -> RenderResult:
    source, target = request.pair.ends(request.direction)
    default = default_scale(request.pair, has_patches=request.patch_scales != 0)
    scale = default if request.scale is None else request.scale
    small = _image(request, scale, seed)
    size = request.shown_size or small.shape[:2]
    image = np.full((*size, 3), small[0, 0], np.uint8)
    parameters = {
        "direction": request.direction,
        "source_model_id": source.model_id,
        "inject": request.inject,
        "refine": request.refine,
        "refiner_model_id": None if request.refiner is None else request.refiner.model_id,
        "size": None,
        "shown_size": None if request.shown_size is None else list(request.shown_size),
        "structure": request.structure,
    }
    recipe = Recipe(
        Application.ANALOGY.value,
        target.model_id,
        scale,
        target.scale_count,
        seed,
        0,
        0,
        None,
        1,
        "cpu",
        patch_scales=99 if request.patch_scales is None else request.patch_scales,
        parameters=parameters,
    )
    mask = np.full(image.shape[:2], 255, np.uint8)
    words = (request.id, request.session_id, image, image, mask, recipe, small.shape[:2])
    return RenderResult(*words, not target.is_complete, request.picture)
