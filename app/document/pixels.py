"""Conversions between straight RGBA and the premultiplied BGRA of planes, rounded to nearest."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Pixels, or values of a mask; each function says of what shape and kind."""

RgbColor = tuple[int, int, int]
"""Red, green and blue, sRGB, 0 to 255 each."""

# Rows at a time, so that the wide intermediate arrays stay in the cache.
_STRIP_ROWS = 64


def premultiplied_bgra(straight: Pixels) -> Pixels:
    """Planes' pixels of an image.

    Args:
        straight: (H, W, 4) uint8 RGBA, not premultiplied.

    Returns:
        (H, W, 4) uint8 BGRA, colour times alpha / 255, rounded to nearest.
    """
    bgra = np.empty(straight.shape, np.uint8)
    for top in range(0, straight.shape[0], _STRIP_ROWS):
        part = slice(top, top + _STRIP_ROWS)
        bgra[part] = _premultiplied_strip(np.ascontiguousarray(straight[part]))
    return bgra


def straight_rgba(bgra: Pixels) -> Pixels:
    """An image of planes' pixels.

    Args:
        bgra: (H, W, 4) uint8 BGRA premultiplied.

    Returns:
        (H, W, 4) uint8 RGBA, not premultiplied; 0 where alpha is 0.
    """
    straight = np.empty(bgra.shape, np.uint8)
    for top in range(0, bgra.shape[0], _STRIP_ROWS):
        part = slice(top, top + _STRIP_ROWS)
        straight[part] = _straight_strip(np.ascontiguousarray(bgra[part]))
    return straight


def mean_color(bgra: Pixels) -> RgbColor | None:
    """The mean colour of planes' pixels, each counting as far as it is opaque.

    Args:
        bgra: (H, W, 4) uint8 BGRA premultiplied.

    Returns:
        Red, green, blue, 0..255; None where all is transparent.
    """
    blue, green, red, alpha = (int(value) for value in bgra.reshape(-1, 4).sum(axis=0))
    if alpha == 0:
        return None
    straight = [min(255, (255 * value + alpha // 2) // alpha) for value in (red, green, blue)]
    return straight[0], straight[1], straight[2]


def read_only(pixels: Pixels) -> Pixels:
    """A view of `pixels` that cannot be written, so that shared pixels stay as they are."""
    view = pixels[...]
    view.flags.writeable = False
    return view


def multiplied(pixels: Pixels, factor: Pixels) -> Pixels:
    """`pixels` (h, w, 4) or (h, w) times `factor` (h, w) / 255, rounded to nearest."""
    wide = pixels.astype(np.uint16)
    wide *= factor.astype(np.uint16)[..., None] if pixels.ndim == 3 else factor
    return _divided_by_255(wide)


def _premultiplied_strip(straight: Pixels) -> Pixels:
    bgra = _red_blue_swapped(straight)
    alpha = straight[..., 3]
    if alpha.min(initial=255) == 255:
        return bgra
    result = multiplied(bgra, alpha)
    result[..., 3] = alpha
    return result


def _straight_strip(bgra: Pixels) -> Pixels:
    rgba = _red_blue_swapped(bgra)
    alpha = bgra[..., 3]
    if alpha.min(initial=255) == 255:
        return rgba
    wide = rgba.astype(np.uint32)
    divisor = np.maximum(alpha, 1).astype(np.uint32)[..., None]
    wide = (wide * 255 + divisor // 2) // divisor
    wide[alpha == 0] = 0
    wide[..., 3] = alpha
    return np.minimum(wide, 255).astype(np.uint8)


def _red_blue_swapped(pixels: Pixels) -> Pixels:
    # cv2 refuses arrays without pixels
    return (
        cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA).astype(np.uint8, copy=False)
        if pixels.size
        else pixels
    )


def _divided_by_255(wide: NDArray[np.uint16]) -> Pixels:
    # exact rounding of x / 255 for x <= 255 * 255, without a division
    wide += 128
    wide += wide >> 8
    wide >>= 8
    return wide.astype(np.uint8)
