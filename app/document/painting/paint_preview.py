"""A layer as it would be painted, at the level of detail that is seen: nothing is changed yet."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
from numpy.typing import NDArray

from app.document.compositing.changed_area import ChangedArea
from app.document.compositing.source import LayerSource
from app.document.geometry import Rect
from app.document.painting.painting import PaintTarget, mixed
from app.document.pixels import Pixels

Weights = NDArray[np.float32]
Drawn = Callable[[PaintTarget, Rect, int], tuple[Weights, Pixels]]
"""Gives weights and paint of the cells of a level; see `Gradient.drawn`."""


class PaintPreview:
    """Stands in for a layer in the compositor; see `LayerSource`.

    Attributes:
        target: what would be painted on.
    """

    def __init__(self, own: LayerSource, target: PaintTarget) -> None:
        """Prepare to paint over a layer's own pixels, or over its mask."""
        self._own = own
        self.target = target
        self._drawn: Drawn | None = None
        self._version = 0

    def show(self, drawn: Drawn | None) -> None:
        """Show other paint, or none; the caller announces it."""
        self._drawn = drawn
        self._version += 1

    @property
    def area(self) -> Rect:
        """The document pixels that may look different."""
        return self.target.area

    @property
    def state(self) -> Hashable:
        """Another value whenever the pixels are others."""
        return (self._own.state, id(self), self._version)

    @property
    def rect(self) -> Rect:
        """Document pixels outside of which there is nothing."""
        return self._own.rect if self.target.is_mask else self._own.rect.united(self.target.area)

    def pixels(self, level: int, cells: Rect) -> Pixels:
        """The cells of a level, painted."""
        pixels = self._own.pixels(level, cells)
        return pixels if self.target.is_mask else self._painted(pixels, level, cells)

    def mask(self, level: int, cells: Rect) -> Pixels | None:
        """The layer's mask, painted if that is the target."""
        mask = self._own.mask(level, cells)
        if mask is None or not self.target.is_mask:
            return mask
        return self._painted(mask, level, cells)

    def follow(self, changed: ChangedArea, is_shown: bool) -> None:
        """The document changed there."""
        self._own.follow(changed, is_shown)

    def _painted(self, before: Pixels, level: int, cells: Rect) -> Pixels:
        if self._drawn is None:
            return before
        weights, paint = self._drawn(self.target, cells, level)
        selection = self.target.selection
        if selection is not None:
            weights = weights * _picked(selection.mask, level, cells) * np.float32(1 / 255)
        is_plain = paint.ndim < before.ndim
        if is_plain:
            paint = np.broadcast_to(paint, before.shape).copy()
        return mixed(before, paint, weights, is_plain, self.target.keeps_alpha)


def _picked(mask: Pixels, level: int, cells: Rect) -> Pixels:
    """One pixel of a mask for each cell, that in its middle; fine for a preview."""
    middle = (1 << level) // 2
    rows = np.minimum((np.arange(cells.y, cells.bottom) << level) + middle, mask.shape[0] - 1)
    columns = np.minimum((np.arange(cells.x, cells.right) << level) + middle, mask.shape[1] - 1)
    picked: Pixels = mask[rows[:, None], columns[None, :]]
    return picked
