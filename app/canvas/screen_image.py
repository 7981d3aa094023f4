"""The composite of a document at the sizes the screen needs, brought up to date where seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.document.change import Change
from app.document.compositing import Compositor
from app.document.geometry import Rect
from app.document.mips import MipPyramid
from app.document.region import Region

# Stale pixels are refreshed in blocks of this many, so that no cell of a mip stays half stale.
_BLOCK = 32


class ScreenImage:
    """Follows the changes of one document; composites only what is looked at."""

    def __init__(self, compositor: Compositor) -> None:
        self._compositor = compositor
        self._mips = MipPyramid(compositor)
        self._stale = Region(compositor.rect)

    def take(self, change: Change) -> None:
        """Remember what a change made stale."""
        if change.geometry:
            self._mips = MipPyramid(self._compositor)
            self._stale = Region(self._compositor.rect)
        elif change.pixels is not None:
            self._stale.cover(change.pixels.aligned(_BLOCK).intersected(self._compositor.rect))
