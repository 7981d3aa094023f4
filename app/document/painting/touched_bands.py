"""The pixels of a plane as they were before a large part of it was painted at once."""

from __future__ import annotations

import numpy as np

from app.document.commands import PixelPatch
from app.document.geometry import Rect
from app.document.pixels import Pixels
from app.document.planes import BAND_ROWS, Plane


class TouchedBands:
    """Keeps a snapshot of a plane; see `TouchedTiles`, which is cheaper for small places.

    Nothing is copied but what the plane itself copies when a band is written first.
    """

    def __init__(self, plane: Plane) -> None:
        """Watch `plane`, which may grow meanwhile."""
        self._plane = plane
        self._snapshot = plane.snapshot()
        self._touched: dict[int, Rect] = {}

    def before(self, rect: Rect) -> Pixels:
        """The pixels of `rect` as they were, (h, w, 4) or (h, w) uint8; now they may be written."""
        for top in range(rect.y // BAND_ROWS * BAND_ROWS, rect.bottom, BAND_ROWS):
            band = Rect(rect.x, top, rect.width, BAND_ROWS).intersected(rect)
            self._touched[top] = self._touched.get(top, band).united(band)
        return self._snapshot.read(rect)

    def restore(self) -> Rect:
        """Write all pixels back as they were; returns the touched rectangle."""
        changed = Rect(0, 0, 0, 0)
        for rect in self._written():
            self._plane.write(rect)[...] = self._snapshot.read(rect)
            changed = changed.united(rect)
        self._touched.clear()
        return changed

    def patches(self) -> list[PixelPatch]:
        """What differs from what it was, top to bottom."""
        written = self._written()
        # views cost no copy, but keep the whole plane's memory
        is_most = 2 * sum(rect.area for rect in written) >= self._plane.rect.area
        after = self._plane.snapshot() if is_most else self._plane
        patches = []
        for rect in written:
            old, new = self._snapshot.read(rect), after.read(rect)
            if not np.array_equal(old, new):
                kept = (old, new) if is_most else (old.copy(), new.copy())
                patches.append(PixelPatch(rect, *kept))
        return patches

    def _written(self) -> list[Rect]:
        """The touched pixels as far as the plane reaches, top to bottom."""
        inside = [self._touched[top].intersected(self._plane.rect) for top in sorted(self._touched)]
        return [rect for rect in inside if not rect.is_empty]
