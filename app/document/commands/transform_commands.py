"""Commands that scale, turn, flip and distort layers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from app.document.change import Change
from app.document.commands.command import Command, unlocked_layer
from app.document.commands.layer_commands import DuplicateLayers
from app.document.commands.pixel_commands import LiftSelection
from app.document.commands.place_commands import TranslateLayer
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.geometry import Rect
from app.document.layer_tree import reach_of, with_members
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.transforming.projection import Projection
from app.document.transforming.resampling import Resampling, transformed

# A layer may become this many times as large as the document before its outside is cut away.
_MOST_DOCUMENTS = 4


class Raster(NamedTuple):
    """The pixels and the mask of one layer."""

    plane: Plane
    mask: Plane | None

    @classmethod
    def of(cls, layer: Layer) -> Raster:
        """Those of a layer, not copied."""
        return cls(layer.plane, layer.mask)

    def transformed(
        self, projection: Projection, resampling: Resampling, within: Rect | None
    ) -> Raster:
        """Both at other places; see `resampling.transformed`."""
        mask = self.mask
        if mask is not None:
            mask = transformed(mask, projection, resampling, within)
        return Raster(transformed(self.plane, projection, resampling, within), mask)

    @property
    def byte_count(self) -> int:
        """Bytes of both."""
        return self.plane.byte_count + (0 if self.mask is None else self.mask.byte_count)


Rasters = Mapping[str, Raster]


def rasters_of(layers: Iterable[Layer]) -> Rasters:
    """The rasters of layers, by id, not copied."""
    return {layer.id: Raster.of(layer) for layer in layers}


def put_rasters(document: Document, rasters: Rasters) -> None:
    """Give layers other planes and masks."""
    for layer_id, raster in rasters.items():
        layer = document.layer(layer_id)
        layer.plane, layer.mask = raster


def transform_reach(document: Document, layer: Layer, projection: Projection) -> Rect | None:
    """Within which rectangle a transformed layer is kept; None = wherever it lies.

    Nothing beyond the document is lost as long as that costs no more memory than the document.
    """
    most = max(_MOST_DOCUMENTS * document.rect.area, layer.rect.area)
    if not projection.shows(layer.rect) or projection.bounds(layer.rect).area <= most:
        return None
    return document.rect.grown(max(document.width, document.height) // 2)


class TransformLayers(Command):
    """Scale, turn, flip or distort layers with their masks; of groups everything in them."""

    def __init__(
        self,
        layer_ids: Sequence[str],
        projection: Projection,
        resampling: Resampling = Resampling.BICUBIC,
        label: str = "Transform",
    ) -> None:
        """Prepare the transform.

        Args:
            layer_ids: layers and groups.
            projection: where document points go.
            resampling: how new pixels are found, unless whole pixels move.
            label: what the history list shows.
        """
        self.layer_ids = tuple(layer_ids)
        self.projection = projection
        self.resampling = resampling
        self.label = label
        self._before: Rasters = {}
        self._after: Rasters = {}
        self._is_applied = False

    @property
    def byte_count(self) -> int:
        """Bytes of the rasters that are not in the document."""
        kept = self._before if self._is_applied else self._after
        return sum(raster.byte_count for raster in kept.values())

    def apply(self, document: Document) -> Change:
        """Transform the layers.

        Raises:
            LayerLockedError: one of them is locked.
            TransformError: nothing would be left, or too much.
        """
        layers = self._layers(document)
        for layer in layers:
            unlocked_layer(document, layer.id)
        before = self._reach(document)
        step = self._whole_step()
        if step is not None:
            for layer in layers:
                layer.translate(*step)
        else:
            if not self._after:
                self._after = {layer.id: self._transformed(document, layer) for layer in layers}
            self._before = rasters_of(layers)
            put_rasters(document, self._after)
        self._is_applied = True
        return Change(before.united(self._reach(document)), layers=True)

    def revert(self, document: Document) -> Change:
        """Put the pixels back as they were."""
        before = self._reach(document)
        step = self._whole_step()
        if step is not None:
            for layer in self._layers(document):
                layer.translate(-step[0], -step[1])
        else:
            put_rasters(document, self._before)
        self._is_applied = False
        return Change(before.united(self._reach(document)), layers=True)

    def _whole_step(self) -> tuple[int, int] | None:
        """By how many pixels it moves if it does no more than that."""
        turn = self.projection.turn()
        if turn is None or turn.is_transposed or (turn.sign_x, turn.sign_y) != (1, 1):
            return None
        return round(self.projection.values[2]), round(self.projection.values[5])

    def _transformed(self, document: Document, layer: Layer) -> Raster:
        within = transform_reach(document, layer, self.projection)
        return Raster.of(layer).transformed(self.projection, self.resampling, within)

    def _layers(self, document: Document) -> list[Layer]:
        found: dict[str, Layer] = {}
        for layer_id in self.layer_ids:
            document.layer(layer_id)
            found |= {layer.id: layer for layer in with_members(document.layers, layer_id)}
        return list(found.values())

    def _reach(self, document: Document) -> Rect:
        return reach_of(document.layers, *self.layer_ids)


class TransformSelection(Command):
    """Lift the selected pixels onto a new layer and transform that."""

    label = "Transform selection"

    def __init__(
        self,
        layer_id: str,
        projection: Projection,
        resampling: Resampling = Resampling.BICUBIC,
    ) -> None:
        """Prepare to cut the selected pixels from the layer of that id; see `TransformLayers`."""
        self.projection = projection
        self.resampling = resampling
        self._lift = LiftSelection(layer_id)
        self._transform: TransformLayers | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of the lifted and of the transformed pixels."""
        return self._lift.byte_count + (self._transform.byte_count if self._transform else 0)

    def apply(self, document: Document) -> Change:
        """Lift and transform.

        Raises:
            EmptySelectionError: nothing is selected, or only transparent pixels.
            LayerLockedError: the layer is locked.
            TransformError: nothing would be left, or too much.
        """
        change = self._lift.apply(document)
        if self._transform is None:
            assert self._lift.new_layer_id is not None
            self._transform = TransformLayers(
                [self._lift.new_layer_id], self.projection, self.resampling
            )
        try:
            return change.united(self._transform.apply(document))
        except DocumentError:
            self._lift.revert(document)
            raise

    def revert(self, document: Document) -> Change:
        """Put everything back and select as before."""
        assert self._transform is not None
        return self._transform.revert(document).united(self._lift.revert(document))


