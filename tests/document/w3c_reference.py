"""Groups, clipping and masks in float64: what compositor, export and project files are held to.

Drawn as the W3C's compositing specification composites groups: an isolated group starts from
transparent, one that passes through is the mix of the picture without and with its members. In a
clipped run each clipped layer changes the colours of its base and leaves its transparency alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer_tree import LayerNode, layer_tree
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane
from tests.document.float_reference import MIXED

Doubles = NDArray[np.float64]
Run = list[LayerNode]


def reference_picture(document: Document) -> Doubles:
    """(H, W, 4) BGRA premultiplied, 0..255."""
    nothing = np.zeros((document.height, document.width, 4))
    return _drawn(nothing, layer_tree(document.layers), document.rect) * 255


def _drawn(below: Doubles, nodes: Sequence[LayerNode], rect: Rect) -> Doubles:
    for run in _runs(nodes):
        below = _run_drawn(below, run, rect)
    return below


def _runs(nodes: Sequence[LayerNode]) -> list[Run]:
    """Siblings as runs of a base with what is clipped to it; without a base nothing is clipped."""
    runs: list[Run] = []
    has_base = False
    for node in nodes:
        has_base = has_base or not node.layer.is_clipped
        if node.layer.is_clipped and has_base:
            runs[-1].append(node)
        else:
            runs.append([node])
    return runs


def _run_drawn(below: Doubles, run: Run, rect: Rect) -> Doubles:
    base, clipped = run[0].layer, [node for node in run[1:] if node.layer.is_visible]
    if not base.is_visible:
        return below
    if base.is_group and base.is_pass_through and not any(node.layer.opacity for node in clipped):
        weight = base.opacity * _mask(base, rect)
        return below + (_drawn(below, run[0].members, rect) - below) * weight
    content = _content(run[0], rect) * _mask(base, rect)
    for node in clipped:
        above = _content(node, rect) * _mask(node.layer, rect) * node.layer.opacity
        content = source_atop(content, above, node.layer.blend_mode)
    return source_over(below, content * base.opacity, base.blend_mode)


def _content(node: LayerNode, rect: Rect) -> Doubles:
    if node.layer.is_group:
        return _drawn(np.zeros((rect.height, rect.width, 4)), node.members, rect)
    return node.layer.plane.read(rect) / 255


def _mask(layer: Layer, rect: Rect) -> Doubles:
    if layer.mask is None:
        return np.ones((rect.height, rect.width, 1))
    return (layer.mask.read(rect) / 255)[..., None]


def source_over(below: Doubles, above: Doubles, mode: BlendMode) -> Doubles:
    """Compositing and Blending Level 1, sections 5 and 9: premultiplied BGRA, 0..1."""
    if mode is BlendMode.PLUS:
        return np.minimum(below + above, 1)
    below_alpha, above_alpha = below[..., 3:], above[..., 3:]
    colour = (
        above[..., :3] * (1 - below_alpha)
        + below[..., :3] * (1 - above_alpha)
        + _mixed(below, above, mode) * below_alpha * above_alpha
    )
    return np.dstack([colour, below_alpha + above_alpha - below_alpha * above_alpha])


def source_atop(below: Doubles, above: Doubles, mode: BlendMode) -> Doubles:
    """The colours of `below` blended with those of `above`; where there is nothing stays nothing.

    The same colour as an opaque backdrop of that colour would get, at the backdrop's alpha.
    """
    below_alpha, above_alpha = below[..., 3:], above[..., 3:]
    if mode is BlendMode.PLUS:
        colour = np.minimum(below[..., :3] + above[..., :3] * below_alpha, below_alpha)
    else:
        mixed = _mixed(below, above, mode) * below_alpha * above_alpha
        colour = below[..., :3] * (1 - above_alpha) + mixed
    return np.dstack([colour, below_alpha])


def _mixed(below: Doubles, above: Doubles, mode: BlendMode) -> Doubles:
    return MIXED[mode](_straight(below), _straight(above))


def _straight(pixels: Doubles) -> Doubles:
    alpha = pixels[..., 3:]
    return np.divide(pixels[..., :3], alpha, out=np.zeros_like(pixels[..., :3]), where=alpha > 0)


class TreeOfNoise:
    """Draws documents of noise with groups, clipped layers and masks at every level.

    Args:
        modes: blend modes that layers and groups have.
        size: (width, height) of the documents.
    """

    def __init__(
        self,
        seed: int,
        modes: Sequence[BlendMode] = tuple(BlendMode),
        size: tuple[int, int] = (24, 19),
    ) -> None:
        self._random = np.random.default_rng(seed)
        self._modes = modes
        self._size = size

    def document(self, layer_count: int) -> Document:
        """A document of so many layers of pixels, and any groups around them."""
        width, height = self._size
        layers = self._members(layer_count, 0)
        document = Document(width, height, layers)
        document.active_id = layers[int(self._random.integers(len(layers)))].id
        return document

    def _members(self, count: int, depth: int) -> list[Layer]:
        """Siblings with everything in them, bottom first."""
        layers: list[Layer] = []
        while count > 0:
            inside = int(self._random.integers(1, count + 1))
            if depth < 3 and self._random.random() < 0.35:
                group = Layer.group("group")
                group.is_pass_through = bool(self._random.random() < 0.5)
                block = [*self._members(inside, depth + 1), group]
                for each in block[:-1]:
                    each.group_id = each.group_id or group.id
            else:
                inside, block = 1, [self._pixels()]
            self._dress(block[-1])
            layers += block
            count -= inside
        return layers

    def _dress(self, layer: Layer) -> None:
        random = self._random
        layer.is_clipped = bool(random.random() < 0.3)
        layer.is_visible = bool(random.random() < 0.93)
        layer.opacity = float(random.choice([1.0, 1.0, 0.37, random.random()]))
        layer.blend_mode = self._modes[int(random.integers(len(self._modes)))]
        if random.random() < 0.3:
            grey = random.integers(0, 256, (13, 17), dtype=np.uint8)
            x, y = (int(value) for value in random.integers(-3, 9, 2))
            layer.mask = Plane.from_grey(grey, x, y, fill=int(random.choice([0, 255, 90])))

    def _pixels(self) -> Layer:
        """Premultiplied noise, a third of it opaque, a sixth of it empty, partly off the canvas."""
        random, (width, height) = self._random, self._size
        rect = Rect(
            *(int(value) for value in random.integers(-8, 6, 2)),
            int(random.integers(2, width + 8)),
            int(random.integers(2, height + 8)),
        )
        pixels = random.integers(0, 256, (rect.height, rect.width, 4))
        alpha = np.select(
            [random.random(pixels.shape[:2]) < 1 / 3, random.random(pixels.shape[:2]) < 1 / 4],
            [255, 0],
            pixels[..., 3],
        )
        pixels = np.dstack([pixels[..., :3] * alpha[..., None] // 255, alpha]).astype(np.uint8)
        return Layer("noise", Plane.from_pixels(pixels, rect.x, rect.y), LayerKind.PAINT)
