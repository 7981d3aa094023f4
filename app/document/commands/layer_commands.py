"""Commands on the stack of layers and on their places."""

from __future__ import annotations

from collections.abc import Hashable

from app.document.change import Change
from app.document.commands.command import Command, unlocked_layer
from app.document.document import Document
from app.document.errors import LastLayerError
from app.document.layers import Layer, LayerKind
from app.document.selection import Selection


class AddLayer(Command):
    """Put a layer into the stack and make it the active one."""

    def __init__(self, layer: Layer, index: int | None = None, label: str = "Add layer") -> None:
        """Prepare to add `layer`.

        Args:
            layer: taken over, not copied.
            index: its place, 0 = bottom. When None: above the active layer; a RESULT, which was
                rendered from all layers, goes to the top.
            label: what the history list shows.
        """
        self.layer = layer
        self.index = index
        self.label = label
        self._active_before: str | None = None
        self._is_applied = False

    @property
    def byte_count(self) -> int:
        """The layer's bytes while only the redo list keeps it."""
        return 0 if self._is_applied else self.layer.byte_count

    def apply(self, document: Document) -> Change:
        """Add the layer."""
        if self.index is None:
            self.index = index_above_active(document, self.layer.kind)
        self._active_before = document.active_id
        document.layers.insert(self.index, self.layer)
        document.active_id = self.layer.id
        self._is_applied = True
        return Change(self.layer.rect, layers=True, active=True)

    def revert(self, document: Document) -> Change:
        """Take the layer out again."""
        del document.layers[document.index_of(self.layer.id)]
        document.active_id = self._active_before
        self._is_applied = False
        return Change(self.layer.rect, layers=True, active=True)


class PasteLayer(AddLayer):
    """Add a pasted layer; what was selected is no longer what the user works on."""

    def __init__(self, layer: Layer, index: int | None = None, label: str = "Paste") -> None:
        """Prepare to paste `layer`; see `AddLayer`."""
        super().__init__(layer, index, label)
        self._selection_before: Selection | None = None

    def apply(self, document: Document) -> Change:
        """Add the layer and select nothing."""
        self._selection_before = document.selection
        document.selection = None
        return super().apply(document).united(Change(selection=True))

    def revert(self, document: Document) -> Change:
        """Take the layer out and select as before."""
        document.selection = self._selection_before
        return super().revert(document).united(Change(selection=True))


class RemoveLayer(Command):
    """Take a layer out of the stack; the one below it becomes active."""

    label = "Delete layer"

    def __init__(self, layer_id: str) -> None:
        """Prepare to remove the layer of that id."""
        self.layer_id = layer_id
        self._layer: Layer | None = None
        self._index = 0
        self._active_before: str | None = None
        self._is_applied = False

    @property
    def byte_count(self) -> int:
        """The layer's bytes while only the history keeps it."""
        return self._layer.byte_count if self._layer and self._is_applied else 0

    def apply(self, document: Document) -> Change:
        """Remove the layer.

        Raises:
            LayerLockedError: it is locked.
            LastLayerError: it is the only one.
        """
        layer = unlocked_layer(document, self.layer_id)
        if len(document.layers) == 1:
            raise LastLayerError("A document needs at least one layer.")
        self._layer, self._index = layer, document.index_of(self.layer_id)
        self._active_before = document.active_id
        del document.layers[self._index]
        if document.active_id == self.layer_id:
            document.active_id = document.layers[max(0, self._index - 1)].id
        self._is_applied = True
        return Change(layer.rect, layers=True, active=True)

    def revert(self, document: Document) -> Change:
        """Put the layer back."""
        assert self._layer is not None
        document.layers.insert(self._index, self._layer)
        document.active_id = self._active_before
        self._is_applied = False
        return Change(self._layer.rect, layers=True, active=True)


class MoveLayer(Command):
    """Give a layer another place in the stack."""

    label = "Reorder layers"

    def __init__(self, layer_id: str, index: int) -> None:
        """Prepare the move.

        Args:
            layer_id: the layer.
            index: its place afterwards, 0 = bottom; beyond the ends means the end.
        """
        self.layer_id = layer_id
        self.index = index
        self._index_before = 0

    def apply(self, document: Document) -> Change:
        """Move the layer."""
        self._index_before = document.index_of(self.layer_id)
        return self._move(document, max(0, min(self.index, len(document.layers) - 1)))

    def revert(self, document: Document) -> Change:
        """Move it back."""
        return self._move(document, self._index_before)

    def _move(self, document: Document, index: int) -> Change:
        layer = document.layers.pop(document.index_of(self.layer_id))
        document.layers.insert(index, layer)
        return Change(layer.rect, layers=True)


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


class TranslateLayer(Command):
    """Move a layer's pixels and mask by whole pixels; nothing is lost beyond the document."""

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

    def apply(self, document: Document) -> Change:
        """Move the layer.

        Raises:
            LayerLockedError: it is locked.
        """
        return self._move(unlocked_layer(document, self.layer_id), self.dx, self.dy)

    def revert(self, document: Document) -> Change:
        """Move it back."""
        return self._move(document.layer(self.layer_id), -self.dx, -self.dy)

    def absorb(self, later: Command) -> bool:
        """Go on to where the later move ended."""
        if not isinstance(later, TranslateLayer) or later.layer_id != self.layer_id:
            return False
        self.dx, self.dy = self.dx + later.dx, self.dy + later.dy
        return True

    def _move(self, layer: Layer, dx: int, dy: int) -> Change:
        before = layer.rect
        layer.plane.translate(dx, dy)
        if layer.mask is not None:
            layer.mask.translate(dx, dy)
        return Change(before.united(layer.rect), layers=True)


def index_above_active(document: Document, kind: LayerKind) -> int:
    """Where a new layer of that kind belongs in the stack."""
    if kind is LayerKind.RESULT or document.active_layer is None:
        return len(document.layers)
    return document.index_of(document.active_layer.id) + 1
