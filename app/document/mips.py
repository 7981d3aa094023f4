"""The composite at half, quarter, ... size, for drawing zoomed out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.compositing import Compositor
from app.document.geometry import Rect
from app.document.lazy_memory import lazy_zeros
from app.document.pixels import read_only
from app.document.region import Region

Pixels = NDArray[np.uint8]

# Levels end when the longer side is at most this many pixels.
_SMALLEST_PX = 256


class MipPyramid:
    """Levels of the composite; one pixel of level k is 2**k x 2**k document pixels.

    Levels are brought up to date only where and when they are asked for.
    """

    def __init__(self, compositor: Compositor) -> None:
        """Make the levels of a compositor's composite, none of them computed yet."""
        self._compositor = compositor
        self._reset()

    @property
    def level_count(self) -> int:
        """How many levels there are, the composite itself included."""
        return len(self._levels) + 1

    def update(self, rect: Rect) -> None:
        """The composite of the document's `rect` changed."""
        if self._compositor.rect != self._rect:
            self._reset()
        for stale in self._stale:
            stale.cover(rect.intersected(self._rect))

    def index_for(self, zoom: float) -> int:
        """The smallest level that still has a pixel for every screen pixel.

        Args:
            zoom: screen pixels per document pixel.
        """
        index = 0
        while index < len(self._levels) and zoom * 2 ** (index + 1) <= 1:
            index += 1
        return index

    def level_for(self, zoom: float, rect: Rect | None = None) -> Pixels:
        """The level to draw at a zoom; see `level`."""
        return self.level(self.index_for(zoom), rect)

    def level(self, index: int, rect: Rect | None = None) -> Pixels:
        """A level, up to date in a part of the document.

        Args:
            index: 0 = the composite itself.
            rect: the document pixels that will be looked at; everything when None.

        Returns:
            The whole level, (ceil(H / 2**index), ceil(W / 2**index), 4) uint8 BGRA premultiplied,
            read-only. Outside of `rect` it may be older.
        """
        if self._compositor.rect != self._rect:
            self._reset()
        wanted = self._rect if rect is None else rect.intersected(self._rect)
        self._compositor.composite(wanted)
        image = self._compositor.image
        for k in range(index):
            # the last level needs whole pixels of its own of all levels before
            whole = wanted.aligned(2**index).intersected(self._rect)
            self._compositor.composite(whole)
            for stale in self._stale[k].taken(whole):
                _halve(image, self._levels[k], stale, k)
            image = self._levels[k]
        return read_only(image)

    def _reset(self) -> None:
        self._rect = self._compositor.rect
        self._levels: list[Pixels] = []
        height, width = self._rect.height, self._rect.width
        while max(height, width) > _SMALLEST_PX:
            height, width = -(-height // 2), -(-width // 2)
            self._levels.append(lazy_zeros((height, width, 4), np.uint8))
        self._stale = [Region(self._rect) for _ in self._levels]


def _halve(source: Pixels, target: Pixels, rect: Rect, index: int) -> None:
    """Average level `index` where it shows document `rect` into the next level."""
    cells = rect.aligned(2 ** (index + 1))
    step = 2 ** (index + 1)
    cells = Rect(cells.x // step, cells.y // step, cells.width // step, cells.height // step)
    cells = cells.intersected(Rect.of_size(target.shape[1], target.shape[0]))
    block = source[2 * cells.y : 2 * cells.bottom, 2 * cells.x : 2 * cells.right]
    missing = (2 * cells.height - block.shape[0], 2 * cells.width - block.shape[1])
    if any(missing):
        block = np.pad(block, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    size = (cells.width, cells.height)
    target[cells.slices_in(Rect.of_size(target.shape[1], target.shape[0]))] = cv2.resize(
        block, size, interpolation=cv2.INTER_AREA
    )
