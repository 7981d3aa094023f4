"""Layers and their blend modes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
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
    blend_mode: BlendMode = BlendMode.NORMAL
    recipe: dict[str, Any] | None = None
    id: str = field(default_factory=new_layer_id)

    @property
    def rect(self) -> Rect:
        """The document pixels the layer covers."""
        return self.plane.rect

    def snapshot(self) -> Layer:
        """The layer as it is now, sharing its pixels; the same id."""
        return Layer(
            name=self.name,
            plane=self.plane.snapshot(),
            kind=self.kind,
            mask=self.mask.snapshot() if self.mask else None,
            opacity=self.opacity,
            is_visible=self.is_visible,
            is_locked=self.is_locked,
            blend_mode=self.blend_mode,
            recipe=self.recipe,
            id=self.id,
        )

    def duplicate(self, name: str) -> Layer:
        """A copy under another name and id, sharing its pixels until one is written."""
        copy = self.snapshot()
        copy.id, copy.name = new_layer_id(), name
        return copy

    def masked_pixels(self, rect: Rect | None = None) -> NDArray[np.uint8]:
        """Premultiplied BGRA pixels of `rect` with the mask, but not the opacity, applied."""
        rect = self.rect if rect is None else rect
        pixels = self.plane.read(rect)
        return pixels if self.mask is None else multiplied(pixels, self.mask.read(rect))

    @property
    def byte_count(self) -> int:
        """Bytes of its pixels and mask."""
        return self.plane.byte_count + (self.mask.byte_count if self.mask else 0)