class CopyGroup(DuplicateLayers):
    """Put a copy of a group above it; `TranslateLayer` commands of the same gesture move it."""

    label = "Copy group"

    def __init__(self, layer_id: str, gesture: Hashable) -> None:
        """Prepare to copy the group of that id with all that is in it."""
        super().__init__([layer_id])
        self.merge_key = ("move", gesture)
        self._copy_id: str | None = None
        self._offset = (0, 0)

    def apply(self, document: Document) -> Change:
        """Add the copy where it was moved to; it becomes active."""
        change = super().apply(document)
        self._copy_id = document.active_id
        self._move(document, *self._offset)
        return change.united(Change(self._reach(document)))

    def revert(self, document: Document) -> Change:
        """Take the copy away."""
        reach = self._reach(document)
        self._move(document, -self._offset[0], -self._offset[1])
        return super().revert(document).united(Change(reach))

    def absorb(self, later: Command) -> bool:
        """Carry the copy on to where a later move of the gesture put it."""
        if not isinstance(later, TranslateLayer) or later.layer_id != self._copy_id:
            return False
        self._offset = (self._offset[0] + later.dx, self._offset[1] + later.dy)
        return True

    def _move(self, document: Document, dx: int, dy: int) -> None:
        assert self._copy_id is not None
        for layer in with_members(document.layers, self._copy_id):
            layer.translate(dx, dy)

    def _reach(self, document: Document) -> Rect:
        assert self._copy_id is not None
        return reach_of(document.layers, self._copy_id)
