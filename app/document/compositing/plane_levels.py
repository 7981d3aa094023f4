"""A plane at half, quarter, ... size, for compositing what is seen zoomed out."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from app.document.compositing.changed_area import ChangedArea
from app.document.compositing.levels import cells_of, pixels_of
from app.document.geometry import Rect
from app.document.lazy_memory import lazy_zeros
from app.document.pixels import Pixels, read_only
from app.document.planes import Plane
from app.document.region import Region

# Levels are filled in blocks of this many cells, which keeps their regions simple.
_BLOCK = 64
# Cells made at once, so that what they are made of stays in the processor's cache: of a plane that
# does not cover the document, the padded copy of all would be new memory, which is slow.
_STRIP_CELLS = 2**15


class PlaneLevels:
    """The levels of one plane over a document, made where and when they are asked for.

    A cell is the mean of its document pixels; pixels outside the plane count as its fill.
    """

    def __init__(self, plane: Plane, document: Rect) -> None:
        """Prepare the levels of `plane`, of which only what lies over `document` is seen."""
        self._plane = plane
        self._document = document
        self._levels: dict[int, Pixels] = {}
        self._fresh: dict[int, Region] = {}
        self._version = plane.version

    @property
    def plane(self) -> Plane:
        """The plane itself."""
        return self._plane

    def follow(self, changed: ChangedArea, is_shown: bool) -> None:
        """Forget what a change of the plane made stale.

        Args:
            changed: since the last call; empty = anywhere.
            is_shown: the change was announced before.
        """
        if self._plane.version == self._version:
            return
        self._version = self._plane.version
        if is_shown:
            return
        if not changed:
            self._fresh.clear()
        for level, fresh in self._fresh.items():
            fresh.remove(changed.cells(level))

    def read(self, level: int, cells: Rect) -> Pixels:
        """The cells of a level: (h, w, 4) BGRA premultiplied or (h, w) grey uint8, read-only."""
        if level == 0:
            return self._plane.read(cells)
        whole = cells_of(self._document, level)
        if level not in self._levels:
            shape: tuple[int, ...] = (whole.height, whole.width)
            shape += () if self._plane.channels == 1 else (self._plane.channels,)
            self._levels[level] = lazy_zeros(shape, np.uint8)
        fresh = self._fresh.setdefault(level, Region())
        image = self._levels[level]
        blocks = cells.aligned(_BLOCK).intersected(whole)
        for missing in fresh.missing(blocks):
            for strip in _strips(missing):
                image[strip.slices_in(whole)] = self._halved(level, strip)
        fresh.add(blocks)
        return read_only(image[cells.slices_in(whole)])

    def _halved(self, level: int, cells: Rect) -> Pixels:
        """Cells of a level from those of the level before."""
        finer = pixels_of(cells, 1)
        inside = finer.intersected(cells_of(self._document, level - 1))
        block = self.read(level - 1, inside)
        missing = (finer.height - inside.height, finer.width - inside.width)
        if any(missing):
            # the last cell of an odd row has one pixel only
            edges = ((0, missing[0]), (0, missing[1]), (0, 0))[: block.ndim]
            block = np.pad(block, edges, mode="edge")
        size = (cells.width, cells.height)
        return np.asarray(cv2.resize(block, size, interpolation=cv2.INTER_AREA), np.uint8)


def _strips(cells: Rect) -> Iterator[Rect]:
    rows = max(1, _STRIP_CELLS // max(1, cells.width))
    for top in range(cells.y, cells.bottom, rows):
        yield Rect(cells.x, top, cells.width, min(rows, cells.bottom - top))
