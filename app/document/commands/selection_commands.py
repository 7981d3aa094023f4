"""Commands on the selection, and on the quick mask: the selection as something painted on."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from app.document.change import Change
from app.document.commands.command import Command
from app.document.document import Document
from app.document.errors import SelectionSizeError
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.wording import translate


class SetSelection(Command):
    """Select other pixels."""

    def __init__(
        self, selection: Selection | None, label: str = "", gesture: Hashable | None = None
    ) -> None:
        """Prepare to select.

        Args:
            selection: of the document's size; None = everything.
            label: what the history list shows; empty = "Selection".
            gesture: selections of one gesture (any equal value) become one step.
        """
        self.selection = selection
        self.label = label or "Selection"
        self.merge_key = None if gesture is None else ("selection", gesture)
        self._before: Selection | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of the new mask; the former one belongs to the step that made it."""
        return 0 if self.selection is None else self.selection.byte_count

    def apply(self, document: Document) -> Change:
        """Select.

        Raises:
            SelectionSizeError: the selection is not of the document's size.
        """
        wanted = (document.height, document.width)
        if self.selection is not None and self.selection.mask.shape != wanted:
            raise SelectionSizeError(
                translate("Errors", "The selection does not have the size of the document.")
            )
        self._before = document.selection
        document.selection = self.selection
        return Change(selection=True)

    def revert(self, document: Document) -> Change:
        """Select as before."""
        document.selection = self._before
        return Change(selection=True)

    def absorb(self, later: Command) -> bool:
        """Take over the later selection."""
        if not isinstance(later, SetSelection):
            return False
        self.selection = later.selection
        return True


class SelectPatch(SetSelection):
    """Select what a moved patch covers, or nothing while it is being moved.

    Joins the lift or the move of the same gesture, so that selection and patch are one step.
    """

    def __init__(self, selection: Selection | None, gesture: Hashable) -> None:
        """Prepare to select; see `patch_selection`."""
        super().__init__(selection)
        self.merge_key = ("move", gesture)


def patch_selection(document: Document, layer_id: str) -> Selection:
    """Return a selection that marks a moved layer without bounding what may change."""
    layer = document.layer(layer_id)
    part = layer.rect.intersected(document.rect)
    alpha = np.ascontiguousarray(layer.masked_pixels(part)[..., 3])
    return Selection.of_values(alpha, part, document.width, document.height, layer_id)


class EnterQuickMask(Command):
    """Turn the selection into a mask to paint on; without a selection nothing is selected yet."""

    label = "Quick mask"

    def __init__(self) -> None:
        """Prepare to turn the document's selection."""
        self._layer: Layer | None = None
        self._selection: Selection | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of the mask."""
        return 0 if self._layer is None else self._layer.byte_count

    def apply(self, document: Document) -> Change:
        """Make the mask; a redo brings the same one back, for the strokes that follow."""
        self._selection = document.selection
        if self._layer is None:
            self._layer = _mask_layer(document)
        document.quick_mask, document.selection = self._layer, None
        return Change(selection=True)

    def revert(self, document: Document) -> Change:
        """Select as before."""
        document.quick_mask, document.selection = None, self._selection
        return Change(selection=True)


class LeaveQuickMask(Command):
    """Turn the quick mask into the selection; a black one selects nothing."""

    label = "Select from quick mask"

    def __init__(self) -> None:
        """Prepare to turn the document's quick mask."""
        self._layer: Layer | None = None
        self._selection: Selection | None = None
        self._made: Selection | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of the selection; the mask belongs to the step that made it."""
        return 0 if self._made is None else self._made.byte_count

    def apply(self, document: Document) -> Change:
        """Select what was painted."""
        self._layer, self._selection = document.quick_mask, document.selection
        document.selection = self._made = document.quick_mask_selection()
        document.quick_mask = None
        return Change(selection=True)

    def revert(self, document: Document) -> Change:
        """Go on painting."""
        document.quick_mask, document.selection = self._layer, self._selection
        return Change(selection=True)


def _mask_layer(document: Document) -> Layer:
    if document.selection is None:
        mask = Plane(document.rect, channels=1)
    else:
        mask = Plane.from_pixels(np.array(document.selection.mask))
    return Layer(translate("Names", "Quick mask"), Plane(Rect(0, 0, 0, 0)), mask=mask)
