"""Commands on the masks of layers."""

from __future__ import annotations

import numpy as np

from app.document.change import Change
from app.document.commands.command import Command, unlocked_layer
from app.document.document import Document
from app.document.errors import MaskMissingError
from app.document.layer_tree import reach_of
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.wording import translate


class SetMask(Command):
    """Give a layer a mask, another one, or none."""

    def __init__(self, layer_id: str, mask: Plane | None, label: str = "Layer mask") -> None:
        """Prepare the mask.

        Args:
            layer_id: the layer.
            mask: a grey plane, which is taken over; None shows the whole layer.
            label: what the history list shows.
        """
        self.layer_id = layer_id
        self.mask = mask
        self.label = label
        self._before: Plane | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of both masks."""
        return sum(mask.byte_count for mask in (self.mask, self._before) if mask is not None)

    def apply(self, document: Document) -> Change:
        """Set the mask.

        Raises:
            LayerLockedError: the layer is locked.
        """
        layer = unlocked_layer(document, self.layer_id)
        self._before = layer.mask
        return _masked(document, layer, self.mask)

    def revert(self, document: Document) -> Change:
        """Set the former mask."""
        return _masked(document, document.layer(self.layer_id), self._before)


class ApplyMask(Command):
    """Make transparent what the mask hides, and take the mask away."""

    label = "Apply mask"

    def __init__(self, layer_id: str) -> None:
        """Prepare to apply the mask of the layer of that id."""
        self.layer_id = layer_id
        self._mask: Plane | None = None
        self._pixels: Plane | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of the former pixels and the mask."""
        return sum(plane.byte_count for plane in (self._mask, self._pixels) if plane is not None)

    def apply(self, document: Document) -> Change:
        """Apply the mask.

        Raises:
            LayerLockedError: the layer is locked.
            MaskMissingError: it has no mask, or no pixels of its own.
        """
        layer = unlocked_layer(document, self.layer_id)
        if layer.mask is None or layer.is_group:
            raise MaskMissingError(
                translate("Errors", "The layer “{name}” has no mask to apply to pixels.").format(
                    name=layer.name
                )
            )
        masked = layer.masked_pixels()
        self._mask, self._pixels = layer.mask, layer.plane.snapshot()
        layer.plane.write()[...] = masked
        return _masked(document, layer, None)

    def revert(self, document: Document) -> Change:
        """Bring the hidden pixels and the mask back."""
        assert self._pixels is not None
        layer = document.layer(self.layer_id)
        layer.plane.write()[...] = self._pixels.read()
        self._pixels = None
        return _masked(document, layer, self._mask)


def inverted_mask(mask: Plane) -> Plane:
    """A mask that shows what `mask` hides."""
    grey = np.asarray(255 - mask.read(), np.uint8)
    return Plane.from_pixels(grey, mask.rect.x, mask.rect.y, 255 - mask.fill)


def _masked(document: Document, layer: Layer, mask: Plane | None) -> Change:
    layer.mask = mask
    return Change(reach_of(document.layers, layer.id), layers=True)
