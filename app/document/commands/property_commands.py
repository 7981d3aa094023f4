"""Commands that set one property of a layer or of the document."""

from __future__ import annotations

from typing import Any

from app.document.change import Change
from app.document.commands.command import Command
from app.document.document import Document
from app.document.errors import SelectionSizeError
from app.document.layers import BlendMode
from app.document.planes import Plane
from app.document.selection import Selection


class _SetProperty(Command):
    """Give one attribute of a layer another value."""

    attribute: str = ""
    # whether the attribute changes what the layer looks like
    is_seen = True

    def __init__(self, layer_id: str, value: Any) -> None:
        self.layer_id = layer_id
        self.value = value
        self._before: Any = None

    def apply(self, document: Document) -> Change:
        """Set the value."""
        self._before = getattr(document.layer(self.layer_id), self.attribute)
        return self._set(document, self.value)

    def revert(self, document: Document) -> Change:
        """Set the former value."""
        return self._set(document, self._before)

    def absorb(self, later: Command) -> bool:
        """Take over the later value."""
        if not isinstance(later, type(self)) or later.layer_id != self.layer_id:
            return False
        self.value = later.value
        return True

    def _set(self, document: Document, value: Any) -> Change:
        layer = document.layer(self.layer_id)
        setattr(layer, self.attribute, value)
        return Change(layer.rect if self.is_seen else None, layers=True)


class RenameLayer(_SetProperty):
    """Give a layer another name."""

    label = "Rename layer"
    attribute = "name"
    is_seen = False

    def __init__(self, layer_id: str, name: str) -> None:
        """Prepare to name the layer of that id."""
        super().__init__(layer_id, name)


class SetOpacity(_SetProperty):
    """Set a layer's opacity; a drag of the slider is one step."""

    label = "Layer opacity"
    attribute = "opacity"

    def __init__(self, layer_id: str, value: float) -> None:
        """Prepare the opacity `value`, 0..1; values beyond are clipped."""
        super().__init__(layer_id, min(1.0, max(0.0, float(value))))
        self.merge_key = ("opacity", layer_id)


class SetVisible(_SetProperty):
    """Show or hide a layer."""

    label = "Layer visibility"
    attribute = "is_visible"

    def __init__(self, layer_id: str, is_visible: bool) -> None:
        """Prepare to show or hide the layer of that id."""
        super().__init__(layer_id, is_visible)


class SetLocked(_SetProperty):
    """Lock a layer's pixels and place, or unlock them."""

    label = "Lock layer"
    attribute = "is_locked"
    is_seen = False

    def __init__(self, layer_id: str, is_locked: bool) -> None:
        """Prepare to lock or unlock the layer of that id."""
        super().__init__(layer_id, is_locked)


class SetBlendMode(_SetProperty):
    """Set how a layer's colours join those below."""

    label = "Blend mode"
    attribute = "blend_mode"

    def __init__(self, layer_id: str, blend_mode: BlendMode) -> None:
        """Prepare the blend mode of the layer of that id."""
        super().__init__(layer_id, blend_mode)


class SetMask(_SetProperty):
    """Give a layer a mask, another one, or none."""

    label = "Layer mask"
    attribute = "mask"

    def __init__(self, layer_id: str, mask: Plane | None) -> None:
        """Prepare the mask, a grey plane that is taken over; None shows the whole layer."""
        super().__init__(layer_id, mask)

    @property
    def byte_count(self) -> int:
        """Bytes of both masks."""
        return sum(mask.byte_count for mask in (self.value, self._before) if mask is not None)


class SetSelection(Command):
    """Select other pixels."""

    def __init__(self, selection: Selection | None, label: str = "Select") -> None:
        """Prepare the selection, of the document's size; None selects nothing in particular."""
        self.selection = selection
        self.label = label
        self._before: Selection | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of both masks."""
        return sum(each.byte_count for each in (self.selection, self._before) if each is not None)

    def apply(self, document: Document) -> Change:
        """Select.

        Raises:
            SelectionSizeError: the selection is not of the document's size.
        """
        wanted = (document.height, document.width)
        if self.selection is not None and self.selection.mask.shape != wanted:
            raise SelectionSizeError("The selection does not have the size of the document.")
        self._before = document.selection
        document.selection = self.selection
        return Change(selection=True)

    def revert(self, document: Document) -> Change:
        """Select as before."""
        document.selection = self._before
        return Change(selection=True)
