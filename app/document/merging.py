"""One layer in place of several, with the same picture as before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.compositing import flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer_tree import ancestors_of, block_of, bounds_of, clip_base, siblings_of
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

# What decides about the kind of a merged layer, the strongest first.
_KINDS = (LayerKind.PHOTO, LayerKind.RESULT, LayerKind.PAINT, LayerKind.PATCH)
_STRIP_ROWS = 64
_TINY = np.float32(1e-6)


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
    blocks = [layer for top in merged for layer in _block(document.layers, top)]
    rect = bounds_of(blocks)
    alone = _alone(document, merged, blocks)
    layer = Layer(
        base.name,
        Plane.from_rgba(flatten(alone, rect), rect.x, rect.y),
        merged_kind(blocks),
        group_id=base.group_id,
        is_clipped=base.is_clipped,
        blend_mode=BlendMode.NORMAL if base.is_pass_through else base.blend_mode,
    )
    if not _is_plain(merged, blocks) and not _looks_the_same(document, merged, layer, rect):
        below = flatten(_context(document, merged, []), rect)
        above = flatten(_context(document, merged, blocks), rect)
        if clip_base(document.layers, base) is not None:
            # clipped layers change the colour of their base, whatever its transparency
            below[below[..., 3] > 0, 3] = above[above[..., 3] > 0, 3] = 255
        layer.plane = Plane.from_pixels(pixels_between(below, above), rect.x, rect.y)
        layer.blend_mode = BlendMode.NORMAL
    layer.plane.resize(_visible_rect(layer.plane))
    return layer


def merged_kind(layers: Iterable[Layer]) -> LayerKind:
    """Return the kind of a layer that several become: the photo stays the photo."""
    kinds = {layer.kind for layer in layers if layer.is_visible}
    return next((kind for kind in _KINDS if kind in kinds), LayerKind.PAINT)


def pixels_between(below: Pixels, above: Pixels) -> Pixels:
    """The most transparent pixels that, drawn Normally over one picture, give another.

    With the premultiplied pictures b and c, alphas B and C, and the wanted pixels m of alpha a,
    c = m + b (1 - a): a is the least value that C = a + B (1 - a) and 0 <= m <= a allow.

    Args:
        below: (h, w, 4) uint8 RGBA, not premultiplied.
        above: the same.

    Returns:
        (h, w, 4) uint8 BGRA premultiplied.
    """
    between = np.zeros(below.shape, np.uint8)
    for top in range(0, below.shape[0], _STRIP_ROWS):
        part = slice(top, top + _STRIP_ROWS)
        differs = (below[part] != above[part]).any(axis=2)
        if differs.any():
            between[part][differs] = _between(
                _premultiplied(below[part][differs]), _premultiplied(above[part][differs])
            )
    return between


def _between(below: Floats, above: Floats) -> Pixels:
    """`pixels_between` of (n, 4) premultiplied RGBA in 0..1."""
    b, c = below[:, :3], above[:, :3]
    alpha_below, alpha_above = below[:, 3], above[:, 3]
    is_open = alpha_below < 1
    # of faint pixels rounding may have taken that much, which would ask for much alpha
    rounding = np.where(is_open, np.float32(0.5 / 255), np.float32(0))[:, None]
    darker = (b - c - rounding) / np.maximum(b, _TINY)
    brighter = (c - b - rounding) / np.maximum(1 - b, _TINY)
    alpha = np.maximum(darker, brighter).max(axis=1)
    added = (alpha_above - alpha_below) / np.maximum(1 - alpha_below, _TINY)
    alpha = np.where(is_open, np.maximum(alpha, added), alpha)
    # rounded up, so that the colours still fit
    alpha = np.ceil(np.clip(alpha, 0, 1) * 255 - np.float32(1e-3)) / np.float32(255)
    colour = np.clip(c - b * (1 - alpha[:, None]), 0, alpha[:, None])
    pixels = np.concatenate([colour[:, ::-1], alpha[:, None]], axis=1)
    return np.asarray(np.rint(pixels * 255), np.uint8)


def _premultiplied(straight: Pixels) -> Floats:
    wide: Floats = straight.astype(np.float32) / np.float32(255)
    wide[:, :3] *= wide[:, 3:]
    return wide


def _is_plain(merged: Sequence[Layer], blocks: Sequence[Layer]) -> bool:
    """Whether merging is exact whatever lies below: Normal layers, or all clipped to the base."""
    base = merged[0]
    others = [layer for layer in blocks if layer is not base]
    is_one_run = not base.is_clipped and all(layer.is_clipped for layer in merged[1:])
    has_same_end = base.blend_mode is BlendMode.NORMAL or is_one_run
    if is_one_run and not base.is_group:
        return True
    return has_same_end and all(layer.blend_mode is BlendMode.NORMAL for layer in others)


def _looks_the_same(document: Document, merged: Sequence[Layer], layer: Layer, rect: Rect) -> bool:
    if rect.is_empty:
        return True
    before = flatten(_context(document, merged, _blocks(document, merged)), rect)
    after = flatten(_context(document, merged, [layer]), rect)
    difference = cv2.absdiff(_weighted(before), _weighted(after))
    return int(difference.max()) <= 1


def _weighted(straight: Pixels) -> Pixels:
    return Plane.from_rgba(straight).read()


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
    return group.is_pass_through and not any(each.is_clipped for each in (group, *above))


def _blocks(document: Document, merged: Sequence[Layer]) -> list[Layer]:
    return [layer for top in merged for layer in _block(document.layers, top)]


def _block(layers: Sequence[Layer], top: Layer) -> Sequence[Layer]:
    block = block_of(layers, top.id)
    return layers[block.start : block.stop]


def _visible_rect(plane: Plane) -> Rect:
    alpha = np.ascontiguousarray(plane.read()[..., 3])
    if not alpha.size:
        return plane.rect
    x, y, width, height = cv2.boundingRect(alpha)
    return Rect(plane.rect.x + x, plane.rect.y + y, width, height)
