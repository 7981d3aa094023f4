"""Where a result may differ from the photo: found, grown, feathered, composited."""

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
# JPEG of quality 98 leaves fewer pixels of a photo exactly as they were.
_UNCOMPRESSED_SHARE = 0.25
# Grey levels; the median of published photos at JPEG quality 30.
_LOUDEST_NOISE = 16.0
_CALM_SHARE = 0.1


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


def difference_mask(photo: ImageArray, edited: ImageArray, tolerance: float | None = None) -> Mask:
    """Find where an edited picture really differs from its photo.

    A picture that went through JPEG differs almost everywhere by a little: the difference is
    blurred, thresholded above the common noise (six times its median, at least 6 levels),
    specks are dropped and holes filled. An edit may cover all of the photo: see ``_noise``.

    Args:
        photo: (H, W, 3) uint8.
        edited: (H, W, 3) uint8 of the same size.
        tolerance: threshold in grey levels (0 to 255); None = measured from the pair.

    Returns:
        (H, W) uint8, 0 or 255.

    Raises:
        MaskError: the sizes differ.
    """
    if photo.shape != edited.shape:
        raise MaskError("The edited picture and the photo differ in size.")
    # cv2 takes the largest of three channels ten times as fast as numpy: a stroke waits for it.
    first, second, third = cv2.split(cv2.absdiff(photo, edited))
    difference = np.asarray(cv2.max(cv2.max(first, second), third), dtype=np.float32)
    blurred = np.asarray(cv2.blur(difference, (3, 3)), dtype=np.float32)
    threshold = tolerance if tolerance is not None else max(6.0, 6.0 * _noise(difference, blurred))
    rough = np.asarray(blurred > threshold, dtype=np.uint8) * np.uint8(255)
    opened = cv2.morphologyEx(rough, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return _filled(np.asarray(closed, dtype=np.uint8))


def _noise(difference: NDArray[np.float32], blurred: NDArray[np.float32]) -> float:
    """Levels by which a pixel differs that nobody edited.

    It is the median as long as that can be noise. Where much is exactly the same, nothing was
    compressed; where most differs by more than compression can, most was painted over.
    """
    if float((difference == 0).mean()) >= _UNCOMPRESSED_SHARE:
        return 0.0
    noise = float(np.median(blurred))
    if noise <= _LOUDEST_NOISE:
        return noise
    calm = blurred[blurred <= _LOUDEST_NOISE]
    return float(np.median(calm)) if calm.size >= _CALM_SHARE * blurred.size else 0.0


def _filled(mask: Mask) -> Mask:
    """Fill every hole: all that lies inside an outer contour belongs to the mask."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, contours, -1, 255, thickness=cv2.FILLED)
    return filled
