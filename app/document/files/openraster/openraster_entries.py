"""How a document is said in OpenRaster, so that every reader shows the same picture.

What OpenRaster has no word for is said with what it has:

- the mask of a layer is applied to its pixels; the mask of a group is its topmost member, which
  keeps (``svg:dst-in``) what it covers;
- a layer with others clipped to it becomes an isolated group of them all, which takes over its
  opacity, visibility and blend mode, and in which those others are drawn ``svg:src-atop``. For
  another blend mode than Normal the base's transparency is applied to the pixels instead: the
  same picture wherever the base is opaque or transparent;
- a group that lets its members pass through, but has a mask, an opacity or a blend mode of its
  own, is isolated: the same picture as long as its members are Normal.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial

import cv2
import numpy as np

from app.document.compositing import flatten
from app.document.document import Document
from app.document.files.openraster.openraster_stack import (
    Operation,
    StackEntry,
    StackGroup,
    StackLayer,
    stack_xml,
)
from app.document.geometry import Rect
from app.document.layer_tree import LayerNode, layer_tree
from app.document.layers import BlendMode, Layer
from app.document.pixels import Pixels, multiplied, straight_rgba

EMPTY_ENTRY = "data/empty.png"


def layer_entry(index: int) -> str:
    """Return the name of the image of a layer, 0 = bottom."""
    return f"data/layer{index:04d}.png"


def visible_rect(layer: Layer) -> Rect:
    """Return the smallest rectangle, in document pixels, around all that is not transparent.

    Only these pixels of a layer are stored: beyond them a premultiplied plane holds zeros.
    """
    alpha = np.ascontiguousarray(layer.plane.read()[..., 3])
    if not alpha.size:
        return layer.rect
    x, y, width, height = cv2.boundingRect(alpha)
    return Rect(layer.rect.x + x, layer.rect.y + y, width, height)


class OpenRasterEntries:
    """A document as entries of a layer list, and the images they name.

    Attributes:
        entries: outermost layers and groups, bottom first.
        xml: the same as ``stack.xml``.
        images: by name in the archive, made when asked for: (h, w, 4) uint8 straight RGBA.
        untouched: names of the images that hold the pixels of their layer as they are.
    """

    def __init__(self, document: Document) -> None:
        """Describe a document, which may be a snapshot, on any thread."""
        self.images: dict[str, Callable[[], Pixels]] = {}
        self.untouched: set[str] = set()
        self._document = document
        self._index = {layer.id: index for index, layer in enumerate(document.layers)}
        self.entries = self._siblings(layer_tree(document.layers))
        if all(layer.is_group for layer in document.layers):
            # readers need a layer
            self.images[EMPTY_ENTRY] = lambda: np.zeros((1, 1, 4), np.uint8)
            self.entries.insert(0, StackLayer(EMPTY_ENTRY, "Empty"))
        self.xml = stack_xml(document.width, document.height, self.entries)

    def _siblings(self, nodes: Sequence[LayerNode]) -> list[StackEntry]:
        entries: list[StackEntry] = []
        for base, clipped in _clipped_runs(nodes):
            entries.append(self._run(base, clipped) if clipped else self._entry(base))
        return entries

    def _run(self, base: LayerNode, clipped: Sequence[LayerNode]) -> StackGroup:
        layer, covered = base.layer, partial(self._alpha_of, base)
        lowest = dataclasses.replace(
            self._entry(base),
            opacity=1.0,
            is_visible=True,
            operation=BlendMode.NORMAL.value,
        )
        if isinstance(lowest, StackGroup):
            lowest = dataclasses.replace(lowest, is_isolated=True)
        return StackGroup(
            members=(lowest, *(self._entry(each, covered) for each in clipped)),
            name=layer.name,
            opacity=layer.opacity,
            is_visible=layer.is_visible,
            operation=layer.blend_mode.value,
        )

    def _entry(
        self, node: LayerNode, covered: Callable[[Rect], Pixels] | None = None
    ) -> StackEntry:
        """`covered` gives the alpha of what the layer is clipped to, for any rectangle."""
        layer = node.layer
        operation = layer.blend_mode.value
        if covered is not None and layer.blend_mode is BlendMode.NORMAL:
            operation, covered = Operation.ATOP, None
        if layer.is_group:
            return self._group(node, operation, covered)
        rect, entry = visible_rect(layer), layer_entry(self._index[layer.id])
        self.images[entry] = partial(_pixels, layer, rect, covered)
        if layer.mask is None and covered is None:
            self.untouched.add(entry)
        return StackLayer(
            source=entry,
            name=layer.name,
            x=rect.x,
            y=rect.y,
            opacity=layer.opacity,
            is_visible=layer.is_visible,
            is_locked=layer.is_locked,
            is_active=layer.id == self._document.active_id,
            operation=operation,
        )

    def _group(
        self, node: LayerNode, operation: str, covered: Callable[[Rect], Pixels] | None
    ) -> StackGroup:
        layer = node.layer
        members = self._siblings(node.members)
        if layer.mask is not None or covered is not None:
            entry = f"data/mask{self._index[layer.id]:04d}.png"
            self.images[entry] = partial(_kept, layer, self._document.rect, covered)
            members.append(StackLayer(entry, f"{layer.name} mask", operation=Operation.KEEP))
        is_plain = layer.opacity >= 1 and layer.mask is None
        is_plain = is_plain and operation == BlendMode.NORMAL.value
        return StackGroup(
            members=tuple(members),
            name=layer.name,
            opacity=layer.opacity,
            is_visible=layer.is_visible,
            is_locked=layer.is_locked,
            is_active=layer.id == self._document.active_id,
            is_isolated=not (layer.is_pass_through and is_plain),
            operation=operation,
        )

    def _alpha_of(self, base: LayerNode, rect: Rect) -> Pixels:
        """How much a layer or group covers, opacity left out: (h, w) uint8."""
        layer = dataclasses.replace(
            base.layer, opacity=1.0, is_visible=True, is_clipped=False, is_pass_through=False
        )
        if not layer.is_group or rect.is_empty:
            return layer.masked_pixels(rect)[..., 3]
        alone = Document(rect.width, rect.height, [*list(base.walk())[:-1], layer])
        return flatten(alone, rect)[..., 3]


def _clipped_runs(nodes: Sequence[LayerNode]) -> list[tuple[LayerNode, list[LayerNode]]]:
    """Each unclipped layer with those clipped to it; clipped ones that have no base stand alone."""
    runs: list[tuple[LayerNode, list[LayerNode]]] = []
    has_base = False
    for node in nodes:
        if node.layer.is_clipped and has_base:
            runs[-1][1].append(node)
        else:
            runs.append((node, []))
            has_base = not node.layer.is_clipped
    return runs


def _pixels(layer: Layer, rect: Rect, covered: Callable[[Rect], Pixels] | None) -> Pixels:
    pixels = layer.masked_pixels(rect)
    return straight_rgba(pixels if covered is None else multiplied(pixels, covered(rect)))


def _kept(group: Layer, rect: Rect, covered: Callable[[Rect], Pixels] | None) -> Pixels:
    """An image whose alpha is what the group's mask, and what it is clipped to, let through."""
    alpha = np.full((rect.height, rect.width), 255, np.uint8)
    if group.mask is not None:
        alpha = group.mask.read(rect)
    if covered is not None:
        alpha = multiplied(alpha, covered(rect))
    image = np.zeros((rect.height, rect.width, 4), np.uint8)
    image[..., 3] = alpha
    return image
