"""What the clone brush paints with: the picture itself, from another place."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.document import Document
from app.document.geometry import Rect
from app.document.painting.painting import PaintTarget
from app.document.painting.sampling import Sample, SampledLayers
from app.document.pixels import Pixels


class CloneOrigin(NamedTuple):
    """Where a clone stroke takes its pixels from.

    Attributes:
        dx: columns from the painted pixel to its source.
        dy: rows from the painted pixel to its source.
        layers: which layers are copied.
        layer_id: the current layer.
    """

    dx: int
    dy: int
    layers: SampledLayers
    layer_id: str | None


class CloneSource:
    """Pixels of the document as they were at the stroke's start, for `Stroke`."""

    def __init__(self, document: Document, target: PaintTarget, origin: CloneOrigin) -> None:
        """Take the sample; a mask is copied from itself."""
        self._offset = (origin.dx, origin.dy)
        self._read: Callable[[Rect], Pixels]
        if target.plane.channels == 1:
            self._read = target.plane.snapshot().read
        else:
            self._read = Sample(document, origin.layer_id, origin.layers).read

    def __call__(self, rect: Rect) -> Pixels:
        """The paint of document pixels: (h, w, 4) premultiplied BGRA, or (h, w) on a mask."""
        return self._read(rect.translated(*self._offset))
