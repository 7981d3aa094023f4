"""Commands that make and dissolve groups."""

from __future__ import annotations

from collections.abc import Collection

from app.document.commands.command import check_unlocked
from app.document.commands.restacking import Restacking, check_members_free, named_layers
from app.document.document import Document
from app.document.errors import LastLayerError, LayerPlaceError
from app.document.geometry import Rect
from app.document.layer_tree import block_of, bounds_of, reach_of, with_members
from app.document.layers import Layer
from app.document.wording import translate


class GroupLayers(Restacking):
    """Put layers into a new group, which stands where the topmost of them stood.

    The group lets its members pass through, so that the picture stays as it is.

    Attributes:
        group: the new group.
    """

    label = "Group layers"

    def __init__(self, layer_ids: Collection[str], name: str) -> None:
        """Prepare to group the layers of those ids under a name."""
        super().__init__()
        self.layer_ids = tuple(layer_ids)
        self.group = Layer.group(name)
        self.group.is_pass_through = True

    def restack(self, document: Document) -> Rect:
        """Group the layers; the group becomes active.

        Raises:
            LayerPlaceError: there is nothing to group.
            LayerLockedError: a group around one of the layers is locked.
        """
        layers, group = document.layers, self.group
        tops = named_layers(document, self.layer_ids)
        if not tops:
            raise LayerPlaceError(translate("Errors", "Choose the layers to group."))
        check_members_free(document, tops)
        pixels = reach_of(layers, *self.layer_ids)
        members = [layer for top in tops for layer in with_members(layers, top.id)]
        member_ids = {layer.id for layer in members}
        place = block_of(layers, tops[-1].id).stop
        below = [layer for layer in layers[:place] if layer.id not in member_ids]
        group.group_id, group.is_clipped = tops[-1].group_id, tops[0].is_clipped
        for top in tops:
            top.group_id = group.id
        layers[:] = [*below, *members, group, *layers[place:]]
        document.active_id = group.id
        return pixels.united(reach_of(layers, group.id))


class Ungroup(Restacking):
    """Dissolve a group; its members take its place, the topmost becomes active."""

    label = "Ungroup"

    def __init__(self, layer_id: str) -> None:
        """Prepare to dissolve the group of that id."""
        super().__init__()
        self.layer_id = layer_id

    def restack(self, document: Document) -> Rect:
        """Dissolve the group.

        Raises:
            LayerPlaceError: it is no group.
            LastLayerError: nothing would be left.
            LayerLockedError: it or a group around it is locked.
        """
        layers = document.layers
        group = document.layer(self.layer_id)
        if not group.is_group:
            raise LayerPlaceError(
                translate("Errors", "The layer “{name}” is no group.").format(name=group.name)
            )
        check_unlocked(group)
        check_members_free(document, [group])
        pixels = reach_of(layers, group.id)
        block = block_of(layers, group.id)
        members = [layer for layer in layers if layer.group_id == group.id]
        if len(layers) == 1:
            raise LastLayerError(translate("Errors", "A document needs at least one layer."))
        del layers[block.stop - 1]
        for layer in members:
            layer.group_id = group.group_id
            # what the group was clipped to clips its members now
            layer.is_clipped = layer.is_clipped or group.is_clipped
        if document.active_id == group.id:
            place = max(0, min(block.stop - 2, len(layers) - 1))
            document.active_id = members[-1].id if members else layers[place].id
        return pixels.united(bounds_of(members))
