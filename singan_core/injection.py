"""Injection of an edit into a trained pyramid: editing, harmonization and paint-to-image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from singan_core.colour import matched_colours
from singan_core.detail import detail_of_the_edit
from singan_core.errors import MaskError, PhotoError
from singan_core.image import ImageArray, to_array, to_tensor
from singan_core.mask import (
    Mask,
    composite,
    default_feather_px,
    default_grow_px,
    difference_mask,
    soft_mask,
)
from singan_core.pyramid import Size, scaled_sizes
from singan_core.resize import Window, resize
from singan_core.sample import Renderer, WalkStep, counter_noise, enlarged, injected, walk
from singan_core.trained import TrainedPyramid

Fit = Literal["keep", "stretch"]
SMALLEST_SIDE_PX = 11
"""Receptive field of the networks: of a picture below it, no patch is seen whole."""


@dataclass(frozen=True)
class Injection:
    """One edit and how it is rendered.

    Attributes:
        model: a pyramid with at least two finished scales.
        photo: (H, W, 3) uint8, the photo the model was trained on.
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


@dataclass(frozen=True)
class Rendering:
    """A rendered edit.

    Attributes:
        image: (H', W', 3) uint8 of the composite's size, bit-identical outside the mask to
            the photo where the sizes agree, else to the composite.
        generated: (H', W', 3) uint8, what the pyramid made, before compositing; the composite
            outside the mask's bounds.
        mask: (H', W') uint8, the grown and feathered mask that joined them.
        detail_size: (H, W) it was rendered at before being resized to the composite.
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


def injection_steps(injection: Injection, device: torch.device) -> Iterator[WalkStep | Rendering]:
    """Render an edit, one event per scale, the rendering last.

    The edit is reduced to the size of the scale below the injection scale and enlarged again;
    noise enters at the injection scale and above (section 4 of the paper).

    Raises:
        ScaleError: the scale does not exist.
        MaskError: the mask has another size, or is empty.
        PhotoError: the composite is too small.
    """
    injection.model.check_injection_scale(injection.scale)
    soft = _joining_mask(injection)
    sizes = render_sizes(injection)
    renderer = Renderer.of(injection.model, device)
    edit = to_tensor(_prepared(injection), device)
    image = edit
    for step in walk(
        renderer,
        sizes,
        counter_noise(renderer, injection.seed),
        start_scale=injection.scale,
        start=injected(edit, injection.scale, sizes),
    ):
        image = step.image
        yield step
    yield _joined(injection, edit, image, soft)


def render(injection: Injection, device: torch.device) -> Rendering:
    """Render an edit in one call; see ``injection_steps``."""
    *_, rendering = injection_steps(injection, device)
    assert isinstance(rendering, Rendering)
    return rendering


def render_sizes(injection: Injection) -> tuple[Size, ...]:
    """Return (H, W) per scale at which an edit is rendered.

    The composite is taken at the photo's own density where one side agrees with the photo's
    (a cropped or extended canvas), else as a picture of the same area; the pyramid then
    follows it at its own aspect ratio, never stretched unless ``fit`` says so.

    Raises:
        PhotoError: the composite would be smaller than the networks can see.
    """
    plan = injection.model.plan
    _check_picture_size(injection.composite.shape[0], injection.composite.shape[1])
    if injection.fit == "stretch":
        return plan.sizes
    if injection.finest_size is not None:
        return _checked_sizes(injection, scaled_sizes(plan, injection.finest_size))
    (height, width), (photo_height, photo_width) = (
        injection.composite.shape[:2],
        injection.photo.shape[:2],
    )
    finest_height, finest_width = plan.sizes[-1]
    density = math.sqrt(finest_height * finest_width / (photo_height * photo_width))
    if height != photo_height and width != photo_width:
        density *= math.sqrt(photo_height * photo_width / (height * width))
    finest = round(height * density), round(width * density)
    if (height, width) == (photo_height, photo_width):
        finest = plan.sizes[-1]
    return _checked_sizes(injection, scaled_sizes(plan, finest))


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


def _prepared(injection: Injection) -> ImageArray:
    if injection.mask is None:
        return injection.composite
    return matched_colours(
        injection.composite, injection.mask, injection.photo, injection.colour_match
    )


def _joining_mask(injection: Injection) -> Mask:
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
    grow = default_grow_px(height, width) if injection.grow_px is None else injection.grow_px
    feather = (
        default_feather_px(height, width) if injection.feather_px is None else injection.feather_px
    )
    soft = soft_mask(injection.mask, grow, feather)
    if not soft.any():
        raise MaskError("The mask is empty, so there is nothing to render.")
    return soft


def _joined(injection: Injection, edit: torch.Tensor, image: torch.Tensor, soft: Mask) -> Rendering:
    detail_size = int(image.shape[-2]), int(image.shape[-1])
    window = _bounds(soft)
    inside = np.s_[window.top : window.bottom, window.left : window.right]
    generated = injection.composite.copy()
    generated[inside] = to_array(_native(injection, edit, image, window))
    is_same_size = injection.photo.shape == injection.composite.shape
    joined = (injection.photo if is_same_size else injection.composite).copy()
    joined[inside] = composite(joined[inside], generated[inside], soft[inside])
    return Rendering(joined, generated, soft, detail_size, not injection.model.is_complete)


def _bounds(soft: Mask) -> Window:
    """Return the smallest window that holds all of a mask that is not empty."""
    rows, columns = soft.any(axis=1).nonzero()[0], soft.any(axis=0).nonzero()[0]
    return Window(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


@torch.inference_mode()
def _native(
    injection: Injection, edit: torch.Tensor, image: torch.Tensor, window: Window
) -> torch.Tensor:
    """Return a window of the rendered picture at the composite's size: (1, 3, h, w)."""
    size = int(edit.shape[-2]), int(edit.shape[-1])
    whole = resize(image, size, out_window=window)
    if injection.detail_scales is not None:
        scale = max(injection.scale, injection.model.scale_count - 1 - injection.detail_scales)
        detail_size = render_sizes(injection)[scale]
        whole += detail_of_the_edit(edit, image, whole, injection.mask, detail_size, window)
    return whole.clamp_(-1.0, 1.0)
