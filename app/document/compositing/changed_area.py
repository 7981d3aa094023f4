"""Where a document changed, as it is asked for by every level of every cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.document.compositing.levels import cells_of
from app.document.geometry import Rect
from app.document.region import Region


class ChangedArea:
    """Document pixels that look different, and the cells they touch; empty when not known."""

    def __init__(self, rects: Iterable[Rect] = ()) -> None:
        """Hold the pixels of `rects`; neighbours are joined, as a stroke is hundreds of tiles."""
        region = Region()
        for rect in rects:
            region.add(rect)
        self._rects = tuple(region.rects())
        self._levels: dict[int, Region] = {0: region}

    def __bool__(self) -> bool:
        return bool(self._rects)

    def __iter__(self) -> Iterator[Rect]:
        return iter(self._rects)

    def cells(self, level: int) -> Region:
        """The cells of a level that hold a changed pixel."""
        if level not in self._levels:
            region = Region()
            for rect in self._rects:
                region.add(cells_of(rect, level))
            self._levels[level] = region
        return self._levels[level]

    def blocks(self, level: int, size: int) -> Region:
        """Blocks of `size` x `size` cells that hold a changed one."""
        region = Region()
        for rect in self.cells(level).rects():
            region.add(rect.aligned(size))
        return region
