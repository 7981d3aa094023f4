"""What a command changed, so that listeners redraw only that."""

from __future__ import annotations

from dataclasses import dataclass

from app.document.geometry import Rect


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of a command on a document.

    Attributes:
        pixels: document pixels that may look different, or None.
        layers: the list of layers or a layer's properties changed.
        selection: the selection changed.
        active: another layer is active.
        geometry: the document's size changed.
    """

    pixels: Rect | None = None
    layers: bool = False
    selection: bool = False
    active: bool = False
    geometry: bool = False

    def united(self, other: Change) -> Change:
        """Both changes as one."""
        return Change(
            pixels=_united(self.pixels, other.pixels),
            layers=self.layers or other.layers,
            selection=self.selection or other.selection,
            active=self.active or other.active,
            geometry=self.geometry or other.geometry,
        )


def _united(first: Rect | None, second: Rect | None) -> Rect | None:
    if first is None or second is None:
        return second if first is None else first
    return first.united(second)
