"""Compositing in float64, straight from the W3C's formulas: what the compositor is held to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane

Doubles = NDArray[np.float64]


def soft_light(below: Doubles, above: Doubles) -> Doubles:
    bright = np.where(
        below <= 0.25, ((16 * below - 12) * below + 4) * below, np.sqrt(np.maximum(below, 0))
    )
    return np.where(
        above <= 0.5,
        below - (1 - 2 * above) * below * (1 - below),
        below + (2 * above - 1) * (bright - below),
    )


def hard_light(below: Doubles, above: Doubles) -> Doubles:
    return np.where(above <= 0.5, 2 * above * below, 1 - 2 * (1 - above) * (1 - below))


def color_dodge(below: Doubles, above: Doubles) -> Doubles:
    bright = np.minimum(1, below / np.maximum(1 - above, 1e-12))
    return np.where(below == 0, 0, np.where(above >= 1, 1, bright))


def color_burn(below: Doubles, above: Doubles) -> Doubles:
    dark = 1 - np.minimum(1, (1 - below) / np.maximum(above, 1e-12))
    return np.where(below >= 1, 1, np.where(above <= 0, 0, dark))


def luminosity(colour: Doubles) -> Doubles:
    return (colour @ np.array([0.11, 0.59, 0.3]))[..., None]


def saturation(colour: Doubles) -> Doubles:
    return colour.max(2, keepdims=True) - colour.min(2, keepdims=True)


def with_luminosity(colour: Doubles, wanted: Doubles) -> Doubles:
    colour = colour + wanted - luminosity(colour)
    low, high = colour.min(2, keepdims=True), colour.max(2, keepdims=True)
    darkest = np.where(low < 0, wanted - low, 1)
    colour = np.where(low < 0, wanted + (colour - wanted) * wanted / darkest, colour)
    brightest = np.where(high > 1, high - wanted, 1)
    return np.where(high > 1, wanted + (colour - wanted) * (1 - wanted) / brightest, colour)


def with_saturation(colour: Doubles, wanted: Doubles) -> Doubles:
    span = saturation(colour)
    spread = (colour - colour.min(2, keepdims=True)) * wanted / np.where(span > 0, span, 1)
    return np.where(span > 0, spread, 0)


MIXED: dict[BlendMode, Callable[[Doubles, Doubles], Doubles]] = {
    BlendMode.NORMAL: lambda below, above: above,
    BlendMode.MULTIPLY: lambda below, above: below * above,
    BlendMode.SCREEN: lambda below, above: below + above - below * above,
    BlendMode.OVERLAY: lambda below, above: hard_light(above, below),
    BlendMode.HARD_LIGHT: hard_light,
    BlendMode.SOFT_LIGHT: soft_light,
    BlendMode.DARKEN: np.minimum,
    BlendMode.LIGHTEN: np.maximum,
    BlendMode.DIFFERENCE: lambda below, above: np.abs(below - above),
    BlendMode.COLOR_DODGE: color_dodge,
    BlendMode.COLOR_BURN: color_burn,
    BlendMode.HUE: lambda below, above: with_luminosity(
        with_saturation(above, saturation(below)), luminosity(below)
    ),
    BlendMode.SATURATION: lambda below, above: with_luminosity(
        with_saturation(below, saturation(above)), luminosity(below)
    ),
    BlendMode.COLOR: lambda below, above: with_luminosity(above, luminosity(below)),
    BlendMode.LUMINOSITY: lambda below, above: with_luminosity(below, luminosity(above)),
}


def reference_composite(document: Document) -> Doubles:
    """(H, W, 4) BGRA premultiplied, 0..255."""
    total = np.zeros((document.height, document.width, 4))
    for layer in document.layers:
        if layer.is_visible:
            total = _over(total, _shown(layer, document.rect), layer.blend_mode)
    return total * 255


def _shown(layer: Layer, rect: Rect) -> Doubles:
    pixels = layer.plane.read(rect) / 255 * layer.opacity
    return pixels if layer.mask is None else pixels * (layer.mask.read(rect) / 255)[..., None]


def _over(below: Doubles, above: Doubles, mode: BlendMode) -> Doubles:
    below_alpha, above_alpha = below[..., 3:], above[..., 3:]
    if mode is BlendMode.PLUS:
        return np.minimum(below + above, 1)
    mixed = MIXED[mode](_straight(below), _straight(above))
    both = below_alpha * above_alpha
    colour = (
        above * (1 - below_alpha) + below * (1 - above_alpha) + mixed_premultiplied(mixed, both)
    )
    colour[..., 3:] = below_alpha + above_alpha - both
    return colour


def mixed_premultiplied(mixed: Doubles, alpha: Doubles) -> Doubles:
    return np.concatenate([mixed * alpha, alpha], axis=2)


def _straight(pixels: Doubles) -> Doubles:
    alpha = pixels[..., 3:]
    return np.divide(pixels[..., :3], alpha, out=np.zeros_like(pixels[..., :3]), where=alpha > 0)


def random_layer(
    random: np.random.Generator, rect: Rect, mode: BlendMode = BlendMode.NORMAL
) -> Layer:
    """A layer of noise with every feature that compositing knows."""
    straight = random.integers(0, 256, (rect.height, rect.width, 4), dtype=np.uint8)
    straight[..., 3] = random.choice([0, 255, 128, *random.integers(0, 256, 5)], straight.shape[:2])
    mask = None
    if random.random() < 0.4:
        grey = random.integers(0, 256, (rect.height + 2, rect.width - 1), dtype=np.uint8)
        mask = Plane.from_grey(grey, rect.x - 1, rect.y - 1)
    return Layer(
        "noise",
        Plane.from_rgba(straight, rect.x, rect.y),
        LayerKind.PAINT,
        mask=mask,
        opacity=float(random.choice([1.0, 0.37, random.random()])),
        is_visible=bool(random.random() < 0.9),
        blend_mode=mode,
    )


def random_document(
    seed: int, layer_count: int, modes: tuple[BlendMode, ...] = (BlendMode.NORMAL,)
) -> Document:
    """A small document of noise; layers lie anywhere, also partly or wholly outside."""
    random = np.random.default_rng(seed)
    width, height = (int(side) for side in random.integers(5, 40, 2))
    photo = random.integers(0, 256, (height, width, 4), dtype=np.uint8)
    photo[..., 3] = 255 if random.random() < 0.5 else photo[..., 3]
    document = Document.from_photo(photo, "photo")
    for _ in range(layer_count):
        x, y = (int(value) for value in random.integers(-20, 30, 2))
        rect = Rect(x, y, int(random.integers(2, 50)), int(random.integers(2, 50)))
        mode = modes[int(random.integers(len(modes)))]
        document.layers.append(random_layer(random, rect, mode))
    document.active_id = document.layers[int(random.integers(len(document.layers)))].id
    return document
