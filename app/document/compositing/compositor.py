"""Keeps the composite of a document, and brings up to date only what is asked for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from app.document.change import Change
from app.document.compositing.accumulator import Accumulator, empty_accumulator, narrowed
from app.document.compositing.changed_area import ChangedArea
from app.document.compositing.drawing import SceneDrawer
from app.document.compositing.flattening import passes
from app.document.compositing.levels import cells_of, level_count
from app.document.compositing.scene import (
    SceneItem,
    SceneLook,
    changed_layers,
    kept_where_still,
    look_of,
    scene_of,
    state_of,
)
from app.document.compositing.source import LayerSource, PlaneSource, Sources
from app.document.compositing.stack_cache import StackCache
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.lazy_memory import lazy_zeros
from app.document.pixels import Pixels, read_only
from app.document.region import Region

_NOWHERE = Rect(0, 0, 0, 0)


class LevelComposite:
    """The composite of a document at one level of detail.

    Level 0 is exact. A cell of level k is composited from the means of 2**k x 2**k pixels of each
    layer: with blend modes that is near to, but not the same as the mean of the composite.
    """

    def __init__(self, document: Rect, level: int, sources: Sources) -> None:
        """Prepare level `level` of a document of that rectangle."""
        self.level = level
        self.rect = cells_of(document, level)
        self._image = lazy_zeros((self.rect.height, self.rect.width, 4), np.uint8)
        self._stale = Region(self.rect)
        self._drawer = SceneDrawer(sources, level, self)
        self._scene: tuple[SceneItem, ...] = ()
        self._kept: dict[tuple[str, ...], StackCache] = {}

    @property
    def image(self) -> Pixels:
        """All cells, (h, w, 4) uint8 BGRA premultiplied, read-only; stale ones may be older."""
        return read_only(self._image)

    def stale(self, cells: Rect) -> list[Rect]:
        """The parts of `cells` that are out of date."""
        return self._stale.common(cells)

    def refresh(self, cells: Rect) -> None:
        """Bring cells up to date."""
        for stale in self._stale.taken(cells):
            for part in passes(stale):
                accumulator = empty_accumulator(part.height, part.width)
                self._drawer.draw(accumulator, part, self._scene)
                self._image[part.slices_in(self.rect)] = narrowed(accumulator)

    def composite(self, item: SceneItem, cells: Rect) -> Accumulator:
        """The content of a kept item; see `drawing.Keeper`."""
        return self._kept[_key_of(item)].read(cells, lambda part: self._drawer.content(item, part))

    def follow(
        self,
        scene: tuple[SceneItem, ...],
        states: dict[tuple[str, ...], tuple[Hashable, ...]],
        changed: ChangedArea,
    ) -> None:
        """The document changed.

        Args:
            scene: what is drawn now.
            states: of all kept items, by key.
            changed: what looks different.
        """
        self._scene = scene
        for key in self._kept.keys() - states.keys():
            del self._kept[key]
        for key, state in states.items():
            if key not in self._kept:
                self._kept[key] = StackCache(self.rect, self.level)
            self._kept[key].sync(state, changed)
        if changed:
            self._stale.cover(changed.cells(self.level))
            self._stale.clip(self.rect)


class Compositor:
    """The composite of a document on the screen, at every level of detail.

    Runs of layers that do not change while one layer is worked on are kept as 16-bit composites,
    so that a dab costs a few layers whatever their number.
    """

    def __init__(self, document: Document) -> None:
        """Composite `document`, which may change afterwards; tell `invalidate` each time."""
        self._document = document
        self._overlay: Layer | None = None
        self._substitutes: dict[str, LayerSource] = {}
        self._reset()

    @property
    def rect(self) -> Rect:
        """All pixels of the composite."""
        return self._rect

    @property
    def level_count(self) -> int:
        """How many levels of detail there are, the pixels themselves (level 0) included."""
        return level_count(self._rect)

    def composite(self, rect: Rect | None = None) -> Pixels:
        """The visible stack, overlay included, exact.

        Args:
            rect: document pixels, clipped to the document; everything when None. Only stale
                pixels inside it are composited.

        Returns:
            (h, w, 4) uint8 BGRA premultiplied: a read-only view without a copy, that shows the
            document until its next change.
        """
        rect = self._rect if rect is None else rect.intersected(self._rect)
        level = self.level(0)
        level.refresh(rect)
        return level.image[rect.slices_in(self._rect)]

    def level(self, index: int) -> LevelComposite:
        """The composite at 1 / 2**index of the size."""
        if index not in self._levels:
            self._levels[index] = LevelComposite(self._rect, index, self._sources)
            self._levels[index].follow(self._scene, self._states, ChangedArea())
        return self._levels[index]

    def invalidate(self, change: Change) -> Change:
        """The document changed: forget what depends on it.

        Returns:
            The change with everything that is drawn in another way now: of layers clipped to each
            other a command cannot always tell.
        """
        if self._document.rect != self._rect:
            self._reset()
            return change
        changed = ChangedArea(change.stale)
        self._sources.follow(changed, change.is_shown)
        redrawn = self._follow(changed)
        return change if redrawn.is_empty else change.united(Change(pixels=redrawn))

    def overlay(self, layer: Layer | None) -> Rect:
        """Show a layer that is not in the document, or none any more.

        A RESULT, which was rendered from all layers, is shown above them; any other layer right
        above the active one.

        Returns:
            The document pixels that look different now.
        """
        before, self._overlay = self._overlay, layer
        changed = _NOWHERE
        for each in (before, layer):
            if each is not None:
                changed = changed.united(each.rect)
        return self._show(changed)

    def substitute(self, layer_id: str, source: LayerSource | Layer | None) -> Rect:
        """Show other pixels for a layer of the document, or its own again.

        Args:
            layer_id: of the layer; its opacity, mode and place in the stack stay.
            source: the pixels and mask to show; None = its own.

        Returns:
            The document pixels that look different now.
        """
        if isinstance(source, Layer):
            source = PlaneSource(source, self._rect)
        changed = self._shown_rect(layer_id)
        if source is None:
            self._substitutes.pop(layer_id, None)
        else:
            self._substitutes[layer_id] = source
        return self._show(changed.united(self._shown_rect(layer_id)))

    def source(self, layer: Layer) -> LayerSource:
        """A layer's own pixels at every level of detail."""
        return self._sources.own(layer)

    def _show(self, changed: Rect) -> Rect:
        changed = changed.intersected(self._rect)
        self._follow(ChangedArea((changed,)))
        return changed

    def _shown_rect(self, layer_id: str) -> Rect:
        layer = next((each for each in self._document.layers if each.id == layer_id), None)
        return _NOWHERE if layer is None else self._sources.of(layer).rect

    def _reset(self) -> None:
        self._rect = self._document.rect
        self._sources = Sources(self._rect, self._substitutes)
        self._levels: dict[int, LevelComposite] = {}
        self._looks: tuple[SceneLook, ...] = ()
        self._follow(ChangedArea())

    def _follow(self, changed: ChangedArea) -> Rect:
        """Take the document as it is now; returns where items are drawn in another way."""
        document = self._document
        extra: dict[str | None, Layer] = {}
        if self._overlay is not None:
            is_result = self._overlay.kind is LayerKind.RESULT
            extra[None if is_result else document.active_id] = self._overlay
        scene = scene_of(document.layers, extra)
        redrawn = self._take_looks(scene)
        if not redrawn.is_empty:
            changed = ChangedArea((*changed, redrawn))
        self._scene = kept_where_still(scene, document.active_id)
        self._sources.keep({layer.id for layer in (*document.layers, *extra.values())})
        self._states = {
            _key_of(item): state_of(item, lambda layer: self._sources.of(layer).state)
            for item in _kept_items(self._scene)
        }
        for level in self._levels.values():
            level.follow(self._scene, self._states, changed)
        return redrawn

    def _take_looks(self, scene: tuple[SceneItem, ...]) -> Rect:
        """Where items are drawn in another way than before, whatever commands say of it."""
        before, self._looks = self._looks, tuple(look_of(item) for item in scene)
        changed = _NOWHERE
        for layer in changed_layers(before, self._looks):
            changed = changed.united(self._sources.of(layer).rect)
        return changed


def _kept_items(items: Sequence[SceneItem]) -> list[SceneItem]:
    found: list[SceneItem] = []
    for item in items:
        if item.is_kept:
            found.append(item)
        else:
            found += _kept_items((*item.members, *item.clipped))
    return found


def _key_of(item: SceneItem) -> tuple[str, ...]:
    return tuple(layer.id for layer in item.layers())
