"""Blend modes: which QPainter draws, and the ones computed here.

Source: W3C Compositing and Blending Level 1, sections 9 and 10.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from app.document.layers import BlendMode

Floats = NDArray[np.float32]
Wide = NDArray[np.uint16]

_Mode = QPainter.CompositionMode
PAINTER_MODES: dict[BlendMode, QPainter.CompositionMode] = {
    BlendMode.NORMAL: _Mode.CompositionMode_SourceOver,
    BlendMode.MULTIPLY: _Mode.CompositionMode_Multiply,
    BlendMode.SCREEN: _Mode.CompositionMode_Screen,
    BlendMode.OVERLAY: _Mode.CompositionMode_Overlay,
    BlendMode.SOFT_LIGHT: _Mode.CompositionMode_SoftLight,
    BlendMode.HARD_LIGHT: _Mode.CompositionMode_HardLight,
    BlendMode.DARKEN: _Mode.CompositionMode_Darken,
    BlendMode.LIGHTEN: _Mode.CompositionMode_Lighten,
    BlendMode.COLOR_DODGE: _Mode.CompositionMode_ColorDodge,
    BlendMode.COLOR_BURN: _Mode.CompositionMode_ColorBurn,
    BlendMode.DIFFERENCE: _Mode.CompositionMode_Difference,
    BlendMode.PLUS: _Mode.CompositionMode_Plus,
}

# Pixels at a time, so that the dozen intermediate arrays stay in the processor's cache.
_STRIP_PIXELS = 2**13
_TINY = np.float32(1e-12)


class _Color(NamedTuple):
    """Three channels times a common factor, each (n,) float32."""

    blue: Floats
    green: Floats
    red: Floats


def blend(backdrop: Wide, source: NDArray[np.uint8] | Wide, mode: BlendMode) -> None:
    """Blend by hue, saturation, color or luminosity.

    All terms stay multiplied by both alphas, which the formulas allow as they are homogeneous: so
    nothing is divided by an alpha. The ceiling 1 of ClipColor becomes the product of the alphas.

    Args:
        backdrop: (h, w, 4) uint16 BGRA premultiplied; changed.
        source: (h, w, 4) uint8 or uint16 BGRA premultiplied.
        mode: one of the four modes that QPainter lacks.
    """
    height, width = backdrop.shape[:2]
    rows = max(1, _STRIP_PIXELS // max(1, width))
    for top in range(0, height, rows):
        part = slice(top, top + rows)
        backdrop[part] = _blended(backdrop[part], source[part], mode)


def _blended(backdrop: Wide, source: NDArray[np.uint8] | Wide, mode: BlendMode) -> Wide:
    below, below_alpha = _planes(backdrop, 65535)
    above, above_alpha = _planes(source, float(np.iinfo(source.dtype).max))
    ceiling = above_alpha * below_alpha
    weighted_above = _Color(*(channel * below_alpha for channel in above))
    weighted_below = _Color(*(channel * above_alpha for channel in below))
    mixed = _mixed(weighted_below, weighted_above, ceiling, mode)
    # premultiplied: above - above * below_alpha is what shows above a transparent backdrop
    channels = [
        new + (over - weighted_over) + (under - weighted_under)
        for new, over, weighted_over, under, weighted_under in zip(
            mixed, above, weighted_above, below, weighted_below, strict=True
        )
    ]
    channels.append(above_alpha + below_alpha - ceiling)
    wide = np.asarray(cv2.merge(channels), np.float32)
    wide *= np.float32(65535)
    wide += np.float32(0.5)
    np.clip(wide, 0, 65535, out=wide)
    return wide.astype(np.uint16)


def _planes(pixels: NDArray[np.uint8] | Wide, full: float) -> tuple[_Color, Floats]:
    """The channels and the alpha of pixels, as (h, w) float32 of 0..1."""
    wide = pixels.astype(np.float32)
    wide *= np.float32(1 / full)
    blue, green, red, alpha = (np.asarray(each, np.float32) for each in cv2.split(wide))
    return _Color(blue, green, red), alpha


def _mixed(below: _Color, above: _Color, ceiling: Floats, mode: BlendMode) -> _Color:
    """SetLum (with SetSat) and ClipColor of the specification, times both alphas."""
    kept = above if mode in (BlendMode.HUE, BlendMode.COLOR) else below
    chroma = _chroma(kept)
    if mode in (BlendMode.HUE, BlendMode.SATURATION):
        wanted = _span(below if mode is BlendMode.HUE else above)
        span = _span(kept)
        # a grey has no hue: what is left of its chroma is rounding, not to be magnified
        wanted = np.where(span > 0, wanted / np.maximum(span, _TINY), 0)
        chroma = _Color(*(channel * wanted for channel in chroma))
    target = _luminosity(above if mode is BlendMode.LUMINOSITY else below)
    # how far the colour sticks out below 0 and above the ceiling
    darkest = np.minimum(_least(chroma) + target, 0)
    brightest = np.maximum(_greatest(chroma) + target, ceiling)
    factor = target / np.maximum(target - darkest, _TINY)
    factor *= (ceiling - target) / np.maximum(brightest - target, _TINY)
    return _Color(*(channel * factor + target for channel in chroma))


def _luminosity(color: _Color) -> Floats:
    result: Floats = color.red * np.float32(0.3)
    result += color.green * np.float32(0.59)
    result += color.blue * np.float32(0.11)
    return result


def _chroma(color: _Color) -> _Color:
    """The colour less its luminosity, which no change of luminosity alters."""
    luminosity = _luminosity(color)
    return _Color(*(channel - luminosity for channel in color))


def _span(color: _Color) -> Floats:
    return np.subtract(_greatest(color), _least(color))


def _least(color: _Color) -> Floats:
    return np.asarray(np.minimum(np.minimum(color.blue, color.green), color.red))


def _greatest(color: _Color) -> Floats:
    return np.asarray(np.maximum(np.maximum(color.blue, color.green), color.red))
