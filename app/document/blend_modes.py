"""Blend modes: which QPainter draws, and the ones computed here.

Source: W3C Compositing and Blending Level 1, sections 9 and 10.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from app.document.layers import BlendMode

Floats = NDArray[np.float32]

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
# weights of blue, green and red in a colour's luminosity
_LUMINOSITY = np.array([0.11, 0.59, 0.3], np.float32)


def blended(
    backdrop: NDArray[np.uint16], source: NDArray[np.uint8] | NDArray[np.uint16], mode: BlendMode
) -> NDArray[np.uint16]:
    """Blend by hue, saturation, color or luminosity.

    Args:
        backdrop: (h, w, 4) uint16 BGRA premultiplied.
        source: (h, w, 4) uint8 or uint16 BGRA premultiplied.
        mode: one of the four modes that QPainter lacks.

    Returns:
        (h, w, 4) uint16 BGRA premultiplied.
    """
    below, below_alpha = _straight(backdrop, 65535)
    above, above_alpha = _straight(source, float(np.iinfo(source.dtype).max))
    mixed = _MIXED[mode](below, above)
    both = above_alpha * below_alpha
    colour = above * (above_alpha - both) + below * (below_alpha - both) + mixed * both
    alpha = above_alpha + below_alpha - both
    result = np.concatenate([colour, alpha], axis=2) * 65535
    return np.asarray(np.clip(np.rint(result), 0, 65535), np.uint16)


def _straight(pixels: NDArray[np.uint8] | NDArray[np.uint16], full: float) -> tuple[Floats, Floats]:
    wide = pixels.astype(np.float32) / np.float32(full)
    alpha = wide[..., 3:]
    colour = np.divide(wide[..., :3], alpha, out=np.zeros_like(wide[..., :3]), where=alpha > 0)
    return colour, alpha


def _luminosity(colour: Floats) -> Floats:
    return np.asarray((colour @ _LUMINOSITY)[..., None], np.float32)


def _saturation(colour: Floats) -> Floats:
    highest: Floats = np.max(colour, axis=2, keepdims=True)
    lowest: Floats = np.min(colour, axis=2, keepdims=True)
    return highest - lowest


def _with_luminosity(colour: Floats, luminosity: Floats) -> Floats:
    """SetLum and ClipColor of the specification."""
    moved = colour + (luminosity - _luminosity(colour))
    lowest = np.min(moved, axis=2, keepdims=True)
    highest = np.max(moved, axis=2, keepdims=True)
    tiny = np.float32(1e-9)
    dark = luminosity + (moved - luminosity) * luminosity / np.maximum(luminosity - lowest, tiny)
    moved = np.where(lowest < 0, dark, moved)
    room = (1 - luminosity) / np.maximum(highest - luminosity, tiny)
    moved = np.where(highest > 1, luminosity + (moved - luminosity) * room, moved)
    return np.asarray(moved, np.float32)


def _with_saturation(colour: Floats, saturation: Floats) -> Floats:
    """SetSat of the specification."""
    lowest = np.min(colour, axis=2, keepdims=True)
    span = _saturation(colour)
    stretched = np.zeros_like(colour)
    np.divide((colour - lowest) * saturation, span, out=stretched, where=span > 0)
    return stretched


_MIXED: dict[BlendMode, Callable[[Floats, Floats], Floats]] = {
    BlendMode.HUE: lambda below, above: _with_luminosity(
        _with_saturation(above, _saturation(below)), _luminosity(below)
    ),
    BlendMode.SATURATION: lambda below, above: _with_luminosity(
        _with_saturation(below, _saturation(above)), _luminosity(below)
    ),
    BlendMode.COLOR: lambda below, above: _with_luminosity(above, _luminosity(below)),
    BlendMode.LUMINOSITY: lambda below, above: _with_luminosity(below, _luminosity(above)),
}
