"""Matching a result to what lies around it: its colours where they meet, and its grain.

Not in the paper. A short training shifts colours by a few levels and smooths grain away, and both
show along the border of the mask, whatever was made of the edit inside.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from singan_core.pixels.grain import with_grain
from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask, bounds

Field = NDArray[np.float32]
"""(H, W, 3) float32, in 8-bit levels."""

_FIELD_SIDE_PX = 256
_LARGEST_LEVELS = 24.0
_SMOOTH_RIMS = 3.0
_DEAD_LEVELS = 0.5
_FADE_RIMS = 8.0
_PASSES = 3


def matched_to_surroundings(
    base: ImageArray, generated: ImageArray, soft: Mask, seed: int
) -> ImageArray:
    """Return a result whose colours and grain go on where it meets what lies around it.

    Args:
        base: (H, W, 3) uint8, what stays outside the mask.
        generated: (H, W, 3) uint8, what is shown through the mask.
        soft: (H, W) uint8, the mask with its soft rim; what lies outside it is not touched.
        seed: of the grain that is added.

    Returns:
        (H, W, 3) uint8; ``generated`` itself where there is no rim to match at.
    """
    rim = (soft > 0) & (soft < 255)
    if not rim.any() or not (soft == 0).any():
        return generated
    window = bounds(soft)
    result: ImageArray = generated.copy()
    offset = _offset(base[window.slices], generated[window.slices], soft[window.slices])
    inside = soft[window.slices] > 0
    moved = np.where(inside[..., None], result[window.slices] + offset, result[window.slices])
    result[window.slices] = np.rint(np.clip(moved, 0.0, 255.0)).astype(np.uint8)
    return with_grain(base, result, soft, seed)


def _offset(base: ImageArray, generated: ImageArray, soft: Mask) -> Field:
    """Return what is to be added so that the colours meet along the rim: a field of its window.

    The differences along the rim are interpolated inwards as a membrane would be (Pérez et al.,
    Poisson Image Editing, 2003, section 2, there solved exactly), at a reduced size, since they
    are smooth; what differs much from its neighbours on the rim is an edge that both pictures
    need not share, and counts less. Deviation: the field fades with the depth, so that what lies
    deep inside keeps the colours that were made for it.
    """
    size = _reduced_size(soft)
    weight = _rim_weight(soft)
    difference = base.astype(np.float32) - generated
    small_weight = _reduced(weight, size)
    small = _reduced(difference * weight[..., None], size)
    known = small_weight > 0
    small[known] /= small_weight[known][:, None]
    rim_px = max(2.0, _rim_px(soft) * size[0] / soft.shape[0])
    smooth = _smoothed_rim(small, small_weight, _SMOOTH_RIMS * rim_px)
    field = cv2.GaussianBlur(_membrane(smooth, known.astype(np.float32)), (0, 0), rim_px / 2.0)
    shrunk = np.sign(field) * np.clip(np.abs(field) - _DEAD_LEVELS, 0.0, _LARGEST_LEVELS)
    faded = shrunk * _fading(soft, size)[..., None]
    large = cv2.resize(faded, (soft.shape[1], soft.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, dtype=np.float32)


def _rim_weight(soft: Mask) -> NDArray[np.float32]:
    """Return how much a pixel tells of the seam: most in the middle of the soft rim."""
    alpha = soft.astype(np.float32) / 255.0
    return 4.0 * alpha * (1.0 - alpha)


def _reduced_size(soft: Mask) -> tuple[int, int]:
    height, width = soft.shape
    share = min(1.0, _FIELD_SIDE_PX / max(height, width))
    return max(1, round(height * share)), max(1, round(width * share))


def _reduced(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    small = cv2.resize(values, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def _smoothed_rim(values: Field, weight: NDArray[np.float32], width_px: float) -> Field:
    """Return the differences along the rim, smooth and without outliers."""
    trusted, smooth = weight, values
    for _ in range(_PASSES):
        smooth = _averaged(values, trusted, width_px)
        departure = np.abs(values - smooth).max(axis=2)
        usual = max(1.0, float(np.median(departure[weight > 0])))
        trusted = weight / (1.0 + (departure / (2.0 * usual)) ** 2)
    return smooth


def _averaged(values: Field, weight: NDArray[np.float32], width_px: float) -> Field:
    total = cv2.GaussianBlur(values * weight[..., None], (0, 0), width_px)
    share = cv2.GaussianBlur(weight, (0, 0), width_px)
    return np.asarray(total / np.maximum(share, 1e-6)[..., None], dtype=np.float32)


def _membrane(values: Field, known: NDArray[np.float32]) -> Field:
    """Fill what is not known smoothly from what is, by averages over ever coarser grids."""
    if known.all() or min(known.shape) <= 1:
        mean = (values * known[..., None]).sum(axis=(0, 1)) / max(float(known.sum()), 1e-6)
        return np.where(known[..., None] > 0, values, mean).astype(np.float32)
    height, width = known.shape
    size = ((height + 1) // 2, (width + 1) // 2)
    share = _reduced(known, size)
    coarse = _reduced(values * known[..., None], size)
    has = share > 0
    coarse[has] /= share[has][:, None]
    below = _membrane(coarse, has.astype(np.float32))
    filled = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(known[..., None] > 0, values, filled).astype(np.float32)


def _fading(soft: Mask, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return how much of the offset is left at a depth: all at the rim, half at eight rims."""
    full = (soft == 255).astype(np.uint8)
    depth = cv2.distanceTransform(full, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    length = _FADE_RIMS * _rim_px(soft)
    return _reduced(np.asarray(1.0 / (1.0 + (depth / length) ** 2), np.float32), size)


def _rim_px(soft: Mask) -> float:
    """Return about how wide the soft rim is: its area over the length of its inner border."""
    rim = float(((soft > 0) & (soft < 255)).sum())
    contours, _ = cv2.findContours(
        (soft >= 128).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
    )
    length = sum(cv2.arcLength(contour, closed=True) for contour in contours)
    return max(1.0, rim / max(1.0, length))
