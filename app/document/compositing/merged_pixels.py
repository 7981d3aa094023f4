"""Pixels that take the place of several layers, composited with 16 bits per channel."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.compositing.accumulator import empty_accumulator, narrowed
from app.document.compositing.drawing import SceneDrawer
from app.document.compositing.flattening import passes
from app.document.compositing.scene import scene_of
from app.document.compositing.source import Sources
from app.document.document import Document
from app.document.geometry import Rect
from app.document.pixels import Pixels

Wide = NDArray[np.uint16]
Floats = NDArray[np.float32]

_FULL = np.float32(65535)
_TINY = np.float32(1e-6)
# Pixels worked on at once, so that what is made on the way stays in the processor's cache.
_STRIP_PIXELS = 2**14
# Rounding may have taken that much, which of faint pixels would ask for much alpha.
_ROUNDING = np.float32(8) / _FULL


def composite_of(document: Document, rect: Rect) -> Pixels:
    """The visible stack as pixels of a plane.

    Args:
        document: may be a snapshot.
        rect: document pixels, also outside the document.

    Returns:
        (h, w, 4) uint8 BGRA premultiplied.
    """
    pixels = np.zeros((max(0, rect.height), max(0, rect.width), 4), np.uint8)
    for part, composite in _parts(document, rect):
        pixels[part.slices_in(rect)] = narrowed(composite)
    return pixels


def look_the_same(first: Document, second: Document, rect: Rect) -> bool:
    """Whether two documents differ nowhere in `rect` by more than one 8-bit level."""
    pairs = zip(_parts(first, rect), _parts(second, rect), strict=True)
    return all(
        int(cv2.absdiff(narrowed(before), narrowed(after)).max(initial=0)) <= 1
        for (_, before), (_, after) in pairs
    )


def pixels_between(below: Document, above: Document, rect: Rect, is_clipped: bool) -> Pixels:
    """The most transparent pixels that, drawn Normally over one picture, give another.

    With the premultiplied pictures b and c, alphas B and C, and the wanted pixels m of alpha a,
    c = m + b (1 - a): a is the least value that C = a + B (1 - a) and 0 <= m <= a allow.

    Args:
        below: the picture that is drawn over.
        above: the picture that is wanted.
        rect: document pixels, also outside the document.
        is_clipped: the pixels will be clipped to a layer of the picture, whose transparency then
            stays whatever they are.

    Returns:
        (h, w, 4) uint8 BGRA premultiplied.
    """
    between = np.zeros((rect.height, rect.width, 4), np.uint8)
    pairs = zip(_parts(below, rect), _parts(above, rect), strict=True)
    for (part, before), (_, after) in pairs:
        target = between[part.slices_in(rect)]
        rows = max(1, _STRIP_PIXELS // part.width)
        for top in range(0, part.height, rows):
            strip = slice(top, top + rows)
            if not np.array_equal(before[strip], after[strip]):
                target[strip] = _between(before[strip], after[strip], is_clipped)
    return between


def _parts(document: Document, rect: Rect) -> Iterator[tuple[Rect, Wide]]:
    """The composite of a document in strips: (h, w, 4) uint16 BGRA premultiplied."""
    scene = scene_of(document.layers, {})
    drawer = SceneDrawer(Sources(rect), level=0)
    for part in passes(rect):
        composite = empty_accumulator(part.height, part.width)
        drawer.draw(composite, part, scene)
        yield part, composite


def _between(before: Wide, after: Wide, is_clipped: bool) -> Pixels:
    """`pixels_between` of a strip of both composites."""
    below, above = before / _FULL, after / _FULL
    if is_clipped:
        below, above = _opaque(below), _opaque(above)
    b, c = below[..., :3], above[..., :3]
    alpha_below, alpha_above = below[..., 3], above[..., 3]
    darker = (b - c - _ROUNDING) / np.maximum(b, _TINY)
    brighter = (c - b - _ROUNDING) / np.maximum(1 - b, _TINY)
    asked = np.maximum(darker, brighter)
    alpha = np.maximum(np.maximum(asked[..., 0], asked[..., 1]), asked[..., 2])
    added = (alpha_above - alpha_below - _ROUNDING) / np.maximum(1 - alpha_below, _TINY)
    alpha = np.maximum(alpha, np.where(alpha_below < 1, added, 0))
    # rounded up, so that the colours still fit
    alpha = np.ceil(np.clip(alpha, 0, 1) * 255 - np.float32(1e-3)) / np.float32(255)
    pixels = np.empty(above.shape, np.float32)
    pixels[..., :3] = np.clip(c - b * (1 - alpha[..., None]), 0, alpha[..., None])
    pixels[..., 3] = alpha
    return np.asarray(np.rint(pixels * 255), np.uint8)


def _opaque(pixels: Floats) -> Floats:
    """(h, w, 4) premultiplied colours without their transparency; nothing stays nothing."""
    alpha = pixels[..., 3:]
    return np.divide(pixels, alpha, out=np.zeros_like(pixels), where=alpha > 0)
