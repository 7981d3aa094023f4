"""What a command changed, so that listeners redraw only that."""

from __future__ import annotations

from dataclasses import dataclass

from app.document.geometry import Rect

# Beyond this many rectangles their exactness costs more than it spares.
_MOST_PARTS = 256


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of a command on a document.

    Attributes:
        pixels: document pixels that may look different, or None.
        layers: the list of layers or a layer's properties changed.
        selection: the selection changed.
        active: another layer is active.
        geometry: the document's size changed.
        parts: rectangles inside `pixels` that hold everything that looks different, where that is
            known more exactly than `pixels`; else empty.
        is_shown: `pixels` were announced before, as a stroke's are while it grows: the composite
            is up to date already.
    """

    pixels: Rect | None = None
    layers: bool = False
    selection: bool = False
    active: bool = False
    geometry: bool = False
    parts: tuple[Rect, ...] = ()
    is_shown: bool = False

    @property
    def stale(self) -> tuple[Rect, ...]:
        """The rectangles whose composite is out of date."""
        if self.pixels is None or self.is_shown:
            return ()
        return self.parts or (self.pixels,)

    def united(self, other: Change) -> Change:
        """Both changes as one."""
        stale = self.stale + other.stale
        return Change(
            pixels=_united(self.pixels, other.pixels),
            layers=self.layers or other.layers,
            selection=self.selection or other.selection,
            active=self.active or other.active,
            geometry=self.geometry or other.geometry,
            parts=stale if len(stale) <= _MOST_PARTS else (),
            is_shown=not stale and (self.is_shown or other.is_shown),
        )


def _united(first: Rect | None, second: Rect | None) -> Rect | None:
    if first is None or second is None:
        return second if first is None else first
    return first.united(second)
