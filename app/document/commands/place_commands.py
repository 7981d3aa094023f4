"""Commands that move layers: within the stack, and over the document."""

from __future__ import annotations

from collections.abc import Collection, Hashable

from app.document.change import Change
from app.document.commands.command import Command, check_unlocked, unlocked_layer
from app.document.commands.restacking import Restacking, check_members_free, named_layers
from app.document.commands.selection_commands import SelectPatch
from app.document.document import Document
from app.document.errors import LayerPlaceError
from app.document.geometry import Rect
from app.document.layer_tree import nearest_index, reach_of, with_members
from app.document.layers import Layer
from app.document.wording import translate


class MoveLayers(Restacking):
    """Give layers, groups with all that is in them, another place in the stack."""

    label = "Reorder layers"

    def __init__(self, layer_ids: Collection[str], index: int, group_id: str | None = None) -> None:
        """Prepare the move.

        Args:
            layer_ids: the layers; they come to stand side by side in the order they have.
            index: how many of the other layers are to lie below them; beyond the ends means the
                end, and between members of another group means above that group.
            group_id: the group they become direct members of, or None.
        """
        super().__init__()
        self.layer_ids = tuple(layer_ids)
        self.index = index
        self.group_id = group_id

    def restack(self, document: Document) -> Rect:
        """Move the layers.

        Raises:
            LayerPlaceError: a group would go into itself, or into what is no group.
            LayerLockedError: a group that is left or entered is locked.
        """
        layers = document.layers
        tops = named_layers(document, self.layer_ids)
        moved = [layer for top in tops for layer in with_members(layers, top.id)]
        check_members_free(document, tops)
        self._check_target(document, moved)
        pixels = reach_of(layers, *self.layer_ids)
        rest = [layer for layer in layers if layer not in moved]
        index = nearest_index(rest, self.index, self.group_id)
        layers[:] = [*rest[:index], *moved, *rest[index:]]
        for top in tops:
            top.group_id = self.group_id
        return pixels.united(reach_of(layers, *self.layer_ids))

    def _check_target(self, document: Document, moved: Collection[Layer]) -> None:
        if self.group_id is None:
            return
        group = document.layer(self.group_id)
        if not group.is_group:
            raise LayerPlaceError(
                translate("Errors", "The layer “{name}” is no group.").format(name=group.name)
            )
        if group in moved:
            raise LayerPlaceError(translate("Errors", "A group cannot be moved into itself."))
        check_unlocked(group)
        check_members_free(document, [group])


class MoveLayer(MoveLayers):
    """Give a layer another place in the stack."""

    def __init__(self, layer_id: str, index: int, group_id: str | None = None) -> None:
        """Prepare the move of the layer of that id; see `MoveLayers`."""
        super().__init__([layer_id], index, group_id)


class TranslateLayer(Command):
    """Move a layer's pixels and mask by whole pixels; nothing is lost beyond the document.

    Of a group everything in it moves.
    """

    label = "Move layer"

    def __init__(self, layer_id: str, dx: int, dy: int, gesture: Hashable | None = None) -> None:
        """Prepare the move.

        Args:
            layer_id: the layer.
            dx: pixels to the right.
            dy: pixels down.
            gesture: moves of one gesture (any equal value) become one step.
        """
        self.layer_id = layer_id
        self.dx, self.dy = dx, dy
        self.merge_key = None if gesture is None else ("move", gesture)
        self._selection: SelectPatch | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of the selection that moved along."""
        return 0 if self._selection is None else self._selection.byte_count

    def apply(self, document: Document) -> Change:
        """Move the layer.

        Raises:
            LayerLockedError: it, a member of it, or a group around it is locked.
        """
        document.layer(self.layer_id)
        for layer in with_members(document.layers, self.layer_id):
            unlocked_layer(document, layer.id)
        change = self._move(document, self.dx, self.dy)
        return change if self._selection is None else change.united(self._selection.apply(document))

    def revert(self, document: Document) -> Change:
        """Move it back."""
        change = self._move(document, -self.dx, -self.dy)
        return (
            change if self._selection is None else change.united(self._selection.revert(document))
        )

    def absorb(self, later: Command) -> bool:
        """Go on to where the later move ended."""
        if isinstance(later, SelectPatch):
            return self._absorb_selection(later)
        if not isinstance(later, TranslateLayer) or later.layer_id != self.layer_id:
            return False
        self.dx, self.dy = self.dx + later.dx, self.dy + later.dy
        return True

    def _absorb_selection(self, later: SelectPatch) -> bool:
        if self._selection is None:
            self._selection = later
        else:
            self._selection.absorb(later)
        return True

    def _move(self, document: Document, dx: int, dy: int) -> Change:
        layers = document.layers
        before = reach_of(layers, self.layer_id)
        for layer in with_members(layers, self.layer_id):
            layer.translate(dx, dy)
        return Change(before.united(reach_of(layers, self.layer_id)))
