"""A run of layers kept as one 16-bit composite."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from app.document.accumulator import (
    Accumulator,
    draw_composite,
    draw_layers,
    empty_accumulator,
)
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.lazy_memory import lazy_zeros
from app.document.region import Region

# The composite is filled in blocks of this many pixels, which keeps its region simple.
_BLOCK = 64


class StackCache:
    """The composite of neighbouring layers, filled where it is drawn; one layer is not kept."""

    def __init__(self, rect: Rect) -> None:
        """Prepare for a document of `rect`; memory is taken when the composite is first needed."""
        self._rect = rect
        self._layers: list[Layer] = []
        self._state: tuple[Hashable, ...] = ()
        self._composite: Accumulator | None = None
        self._filled = Region()

    def sync(self, layers: Sequence[Layer], changed: Sequence[Rect]) -> None:
        """Take note of the layers as they are now.

        Args:
            layers: the visible layers, bottom first.
            changed: where they changed since the last call, if they are the same ones; none when
                that is not known.
        """
        state = tuple(_state_of(layer) for layer in layers)
        if state == self._state:
            return
        known = len(self._state)
        if known > 1 and state[:known] == self._state:
            self._extend(layers[known:])
        elif changed and [layer.id for layer in layers] == self._ids():
            for rect in changed:
                self._filled.remove(rect.aligned(_BLOCK))
        else:
            self._filled.clear()
        self._layers, self._state = list(layers), state
        if not self._is_kept:
            self._composite = None
            self._filled.clear()

    def copied(self, rect: Rect) -> Accumulator:
        """A new accumulator with the layers over `rect` of the document."""
        if self._is_kept:
            return np.array(self._ensured(rect))
        accumulator = empty_accumulator(rect)
        draw_layers(accumulator, rect, self._layers)
        return accumulator

    def draw(self, accumulator: Accumulator, rect: Rect) -> None:
        """Draw the layers, all of which must be Normal, over `rect` of the document."""
        if self._is_kept:
            draw_composite(accumulator, self._ensured(rect))
        else:
            draw_layers(accumulator, rect, self._layers)

    @property
    def _is_kept(self) -> bool:
        return len(self._layers) > 1

    def _ids(self) -> list[str]:
        return [layer.id for layer in self._layers]

    def _extend(self, layers: Sequence[Layer]) -> None:
        """Draw further layers over the composite, as when the next layer up becomes active."""
        if self._composite is not None:
            for part in self._filled.rects():
                draw_layers(self._composite[part.slices_in(self._rect)], part, layers)

    def _ensured(self, rect: Rect) -> Accumulator:
        if self._composite is None:
            shape = (self._rect.height, self._rect.width, 4)
            self._composite = lazy_zeros(shape, np.uint16)
        blocks = rect.aligned(_BLOCK).intersected(self._rect)
        for part in self._filled.missing(blocks):
            target = self._composite[part.slices_in(self._rect)]
            target[...] = 0
            draw_layers(target, part, self._layers)
        self._filled.add(blocks)
        view: Accumulator = self._composite[rect.slices_in(self._rect)]
        return view


def _state_of(layer: Layer) -> Hashable:
    mask = layer.mask
    return (
        layer.id,
        layer.plane.version,
        id(layer.plane),
        None if mask is None else (id(mask), mask.version),
        layer.opacity,
        layer.blend_mode,
    )
