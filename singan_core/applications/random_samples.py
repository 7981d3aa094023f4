"""Random samples of any size (section 4.1 of the paper)."""

from __future__ import annotations

import math
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
from singan_core.rendering.layouts import Layouts
from singan_core.rendering.retouching import COMPLETENESS_OF_SAMPLES, photo_detail, retouched
from singan_core.rendering.sample import Renderer, last_image, reconstruction_noise, walk
from singan_core.rendering.tiling import TiledPicture, TiledWalk, TileStep, Tiling

_SMALLEST_SIDE_PX = 3
PATCH_SCALES = 5
"""Unless told otherwise; see ``retouching``."""
LIKENESS = 0.4
"""Unless told otherwise; see ``photo_noise``."""
LAYOUTS = 4
"""Unless told otherwise; see ``rendering.layouts``."""


def sample_images(
    model: TrainedPyramid,
    photo: ImageArray,
    *,
    count: int,
    seed: int,
    start_scale: int = 0,
    size: Size | None = None,
    patch_scales: int = PATCH_SCALES,
    likeness: float = LIKENESS,
    layouts: int = LAYOUTS,
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
        size: (H, W) wanted, in px of the photo; None = the photo's.
        patch_scales: how many of the finest scales put the photo's own patches in the place of
            what they made, see ``retouching``; 0 = none, as in the paper.
        likeness: how much the coarsest scale's noise has of the one that makes the photo, see
            ``photo_noise``: 0 = nothing, as in the paper, to 1. A sample that begins at a finer
            scale, or whose coarsest scale is not of the photo's size, has nothing of it.
        layouts: how many are drawn for each sample, of which the one nearest to the photo is worked
            out, see ``rendering.layouts``: 1 = what comes, as in the paper. A sample that begins
            at a finer scale has the photo's own.
        device: where to compute.

    Yields:
        (H, W, 3) uint8 each: of that size where patches bring the photo's detail along, else
        smaller by as much as the model's finest finished scale is smaller than the photo.

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
        likeness=likeness,
        layouts=layouts,
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
    likeness: float = LIKENESS,
    layouts: int = LAYOUTS,
    device: torch.device,
    tiling: Tiling | None = None,
) -> Iterator[TileStep | ImageArray]:
    """Make random samples as ``sample_images`` does, with a step per tile to cancel at.

    Args:
        model: a pyramid with at least one finished scale.
        photo: (H, W, 3) uint8 it was trained on.
        seeds: of the noise, one per sample.
        start_scale: first scale with fresh noise, 0 to ``model.scale_count - 1``.
        size: as of ``sample_images``.
        patch_scales: as of ``sample_images``.
        likeness: as of ``sample_images``.
        layouts: as of ``sample_images``.
        device: where to compute.
        tiling: how the work is cut; None = by the device alone.

    Yields:
        The ``TileStep``s of a sample, then its (H, W, 3) uint8, as of ``sample_images``, for
        one after the other.

    Raises:
        ConfigError: the memory limit is too small.
        OutOfMemoryError: there is not enough memory for the smallest tile.
        ScaleError: the start scale does not exist.
        PhotoError: the size is too small to render.
    """
    size = (photo.shape[0], photo.shape[1]) if size is None else size
    sizes = _checked_sizes(model, start_scale, _rendered_size(model, photo, size))
    plain, tiling = Renderer.of(model, device), tiling or Tiling()
    completeness = COMPLETENESS_OF_SAMPLES
    renderer = retouched(plain, model, photo, patch_scales, completeness=completeness)
    if sizes[0] == model.plan.sizes[0]:
        plain = plain.like_photo(model.rec_noise, likeness)
        renderer = renderer.like_photo(model.rec_noise, likeness)
    whole, start = Window.of(sizes[start_scale]), None
    if start_scale:
        start = InjectedWindows(EditWindows(photo, device), start_scale, sizes, whole)
    detail = photo_detail(renderer, size, sizes[-1])
    size = sizes[-1] if detail is None else size
    is_chosen = layouts > 1 and not start_scale
    choice = Layouts.of(plain, sizes, photo) if is_chosen else None
    for seed in seeds:
        chosen = seed if choice is None else choice.nearest(_layout_seeds(seed, layouts))
        image = np.empty((*size, 3), np.uint8)
        walk = TiledWalk(renderer, sizes, chosen, tiling, start_scale=start_scale, start=start)
        finishing = Finishing.of(size, sizes[-1], None, detail)
        yield from TiledPicture(walk, finishing, image).steps(Window.of(size))
        yield image


def _layout_seeds(seed: int, count: int) -> list[int]:
    """Return the seeds of the layouts that a sample is chosen from, its own first."""
    return [seed, *(derive_seed(seed, "layout", index) for index in range(1, count))]


def _rendered_size(model: TrainedPyramid, photo: ImageArray, size: Size) -> Size:
    """Return (H, W) at which the finest scale of the plan renders so much of the photo."""
    planned = model.plan.sizes[-1]
    if size == photo.shape[:2]:
        return planned
    density = math.sqrt(math.prod(planned) / math.prod(photo.shape[:2]))
    return max(1, round(size[0] * density)), max(1, round(size[1] * density))


def _checked_sizes(model: TrainedPyramid, start_scale: int, size: Size) -> tuple[Size, ...]:
    finest = model.scale_count - 1
    if not 0 <= start_scale <= finest:
        raise ScaleError(
            "Start scale {scale} does not exist: this model has scales 0 to {finest}.",
            scale=start_scale,
            finest=finest,
        )
    sizes = scaled_sizes(model.plan, size)
    if min(sizes[0]) < _SMALLEST_SIDE_PX:
        raise PhotoError("The size of the sample is too small for this model.")
    return sizes[: model.scale_count]


def reconstruction(model: TrainedPyramid, device: torch.device) -> ImageArray:
    """Return G(z*) of all finished scales, (H, W, 3) uint8 (equation 5)."""
    renderer = Renderer.of(model, device)
    source = reconstruction_noise(renderer, model.rec_noise)
    return to_array(last_image(walk(renderer, model.plan.sizes, source)))
