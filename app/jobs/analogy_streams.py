"""Streams of structural analogy: training a pair, translating, and what helps to choose scales."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from app.jobs.generating import of_size, recipe_of, whole_result
from app.jobs.memory import tiling_of
from app.jobs.recipe import Application
from app.jobs.results import StepDone, StripReady

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TypeAlias

    from app.jobs.analogy_requests import AnalogyRequest, AnalogyStripRequest, SwitchScaleRequest
    from app.jobs.requests import PairRequest
    from app.jobs.results import JobStream
    from singan_core.applications.structural_analogy.translation import Translation
    from singan_core.pixels.image import ImageArray

    _Translating: TypeAlias = Generator[StepDone, None, tuple[Translation, ImageArray]]

_STEPS = 1000
_BYTES_PER_PIXEL = 8
"""Of a result that is new everywhere, and of the picture between two pyramids."""


def pair_training_events(request: PairRequest) -> JobStream:
    """Train two photos together."""
    from singan_core.applications.structural_analogy.pair_training import train_pair
    from singan_core.device import pick_device

    yield from train_pair(
        request.photo,
        request.photo_b,
        request.config,
        pick_device(request.device),
        request.resume,
        checkpoint_interval_s=request.checkpoint_interval_s,
        more_frames=request.more_frames,
    )


def analogy_events(request: AnalogyRequest) -> JobStream:
    """Translate a picture: a ``StepDone`` per tile, and a ``RenderResult`` for each seed."""
    seeds = (request.seed, *request.more_seeds)
    for made, seed in enumerate(seeds):
        one = dataclasses.replace(request, seed=seed, more_seeds=())
        translation = translation_of(one)
        steps = _translated(translation, request.device, request.memory_limit)
        translation, image = yield from _counted(steps, made, len(seeds))
        yield _result(one, translation, image)


def _counted(steps: _Translating, made: int, count: int) -> _Translating:
    """Count the steps of one of several results as a part of all."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            made_so: tuple[Translation, ImageArray] = stop.value
            return made_so
        yield StepDone(made * step.total + step.done, count * step.total)


def analogy_strip_events(request: AnalogyStripRequest) -> JobStream:
    """Translate a picture at every scale: a ``StripReady`` each, those near the used one first.

    All of them quickly, without patches, before the first true one.
    """
    whole = translation_of(request.render)
    whole.check()
    used = whole.used_scale
    scales = sorted(range(whole.pair.scale_count), key=lambda each: abs(each - used))
    if request.is_quick_first and whole.appearance is not None and whole.patch_scales:
        plain = dataclasses.replace(whole, patch_scales=0)
        for scale in scales:
            image = yield from _thumbnail(plain, scale, request.render)
            yield StripReady(scale, image, (image.shape[0], image.shape[1]), is_quick=True)
    for scale in scales:
        image = yield from _thumbnail(whole, scale, request.render)
        yield StripReady(scale, image, (image.shape[0], image.shape[1]))


def _thumbnail(
    whole: Translation, scale: int, request: AnalogyRequest
) -> Generator[StepDone, None, ImageArray]:
    inject = None if whole.inject is None else min(whole.inject, scale)
    # A thumbnail needs no detail beyond the size of the pyramid.
    size = whole.sizes[-1]
    translation = dataclasses.replace(whole, scale=scale, inject=inject, size=size)
    _, image = yield from _translated(translation, request.device, request.memory_limit)
    return image


def switch_scale_events(request: SwitchScaleRequest) -> JobStream:
    """Try several K: the events of ``switch_scale.switch_scale_events``, steps as ``StepDone``."""
    from singan_core.applications.structural_analogy import switch_scale
    from singan_core.device import pick_device

    for event in switch_scale.switch_scale_events(
        request.photo, request.photo_b, request.config, pick_device(request.device)
    ):
        if isinstance(event, switch_scale.SwitchScaleStep):
            yield StepDone(event.done, event.total)
        else:
            yield event


def translation_of(request: AnalogyRequest) -> Translation:
    """Return what a request asks the engine for."""
    from singan_core.applications.structural_analogy.translation import PATCH_SCALES, Translation

    return Translation(
        request.pair,
        request.direction,
        request.picture,
        request.scale,
        request.inject,
        request.refine,
        request.refiner,
        request.seed,
        request.size,
        request.appearance,
        PATCH_SCALES if request.patch_scales is None else request.patch_scales,
        request.structure,
    )


def _translated(
    translation: Translation, device_name: str, memory_limit: int | None
) -> _Translating:
    """Return the picture, and the translation with a structure as strict as it was."""
    from singan_core.applications.structural_analogy.translation_steps import (
        StructureSettled,
        translation_steps,
    )
    from singan_core.device import pick_device
    from singan_core.rendering.tiling import TileStep

    device = pick_device(device_name)
    translation.check()
    height, width = translation.sizes[-1]
    tiling = tiling_of(memory_limit, device, _BYTES_PER_PIXEL * height * width)
    parts = _most_parts(translation)
    part, before, told = 0, 0, 0
    for event in translation_steps(translation, device, tiling):
        if isinstance(event, StructureSettled):
            translation = dataclasses.replace(translation, structure=event.structure)
            continue
        if not isinstance(event, TileStep):
            yield StepDone(_STEPS * parts, _STEPS * parts)
            return translation, event
        part += event.done <= before
        before = event.done
        share = min(1.0, event.done / event.total)
        told = max(told, round(_STEPS * (min(part, parts - 1) + share)))
        yield StepDone(told, _STEPS * parts)
    raise AssertionError("a translation ends with its picture")


def _most_parts(translation: Translation) -> int:
    """Return how often the steps of a translation may be counted anew."""
    # what is pieced together is finished by the generators, and then searched again
    pieced = 0 if translation.piecing is None else 2
    return 1 + pieced + (translation.inject is not None) + (translation.refine is not None)


def _result(request: AnalogyRequest, translation: Translation, image: ImageArray) -> Any:
    from singan_core.device import pick_device

    source, target = translation.pair.ends(translation.direction)
    patch_scales = 0 if request.appearance is None else translation.patch_scales
    parameters = {
        "direction": translation.direction,
        "source_model_id": source.model_id,
        "inject": translation.inject,
        "refine": translation.refine,
        "refiner_model_id": None if request.refiner is None else request.refiner.model_id,
        "size": None if request.size is None else list(request.size),
        "shown_size": None if request.shown_size is None else list(request.shown_size),
        "structure": translation.structure if patch_scales else None,
    }
    device = pick_device(request.device).type
    words = (target, Application.ANALOGY, request.seed, device)
    recipe = recipe_of(*words, translation.used_scale, parameters, patch_scales)
    size = (image.shape[0], image.shape[1])
    shown = of_size(image, *(request.shown_size or size))
    return whole_result(
        request.id, request.session_id, shown, recipe, target, size, request.picture
    )
