"""Where two snapshots of a document differ, when nothing but pixels differs."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields

import numpy as np

from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.pixels import Pixels
from app.document.planes import BAND_ROWS, Plane

_RASTERS = frozenset({"plane", "mask"})
_NOWHERE = Rect(0, 0, 0, 0)


def changed_rect(before: Document, after: Document) -> Rect | None:
    """Return the document pixels where layers differ.

    Bands of pixels that both snapshots share are not looked at, so that it costs what was written
    between the two.

    Args:
        before: a snapshot.
        after: a later one of the same document.

    Returns:
        The smallest rectangle around them, inside the document; None where more than pixels
        differs: the layers or their properties, what is selected, or where the photo lies.
    """
    if _frame_of(before) != _frame_of(after) or before.chosen_area is not after.chosen_area:
        return None
    changed = _NOWHERE
    for first, second in zip(before.layers, after.layers, strict=True):
        if _properties(first) != _properties(second):
            return None
        pairs = [(first.plane, second.plane)]
        if first.mask is not None and second.mask is not None:
            pairs.append((first.mask, second.mask))
        for old, new in pairs:
            changed = changed.united(_differing(old, new, after.rect))
    return changed


def _frame_of(document: Document) -> Hashable:
    return document.rect, document.photo_transform, len(document.layers)


def _properties(layer: Layer) -> list[object]:
    own = [getattr(layer, each.name) for each in fields(layer) if each.name not in _RASTERS]
    fill = None if layer.mask is None else layer.mask.fill
    return [*own, layer.plane.fill, fill]


def _differing(before: Plane, after: Plane, document: Rect) -> Rect:
    """Return the smallest rectangle around the pixels of `document` where two planes differ."""
    reach = before.rect.united(after.rect)
    old, new = before.band_buffers, after.band_buffers
    is_in_place = before.rect == after.rect
    changed = _NOWHERE
    for band, top in enumerate(range(reach.y, reach.bottom, BAND_ROWS)):
        if is_in_place and old[band] is new[band]:
            continue
        rows = Rect(reach.x, top, reach.width, min(BAND_ROWS, reach.bottom - top))
        strip = rows.intersected(document)
        if not strip.is_empty:
            changed = changed.united(_unequal(before.read(strip), after.read(strip), strip))
    return changed


def _unequal(before: Pixels, after: Pixels, rect: Rect) -> Rect:
    """Return the smallest rectangle around unequal pixels of two images that cover `rect`."""
    differs = _as_words(before) != _as_words(after)
    rows, columns = differs.any(axis=1).nonzero()[0], differs.any(axis=0).nonzero()[0]
    if rows.size == 0:
        return _NOWHERE
    inside = Rect.from_edges(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return inside.translated(rect.x, rect.y)


def _as_words(pixels: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]]:
    """Return (h, w): the four channels of a pixel are compared at once."""
    return pixels if pixels.ndim == 2 else pixels.view(np.uint32)[..., 0]
