"""Injection of an edit into a trained pyramid: editing, harmonization and paint-to-image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from singan_core.errors import MaskError, PhotoError
from singan_core.model.pyramid import scaled_sizes
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.colour import matched_colours
from singan_core.pixels.difference import difference_mask
from singan_core.pixels.image import ImageArray, to_array, to_tensor
from singan_core.pixels.mask import (
    Mask,
    bounds,
    composite,
    default_feather_px,
    default_grow_px,
    soft_mask,
)
from singan_core.pixels.resize import Size
from singan_core.rendering.edit_windows import EditWindows, InjectedWindows
from singan_core.rendering.finishing import Finishing, MaskSource
from singan_core.rendering.retouching import COMPLETENESS_OF_LAYOUTS, photo_detail, retouched
from singan_core.rendering.sample import Renderer, backward_cone, enlarged, injected
from singan_core.rendering.surroundings import matched_to_surroundings
from singan_core.rendering.tiling import TiledPicture, TiledWalk, TileStep, Tiling
from singan_core.rendering.window_walk import read_by

Fit = Literal["keep", "stretch"]
_SAME_SHAPE = 0.02
"""Aspect ratios that differ by less are those of a picture and its enlargement."""
SMALLEST_SIDE_PX = 11
"""Receptive field of the networks: of a picture below it, no patch is seen whole."""


@dataclass(frozen=True)
class Injection:
    """One edit and how it is rendered.

    Attributes:
        model: a pyramid with at least two finished scales.
        photo: (H, W, 3) uint8, the photo the model was trained on, as the canvas shows it.
        composite: (H', W', 3) uint8, the edit; any size and aspect ratio.
        mask: (H', W') uint8, 255 where the result may differ; None = the whole picture.
        scale: injection scale, 1 to ``model.scale_count - 1``.
        seed: noise of the result.
        grow_px: how far the mask is grown, in px of the composite; None = by default.
        feather_px: width of its soft rim, in px of the composite; None = by default.
        fit: "keep" renders at the composite's own aspect ratio, "stretch" maps it onto the
            photo's as the authors' scripts do.
        detail_scales: how many of the finest scales leave their detail to the composite where
            the result follows it, 0 = only detail finer than the trained size; None = no detail
            of the composite at all, for painted layouts that have only hard edges to keep.
        colour_match: how far the colours inside the mask are moved towards the photo's before
            the injection, 0 to 1; see ``colour.matched_colours``.
        finest_size: (H, W) at which the finest scale renders the composite, where it is known how
            the photo lies on it; None = judged by the sizes of both, see ``render_sizes``.
        is_matched: whether colours and grain are matched to what lies around the mask in the end;
            see ``surroundings.matched_to_surroundings``.
        patch_scales: how many of the finest scales put the photo's own patches in the place of
            what they made, see ``retouching``; 0 = none, as in the paper.
        training_photo: (h, w, 3) uint8, the photo as it was trained on, whose patches those are;
            None = ``photo``, which the canvas shows whole and as it is.
        photo_size: (H, W) of the training photo where it is as dense as on the canvas; None = its
            own.
    """

    model: TrainedPyramid
    photo: ImageArray
    composite: ImageArray
    mask: Mask | None
    scale: int
    seed: int = 0
    grow_px: int | None = None
    feather_px: int | None = None
    fit: Fit = "keep"
    detail_scales: int | None = None
    colour_match: float = 0.0
    finest_size: Size | None = None
    is_matched: bool = False
    patch_scales: int = 0
    training_photo: ImageArray | None = None
    photo_size: Size | None = None


@dataclass(frozen=True)
class Rendering:
    """A rendered edit.

    Attributes:
        image: (H', W', 3) uint8 of the composite's size, bit-identical outside the mask to
            the photo where the sizes agree, else to the composite.
        generated: (H', W', 3) uint8, what the pyramid made, before compositing; the composite
            outside the mask's bounds.
        mask: (H', W') uint8, the grown and feathered mask that joined them.
        detail_size: (H, W) it was rendered at before being resized to the composite; the
            composite's own where the photo's detail was added.
        is_draft: whether finer scales were missing.
    """

    image: ImageArray
    generated: ImageArray
    mask: Mask
    detail_size: Size
    is_draft: bool


def automatic_mask(photo: ImageArray, edited: ImageArray, tolerance: float | None = None) -> Mask:
    """Return where an edited picture differs from its photo, whatever its size.

    Args:
        photo: (H, W, 3) uint8.
        edited: (H', W', 3) uint8.
        tolerance: grey levels of difference that still count as noise; None = measured.

    Returns:
        (H', W') uint8, 0 or 255.

    Raises:
        MaskError: nothing differs.
        PhotoError: the picture is too small to render.
    """
    _check_picture_size(edited.shape[0], edited.shape[1])
    if photo.shape != edited.shape:
        resized = enlarged(to_tensor(photo), (edited.shape[0], edited.shape[1]))
        photo = to_array(resized)
    mask = difference_mask(photo, edited, tolerance)
    if not mask.any():
        raise MaskError("The picture equals the photo, so there is nothing to render.")
    return mask


def injection_steps(
    injection: Injection, device: torch.device, tiling: Tiling | None = None
) -> Iterator[TileStep | Rendering]:
    """Render an edit, one event per tile, the rendering last.

    The edit is reduced to the size of the scale below the injection scale and enlarged again;
    noise enters at the injection scale and above (section 4 of the paper). Only what the mask's
    bounds need is computed: a render costs what they cost, whatever the size of the picture.

    Args:
        injection: the edit.
        device: where to compute.
        tiling: how the work is cut; None = by the device alone.

    Raises:
        ConfigError: the memory limit is too small.
        ScaleError: the scale does not exist.
        MaskError: the mask has another size, or is empty.
        PhotoError: the composite is too small.
        OutOfMemoryError: there is not enough memory for the smallest tile.
    """
    injection.model.check_injection_scale(injection.scale)
    soft = joining_mask(injection)
    generated = injection.composite.copy()
    picture = _tiled_picture(injection, device, soft, generated, tiling or Tiling())
    yield from picture.steps(bounds(soft))
    finest = soft.shape if picture.finishing.photo_detail else picture.walk.size
    yield _joined(injection, generated, soft, finest)


def _tiled_picture(
    injection: Injection, device: torch.device, soft: Mask, generated: ImageArray, tiling: Tiling
) -> TiledPicture:
    """Return the work that writes what the pyramid makes into ``generated``."""
    sizes = render_sizes(injection)[: injection.model.scale_count]
    renderer = renderer_of(injection, device)
    finishing = finishing_of(injection, soft.shape, sizes[-1], renderer)
    first, edit = injection.scale, EditWindows(prepared_edit(injection), device)
    wanted = finishing.reads(bounds(soft))
    cone = backward_cone(wanted, first, len(sizes), sizes, renderer.margin)
    read = read_by(renderer, first, cone[0], sizes[first])
    start = InjectedWindows(edit, first, sizes, read)
    walk = TiledWalk(renderer, sizes, injection.seed, tiling, start_scale=first, start=start)
    return TiledPicture(walk, finishing, generated, edit.at, mask_source(injection.mask))


def render(injection: Injection, device: torch.device) -> Rendering:
    """Render an edit in one call; see ``injection_steps``."""
    *_, rendering = injection_steps(injection, device)
    assert isinstance(rendering, Rendering)
    return rendering


def renderer_of(injection: Injection, device: torch.device) -> Renderer:
    """Return the generators of an injection's model, retouched as it says.

    Where there is no mask the whole picture is new: it need not end as the photo does, and its
    patches are weighed for completeness.
    """
    model, is_whole, count = injection.model, injection.mask is None, injection.patch_scales
    renderer = Renderer.of(model, device)
    renderer = renderer.mirrored() if is_whole else renderer
    completeness, size = COMPLETENESS_OF_LAYOUTS if is_whole else None, injection.photo_size
    photo = injection.photo if injection.training_photo is None else injection.training_photo
    return retouched(renderer, model, photo, count, completeness=completeness, photo_size=size)


def render_sizes(injection: Injection) -> tuple[Size, ...]:
    """Return (H, W) per scale at which an edit is rendered.

    The composite is taken at the photo's own density where one side agrees with the photo's (a
    cropped or extended canvas), or where it has another shape and a similar area (a layout of
    its own); else as a picture of the same area. The pyramid then follows it at its own aspect
    ratio, never stretched unless ``fit`` says so.

    Raises:
        PhotoError: the composite would be smaller than the networks can see.
    """
    plan = injection.model.plan
    _check_picture_size(injection.composite.shape[0], injection.composite.shape[1])
    if injection.fit == "stretch":
        return plan.sizes
    if injection.finest_size is not None:
        return _checked_sizes(injection, scaled_sizes(plan, injection.finest_size))
    size, photo_size = injection.composite.shape[:2], injection.photo.shape[:2]
    density = math.sqrt(math.prod(plan.sizes[-1]) / math.prod(photo_size))
    if not _is_of_density(size, photo_size):
        density *= math.sqrt(math.prod(photo_size) / math.prod(size))
    finest = round(size[0] * density), round(size[1] * density)
    if size == photo_size:
        finest = plan.sizes[-1]
    return _checked_sizes(injection, scaled_sizes(plan, finest))


def _is_of_density(size: tuple[int, ...], photo_size: tuple[int, ...]) -> bool:
    """Whether a pixel of a composite shows as much as one of the photo."""
    (height, width), (photo_height, photo_width) = size, photo_size
    is_other_shape = abs(math.log(height * photo_width / (width * photo_height))) > _SAME_SHAPE
    is_alike = abs(math.log2(height * width / (photo_height * photo_width))) < 1.0
    return height == photo_height or width == photo_width or (is_other_shape and is_alike)


def _checked_sizes(injection: Injection, sizes: tuple[Size, ...]) -> tuple[Size, ...]:
    if min(sizes[0]) < 3:
        raise _too_small(injection.composite.shape[0], injection.composite.shape[1])
    return sizes


def _check_picture_size(height: int, width: int) -> None:
    if min(height, width) < SMALLEST_SIDE_PX:
        raise _too_small(height, width)


def _too_small(height: int, width: int) -> PhotoError:
    return PhotoError(
        "A picture of {width} x {height} px is too small or too narrow to render.",
        width=width,
        height=height,
    )


def model_view(injection: Injection) -> ImageArray:
    """Return the edit as its injection scale receives it: (H_n, W_n, 3) uint8, before noise.

    Raises:
        ScaleError: the scale does not exist.
        PhotoError: the composite is too small.
    """
    injection.model.check_injection_scale(injection.scale)
    edit = to_tensor(prepared_edit(injection))
    return to_array(injected(edit, injection.scale, render_sizes(injection)))


def prepared_edit(injection: Injection) -> ImageArray:
    """Return what enters the pyramid: the composite, its colours matched as asked for."""
    if injection.mask is None:
        return injection.composite
    return matched_colours(
        injection.composite, injection.mask, injection.photo, injection.colour_match
    )


def base_picture(injection: Injection) -> ImageArray:
    """Return what stays outside the mask: the photo where the sizes agree, else the composite."""
    is_same_size = injection.photo.shape == injection.composite.shape
    return injection.photo if is_same_size else injection.composite


def detail_scale(injection: Injection) -> int | None:
    """Return the scale whose size begins the composite's own detail; None = it gives none."""
    if injection.detail_scales is None:
        return None
    return max(injection.scale, injection.model.scale_count - 1 - injection.detail_scales)


