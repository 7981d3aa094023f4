"""Commands that add, remove and copy layers, and choose the active one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.document.change import Change
from app.document.commands.command import Command, unlocked_layer
from app.document.commands.restacking import Restacking, check_members_free, named_layers
from app.document.document import Document
from app.document.errors import LastLayerError
from app.document.geometry import Rect
from app.document.layer_tree import (
    Place,
    block_of,
    nearest_index,
    place_for_new,
    reach_of,
    siblings_of,
    with_members,
)
from app.document.layers import Layer, LayerKind, new_layer_id
from app.document.render_settings import RenderSettings
from app.document.selection import Selection
from app.document.wording import translate


class AddLayer(Restacking):
    """Put a layer into the stack and make it the active one."""

    def __init__(self, layer: Layer, index: int | None = None, label: str = "Add layer") -> None:
        """Prepare to add `layer`.

        Args:
            layer: taken over, not copied.
            index: its place, 0 = bottom, at the level of its group; see `nearest_index`. When
                None: above the active layer, or into it when it is an open group; a RESULT, which
                was rendered from all layers, goes to the top.
            label: what the history list shows.
        """
        super().__init__()
        self.layer = layer
        self.index = index
        self.label = label

    @property
    def byte_count(self) -> int:
        """The layer's bytes while only the redo list keeps it."""
        return 0 if self._is_applied else self.layer.byte_count

    def restack(self, document: Document) -> Rect:
        """Add the layer."""
        layers, layer = document.layers, self.layer
        place = self._place(document)
        layer.group_id = place.group_id
        layers.insert(place.index, layer)
        document.active_id = layer.id
        if self.index is None:
            _join_clipped_run(layers, layer)
        return reach_of(layers, layer.id)

    def _place(self, document: Document) -> Place:
        layers, layer = document.layers, self.layer
        if self.index is not None:
            is_member = any(each.is_group and each.id == layer.group_id for each in layers)
            group_id = layer.group_id if is_member else None
            return Place(nearest_index(layers, self.index, group_id), group_id)
        if layer.kind is LayerKind.RESULT:
            return Place(len(layers), None)
        return place_for_new(layers, document.active_layer)


class PasteLayer(AddLayer):
    """Add a pasted layer; what was selected is no longer what the user works on."""

    def __init__(
        self,
        layer: Layer,
        index: int | None = None,
        label: str = "Paste",
        settings: RenderSettings | None = None,
    ) -> None:
        """Prepare to paste `layer`; see `AddLayer`.

        Args:
            layer: not in any document yet.
            index: place in the stack; None = above the active layer.
            label: what the history list shows.
            settings: what renders are asked for from now on, as the patch needs it; None = as is.
        """
        super().__init__(layer, index, label)
        self._settings = settings
        self._chosen_before: tuple[Selection | None, RenderSettings] = (None, RenderSettings())

    def apply(self, document: Document) -> Change:
        """Add the layer and select nothing."""
        self._chosen_before = (document.selection, document.render_settings)
        document.selection = None
        document.render_settings = self._settings or document.render_settings
        return super().apply(document).united(Change(selection=True))

    def revert(self, document: Document) -> Change:
        """Take the layer out and select as before."""
        document.selection, document.render_settings = self._chosen_before
        return super().revert(document).united(Change(selection=True))


class RemoveLayers(Restacking):
    """Take layers out of the stack, groups with all that is in them."""

    def __init__(self, layer_ids: Collection[str]) -> None:
        """Prepare to remove the layers of those ids."""
        super().__init__()
        self.layer_ids = tuple(layer_ids)
        self.label = "Delete layer" if len(self.layer_ids) == 1 else "Delete layers"

    def restack(self, document: Document) -> Rect:
        """Remove the layers.

        Raises:
            LayerLockedError: one of them is locked.
            LastLayerError: no layer would be left, or only groups.
        """
        layers = document.layers
        tops = named_layers(document, self.layer_ids)
        gone = {layer.id for top in tops for layer in with_members(layers, top.id)}
        for layer_id in gone:
            unlocked_layer(document, layer_id)
        left = [layer for layer in layers if layer.id not in gone]
        if all(layer.is_group for layer in left):
            raise LastLayerError(translate("Errors", "A document needs at least one layer."))
        pixels = reach_of(layers, *(top.id for top in tops))
        if document.active_id in gone:
            document.active_id = _neighbour(layers, left, tops[0]).id
        layers[:] = left
        return pixels


class RemoveLayer(RemoveLayers):
    """Take a layer out of the stack; the one below it becomes active."""

    def __init__(self, layer_id: str) -> None:
        """Prepare to remove the layer of that id."""
        super().__init__([layer_id])


class DuplicateLayers(Restacking):
    """Put a copy of layers right above each, groups with all that is in them."""

    label = "Duplicate layer"

    def __init__(self, layer_ids: Collection[str], name: str = "{name} copy") -> None:
        """Prepare to copy the layers of those ids.

        Args:
            layer_ids: the layers.
            name: of the copies; ``{name}`` stands for the name of the original.
        """
        super().__init__()
        self.layer_ids = tuple(layer_ids)
        self.name = name

    def restack(self, document: Document) -> Rect:
        """Add the copies; that of the active layer, else the topmost, becomes active.

        Raises:
            LayerLockedError: a group around one of the layers is locked.
        """
        layers = document.layers
        tops = named_layers(document, self.layer_ids)
        check_members_free(document, tops)
        copies: list[Layer] = []
        active_id = document.active_id
        for top in tops:
            block = duplicated(with_members(layers, top.id), self.name.format(name=top.name))
            index = block_of(layers, top.id).stop
            layers[index:index] = block
            copies.append(block[-1])
            if active_id == top.id or document.active_id == active_id:
                document.active_id = block[-1].id
        return reach_of(layers, *(copy.id for copy in copies))


class SetActive(Command):
    """Make another layer the active one; no step of the history."""

    label = "Select layer"
    is_step = False

    def __init__(self, layer_id: str) -> None:
        """Prepare to activate the layer of that id."""
        self.layer_id = layer_id
        self._before: str | None = None

    def apply(self, document: Document) -> Change:
        """Activate the layer."""
        self._before = document.active_id
        document.active_id = document.layer(self.layer_id).id
        return Change(active=True)

    def revert(self, document: Document) -> Change:
        """Activate the former one."""
        document.active_id = self._before
        return Change(active=True)


def duplicated(block: Sequence[Layer], name: str) -> list[Layer]:
    """A copy of a layer and all in it under new ids; the layer, the last one, gets a new name."""
    new_ids = {layer.id: new_layer_id() for layer in block}
    copies = [layer.snapshot() for layer in block]
    for copy in copies:
        copy.id = new_ids[copy.id]
        copy.group_id = new_ids.get(copy.group_id or "", copy.group_id)
    copies[-1].name = name
    return copies


def _join_clipped_run(layers: Sequence[Layer], layer: Layer) -> None:
    """Clip a layer that came between a base and what is clipped to it; else it would take over."""
    siblings = siblings_of(layers, layer)
    above = siblings.index(layer) + 1
    if 1 < above < len(siblings) and siblings[above].is_clipped:
        layer.is_clipped = True


def _neighbour(layers: Sequence[Layer], left: Sequence[Layer], removed: Layer) -> Layer:
    """What becomes active: the layer below, else the one above, else the group around."""
    siblings = siblings_of(layers, removed)
    place = siblings.index(removed)
    for candidate in (*reversed(siblings[:place]), *siblings[place:]):
        if candidate in left:
            return candidate
    return next((layer for layer in left if layer.id == removed.group_id), left[-1])
