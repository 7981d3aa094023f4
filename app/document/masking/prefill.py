"""Fills the hole that a moved patch leaves, so that nothing black enters the pyramid."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.document.masking.patch_fill import patch_sources
from app.document.pixels import Pixels

Floats = NDArray[np.float32]
Booleans = NDArray[np.bool_]
Indices = NDArray[np.intp]

# Patches are searched at this size of the longer side; above it only detail is copied.
_SEARCH_PX = 160
# Surroundings that smooth filling looks at, as a part of the hole's size.
_MARGIN = 0.5


def prefill_hole(rgb: Pixels, hole_mask: Pixels, avoided_mask: Pixels | None = None) -> Pixels:
    """Fill a hole smoothly from its rim, then with patches from the rest of the photo.

    Args:
        rgb: (H, W, 3) uint8; its pixels inside the hole do not matter.
        hole_mask: (H, W) uint8, not 0 where pixels are missing.
        avoided_mask: (H, W) uint8, not 0 where pixels are no part of the photo, such as the patch
            that left the hole; nothing is filled from there as long as there is anything else.

    Returns:
        (H, W, 3) uint8, bit-identical to `rgb` outside the hole. Where everything is missing
        there is nothing to fill from, and `rgb` comes back as it was.
    """
    hole = hole_mask > 0
    avoided = np.zeros_like(hole) if avoided_mask is None else avoided_mask > 0
    if (hole | avoided).all():
        avoided = np.zeros_like(hole)
    filled = np.array(rgb)
    if not hole.any() or hole.all():
        return filled
    np.copyto(filled, smooth_fill(rgb, hole, avoided), where=hole[..., None])
    np.copyto(filled, _textured(filled, hole, avoided), where=hole[..., None])
    return filled


def smooth_fill(rgb: Pixels, hole: Booleans, avoided: Booleans) -> Pixels:
    """Fill a hole by averages over ever larger surroundings (pull-push, Gortler et al. 1996).

    Args:
        rgb: (H, W, 3) uint8.
        hole: (H, W) bool, True where pixels are missing.
        avoided: (H, W) bool, other pixels not to be filled from; with the hole not everything.

    Returns:
        (H, W, 3) uint8, changed inside the hole only.
    """
    window = _surroundings(hole, hole | avoided)
    part = window.slices_in(Rect.of_size(hole.shape[1], hole.shape[0]))
    known = (~(hole | avoided)[part]).astype(np.float32)
    result = np.array(rgb)
    color = np.rint(_pull_push(rgb[part].astype(np.float32), known))
    result[part][hole[part]] = np.clip(color, 0, 255).astype(np.uint8)[hole[part]]
    return result


def _surroundings(hole: Booleans, unknown: Booleans) -> Rect:
    bounds = Rect(*cv2.boundingRect(hole.astype(np.uint8)))
    document = Rect.of_size(hole.shape[1], hole.shape[0])
    margin = max(8, round(_MARGIN * max(bounds.width, bounds.height)))
    window = bounds.grown(margin).intersected(document)
    rows, columns = window.slices_in(document)
    return document if unknown[rows, columns].all() else window


def _pull_push(color: Floats, known: Floats) -> Floats:
    """Average (h, w, 3) colours where `known` (h, w) is 0 from the next coarser level."""
    height, width = known.shape
    if height * width == 1 or known.min() > 0:
        return color
    size = (max(1, width // 2), max(1, height // 2))
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(color * known[..., None], size, interpolation=cv2.INTER_AREA)
    coarse = coarse.reshape(*weight.shape, 3) / np.maximum(weight, 1e-6)[..., None]
    coarser = _pull_push(coarse.astype(np.float32), weight.astype(np.float32))
    pushed = cv2.resize(coarser, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(known[..., None] > 0, color, pushed.reshape(height, width, 3))


def _textured(rgb: Pixels, hole: Booleans, avoided: Booleans) -> Pixels:
    """Put patches of the rest of the photo into the smoothly filled hole."""
    height, width = hole.shape
    shrink = min(1.0, _SEARCH_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    found = patch_sources(small, _any_of(hole, size), _any_of(avoided, size))
    if found is None:
        return rgb
    window = Rect(*cv2.boundingRect(hole.astype(np.uint8)))
    x = np.arange(window.x, window.right)[None, :] + np.zeros((window.height, 1), np.intp)
    y = np.arange(window.y, window.bottom)[:, None] + np.zeros((1, window.width), np.intp)
    color = _sampled(found[0], x, y, hole.shape)
    from_x, from_y = _source_of(x, y, found[1:], hole.shape)
    detail = rgb[from_y, from_x] - _sampled(small, from_x, from_y, hole.shape)
    color += np.where(hole[from_y, from_x][..., None], 0, detail)
    result = np.array(rgb)
    place = window.slices_in(Rect.of_size(width, height))
    result[place] = np.clip(np.rint(color), 0, 255).astype(np.uint8)
    return result


def _any_of(where: Booleans, size: tuple[int, int]) -> Booleans:
    share = cv2.resize(where.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
    return np.asarray(share > 0)


def _sampled(small: Floats, x: Indices, y: Indices, shape: tuple[int, ...]) -> Floats:
    """Values of a shrunk image at pixels of the full one, which has `shape`."""
    map_x = (x + 0.5) * (small.shape[1] / shape[1]) - 0.5
    map_y = (y + 0.5) * (small.shape[0] / shape[0]) - 0.5
    sampled = cv2.remap(
        small,
        map_x.astype(np.float32),
        map_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(sampled, np.float32)


def _source_of(
    x: Indices, y: Indices, sources: tuple[Indices, Indices], shape: tuple[int, ...]
) -> tuple[Indices, Indices]:
    """Columns and rows of the full image whose detail belongs at (x, y)."""
    height, width = sources[0].shape
    row = (y * height // shape[0]).clip(0, height - 1)
    column = (x * width // shape[1]).clip(0, width - 1)
    from_x = x + (sources[1][row, column] - column) * shape[1] // width
    from_y = y + (sources[0][row, column] - row) * shape[0] // height
    return from_x.clip(0, shape[1] - 1), from_y.clip(0, shape[0] - 1)
