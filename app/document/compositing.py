"""What the document looks like: the one compositor of screen, rendering and export."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.document.accumulator import (
    draw_layers,
    empty_accumulator,
    narrowed,
    straightened,
)
from app.document.change import Change
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.pixels import read_only
from app.document.region import Region
from app.document.stack_cache import StackCache

Pixels = NDArray[np.uint8]

# Pixels of one pass, so that its accumulator stays in the processor's cache.
_PASS_PIXELS = 2**19


class Compositor:
    """Keeps the 8-bit composite of a document, and brings up to date only what is asked for.

    The layers below and above the active one are kept as 16-bit composites, so that a dab costs
    three layers whatever their number. Those above are kept only while all are Normal: any other
    mode depends on what lies below it.
    """

    def __init__(self, document: Document) -> None:
        """Composite `document`, which may change afterwards; tell `invalidate` each time."""
        self._document = document
        self._overlay: Layer | None = None
        self._reset()

    @property
    def rect(self) -> Rect:
        """All pixels of the composite."""
        return Rect.of_size(self._image.shape[1], self._image.shape[0])

    @property
    def image(self) -> Pixels:
        """The whole composite, read-only, as far as it was brought up to date."""
        return read_only(self._image)

    def composite(self, rect: Rect | None = None) -> Pixels:
        """The visible stack, overlay included.

        Args:
            rect: document pixels, clipped to the document; everything when None. Only stale
                pixels inside it are composited.

        Returns:
            (h, w, 4) uint8 BGRA premultiplied: a read-only view without a copy, that shows the
            document until its next change.
        """
        rect = self.rect if rect is None else rect.intersected(self.rect)
        below, above = self._split()
        self._below.sync(below, ())
        self._above.sync(above, ())
        for stale in self._stale.taken(rect):
            for part in _passes(stale):
                self._refresh(part)
        return read_only(self._image[rect.slices_in(self.rect)])

    def invalidate(self, change: Change) -> None:
        """The document changed: forget what depends on it."""
        if (self._document.height, self._document.width) != self._image.shape[:2]:
            self._reset()
            return
        below, above = self._split()
        self._below.sync(below, change.stale)
        self._above.sync(above, change.stale)
        for rect in change.stale:
            self._stale.cover(rect.intersected(self.rect))

    def overlay(self, layer: Layer | None) -> Rect:
        """Show a layer that is not in the document, or none any more.

        A RESULT, which was rendered from all layers, is shown above them; any other layer right
        above the active one.

        Returns:
            The document pixels that look different now.
        """
        changed = Rect(0, 0, 0, 0)
        for each in (self._overlay, layer):
            if each is not None:
                changed = changed.united(each.rect)
        self._overlay = layer
        changed = changed.intersected(self.rect)
        self._stale.cover(changed)
        return changed

    def _reset(self) -> None:
        rect = self._document.rect
        self._image = np.zeros((rect.height, rect.width, 4), np.uint8)
        self._stale = Region(rect)
        self._below, self._above = StackCache(rect), StackCache(rect)

    def _split(self) -> tuple[list[Layer], list[Layer]]:
        """Visible layers below and above the active one."""
        layers, active = self._document.layers, self._document.active_layer
        index = len(layers) if active is None else self._document.index_of(active.id)
        return _visible(layers[:index]), _visible(layers[index + 1 :])

    def _refresh(self, rect: Rect) -> None:
        _, above = self._split()
        active, overlay = self._document.active_layer, self._overlay
        accumulator = self._below.copied(rect)
        if active is not None:
            draw_layers(accumulator, rect, [active])
        if overlay is not None and overlay.kind is not LayerKind.RESULT:
            draw_layers(accumulator, rect, [overlay])
        if all(layer.blend_mode is BlendMode.NORMAL for layer in above):
            self._above.draw(accumulator, rect)
        else:
            draw_layers(accumulator, rect, above)
        if overlay is not None and overlay.kind is LayerKind.RESULT:
            draw_layers(accumulator, rect, [overlay])
        self._image[rect.slices_in(self.rect)] = narrowed(accumulator)


def flatten(document: Document, rect: Rect | None = None) -> Pixels:
    """The visible stack as an image, for export and rendering.

    Args:
        document: may be a snapshot, on any thread.
        rect: document pixels; the whole document when None.

    Returns:
        (h, w, 4) uint8 RGBA, not premultiplied; 0 where nothing is visible.
    """
    rect = document.rect if rect is None else rect
    image = np.zeros((rect.height, rect.width, 4), np.uint8)
    for part in _passes(rect):
        accumulator = empty_accumulator(part)
        draw_layers(accumulator, part, document.layers)
        image[part.slices_in(rect)] = straightened(accumulator)
    return image


def _visible(layers: Sequence[Layer]) -> list[Layer]:
    return [layer for layer in layers if layer.is_visible and layer.opacity > 0]


def _passes(rect: Rect) -> list[Rect]:
    """The rectangle cut into strips of rows."""
    rows = max(1, _PASS_PIXELS // max(1, rect.width))
    return [
        Rect(rect.x, top, rect.width, min(rows, rect.bottom - top))
        for top in range(rect.y, rect.bottom, rows)
    ]
