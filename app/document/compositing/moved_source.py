"""A layer that is on the move, fast enough to follow the pointer at any size."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from app.document.compositing.changed_area import ChangedArea
from app.document.compositing.transform_preview import PreviewLevels
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.pixels import Pixels
from app.document.planes import Plane


class MovedSource:
    """Stands in for a layer in the compositor while the layer is translated.

    Its levels are made once and shown at the nearest cell of where the layer is. The layer's own
    levels begin at the document's corner, so each step of a drag would make all of them anew: 50 ms
    for twelve megapixels.
    """

    def __init__(self, layer: Layer) -> None:
        """Show `layer`, of which nothing but the place may change meanwhile."""
        mask = None if layer.mask is None else layer.mask.snapshot()
        self._levels = PreviewLevels(layer.plane.snapshot(), mask)
        self._layer = layer

    @property
    def state(self) -> Hashable:
        """The place."""
        return (id(self._levels), self.rect)

    @property
    def rect(self) -> Rect:
        """That of the layer."""
        return self._layer.rect

    def pixels(self, level: int, cells: Rect) -> Pixels:
        """The cells of a level: (h, w, 4) uint8 BGRA premultiplied."""
        return self._moved(self._levels.plane, level, cells)

    def mask(self, level: int, cells: Rect) -> Pixels | None:
        """The mask, which moves with the layer: (h, w) uint8; None without one."""
        mask = self._levels.mask
        return None if mask is None else self._moved(mask, level, cells)

    def follow(self, changed: ChangedArea, is_shown: bool) -> None:
        """The pixels stay the same wherever they are."""

    def _moved(self, plane: Plane, level: int, cells: Rect) -> Pixels:
        before, now, step = self._levels.plane.rect, self.rect, 2**level
        dx, dy = round((before.x - now.x) / step), round((before.y - now.y) / step)
        wanted = cells.translated(dx, dy)
        inside = wanted.intersected(self._levels.whole(plane, level))
        if inside == wanted:
            return self._levels.read(plane, level, wanted)
        channels = () if plane.channels == 1 else (plane.channels,)
        pixels = np.full((cells.height, cells.width, *channels), plane.fill, np.uint8)
        if not inside.is_empty:
            pixels[inside.slices_in(wanted)] = self._levels.read(plane, level, inside)
        return pixels
