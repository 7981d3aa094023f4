"""The layers of an OpenRaster file of any program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.document.errors import DocumentError
from app.document.files.openraster.openraster_stack import (
    Operation,
    StackEntry,
    StackGroup,
    StackLayer,
)
from app.document.files.png_parts import PngParts
from app.document.layers import BlendMode, Layer
from app.document.planes import Plane
from app.document.wording import translate

_MODES = {mode.value: mode for mode in BlendMode}
_MASKING = (Operation.KEEP, Operation.ERASE)


def left_out(name: str, error: DocumentError) -> str:
    """Return the notice about a layer that cannot be read."""
    sentence = translate("Errors", "The layer “{name}” was left out: {reason}")
    return sentence.format(name=_shown(name), reason=error)


@dataclass
class LayersOfStack:
    """Reads the images of a layer list.

    Groups come back as groups. A group's topmost member that keeps or erases what it covers
    becomes the group's mask; an isolated group of a layer and others drawn atop of it, which has
    the layer's name, becomes that layer with clipped ones, as it was written.

    Attributes:
        layers: those read so far, bottom first.
        active_id: of the layer that is marked as selected.
    """

    parts: PngParts
    layers: list[Layer] = field(default_factory=list)
    active_id: str | None = None
    _notices: list[str] = field(default_factory=list)
    _unknown: set[str] = field(default_factory=set)
    _hidden: set[str] = field(default_factory=set)
    _has_inherited: bool = False

    @property
    def notices(self) -> list[str]:
        """One sentence for everything that could not be kept."""
        notices = [*sorted(self.parts.conversions), *self._notices]
        if self._unknown:
            sentence = translate(
                "Errors", "Layers of an unknown blend mode ({modes}) are shown as Normal."
            )
            notices.append(sentence.format(modes=_shown(", ".join(sorted(self._unknown)))))
        if self._hidden:
            sentence = translate(
                "Errors",
                "Layers that only cut into others ({modes}) were hidden where they are not a "
                "group's mask.",
            )
            notices.append(sentence.format(modes=", ".join(sorted(self._hidden))))
        if self._has_inherited:
            notices.append(
                translate(
                    "Errors",
                    "Layers clipped to all layers below them are clipped to the nearest one.",
                )
            )
        return notices

    def read(self, entries: Sequence[StackEntry], group_id: str | None = None) -> None:
        """Add the layers of `entries`, given bottom first."""
        unclipped = 0
        for entry in entries:
            if isinstance(entry, StackGroup):
                self._read_group(entry, group_id)
            else:
                self._read_layer(entry, group_id)
            if entry.operation == Operation.ATOP:
                self._has_inherited |= unclipped > 1 or (unclipped == 1 and group_id is None)
            else:
                unclipped += 1

    def _read_layer(self, entry: StackLayer, group_id: str | None) -> None:
        try:
            rgba = self.parts.rgba(entry.source)
        except DocumentError as error:
            self._notices.append(left_out(entry.name, error))
            return
        layer = Layer(
            entry.name or translate("Names", "Layer"), Plane.from_rgba(rgba, entry.x, entry.y)
        )
        self._add(layer, entry, group_id)

    def _read_group(self, entry: StackGroup, group_id: str | None) -> None:
        if _is_clipped_run(entry):
            self._read_run(entry, group_id)
            return
        group = Layer.group(entry.name or translate("Names", "Group"))
        members = entry.members
        top = members[-1] if members else None
        if isinstance(top, StackLayer) and top.operation in _MASKING and top.is_visible:
            members = members[:-1]
            group.mask = self._mask(top)
        group.is_pass_through = not entry.is_isolated
        self.read(members, group.id)
        self._add(group, entry, group_id)

    def _read_run(self, entry: StackGroup, group_id: str | None) -> None:
        """Read a layer and what is clipped to it; the group only held them together."""
        start = len(self.layers)
        for member in entry.members:
            if isinstance(member, StackGroup):
                self._read_group(member, group_id)
            else:
                self._read_layer(member, group_id)
        base = next((each for each in self.layers[start:] if each.group_id == group_id), None)
        if base is not None and not base.is_clipped:
            base.opacity, base.is_visible = entry.opacity, entry.is_visible
            base.blend_mode = self._mode(entry.operation)
            self.active_id = base.id if entry.is_active else self.active_id

    def _add(self, layer: Layer, entry: StackEntry, group_id: str | None) -> None:
        is_hidden = entry.operation in (*_MASKING, Operation.BEHIND)
        if is_hidden and entry.is_visible:
            self._hidden.add(entry.operation)
        layer.group_id = group_id
        layer.opacity = entry.opacity
        layer.is_visible = entry.is_visible and not is_hidden
        layer.is_locked = entry.is_locked
        layer.is_clipped = entry.operation == Operation.ATOP
        layer.blend_mode = BlendMode.NORMAL if is_hidden else self._mode(entry.operation)
        self.layers.append(layer)
        self.active_id = layer.id if entry.is_active else self.active_id

    def _mask(self, entry: StackLayer) -> Plane | None:
        try:
            alpha = self.parts.rgba(entry.source)[..., 3]
        except DocumentError as error:
            self._notices.append(left_out(entry.name, error))
            return None
        alpha = np.rint(alpha * entry.opacity).astype(np.uint8)
        if entry.operation == Operation.ERASE:
            return Plane.from_grey(255 - alpha, entry.x, entry.y, fill=255)
        return Plane.from_grey(alpha, entry.x, entry.y, fill=0)

    def _mode(self, operation: str) -> BlendMode:
        if operation == Operation.ATOP:
            return BlendMode.NORMAL
        if operation not in _MODES:
            self._unknown.add(operation)
        return _MODES.get(operation, BlendMode.NORMAL)


def _is_clipped_run(entry: StackGroup) -> bool:
    if len(entry.members) < 2 or not entry.is_isolated or entry.operation == Operation.ATOP:
        return False
    base, *clipped = entry.members
    is_plain = base.is_visible and base.opacity >= 1 and base.operation == BlendMode.NORMAL.value
    is_base = is_plain and base.name == entry.name
    return is_base and all(each.operation == Operation.ATOP for each in clipped)


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
