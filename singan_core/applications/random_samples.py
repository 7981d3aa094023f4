"""Random samples of any size (section 4.1 of the paper)."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from singan_core.errors import PhotoError, ScaleError
from singan_core.image import ImageArray, to_array, to_tensor
from singan_core.noise import derive_seed
from singan_core.pyramid import Size, scaled_sizes
from singan_core.sample import (
    Renderer,
    counter_noise,
    injected,
    last_image,
    reconstruction_noise,
    walk,
)
from singan_core.trained import TrainedPyramid

_SMALLEST_SIDE_PX = 3


def sample_images(
    model: TrainedPyramid,
    photo: ImageArray,
    *,
    count: int,
    seed: int,
    start_scale: int = 0,
    size: Size | None = None,
    device: torch.device,
) -> Iterator[ImageArray]:
    """Make random samples, one after the other.

    From a start scale above 0 the coarser layout stays the photo's own: the photo is injected
    there, which equals keeping z* below up to the reconstruction error and works at any size.

    Args:
        model: a pyramid with at least one finished scale.
        photo: (H, W, 3) uint8 it was trained on.
        count: number of samples.
        seed: sample i uses a seed derived from this and i.
        start_scale: first scale with fresh noise, 0 to ``model.scale_count - 1``.
        size: (H, W) wanted; None = the size the model was trained at.
        device: where to compute.

    Yields:
        (H, W, 3) uint8 each.

    Raises:
        ScaleError: the start scale does not exist.
        PhotoError: the size is too small to render.
    """
    finest = model.scale_count - 1
    if not 0 <= start_scale <= finest:
        raise ScaleError(
            "Start scale {scale} does not exist: this model has scales 0 to {finest}.",
            scale=start_scale,
            finest=finest,
        )
    sizes = model.plan.sizes if size is None else scaled_sizes(model.plan, size)
    if min(sizes[0]) < _SMALLEST_SIDE_PX:
        raise PhotoError("The size of the sample is too small for this model.")
    renderer = Renderer.of(model, device)
    start = injected(to_tensor(photo, device), start_scale, sizes) if start_scale else None
    for index in range(count):
        source = counter_noise(renderer, derive_seed(seed, index))
        yield to_array(
            last_image(walk(renderer, sizes, source, start_scale=start_scale, start=start))
        )


def reconstruction(model: TrainedPyramid, device: torch.device) -> ImageArray:
    """Return G(z*) of all finished scales, (H, W, 3) uint8 (equation 5)."""
    renderer = Renderer.of(model, device)
    source = reconstruction_noise(renderer, model.rec_noise)
    return to_array(last_image(walk(renderer, model.plan.sizes, source)))
