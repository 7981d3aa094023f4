"""Streams of what is made without an edit: random samples, larger pictures, animations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from app.jobs.memory import tiling_of
from app.jobs.recipe import Application, Recipe
from app.jobs.results import FrameReady, RenderResult, StepDone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.jobs.requests import AnimationRequest, SampleRequest, SuperResolutionRequest
    from app.jobs.results import JobStream
    from singan_core.model.trained import TrainedPyramid

_BYTES_PER_PIXEL = 4
"""Of a result that is new everywhere: the picture and its mask."""


def sample_events(request: SampleRequest) -> JobStream:
    """Draw samples: a ``StepDone`` per tile, and a ``RenderResult`` for each of them.

    What scales that are not trained yet would add is made up for by enlarging.
    """
    from singan_core.applications.random_samples import (
        LAYOUTS,
        LIKENESS,
        PATCH_SCALES,
        sample_steps,
    )
    from singan_core.device import pick_device
    from singan_core.pixels.noise import derive_seed
    from singan_core.rendering.tiling import TileStep

    model, device = request.model, pick_device(request.device)
    seeds = range(request.seed, request.seed + request.count)
    made, (height, width) = 0, request.size or request.photo.shape[:2]
    result_bytes = _BYTES_PER_PIXEL * height * width
    patch_scales = PATCH_SCALES if request.patch_scales is None else request.patch_scales
    likeness = LIKENESS if request.likeness is None else request.likeness
    layouts = LAYOUTS if request.layouts is None else request.layouts
    for event in sample_steps(
        model,
        request.photo,
        seeds=[derive_seed(seed, 0) for seed in seeds],
        start_scale=request.start_scale,
        size=request.size,
        patch_scales=patch_scales,
        likeness=likeness,
        layouts=layouts,
        device=device,
        tiling=tiling_of(request.memory_limit, device, result_bytes),
    ):
        if isinstance(event, TileStep):
            yield StepDone(made * event.total + event.done, request.count * event.total)
            continue
        parameters = {"size": [height, width], "likeness": likeness, "layouts": layouts}
        words = (model, Application.SAMPLE, seeds[made], device.type)
        recipe = recipe_of(*words, request.start_scale, parameters, patch_scales)
        made += 1
        detail = (event.shape[0], event.shape[1])
        image = of_size(event, height, width)
        yield whole_result(request.id, request.session_id, image, recipe, model, detail)


def super_resolution_events(request: SuperResolutionRequest) -> JobStream:
    """Enlarge a picture: a ``TileDone`` per tile and a ``RenderResult``."""
    from singan_core.applications.super_resolution import (
        CORRECTIONS,
        DETAIL_SHARE,
        TileDone,
        default_amplitude,
        super_resolution_steps,
    )
    from singan_core.device import pick_device

    model, device = request.model, pick_device(request.device)
    pixels = request.picture.shape[0] * request.picture.shape[1] * request.factor**2
    result_bytes = round(_BYTES_PER_PIXEL * pixels)
    amplitude = request.fine_noise * default_amplitude(model) if model.scales else 0.0
    parameters = {
        "factor": request.factor,
        "fine_noise": request.fine_noise,
        "noise_amplitude": amplitude,
        "corrections": CORRECTIONS,
        "detail_share": DETAIL_SHARE,
        "is_document": request.is_document,
    }
    for event in super_resolution_steps(
        model,
        request.picture,
        request.factor,
        noise_amplitude=amplitude,
        seed=request.seed,
        device=device,
        tiling=tiling_of(request.memory_limit, device, result_bytes),
    ):
        if isinstance(event, TileDone):
            yield StepDone(event.done, event.total)
            continue
        words = (model, Application.SUPER_RESOLUTION, request.seed, device.type)
        recipe = recipe_of(*words, model.scale_count - 1, parameters)
        size = (event.shape[0], event.shape[1])
        edit = request.picture if request.is_document else None
        yield whole_result(request.id, request.session_id, event, recipe, model, size, edit)


def animation_events(request: AnimationRequest) -> JobStream:
    """Film: a ``StepDone`` per scale of every frame, and a ``FrameReady`` for each frame."""
    from singan_core.applications.animation import Animation, animation_steps
    from singan_core.device import pick_device

    film = Animation(
        request.start_scale,
        request.alpha,
        request.beta,
        request.frame_count,
        request.is_loop,
        request.seed,
    )
    made = 0
    for step in animation_steps(request.model, film, pick_device(request.device)):
        yield StepDone(step.done, step.total)
        if step.frame is not None:
            yield FrameReady(made, step.frame)
            made += 1


def recipe_of(
    model: TrainedPyramid,
    application: Application,
    seed: int,
    device: str,
    scale: int,
    parameters: Mapping[str, Any],
    patch_scales: int = 0,
) -> Recipe:
    """Return the recipe of what was made without an edit of the document."""
    import torch

    return Recipe(
        application=application.value,
        model_id=model.model_id,
        scale=scale,
        scale_count=model.scale_count,
        seed=seed,
        grow_px=0,
        feather_px=0,
        mask_tolerance=None,
        threads=torch.get_num_threads(),
        device=device,
        patch_scales=patch_scales,
        parameters=parameters,
    )


def whole_result(
    request_id: int,
    session_id: str,
    image: NDArray[np.uint8],
    recipe: Recipe,
    model: TrainedPyramid,
    detail_size: tuple[int, int],
    composite: NDArray[np.uint8] | None = None,
) -> RenderResult:
    """Return a picture that is new everywhere."""
    mask = np.full(image.shape[:2], 255, np.uint8)
    is_draft = not model.is_complete
    return RenderResult(
        request_id, session_id, image, image, mask, recipe, detail_size, is_draft, composite
    )


def of_size(image: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return an image enlarged or reduced to (height, width)."""
    if image.shape[:2] == (height, width):
        return image
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
