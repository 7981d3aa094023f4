"""What a command is."""

from __future__ import annotations

from collections.abc import Hashable

from app.document.change import Change
from app.document.document import Document
from app.document.errors import LayerLockedError
from app.document.layer_tree import ancestors_of
from app.document.layers import Layer
from app.document.wording import translate


class Command:
    """One step of the history; remembers what it needs to take itself back.

    `apply` and `revert` are called in turn on one document, `apply` first. A command that raises
    has changed nothing.

    Attributes:
        label: what the history list shows.
        merge_key: consecutive commands of equal key become one step; None never merges.
        is_step: whether it enters the history; choosing a layer, like zooming, does not.
    """

    label: str = ""
    is_step: bool = True
    merge_key: Hashable | None = None

    @property
    def byte_count(self) -> int:
        """Bytes kept alive only for undo or redo."""
        return 0

    @property
    def writes_in_place(self) -> bool:
        """Whether it takes all memory it needs before it changes anything.

        It then writes pixels where they are; of any other command each touched band is copied
        first, so that a failure half-way can be put back.
        """
        return False

    def apply(self, document: Document) -> Change:
        """Do it, or do it again.

        Raises:
            DocumentError: it cannot be done; nothing has changed.
        """
        raise NotImplementedError

    def revert(self, document: Document) -> Change:
        """Take it back: afterwards the document is bit-identical to before `apply`."""
        raise NotImplementedError

    def absorb(self, later: Command) -> bool:
        """Take over the effect of the next, already applied command.

        Returns:
            Whether it could; both have equal `merge_key`.
        """
        return False


def unlocked_layer(document: Document, layer_id: str) -> Layer:
    """The layer of that id, for a change of its pixels or place.

    Raises:
        LayerNotFoundError: there is none.
        LayerLockedError: it or a group around it is locked.
    """
    layer = document.layer(layer_id)
    for each in (layer, *ancestors_of(document.layers, layer)):
        check_unlocked(each)
    return layer


def check_unlocked(layer: Layer) -> None:
    """Check a layer's own lock.

    Raises:
        LayerLockedError: it is locked.
    """
    if layer.is_locked:
        group = translate("Errors", "The group “{name}” is locked.")
        other = translate("Errors", "The layer “{name}” is locked.")
        raise LayerLockedError((group if layer.is_group else other).format(name=layer.name))
