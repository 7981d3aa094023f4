"""Commands that make one layer of several, with the same picture."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.commands.command import check_unlocked
from app.document.commands.restacking import Restacking, check_members_free
from app.document.compositing.merged_pixels import composite_of
from app.document.compositing.merging import layers_to_merge_down, merged_kind, merged_layer
from app.document.document import Document
from app.document.errors import MergeError
from app.document.geometry import Rect
from app.document.layer_tree import block_of, bounds_of, siblings_of, with_members
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.wording import translate


class MergeDown(Restacking):
    """Make one layer of a layer and the one below it, or of a group."""

    label = "Merge down"

    def __init__(self, layer_id: str) -> None:
        """Prepare to merge the layer or group of that id."""
        super().__init__()
        self.layer_id = layer_id

    def restack(self, document: Document) -> Rect:
        """Merge; the new layer becomes active.

        Raises:
            MergeError: there is nothing below it in its group, or one of both is hidden.
            LayerLockedError: a layer to be merged, or a group around it, is locked.
        """
        layers = document.layers
        merged = layers_to_merge_down(layers, document.layer(self.layer_id))
        if len(merged) == 1 and not merged[0].is_group:
            raise MergeError(translate("Errors", "There is no layer below to merge with."))
        if not all(layer.is_visible for layer in merged):
            raise MergeError(translate("Errors", "Show both layers before merging them."))
        start = block_of(layers, merged[0].id).start
        stop = block_of(layers, merged[-1].id).stop
        check_members_free(document, merged[:1])
        for layer in layers[start:stop]:
            check_unlocked(layer)
        pixels = bounds_of(layers[start:stop])
        layer = merged_layer(document, merged)
        layers[start:stop] = [layer]
        document.active_id = layer.id
        return pixels


class MergeVisible(Restacking):
    """Make one layer of all that is visible; hidden layers stay."""

    label = "Merge visible"

    def restack(self, document: Document) -> Rect:
        """Merge; the new layer, at the place of the lowest, becomes active.

        Raises:
            MergeError: nothing is visible.
            LayerLockedError: a visible layer is locked.
        """
        layers = document.layers
        visible = [layer for layer in layers if layer.group_id is None and layer.is_visible]
        if not visible:
            raise MergeError(translate("Errors", "There is no visible layer to merge."))
        merged_ids: set[str] = set()
        for top in visible:
            merged_ids.update(layer.id for layer in with_members(layers, top.id))
        merged = [layer for layer in layers if layer.id in merged_ids]
        place = layers.index(merged[0])
        layer = _picture(document, merged, visible[0].name)
        layers[:] = [each for each in layers if each.id not in merged_ids]
        layers.insert(place, layer)
        document.active_id = layer.id
        return bounds_of([*merged, *layers])


class FlattenImage(Restacking):
    """Make one layer of the whole picture; hidden layers are dropped."""

    label = "Flatten image"

    def restack(self, document: Document) -> Rect:
        """Flatten.

        Raises:
            LayerLockedError: a layer is locked.
        """
        layers = document.layers
        bottom = siblings_of(layers, layers[-1])[0]
        layer = _picture(document, layers, bottom.name)
        document.layers[:] = [layer]
        document.active_id = layer.id
        return document.rect


def stamp_of(document: Document, name: str) -> Layer:
    """A new layer that shows the whole picture as it is."""
    return Layer(
        name, Plane.from_pixels(composite_of(document, document.rect)), merged_kind(document.layers)
    )


def _picture(document: Document, merged: Sequence[Layer], name: str) -> Layer:
    for layer in merged:
        check_unlocked(layer)
    return stamp_of(document, name)