def joining_mask(injection: Injection) -> Mask:
    """Return the mask, grown and feathered: (H', W') uint8.

    Raises:
        MaskError: the mask has another size, or is empty.
    """
    height, width = injection.composite.shape[:2]
    if injection.mask is None:
        return np.full((height, width), 255, np.uint8)
    if injection.mask.shape != (height, width):
        mask_height, mask_width = injection.mask.shape[:2]
        raise MaskError(
            "The mask is {mask_width} x {mask_height} px but the picture is {width} x {height} px.",
            mask_width=mask_width,
            mask_height=mask_height,
            width=width,
            height=height,
        )
    soft = soft_mask(injection.mask, *mask_rims(injection))
    if not soft.any():
        raise MaskError("The mask is empty, so there is nothing to render.")
    return soft


def mask_rims(injection: Injection) -> tuple[int, int]:
    """Return how far the mask is grown and the width of its soft rim, in px of the composite."""
    height, width = injection.composite.shape[:2]
    grow, feather = injection.grow_px, injection.feather_px
    return (
        default_grow_px(height, width) if grow is None else grow,
        default_feather_px(height, width) if feather is None else feather,
    )


def _joined(injection: Injection, generated: ImageArray, soft: Mask, image_size: Size) -> Rendering:
    window, joined = bounds(soft), base_picture(injection).copy()
    if injection.is_matched:
        generated = matched_to_surroundings(joined, generated, soft, injection.seed)
    joined[window.slices] = composite(
        joined[window.slices], generated[window.slices], soft[window.slices]
    )
    return Rendering(joined, generated, soft, image_size, not injection.model.is_complete)


def finishing_of(
    injection: Injection, size: Size, image_size: Size, renderer: Renderer | None = None
) -> Finishing:
    """Return what follows the walk of an injection, for a picture of a size.

    Args:
        injection: the edit.
        size: (H, W) of the picture: the composite's, or a smaller one to be looked at.
        image_size: (H, W) at which the walk ended.
        renderer: its generators, where the photo's own detail is to be added; None = it is not.
    """
    found = None if renderer is None else photo_detail(renderer, size, image_size)
    scale = detail_scale(injection)
    if scale is None:
        return Finishing.of(size, image_size, None, found)
    detail_size = render_sizes(injection)[scale]
    # A picture that ends below the size at which detail begins has nothing to exchange.
    return Finishing.of(size, image_size, min(detail_size, image_size), found)


def mask_source(mask: Mask | None) -> MaskSource | None:
    """Return windows of where the edit was pasted; None = everywhere."""
    if mask is None:
        return None
    return lambda window: mask[window.slices] >= 128
