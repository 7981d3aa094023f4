"""Fills the hole that a moved patch leaves, so that nothing black enters the pyramid."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.document.patch_fill import patch_sources

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Booleans = NDArray[np.bool_]

# Patches are searched at this size of the longer side; above it only detail is copied.
_SEARCH_PX = 160
# Surroundings that smooth filling looks at, as a part of the hole's size.
_MARGIN = 0.5


def prefill_hole(rgb: Pixels, hole_mask: Pixels) -> Pixels:
    """Fill a hole smoothly from its rim, then with patches from the rest of the photo.

    Args:
        rgb: (H, W, 3) uint8; its pixels inside the hole do not matter.
        hole_mask: (H, W) uint8, not 0 where pixels are missing.

    Returns:
        (H, W, 3) uint8, bit-identical to `rgb` outside the hole. Where everything is missing
        there is nothing to fill from, and `rgb` comes back as it was.
    """
    hole = hole_mask > 0
    if not hole.any() or hole.all():
        return rgb.copy()
    filled = rgb.copy()
    smooth = smooth_fill(rgb, hole)
    filled[hole] = smooth[hole]
    textured = _textured(filled, hole)
    filled[hole] = textured[hole]
    return filled


def smooth_fill(rgb: Pixels, hole: Booleans) -> Pixels:
    """Fill a hole by averages over ever larger surroundings (pull-push, Gortler et al. 1996).

    Args:
        rgb: (H, W, 3) uint8.
        hole: (H, W) bool, True where pixels are missing; not everywhere.

    Returns:
        (H, W, 3) uint8, changed inside the hole only.
    """
    window = _surroundings(hole)
    part = window.slices_in(Rect.of_size(hole.shape[1], hole.shape[0]))
    known = (~hole[part]).astype(np.float32)
    result = rgb.copy()
    colour = np.rint(_pull_push(rgb[part].astype(np.float32), known))
    result[part][hole[part]] = np.clip(colour, 0, 255).astype(np.uint8)[hole[part]]
    return result


def _surroundings(hole: Booleans) -> Rect:
    bounds = Rect(*cv2.boundingRect(hole.astype(np.uint8)))
    document = Rect.of_size(hole.shape[1], hole.shape[0])
    margin = max(8, round(_MARGIN * max(bounds.width, bounds.height)))
    window = bounds.grown(margin).intersected(document)
    rows, columns = window.slices_in(document)
    return document if hole[rows, columns].all() else window


def _pull_push(colour: Floats, known: Floats) -> Floats:
    """Average (h, w, 3) colours where `known` (h, w) is 0 from the next coarser level."""
    height, width = known.shape
    if height * width == 1 or known.min() > 0:
        return colour
    size = (max(1, width // 2), max(1, height // 2))
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(colour * known[..., None], size, interpolation=cv2.INTER_AREA)
    coarse = coarse.reshape(*weight.shape, 3) / np.maximum(weight, 1e-6)[..., None]
    coarser = _pull_push(coarse.astype(np.float32), weight.astype(np.float32))
    pushed = cv2.resize(coarser, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(known[..., None] > 0, colour, pushed.reshape(height, width, 3))


def _textured(rgb: Pixels, hole: Booleans) -> Pixels:
    """Put patches of the rest of the photo into the smoothly filled hole."""
    height, width = hole.shape
    shrink = min(1.0, _SEARCH_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    share = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    found = patch_sources(small, share > 0)
    if found is None:
        return rgb
    image, source_rows, source_columns = found
    if shrink == 1.0:
        return np.clip(np.rint(image), 0, 255).astype(np.uint8)
    base = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
    detail = _detail(rgb, size, (source_rows, source_columns), hole)
    return np.clip(np.rint(base + detail), 0, 255).astype(np.uint8)


def _detail(
    rgb: Pixels,
    size: tuple[int, int],
    sources: tuple[NDArray[np.intp], NDArray[np.intp]],
    hole: Booleans,
) -> Floats:
    """What the small image lacks, taken from where each pixel's patch came from."""
    height, width = hole.shape
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    fine = rgb.astype(np.float32) - blurred
    fine[hole] = 0
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    shift = np.stack([sources[1] - columns, sources[0] - rows], axis=2).astype(np.float32)
    shift *= np.array([width / size[0], height / size[1]], np.float32)
    shift = np.rint(cv2.resize(shift, (width, height), interpolation=cv2.INTER_NEAREST))
    map_x = shift[..., 0] + np.arange(width, dtype=np.float32)
    map_y = shift[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    moved = cv2.remap(fine, map_x, map_y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.float32)
