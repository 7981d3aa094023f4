"""Draws a scene into an accumulator, at one level of detail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from app.document.compositing.accumulator import (
    Accumulator,
    draw,
    empty_accumulator,
    mix,
    weighted,
)
from app.document.compositing.levels import cells_of
from app.document.compositing.scene import SceneItem
from app.document.compositing.source import Sources
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.pixels import Pixels


class Keeper(Protocol):
    """Keeps composites of items that do not change."""

    def composite(self, item: SceneItem, cells: Rect) -> Accumulator:
        """The content of an item, without its layer's opacity, mask and mode; not to be written."""


class SceneDrawer:
    """Draws items of one level of a document."""

    def __init__(self, sources: Sources, level: int, keeper: Keeper | None = None) -> None:
        """Take pixels from `sources`; without a keeper everything is drawn anew."""
        self._sources = sources
        self._level = level
        self._keeper = keeper

    def draw(self, accumulator: Accumulator, cells: Rect, items: Iterable[SceneItem]) -> None:
        """Draw items over what is there.

        Args:
            accumulator: (h, w, 4) of the size of `cells`; changed.
            cells: of the level, inside the document.
            items: bottom first.
        """
        for item in items:
            self._draw_item(accumulator, cells, item, is_clipped=False)

    def content(self, item: SceneItem, cells: Rect) -> Accumulator:
        """An item's members and clipped items on their own, in a new accumulator."""
        accumulator = empty_accumulator(cells.height, cells.width)
        layer = item.layer
        if layer is None or layer.is_group:
            self.draw(accumulator, cells, item.members)
        else:
            self._draw_pixels(accumulator, cells, layer, BlendMode.NORMAL, 1.0, is_clipped=False)
        if item.clipped:
            if layer is not None and layer.is_group:
                self._apply_mask(accumulator, cells, layer)
            for each in item.clipped:
                self._draw_item(accumulator, cells, each, is_clipped=True)
        return accumulator

    def _draw_item(
        self, accumulator: Accumulator, cells: Rect, item: SceneItem, is_clipped: bool
    ) -> None:
        layer = item.layer
        if layer is not None and item.is_simple and not layer.is_group:
            mode, opacity = layer.blend_mode, layer.opacity
            self._draw_pixels(accumulator, cells, layer, mode, opacity, is_clipped)
        elif item.is_passing_through and layer is not None and not is_clipped:
            self._pass_through(accumulator, cells, item, layer)
        else:
            self._draw_content(accumulator, cells, item, is_clipped)

    def _draw_pixels(
        self,
        accumulator: Accumulator,
        cells: Rect,
        layer: Layer,
        mode: BlendMode,
        opacity: float,
        is_clipped: bool,
    ) -> None:
        source = self._sources.of(layer)
        part = cells.intersected(cells_of(source.rect, self._level))
        if part.is_empty:
            return
        pixels: Pixels = source.pixels(self._level, part)
        mask = source.mask(self._level, part)
        target = accumulator[part.slices_in(cells)]
        draw(target, weighted(pixels, opacity, mask), mode, is_clipped=is_clipped)

    def _draw_content(
        self, accumulator: Accumulator, cells: Rect, item: SceneItem, is_clipped: bool
    ) -> None:
        if item.is_kept and self._keeper is not None:
            content = self._keeper.composite(item, cells)
        else:
            content = self.content(item, cells)
        layer = item.layer
        if layer is None:
            draw(accumulator, content, BlendMode.NORMAL)
            return
        # below clipped items the mask is part of the base already
        mask = None if item.clipped else self._mask(layer, cells)
        source = weighted(content, layer.opacity, mask)
        draw(accumulator, source, layer.blend_mode, is_clipped=is_clipped)

    def _pass_through(
        self, accumulator: Accumulator, cells: Rect, item: SceneItem, layer: Layer
    ) -> None:
        mask = self._mask(layer, cells)
        if layer.opacity >= 1 and mask is None:
            self.draw(accumulator, cells, item.members)
            return
        after = accumulator.copy()
        self.draw(after, cells, item.members)
        mix(accumulator, after, layer.opacity, mask)

    def _apply_mask(self, accumulator: Accumulator, cells: Rect, layer: Layer) -> None:
        mask = self._mask(layer, cells)
        if mask is not None:
            accumulator[...] = weighted(accumulator, 1.0, mask)

    def _mask(self, layer: Layer, cells: Rect) -> Pixels | None:
        return self._sources.of(layer).mask(self._level, cells)
