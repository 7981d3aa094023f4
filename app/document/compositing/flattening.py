"""The visible stack as one image, for export and rendering."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.document.compositing.accumulator import empty_accumulator, straightened
from app.document.compositing.drawing import SceneDrawer
from app.document.compositing.scene import scene_of
from app.document.compositing.source import Sources
from app.document.document import Document
from app.document.geometry import Rect

# Pixels of one pass, so that its accumulator stays in the processor's cache.
_PASS_PIXELS = 2**19


def flatten(document: Document, rect: Rect | None = None) -> NDArray[np.uint8]:
    """The visible stack as an image, for export and rendering.

    Args:
        document: may be a snapshot, on any thread.
        rect: document pixels, also outside the document; the whole document when None.

    Returns:
        (h, w, 4) uint8 RGBA, not premultiplied; 0 where nothing is visible.
    """
    rect = document.rect if rect is None else rect
    image = np.zeros((max(0, rect.height), max(0, rect.width), 4), np.uint8)
    scene = scene_of(document.layers, {})
    drawer = SceneDrawer(Sources(rect), level=0)
    for part in passes(rect):
        accumulator = empty_accumulator(part.height, part.width)
        drawer.draw(accumulator, part, scene)
        image[part.slices_in(rect)] = straightened(accumulator)
    return image


def passes(rect: Rect) -> Iterator[Rect]:
    """The rectangle cut into strips of rows that are drawn one after the other."""
    rows = max(1, _PASS_PIXELS // max(1, rect.width))
    for top in range(rect.y, rect.bottom, rows):
        yield Rect(rect.x, top, rect.width, min(rows, rect.bottom - top))
