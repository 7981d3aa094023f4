"""Where a result may differ from the photo: grown, feathered, composited."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from singan_core.errors import MaskError
from singan_core.pixels.image import ImageArray
from singan_core.pixels.resize import Window

Mask = NDArray[np.uint8]
"""(H, W) uint8: 255 = may change, 0 = stays."""

_DEFAULT_GROW_SHARE = 0.012
_DEFAULT_FEATHER_SHARE = 0.02


def default_grow_px(height: int, width: int) -> int:
    """Return how far a mask is grown by default, in px of the image at hand."""
    return max(1, round(_DEFAULT_GROW_SHARE * max(height, width)))


def default_feather_px(height: int, width: int) -> int:
    """Return the default width of the soft rim outside the grown mask, in px."""
    return max(1, round(_DEFAULT_FEATHER_SHARE * max(height, width)))


def soft_mask(mask: Mask, grow_px: int, feather_px: int) -> Mask:
    """Grow a mask and give it a soft rim of finite width.

    255 within ``grow_px`` of the mask, falling smoothly (raised cosine) over the next
    ``feather_px``, and exactly 0 beyond: distances are Euclidean.

    Args:
        mask: (H, W) uint8, thresholded at 128.
        grow_px: at least 0.
        feather_px: at least 0; 0 = a hard edge.

    Raises:
        MaskError: a negative distance or a wrong shape.
    """
    if mask.ndim != 2:
        raise MaskError("A mask has one channel; this one has the shape {shape}.", shape=mask.shape)
    if grow_px < 0 or feather_px < 0:
        raise MaskError("Grow and feather of a mask cannot be negative.")
    inside = mask >= 128
    soft: Mask = np.zeros(mask.shape, np.uint8)
    if inside.any():
        near = bounds(inside).grown(grow_px + feather_px + 1, (mask.shape[0], mask.shape[1]))
        soft[near.slices] = _softened(inside[near.slices], grow_px, feather_px)
    return soft


def soft_window(mask: Mask, window: Window, grow_px: int, feather_px: int) -> Mask:
    """Return a window of ``soft_mask``, computed from no more of the mask than it needs."""
    size = mask.shape[0], mask.shape[1]
    near = window.grown(grow_px + feather_px + 1, size)
    inside = mask[near.slices] >= 128
    if not inside.any():
        return np.zeros(window.size, np.uint8)
    soft = _softened(inside, grow_px, feather_px)
    return soft[
        window.top - near.top : window.bottom - near.top,
        window.left - near.left : window.right - near.left,
    ]


def _softened(inside: NDArray[np.bool_], grow_px: int, feather_px: int) -> Mask:
    beyond = _distance_to_zero((~inside).astype(np.uint8)) - grow_px
    soft: Mask = np.where(beyond <= 0, 255, 0).astype(np.uint8)
    rim = (beyond > 0) & (beyond < feather_px + 1)
    falling = 0.5 + 0.5 * np.cos(np.pi * beyond[rim] / (feather_px + 1))
    soft[rim] = np.rint(255.0 * falling)
    return soft


def bounds(mask: NDArray[np.generic]) -> Window:
    """Return the smallest window that holds all of a mask's pixels above 0; it may be empty."""
    rows, columns = mask.any(axis=1).nonzero()[0], mask.any(axis=0).nonzero()[0]
    if rows.size == 0:
        return Window(0, 0, 0, 0)
    return Window(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def composite(base: ImageArray, image: ImageArray, soft: Mask) -> ImageArray:
    """Blend ``image`` over ``base``: bit-identical to ``base`` where ``soft`` is 0.

    Args:
        base: (H, W, 3) uint8.
        image: (H, W, 3) uint8.
        soft: (H, W) uint8 alpha of ``image``.

    Raises:
        MaskError: the three differ in size.
    """
    if not base.shape == image.shape == (*soft.shape, 3):
        raise MaskError("The mask and the images it joins differ in size.")
    alpha = soft.astype(np.float32)[..., None] / 255.0
    mixed = base.astype(np.float32) * (1.0 - alpha) + image.astype(np.float32) * alpha
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def rim(inside: NDArray[np.bool_], width_px: int) -> NDArray[np.float32]:
    """Return how near a pixel is to the border of a mask.

    Args:
        inside: (H, W) bool.
        width_px: distance from the border, on either side, at which the rim ends.

    Returns:
        (H, W) float32: 1 beside the border, falling to 0 at ``width_px``.
    """
    level = inside.astype(np.uint8)
    # On either side one of the two distances is 0, so that their sum is the distance.
    distance = _distance_to_zero(level) + _distance_to_zero(1 - level)
    return np.clip(1.0 - (distance - 1.0) / max(1, width_px), 0.0, 1.0).astype(np.float32)


def _distance_to_zero(level: Mask) -> NDArray[np.float32]:
    distance = cv2.distanceTransform(level, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(distance, dtype=np.float32)
