"""The ground of commands that change which layers there are and where they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from app.document.change import Change
from app.document.commands.command import Command, check_unlocked
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer_tree import ancestors_of, outermost_of
from app.document.layers import Layer


class Stacking(NamedTuple):
    """The layers of a document and how they stand.

    Attributes:
        layers: bottom first.
        group_ids: the group of each.
        clipped: whether each is clipped to the one below.
        active_id: the layer that tools work on.
    """

    layers: tuple[Layer, ...]
    group_ids: tuple[str | None, ...]
    clipped: tuple[bool, ...]
    active_id: str | None

    @classmethod
    def of(cls, document: Document) -> Stacking:
        """How the layers stand now."""
        layers = tuple(document.layers)
        return cls(
            layers,
            tuple(layer.group_id for layer in layers),
            tuple(layer.is_clipped for layer in layers),
            document.active_id,
        )

    def restore(self, document: Document) -> None:
        """Make the layers of a document stand like this."""
        document.layers[:] = self.layers
        for layer, group_id, is_clipped in zip(
            self.layers, self.group_ids, self.clipped, strict=True
        ):
            layer.group_id, layer.is_clipped = group_id, is_clipped
        document.active_id = self.active_id

    def bytes_missing_in(self, other: Stacking | None) -> int:
        """Bytes of the layers that `other` does not have."""
        others = set() if other is None else {layer.id for layer in other.layers}
        return sum(layer.byte_count for layer in self.layers if layer.id not in others)


class Restacking(Command):
    """Takes itself back by the list of layers as it was; what it made is made once."""

    def __init__(self) -> None:
        self._before: Stacking | None = None
        self._after: Stacking | None = None
        self._pixels = Rect(0, 0, 0, 0)
        self._is_applied = False

    @property
    def byte_count(self) -> int:
        """Bytes of the layers that only the history keeps."""
        if self._before is None or self._after is None:
            return 0
        if self._is_applied:
            return self._before.bytes_missing_in(self._after)
        return self._after.bytes_missing_in(self._before)

    def apply(self, document: Document) -> Change:
        """Restack the layers.

        Raises:
            DocumentError: see `restack`.
        """
        before = Stacking.of(document)
        if self._after is None:
            self._pixels = self.restack(document)
            self._after = Stacking.of(document)
        else:
            self._after.restore(document)
        self._before, self._is_applied = before, True
        return self._change()

    def revert(self, document: Document) -> Change:
        """Put the layers back as they stood."""
        assert self._before is not None
        self._before.restore(document)
        self._is_applied = False
        return self._change()

    def restack(self, document: Document) -> Rect:
        """Change the list of layers, their groups, their being clipped, and the active layer.

        Returns:
            The document pixels that may look different.

        Raises:
            DocumentError: it cannot be done; nothing has changed.
        """
        raise NotImplementedError

    def _change(self) -> Change:
        return Change(self._pixels, layers=True, active=True)


def check_members_free(document: Document, layers: Iterable[Layer]) -> None:
    """Check that layers may leave the groups they stand in.

    Raises:
        LayerLockedError: a group around one of them is locked.
    """
    for layer in layers:
        for group in ancestors_of(document.layers, layer):
            check_unlocked(group)


def named_layers(document: Document, layer_ids: Collection[str]) -> list[Layer]:
    """The layers of those ids, bottom first, without those in a group that is named too.

    Raises:
        LayerNotFoundError: there is no such layer.
    """
    for layer_id in layer_ids:
        document.layer(layer_id)
    return outermost_of(document.layers, layer_ids)
