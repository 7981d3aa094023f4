"""Layers and their blend modes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.document.pixels import multiplied
from app.document.planes import Plane


class LayerKind(str, Enum):
    """Where a layer's pixels come from."""

    PHOTO = "photo"
    PAINT = "paint"
    PATCH = "patch"
    RESULT = "result"
    GROUP = "group"


class BlendMode(str, Enum):
    """Blend modes; the values are OpenRaster's `composite-op` names."""

    NORMAL = "svg:src-over"
    MULTIPLY = "svg:multiply"
    SCREEN = "svg:screen"
    OVERLAY = "svg:overlay"
    SOFT_LIGHT = "svg:soft-light"
    HARD_LIGHT = "svg:hard-light"
    DARKEN = "svg:darken"
    LIGHTEN = "svg:lighten"
    COLOR_DODGE = "svg:color-dodge"
    COLOR_BURN = "svg:color-burn"
    DIFFERENCE = "svg:difference"
    HUE = "svg:hue"
    SATURATION = "svg:saturation"
    COLOR = "svg:color"
    LUMINOSITY = "svg:luminosity"
    PLUS = "svg:plus"


def new_layer_id() -> str:
    """A name for a layer that no other layer has."""
    return uuid.uuid4().hex


@dataclass(slots=True)
class Layer:
    """One layer of a document; changed by commands only.

    Attributes:
        name: what the user calls it.
        plane: its pixels, anywhere in the document plane, also outside the document.
        kind: where the pixels come from.
        mask: 8-bit grey plane, 255 = shown; what lies beyond its rectangle is `mask.fill`.
        opacity: 0..1.
        is_locked: neither its pixels nor its place can be changed.
        is_alpha_locked: painting changes its colours but not its transparency.
        is_clipped: shown only where the nearest unclipped sibling below it is.
        group_id: id of the GROUP it is a member of, or None; see `layer_tree`.
        is_pass_through: of a GROUP: its members join what lies below the group one by one, instead
            of being composited on their own first.
        is_expanded: of a GROUP: its members are listed in the layers panel.
        recipe: how a RESULT was made.
        id: unique in its document, stable over undo and saving.
    """

    name: str
    plane: Plane
    kind: LayerKind = LayerKind.PAINT
    mask: Plane | None = None
    opacity: float = 1.0
    is_visible: bool = True
    is_locked: bool = False
    is_alpha_locked: bool = False
    is_clipped: bool = False
    group_id: str | None = None
    is_pass_through: bool = False
    is_expanded: bool = True
    blend_mode: BlendMode = BlendMode.NORMAL
    recipe: dict[str, Any] | None = None
    id: str = field(default_factory=new_layer_id)

    @classmethod
    def group(cls, name: str, group_id: str | None = None) -> Layer:
        """An empty group; its members are the layers below it that name its id."""
        return cls(name, Plane(Rect(0, 0, 0, 0)), LayerKind.GROUP, group_id=group_id)

    @property
    def is_group(self) -> bool:
        """Whether it holds other layers instead of pixels."""
        return self.kind is LayerKind.GROUP

    @property
    def rect(self) -> Rect:
        """The document pixels the layer covers."""
        return self.plane.rect

    def snapshot(self) -> Layer:
        """The layer as it is now, sharing its pixels; the same id."""
        mask = None if self.mask is None else self.mask.snapshot()
        return replace(self, plane=self.plane.snapshot(), mask=mask)

    def translate(self, dx: int, dy: int) -> None:
        """Move its pixels and its mask by whole pixels."""
        self.plane.translate(dx, dy)
        if self.mask is not None:
            self.mask.translate(dx, dy)

    def masked_pixels(self, rect: Rect | None = None) -> NDArray[np.uint8]:
        """Pixels of `rect` with the mask, but not the opacity, applied.

        Returns:
            (h, w, 4) uint8 BGRA premultiplied; read-only where there is no mask.
        """
        rect = self.rect if rect is None else rect
        pixels = self.plane.read(rect)
        return pixels if self.mask is None else multiplied(pixels, self.mask.read(rect))

    @property
    def byte_count(self) -> int:
        """Bytes of its pixels and mask."""
        return self.plane.byte_count + (self.mask.byte_count if self.mask else 0)
