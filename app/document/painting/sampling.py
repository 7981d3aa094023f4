"""What a tool sees of a document: one layer, it with those below, or all."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import numpy as np

from app.document.compositing import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer_tree import ancestors_of
from app.document.pixels import Pixels
from app.document.planes import Plane


class SampledLayers(str, Enum):
    """Which layers a tool looks at."""

    CURRENT = "current"
    BELOW = "below"
    ALL = "all"


class Sample:
    """Pixels of a document as they are now; what is painted later does not show in them."""

    def __init__(self, document: Document, layer_id: str | None, layers: SampledLayers) -> None:
        """Take a sample.

        Args:
            document: may change afterwards.
            layer_id: the current layer.
            layers: of CURRENT the pixels count as they are, without mask and opacity.

        Raises:
            LayerNotFoundError: there is no such layer, and it is needed.
        """
        self._plane: Plane | None = None
        self._compositor: Compositor | None = None
        if layers is SampledLayers.CURRENT:
            self._plane = document.layer(str(layer_id)).plane.snapshot()
        else:
            shown = document.snapshot()
            if layers is SampledLayers.BELOW:
                shown = _up_to(shown, str(layer_id))
            self._compositor = Compositor(shown)
        self._rect = document.rect

    def read(self, rect: Rect) -> Pixels:
        """(h, w, 4) uint8 premultiplied BGRA; transparent outside the document."""
        if self._plane is not None:
            return self._plane.read(rect)
        assert self._compositor is not None
        inside = rect.intersected(self._rect)
        if inside == rect:
            return self._compositor.composite(rect)
        padded = np.zeros((rect.height, rect.width, 4), np.uint8)
        if not inside.is_empty:
            padded[inside.slices_in(rect)] = self._compositor.composite(inside)
        return padded


def _up_to(document: Document, layer_id: str) -> Document:
    """The document without the layers above one, except the groups around it."""
    index = document.index_of(layer_id)
    around = ancestors_of(document.layers, document.layers[index])
    groups = {group.id for group in around}
    later = [layer for layer in document.layers[index + 1 :] if layer.id in groups]
    return replace(document, layers=[*document.layers[: index + 1], *later])
