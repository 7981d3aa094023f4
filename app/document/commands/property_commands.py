"""Commands that set one property of a layer or of the document."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from app.document.change import Change
from app.document.commands.command import Command
from app.document.document import Document
from app.document.layer_tree import ancestors_of, reach_of
from app.document.layers import BlendMode


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
        setattr(document.layer(self.layer_id), self.attribute, value)
        pixels = reach_of(document.layers, self.layer_id) if self.is_seen else None
        return Change(pixels, layers=True)


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


class ShowLayers(Command):
    """Show and hide several layers at once."""

    label = "Layer visibility"

    def __init__(self, states: Mapping[str, bool], gesture: Hashable | None = None) -> None:
        """Prepare to show (True) or hide layers.

        Args:
            states: by layer id.
            gesture: commands of one gesture (any equal value) become one step.
        """
        self.states = dict(states)
        self.merge_key = None if gesture is None else ("show", gesture)
        self._before: dict[str, bool] = {}

    def apply(self, document: Document) -> Change:
        """Show and hide the layers."""
        self._before = {each: document.layer(each).is_visible for each in self.states}
        return _shown(document, self.states)

    def revert(self, document: Document) -> Change:
        """Show what was shown."""
        return _shown(document, self._before)

    def absorb(self, later: Command) -> bool:
        """Take over the later states."""
        if not isinstance(later, ShowLayers):
            return False
        self.states = {**self.states, **later.states}
        self._before = {**later._before, **self._before}
        return True


class SetLocked(_SetProperty):
    """Lock a layer's pixels and place, or unlock them."""

    label = "Lock layer"
    attribute = "is_locked"
    is_seen = False

    def __init__(self, layer_id: str, is_locked: bool) -> None:
        """Prepare to lock or unlock the layer of that id."""
        super().__init__(layer_id, is_locked)


class SetAlphaLocked(_SetProperty):
    """Keep a layer's transparency as it is while it is painted on, or no longer."""

    label = "Lock transparency"
    attribute = "is_alpha_locked"
    is_seen = False

    def __init__(self, layer_id: str, is_alpha_locked: bool) -> None:
        """Prepare to lock or unlock the transparency of the layer of that id."""
        super().__init__(layer_id, is_alpha_locked)


class SetClipped(_SetProperty):
    """Show a layer only where the one below it is, or everywhere."""

    label = "Clip layer"
    attribute = "is_clipped"

    def __init__(self, layer_id: str, is_clipped: bool) -> None:
        """Prepare to clip or release the layer of that id."""
        super().__init__(layer_id, is_clipped)


class SetExpanded(Command):
    """List the members of a group in the layers panel, or not; no step of the history."""

    label = "Open group"
    is_step = False

    def __init__(self, layer_id: str, is_expanded: bool) -> None:
        """Prepare to open or close the group of that id."""
        self.layer_id = layer_id
        self.is_expanded = is_expanded
        self._before: tuple[bool, str | None] = (True, None)

    def apply(self, document: Document) -> Change:
        """Open or close the group; one that hides the active layer becomes active."""
        group, active = document.layer(self.layer_id), document.active_layer
        self._before = (group.is_expanded, document.active_id)
        group.is_expanded = self.is_expanded
        is_inside = active is not None and group in ancestors_of(document.layers, active)
        if is_inside and not self.is_expanded:
            document.active_id = group.id
        return Change(layers=True, active=document.active_id != self._before[1])

    def revert(self, document: Document) -> Change:
        """Open or close it as before."""
        document.layer(self.layer_id).is_expanded, document.active_id = self._before
        return Change(layers=True, active=True)


class SetBlendMode(Command):
    """Set how a layer's colours join those below; several choices in a row are one step."""

    label = "Blend mode"

    def __init__(self, layer_id: str, blend_mode: BlendMode, is_pass_through: bool = False) -> None:
        """Prepare the blend mode of the layer of that id.

        Args:
            layer_id: the layer.
            blend_mode: of the layer; of a group, of its composite.
            is_pass_through: of a group: its members join what lies below the group one by one.
        """
        self.layer_id = layer_id
        self.value = (blend_mode, is_pass_through)
        self.merge_key = ("blend mode", layer_id)
        self._before = self.value

    def apply(self, document: Document) -> Change:
        """Set the mode."""
        layer = document.layer(self.layer_id)
        self._before = (layer.blend_mode, layer.is_pass_through)
        return self._set(document, self.value)

    def revert(self, document: Document) -> Change:
        """Set the former mode."""
        return self._set(document, self._before)

    def absorb(self, later: Command) -> bool:
        """Take over the later mode."""
        if not isinstance(later, SetBlendMode) or later.layer_id != self.layer_id:
            return False
        self.value = later.value
        return True

    def _set(self, document: Document, value: tuple[BlendMode, bool]) -> Change:
        layer = document.layer(self.layer_id)
        layer.blend_mode, layer.is_pass_through = value
        return Change(reach_of(document.layers, self.layer_id), layers=True)


def _shown(document: Document, states: Mapping[str, bool]) -> Change:
    for layer_id, is_visible in states.items():
        document.layer(layer_id).is_visible = is_visible
    return Change(reach_of(document.layers, *states), layers=True)
