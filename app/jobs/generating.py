"""Streams of what is made without an edit: random samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.jobs.recipe import Application, Recipe
from app.jobs.results import RenderResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.jobs.requests import SampleRequest
    from app.jobs.results import JobStream
    from singan_core.trained import TrainedPyramid


def sample_events(request: SampleRequest) -> JobStream:
    """Draw samples, one ``RenderResult`` each."""
    from singan_core.applications.random_samples import sample_images
    from singan_core.device import pick_device

    device = pick_device(request.device)
    for seed in range(request.seed, request.seed + request.count):
        (image,) = sample_images(
            request.model,
            request.photo,
            count=1,
            seed=seed,
            start_scale=request.start_scale,
            size=request.size,
            device=device,
        )
        recipe = _recipe(
            request.model, Application.SAMPLE, seed, device.type, scale=request.start_scale
        )
        yield _whole_result(request.id, request.session_id, image, recipe, request.model)


def _recipe(
    model: TrainedPyramid, application: Application, seed: int, device: str, scale: int = 0
) -> Recipe:
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
    )


def _whole_result(
    request_id: int,
    session_id: str,
    image: NDArray[np.uint8],
    recipe: Recipe,
    model: TrainedPyramid,
) -> RenderResult:
    """Return a picture that is new everywhere, at the size it was made at."""
    size = (image.shape[0], image.shape[1])
    mask = np.full(size, 255, np.uint8)
    is_draft = not model.is_complete
    return RenderResult(request_id, session_id, image, image, mask, recipe, size, is_draft)
