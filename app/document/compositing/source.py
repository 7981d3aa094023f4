"""Where the compositor takes a layer's pixels from, at every level of detail."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Protocol

from app.document.compositing.changed_area import ChangedArea
from app.document.compositing.plane_levels import PlaneLevels
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.pixels import Pixels


class LayerSource(Protocol):
    """The pixels of one layer; a preview (of a transform, say) may stand in for the layer's own."""

    @property
    def state(self) -> Hashable:
        """Another value whenever the pixels are others."""

    @property
    def rect(self) -> Rect:
        """Document pixels outside of which there is nothing."""

    def pixels(self, level: int, cells: Rect) -> Pixels:
        """The cells of a level, (h, w, 4) uint8 BGRA premultiplied; not to be written."""

    def mask(self, level: int, cells: Rect) -> Pixels | None:
        """The layer's mask, (h, w) uint8, 255 = shown; None without a mask."""

    def follow(self, changed: ChangedArea, is_shown: bool) -> None:
        """The document changed there; see `PlaneLevels.follow`."""


class PlaneSource:
    """A layer's own plane and mask."""

    def __init__(self, layer: Layer, document: Rect) -> None:
        """Prepare the pixels of `layer` over `document`."""
        self._layer = layer
        self._document = document
        self._pixels = PlaneLevels(layer.plane, document)
        self._mask: PlaneLevels | None = None

    @property
    def state(self) -> Hashable:
        """Planes and versions."""
        plane, mask = self._layer.plane, self._layer.mask
        mask_state = None if mask is None else (id(mask), mask.version)
        return (id(plane), plane.version, mask_state)

    @property
    def rect(self) -> Rect:
        """The plane's rectangle."""
        return self._layer.rect

    def pixels(self, level: int, cells: Rect) -> Pixels:
        """Cells of the plane: (h, w, 4) uint8 BGRA premultiplied."""
        if self._pixels.plane is not self._layer.plane:
            self._pixels = PlaneLevels(self._layer.plane, self._document)
        return self._pixels.read(level, cells)

    def mask(self, level: int, cells: Rect) -> Pixels | None:
        """Cells of the mask: (h, w) uint8; None without one."""
        mask = self._layer.mask
        if mask is None:
            self._mask = None
            return None
        if self._mask is None or self._mask.plane is not mask:
            self._mask = PlaneLevels(mask, self._document)
        return self._mask.read(level, cells)

    def follow(self, changed: ChangedArea, is_shown: bool) -> None:
        """Forget levels of what changed."""
        for levels in (self._pixels, self._mask):
            if levels is not None:
                levels.follow(changed, is_shown)


class Sources:
    """The sources of all layers of a document, and those that stand in for them."""

    def __init__(
        self, document: Rect, substitutes: Mapping[str, LayerSource] | None = None
    ) -> None:
        """Prepare for a document of that rectangle.

        Args:
            document: all its pixels.
            substitutes: what stands in for layers, by layer id; may change afterwards.
        """
        self._document = document
        self._own: dict[str, PlaneSource] = {}
        self._layers: dict[str, Layer] = {}
        self._substitutes = {} if substitutes is None else substitutes

    def of(self, layer: Layer) -> LayerSource:
        """The pixels to show for a layer."""
        substitute = self._substitutes.get(layer.id)
        return self.own(layer) if substitute is None else substitute

    def own(self, layer: Layer) -> PlaneSource:
        """The layer's own pixels."""
        if self._layers.get(layer.id) is not layer:
            self._layers[layer.id] = layer
            self._own[layer.id] = PlaneSource(layer, self._document)
        return self._own[layer.id]

    def keep(self, layer_ids: set[str]) -> None:
        """Let go of all other layers' sources."""
        for layer_id in self._layers.keys() - layer_ids:
            del self._layers[layer_id], self._own[layer_id]

    def follow(self, changed: ChangedArea, is_shown: bool) -> None:
        """The document changed there."""
        for source in self._own.values():
            source.follow(changed, is_shown)
        for substitute in self._substitutes.values():
            substitute.follow(changed, is_shown)
