"""The document: a stack of layers, the active one, and the selection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.document.errors import DocumentSizeError, LayerNotFoundError
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.planes import Plane
from app.document.render_settings import RenderSettings
from app.document.selection import Selection
from app.document.wording import translate


class PhotoTransform(NamedTuple):
    """The place of the training photo: its point (x, y) lies at (x * scale_x + dx, ...).

    Attributes:
        scale_x: document pixels per photo pixel, across; above 0.
        scale_y: the same, down.
        dx: document column of the photo's corner (0, 0).
        dy: document row of that corner.
        orientation: how the photo's axes lie: plus 4, x and y are exchanged; plus 1, document
            columns fall as it goes on; plus 2, rows do. See `photo_place`.
    """

    scale_x: float = 1.0
    scale_y: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    orientation: int = 0


@dataclass(slots=True)
class Document:
    """What the user edits; changed by commands only.

    Attributes:
        width: pixels.
        height: pixels.
        layers: bottom first; the members of a group lie right below it, see `layer_tree`.
        active_id: id of the layer that tools work on, or None when there is no layer.
        selection: of the document's size, or None for "everything".
        photo_id: content hash of the training photo, or None.
        photo_transform: where the training photo lies on the canvas; changed by crop, canvas size
            and image scale.
        render_settings: what the user chose for renders.
        quick_mask: while the selection is painted: a layer outside the stack whose `mask`, of the
            document's size, is the selection to be; else None. `selection` then limits where is
            painted.
    """

    width: int
    height: int
    layers: list[Layer] = field(default_factory=list)
    active_id: str | None = None
    selection: Selection | None = None
    photo_id: str | None = None
    photo_transform: PhotoTransform = field(default_factory=PhotoTransform)
    render_settings: RenderSettings = field(default_factory=RenderSettings)
    quick_mask: Layer | None = None

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise DocumentSizeError(
                translate("Errors", "A document needs at least one pixel on each side.")
            )
        if self.active_id is None and self.layers:
            self.active_id = self.layers[-1].id

    @classmethod
    def from_photo(
        cls, rgba: NDArray[np.uint8], name: str, photo_id: str | None = None
    ) -> Document:
        """A document with the photo as its only layer.

        Args:
            rgba: (H, W, 4) uint8 RGBA, not premultiplied.
            name: of the layer.
            photo_id: content hash of the training photo.

        Raises:
            DocumentSizeError: the photo has no pixels.
        """
        height, width = rgba.shape[:2]
        layer = Layer(name, Plane.from_rgba(rgba), LayerKind.PHOTO)
        return cls(width, height, [layer], layer.id, photo_id=photo_id)

    @property
    def chosen_area(self) -> Selection | None:
        """The selection, as far as the user chose it; one that marks a moved patch is none."""
        selection = self.selection
        if selection is not None and any(each.id == selection.patch_id for each in self.layers):
            return None
        return selection

    @property
    def rect(self) -> Rect:
        """All pixels of the document."""
        return Rect.of_size(self.width, self.height)

    @property
    def active_layer(self) -> Layer | None:
        """The layer that tools work on."""
        return next((layer for layer in self.layers if layer.id == self.active_id), None)

    def layer(self, layer_id: str) -> Layer:
        """The layer of that id; the quick mask counts as one.

        Raises:
            LayerNotFoundError: there is none.
        """
        if self.quick_mask is not None and self.quick_mask.id == layer_id:
            return self.quick_mask
        return self.layers[self.index_of(layer_id)]

    def index_of(self, layer_id: str) -> int:
        """The layer's place in the stack, 0 = bottom.

        Raises:
            LayerNotFoundError: there is none.
        """
        for index, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return index
        raise LayerNotFoundError(translate("Errors", "This layer is no longer in the document."))

    def quick_mask_selection(self) -> Selection | None:
        """What the quick mask selects as it is now; None when that is nothing."""
        assert self.quick_mask is not None
        assert self.quick_mask.mask is not None
        selection = Selection(self.quick_mask.mask.snapshot().read(self.rect))
        return None if selection.is_empty else selection

    def snapshot(self) -> Document:
        """The document as it is now, sharing all pixels: for saving and rendering in a worker.

        A quick mask has become the selection there.
        """
        is_painted = self.quick_mask is not None
        return Document(
            self.width,
            self.height,
            [layer.snapshot() for layer in self.layers],
            self.active_id,
            self.quick_mask_selection() if is_painted else self.selection,
            self.photo_id,
            self.photo_transform,
            self.render_settings,
        )
