"""A composite that is kept: filled where it is asked for, emptied where it became stale."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np

from app.document.compositing.accumulator import Accumulator
from app.document.compositing.changed_area import ChangedArea
from app.document.geometry import Rect
from app.document.lazy_memory import lazy_zeros
from app.document.region import Region

# The composite is filled in blocks of this many cells, which keeps its region simple.
_BLOCK = 64


class StackCache:
    """The 16-bit composite of an item of the scene, at one level of the document."""

    def __init__(self, whole: Rect, level: int) -> None:
        """Prepare for a level of cells `whole`; memory is taken where it is first needed."""
        self._whole = whole
        self._level = level
        self._state: Hashable = None
        self._composite: Accumulator | None = None
        self._filled = Region()

    def sync(self, state: Hashable, changed: ChangedArea) -> None:
        """Take note of the item's state.

        Args:
            state: differs whenever the item looks different.
            changed: since the last call; empty = anywhere.
        """
        if state == self._state:
            return
        if changed:
            self._filled.remove(changed.blocks(self._level, _BLOCK))
        else:
            self._filled.clear()
        self._state = state

    def read(self, cells: Rect, draw: Callable[[Rect], Accumulator]) -> Accumulator:
        """The composite, (h, w, 4) uint16, not to be written; what is missing is drawn."""
        if self._composite is None:
            self._composite = lazy_zeros((self._whole.height, self._whole.width, 4), np.uint16)
        blocks = cells.aligned(_BLOCK).intersected(self._whole)
        for part in self._filled.missing(blocks):
            self._composite[part.slices_in(self._whole)] = draw(part)
        self._filled.add(blocks)
        view: Accumulator = self._composite[cells.slices_in(self._whole)]
        return view
