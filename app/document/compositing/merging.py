"""One layer in place of several, with the same picture as before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from app.document.compositing.merged_pixels import composite_of, look_the_same, pixels_between
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer_tree import (
    ancestors_of,
    block_of,
    bounds_of,
    clip_base,
    siblings_of,
    with_members,
)
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane

# What decides about the kind of a merged layer, the strongest first.
_KINDS = (LayerKind.PHOTO, LayerKind.RESULT, LayerKind.PAINT, LayerKind.PATCH)


def layers_to_merge_down(layers: Sequence[Layer], layer: Layer) -> list[Layer]:
    """Return the siblings that become one when a layer is merged down, bottom first.

    A group is merged with itself: its members become one layer. What is clipped to the layer goes
    with it, and a run of clipped layers below is merged down to its base: a layer taken from
    between a base and what is clipped to it would change the picture.
    """
    siblings = siblings_of(layers, layer)
    top = siblings.index(layer)
    if layer.is_group:
        return [layer]
    bottom = max(0, top - 1)
    if not layer.is_clipped:
        while top + 1 < len(siblings) and siblings[top + 1].is_clipped:
            top += 1
        while bottom > 0 and siblings[bottom].is_clipped:
            bottom -= 1
    return siblings[bottom : top + 1]


def merged_layer(document: Document, merged: Sequence[Layer]) -> Layer:
    """Return a layer that looks like neighbouring siblings together.

    It has the mode of the lowest one. Where that cannot give the same picture (a mode that depends
    on what lies below, in a layer that reaches beyond the one under it), the merged layer is
    Normal and holds what turns the picture below into the picture above.

    Args:
        document: with the siblings in it; not changed.
        merged: siblings without others between them, bottom first.
    """
    base = merged[0]
    blocks = [layer for top in merged for layer in with_members(document.layers, top.id)]
    rect = bounds_of(blocks)
    alone = _alone(document, merged, blocks)
    layer = Layer(
        base.name,
        Plane.from_pixels(composite_of(alone, rect), rect.x, rect.y),
        merged_kind(blocks),
        group_id=base.group_id,
        is_clipped=base.is_clipped,
        blend_mode=BlendMode.NORMAL if base.is_pass_through else base.blend_mode,
    )
    if not _is_plain(merged, blocks) and not rect.is_empty:
        above = _context(document, merged, blocks)
        if not look_the_same(above, _context(document, merged, [layer]), rect):
            below = _context(document, merged, [])
            is_clipped = clip_base(document.layers, base) is not None
            pixels = pixels_between(below, above, rect, is_clipped)
            layer.plane = Plane.from_pixels(pixels, rect.x, rect.y)
            layer.blend_mode = BlendMode.NORMAL
    layer.plane.resize(_visible_rect(layer.plane))
    return layer


def merged_kind(layers: Iterable[Layer]) -> LayerKind:
    """Return the kind of a layer that several become: the photo stays the photo."""
    kinds = {layer.kind for layer in layers if layer.is_visible}
    return next((kind for kind in _KINDS if kind in kinds), LayerKind.PAINT)


def _is_plain(merged: Sequence[Layer], blocks: Sequence[Layer]) -> bool:
    """Whether merging is exact whatever lies below: Normal layers, or all clipped to the base."""
    base = merged[0]
    others = [layer for layer in blocks if layer is not base]
    is_one_run = not base.is_clipped and all(layer.is_clipped for layer in merged[1:])
    has_same_end = base.blend_mode is BlendMode.NORMAL or is_one_run
    if is_one_run and not base.is_group:
        return True
    return has_same_end and all(layer.blend_mode is BlendMode.NORMAL for layer in others)


def _alone(document: Document, merged: Sequence[Layer], blocks: Sequence[Layer]) -> Document:
    """A document of nothing but the merged layers, the lowest one Normal."""
    base = merged[0]
    tops = {layer.id for layer in merged}
    layers = [
        replace(layer, group_id=None, is_clipped=layer.is_clipped and not base.is_clipped)
        if layer.id in tops
        else layer
        for layer in blocks
    ]
    place = next(index for index, layer in enumerate(layers) if layer.id == base.id)
    layers[place] = replace(layers[place], blend_mode=BlendMode.NORMAL, is_clipped=False)
    return Document(document.width, document.height, layers)


def _context(document: Document, merged: Sequence[Layer], shown: Collection[Layer]) -> Document:
    """A document of what the merged layers are composited onto, and of what is shown above it.

    That is the run they are clipped in, or all that lies below them in the innermost group that is
    composited on its own; the groups in between are shown whole, since what they do to their
    members comes later.
    """
    layers, lowest = document.layers, merged[0]
    end = block_of(layers, lowest.id).start
    base = clip_base(layers, lowest)
    if base is not None:
        block = block_of(layers, base.id)
        whole_base = replace(base, opacity=1.0, blend_mode=BlendMode.NORMAL)
        below = [*layers[block.start : block.stop - 1], whole_base, *layers[block.stop : end]]
        return _outermost(document, [*below, *shown], lowest.group_id)
    start, around, level_id = 0, [], None
    for group in ancestors_of(layers, lowest):
        if not _passes_through(layers, group):
            start, level_id = block_of(layers, group.id).start, group.id
            break
        around.append(replace(group, opacity=1.0, is_visible=True, mask=None))
    return _outermost(document, [*layers[start:end], *shown, *around], level_id)


def _outermost(document: Document, layers: Sequence[Layer], group_id: str | None) -> Document:
    """A document of the members of a group."""
    freed = [replace(each, group_id=None) if each.group_id == group_id else each for each in layers]
    return Document(document.width, document.height, freed)


def _passes_through(layers: Sequence[Layer], group: Layer) -> bool:
    siblings = siblings_of(layers, group)
    above = siblings[siblings.index(group) + 1 :][:1]
    # a layer that has nothing to be clipped to is drawn as if it were not clipped
    is_base = not group.is_clipped and any(each.is_clipped for each in above)
    return group.is_pass_through and not is_base and clip_base(layers, group) is None


def _visible_rect(plane: Plane) -> Rect:
    alpha = np.ascontiguousarray(plane.read()[..., 3])
    if not alpha.size:
        return plane.rect
    x, y, width, height = cv2.boundingRect(alpha)
    return Rect(plane.rect.x + x, plane.rect.y + y, width, height)
