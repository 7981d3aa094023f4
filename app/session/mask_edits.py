"""Work on the mask of the active layer."""

from __future__ import annotations

from app.document.commands import ApplyMask, SetMask, inverted_mask
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.wording import translate
from app.session.edit_part import EditPart


class MaskEdits(EditPart):
    """Gives the active layer a mask and takes it away; every method is at most one undo step."""

    def add_mask(self, is_hiding: bool = False) -> bool:
        """Mask the active layer with the selection, else with a mask that shows or hides all.

        Args:
            is_hiding: hide what is selected, or everything.

        Returns:
            Whether the layer has a new mask.
        """
        layer, document = self._active_layer(), self._session.document
        if layer is None:
            return False
        if layer.mask is not None:
            self._notice(translate("SessionEdits", "This layer has a mask already."))
            return False
        selection = document.selection
        if selection is None:
            mask = Plane(document.rect, 1, 0 if is_hiding else 255)
        else:
            mask = Plane.from_grey(selection.mask, fill=0)
        if selection is not None and is_hiding:
            mask = inverted_mask(mask)
        return self._session.run(SetMask(layer.id, mask, label="Add mask"))

    def remove_mask(self) -> None:
        """Take the active layer's mask away: all of the layer is shown."""
        layer = self._masked_layer()
        if layer is not None:
            self._session.run(SetMask(layer.id, None, label="Delete mask"))

    def apply_mask(self) -> None:
        """Make transparent what the active layer's mask hides."""
        layer = self._masked_layer()
        if layer is not None:
            self._session.run(ApplyMask(layer.id))

    def invert_mask(self) -> None:
        """Show what the active layer's mask hides, and hide what it shows."""
        layer = self._masked_layer()
        if layer is not None and layer.mask is not None:
            self._session.run(SetMask(layer.id, inverted_mask(layer.mask), label="Invert mask"))

    def mask_selection(self, layer_id: str) -> Selection | None:
        """Return what a layer's mask shows as a selection."""
        document = self._session.document
        mask = document.layer(layer_id).mask
        return None if mask is None else Selection(mask.read(document.rect).copy())

    def _masked_layer(self) -> Layer | None:
        layer = self._active_layer()
        if layer is not None and layer.mask is None:
            self._notice(translate("SessionEdits", "This layer has no mask."))
            return None
        return layer
