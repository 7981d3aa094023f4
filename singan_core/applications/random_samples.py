"""Random samples of any size (section 4.1 of the paper)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from singan_core.errors import PhotoError, ScaleError
from singan_core.model.pyramid import scaled_sizes
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray, to_array
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.edit_windows import EditWindows, InjectedWindows
from singan_core.rendering.finishing import Finishing
from singan_core.rendering.retouching import retouched
from singan_core.rendering.sample import Renderer, last_image, reconstruction_noise, walk
from singan_core.rendering.tiling import TiledPicture, TiledWalk, TileStep, Tiling

_SMALLEST_SIDE_PX = 3
PATCH_SCALES = 3
"""Unless told otherwise; see ``retouching``."""


def sample_images(
    model: TrainedPyramid,
    photo: ImageArray,
    *,
    count: int,
    seed: int,
    start_scale: int = 0,
    size: Size | None = None,
    patch_scales: int = PATCH_SCALES,
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
        patch_scales: how many of the finest scales put the photo's own patches in the place of
            what they made, see ``retouching``; 0 = none, as in the paper.
        device: where to compute.

    Yields:
        (H, W, 3) uint8 each.

    Raises:
        ScaleError: the start scale does not exist.
        PhotoError: the size is too small to render.
    """
    events = sample_steps(
        model,
        photo,
        seeds=[derive_seed(seed, index) for index in range(count)],
        start_scale=start_scale,
        size=size,
        patch_scales=patch_scales,
        device=device,
    )
    return (event for event in events if not isinstance(event, TileStep))


def sample_steps(
    model: TrainedPyramid,
    photo: ImageArray,
    *,
    seeds: Sequence[int],
    start_scale: int = 0,
    size: Size | None = None,
    patch_scales: int = PATCH_SCALES,
    device: torch.device,
    tiling: Tiling | None = None,
) -> Iterator[TileStep | ImageArray]:
    """Make random samples as ``sample_images`` does, with a step per tile to cancel at.

    Args:
        model: a pyramid with at least one finished scale.
        photo: (H, W, 3) uint8 it was trained on.
        seeds: of the noise, one per sample.
        start_scale: first scale with fresh noise, 0 to ``model.scale_count - 1``.
        size: (H, W) wanted; None = the size the model was trained at.
        patch_scales: as of ``sample_images``.
        device: where to compute.
        tiling: how the work is cut; None = by the device alone.

    Yields:
        The ``TileStep``s of a sample, then (H, W, 3) uint8 of it, for one after the other.

    Raises:
        ConfigError: the memory limit is too small.
        OutOfMemoryError: there is not enough memory for the smallest tile.
        ScaleError: the start scale does not exist.
        PhotoError: the size is too small to render.
    """
    sizes = _checked_sizes(model, start_scale, size)[: model.scale_count]
    plain, tiling = Renderer.of(model, device), tiling or Tiling()
    renderer = retouched(plain, model, photo, patch_scales, is_complete=True)
    whole, start = Window.of(sizes[start_scale]), None
    if start_scale:
        start = InjectedWindows(EditWindows(photo, device), start_scale, sizes, whole)
    for seed in seeds:
        image = np.empty((*sizes[-1], 3), np.uint8)
        walk = TiledWalk(renderer, sizes, seed, tiling, start_scale=start_scale, start=start)
        finishing = Finishing.of(sizes[-1], sizes[-1], None)
        yield from TiledPicture(walk, finishing, image).steps(Window.of(sizes[-1]))
        yield image


def _checked_sizes(model: TrainedPyramid, start_scale: int, size: Size | None) -> tuple[Size, ...]:
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
    return sizes


def reconstruction(model: TrainedPyramid, device: torch.device) -> ImageArray:
    """Return G(z*) of all finished scales, (H, W, 3) uint8 (equation 5)."""
    renderer = Renderer.of(model, device)
    source = reconstruction_noise(renderer, model.rec_noise)
    return to_array(last_image(walk(renderer, model.plan.sizes, source)))
