"""The pixels of a plane as they were before a gesture touched them."""

from __future__ import annotations

import numpy as np

from app.document.commands import PixelPatch
from app.document.geometry import Rect
from app.document.lazy_memory import lazy_zeros
from app.document.pixels import Pixels
from app.document.planes import Plane

_TILE = 128


class TouchedTiles:
    """Keeps tiles of a plane from before they are first written.

    Copying 64 KiB tiles is cheaper than a snapshot, whose every touched band is copied whole.
    """

    def __init__(self, plane: Plane, area: Rect) -> None:
        """Watch `plane`, which may grow within `area` meanwhile."""
        self._plane = plane
        self._rect = area
        channels = () if plane.channels == 1 else (plane.channels,)
        self._before = lazy_zeros((area.height, area.width, *channels), np.uint8)
        self._touched: set[Rect] = set()

    def before(self, rect: Rect) -> Pixels:
        """The pixels of `rect`, inside the area, as they were; now they may be written.

        Returns:
            (h, w, 4) or (h, w) uint8.
        """
        for tile in _tiles(rect, self._rect):
            if tile not in self._touched:
                self._before[tile.slices_in(self._rect)] = self._plane.read(tile)
                self._touched.add(tile)
        view: Pixels = self._before[rect.slices_in(self._rect)]
        return view

    def restore(self) -> Rect:
        """Write all pixels back as they were; returns the touched rectangle."""
        changed = Rect(0, 0, 0, 0)
        for tile in self._written():
            self._plane.write(tile)[...] = self._before[tile.slices_in(self._rect)]
            changed = changed.united(tile)
        self._touched.clear()
        return changed

    def patches(self) -> list[PixelPatch]:
        """The tiles that differ from what they were, top to bottom."""
        patches = []
        for tile in self._written():
            before = self._before[tile.slices_in(self._rect)]
            after = self._plane.read(tile)
            if not np.array_equal(before, after):
                patches.append(PixelPatch(tile, before.copy(), after.copy()))
        return patches

    def _written(self) -> list[Rect]:
        """The touched tiles as far as the plane reaches, top to bottom."""
        ordered = sorted(self._touched, key=lambda tile: (tile.y, tile.x))
        inside = [tile.intersected(self._plane.rect) for tile in ordered]
        return [tile for tile in inside if not tile.is_empty]


def _tiles(rect: Rect, within: Rect) -> list[Rect]:
    blocks = rect.aligned(_TILE)
    return [
        Rect(x, y, _TILE, _TILE).intersected(within)
        for y in range(blocks.y, blocks.bottom, _TILE)
        for x in range(blocks.x, blocks.right, _TILE)
    ]
