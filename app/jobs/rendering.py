"""Streams of renders: an edit injected into a pyramid."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document.transforming.photo_place import dense_size
from app.jobs.memory import tiling_of
from app.jobs.recipe import Recipe
from app.jobs.results import RenderResult, StepDone

if TYPE_CHECKING:
    import torch

    from app.jobs.requests import RenderRequest
    from app.jobs.results import JobStream
    from singan_core.model.trained import TrainedPyramid
    from singan_core.rendering.injection import Injection, Rendering

_BYTES_PER_PIXEL = 8
"""Of a result: the joined picture and what was rendered of it, both masks."""


def render_events(request: RenderRequest) -> JobStream:
    """Render an edit, once per seed: a step per tile and a ``RenderResult`` at the end of each.

    The steps count over all seeds.
    """
    from singan_core.device import pick_device
    from singan_core.rendering.injection import Rendering, injection_steps

    device = pick_device(request.device)
    first = edit_injection(request)
    seeds = (request.seed, *request.more_seeds)
    result_bytes = _BYTES_PER_PIXEL * request.composite.shape[0] * request.composite.shape[1]
    for made, seed in enumerate(seeds):
        injection = dataclasses.replace(first, seed=seed)
        tiling = tiling_of(request.memory_limit, device, result_bytes)
        for step in injection_steps(injection, device, tiling):
            if isinstance(step, Rendering):
                yield _result(request, injection, step, device)
            else:
                yield StepDone(made * step.total + step.done, len(seeds) * step.total)


def edit_injection(request: RenderRequest) -> Injection:
    """Return the engine's view of a request, with the application's defaults filled in.

    Raises:
        EngineError: there is nothing to render, or the scale does not exist.
    """
    from singan_core.applications import APPLICATIONS
    from singan_core.rendering.injection import automatic_mask

    application = APPLICATIONS[request.application.value]
    mask = request.mask
    if mask is None and application.has_mask:
        mask = automatic_mask(request.photo, request.composite, request.mask_tolerance)
    injection = application.injection(
        request.model,
        request.photo,
        request.composite,
        mask,
        scale=request.scale,
        seed=request.seed,
        grow_px=request.grow_px,
        feather_px=request.feather_px,
        fit=request.fit,
        colour_match=request.colour_match,
        finest_size=request.finest_size,
        is_matched=request.is_matched,
        patch_scales=request.patch_scales,
        training_photo=request.training_photo,
        photo_size=_photo_size(request),
    )
    if request.detail_scales == "own":
        return injection
    return dataclasses.replace(injection, detail_scales=request.detail_scales)


def _photo_size(request: RenderRequest) -> tuple[int, int] | None:
    place, photo = request.photo_place, request.training_photo
    return None if place is None or photo is None else dense_size(place, photo.shape[:2])


def _result(
    request: RenderRequest, injection: Injection, rendering: Rendering, device: torch.device
) -> RenderResult:
    recipe = _recipe(request, injection, device)
    image, generated, mask = rendering.image, rendering.generated, rendering.mask
    if request.is_confining and request.mask is not None and injection.mask is None:
        image, generated, mask = _confined(request.composite, generated, request.mask, recipe)
    return RenderResult(
        id=request.id,
        session_id=request.session_id,
        image=image,
        generated=generated,
        mask=mask,
        recipe=recipe,
        detail_size=rendering.detail_size,
        is_draft=rendering.is_draft,
        composite=request.composite,
        edit_mask=request.mask,
    )


def _confined(
    below: NDArray[np.uint8],
    generated: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    recipe: Recipe,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a whole rendering joined with what lies below it, itself, and the soft mask."""
    from singan_core.pixels.mask import composite, soft_mask
    from singan_core.rendering.surroundings import matched_to_surroundings

    soft = soft_mask(mask, recipe.grow_px, recipe.feather_px)
    if recipe.is_matched:
        generated = matched_to_surroundings(below, generated, soft, recipe.seed)
    return composite(below, generated, soft), generated, soft


def _recipe(request: RenderRequest, injection: Injection, device: torch.device) -> Recipe:
    import torch

    from singan_core.pixels.mask import default_feather_px, default_grow_px

    height, width = request.composite.shape[:2]
    grow, feather = request.grow_px, request.feather_px
    return Recipe(
        application=request.application.value,
        model_id=request.model.model_id,
        scale=injection.scale,
        scale_count=request.model.scale_count,
        seed=injection.seed,
        grow_px=default_grow_px(height, width) if grow is None else grow,
        feather_px=default_feather_px(height, width) if feather is None else feather,
        mask_tolerance=request.mask_tolerance,
        threads=torch.get_num_threads(),
        device=device.type,
        fit=injection.fit,
        colour_match=injection.colour_match,
        detail_scales=injection.detail_scales,
        finest_size=injection.finest_size,
        is_confining=request.is_confining,
        photo_place=request.photo_place,
        is_matched=injection.is_matched,
        patch_scales=injection.patch_scales,
        parameters=_parameters(injection.model),
    )


def _parameters(model: TrainedPyramid) -> dict[str, str]:
    """Return what a derived model was for; the model itself is in the project."""
    return {} if model.derivation is None else {"model_kind": model.kind}
