"""What is drawn, in which order: the visible layers as a tree of groups and clipped runs.

A group is composited on its own and then drawn with its opacity, mask and mode, unless it lets
its members pass through. A layer with layers clipped to it is a run: base and clipped layers are
composited on their own, where only the base's transparency counts, and drawn as the base would be.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.document.layer_tree import LayerNode, layer_tree
from app.document.layers import BlendMode, Layer


@dataclass(frozen=True, slots=True)
class SceneItem:
    """A layer to draw, with what belongs to it.

    Attributes:
        layer: the layer; None for a run of items that is kept as one composite.
        members: of a group or kept run, bottom first.
        clipped: layers clipped to this one, bottom first.
        is_kept: the composite of the members is kept.
    """

    layer: Layer | None
    members: tuple[SceneItem, ...] = ()
    clipped: tuple[SceneItem, ...] = ()
    is_kept: bool = False

    def layers(self) -> Iterator[Layer]:
        """All layers of the subtree."""
        for item in (*self.members, *self.clipped):
            yield from item.layers()
        if self.layer is not None:
            yield self.layer

    def holds(self, layer_id: str | None) -> bool:
        """Whether the layer of that id is in the subtree."""
        return any(layer.id == layer_id for layer in self.layers())

    @property
    def mode(self) -> BlendMode:
        """How the item joins what lies below."""
        return BlendMode.NORMAL if self.layer is None else self.layer.blend_mode

    @property
    def is_passing_through(self) -> bool:
        """Whether members join what lies below the group one by one."""
        layer = self.layer
        return layer is not None and layer.is_group and layer.is_pass_through and not self.clipped

    @property
    def is_simple(self) -> bool:
        """Whether it is one layer with pixels and nothing else."""
        return not self.members and not self.clipped


@dataclass(frozen=True, slots=True)
class SceneLook:
    """How an item was drawn at one time.

    Attributes:
        layers: of its subtree.
        look: differs whenever anything but their pixels differs.
    """

    layers: tuple[Layer, ...]
    look: tuple[Hashable, ...]


def scene_of(layers: Sequence[Layer], extra: dict[str | None, Layer]) -> tuple[SceneItem, ...]:
    """Return what is visible of a list of layers.

    Args:
        layers: of a document, bottom first.
        extra: layers that are shown though they are not in the document: right above the layer of
            that id, or above all for None.
    """
    items = _siblings(layer_tree(layers), extra)
    return items if None not in extra else (*items, SceneItem(extra[None]))


def kept_where_still(items: tuple[SceneItem, ...], active_id: str | None) -> tuple[SceneItem, ...]:
    """Join what does not change while one layer is worked on into runs that are kept.

    Args:
        items: a scene drawn over nothing.
        active_id: of the layer that is worked on.

    Returns:
        The same scene; runs of items below the active layer are one kept item, and so are runs
        of Normal ones above it (any other mode depends on what lies below).
    """
    return _kept(items, active_id, is_first=True)


def state_of(item: SceneItem, source_state: Callable[[Layer], Hashable]) -> tuple[Hashable, ...]:
    """A value that differs whenever the item looks different."""
    layers = ((_look_of(layer), source_state(layer)) for layer in item.layers())
    return (_shape_of(item), *layers)


def changed_layers(before: Sequence[SceneLook], after: Sequence[SceneLook]) -> Iterator[Layer]:
    """The layers of the outermost items that are drawn in another way; pixels are not compared."""
    count = min(len(before), len(after))
    first = next((i for i in range(count) if before[i].look != after[i].look), count)
    rest = range(1, count - first + 1)
    last = next((i for i in rest if before[-i].look != after[-i].look), len(rest) + 1)
    for looks in (before, after):
        for each in looks[first : len(looks) - last + 1]:
            yield from each.layers


def look_of(item: SceneItem) -> SceneLook:
    """How an item is drawn now."""
    layers = tuple(item.layers())
    return SceneLook(layers, (_shape_of(item), *(_look_of(layer) for layer in layers)))


def _shape_of(item: SceneItem) -> Hashable:
    """What is inside and what is clipped: the order of the layers alone does not tell."""
    parts = (item.members, item.clipped)
    return tuple(tuple(_shape_of(each) for each in part) for part in parts)


def _look_of(layer: Layer) -> Hashable:
    return (
        layer.id,
        layer.opacity,
        layer.blend_mode,
        layer.is_clipped,
        layer.is_pass_through,
        layer.group_id,
        None if layer.mask is None else id(layer.mask),
    )


def _siblings(nodes: Sequence[LayerNode], extra: dict[str | None, Layer]) -> tuple[SceneItem, ...]:
    items: list[SceneItem | None] = []
    base: int | None = None
    for node in nodes:
        layer = node.layer
        item = _item(node, extra)
        if layer.is_clipped and base is not None:
            below = items[base]
            # what is clipped to a hidden layer is hidden too
            if item is not None and below is not None:
                items[base] = replace(below, clipped=(*below.clipped, item))
        else:
            base = base if layer.is_clipped else len(items)
            items.append(item)
        if layer.id in extra:
            items.append(SceneItem(extra[layer.id]))
    return tuple(item for item in items if item is not None)


def _item(node: LayerNode, extra: dict[str | None, Layer]) -> SceneItem | None:
    if not node.layer.is_visible or node.layer.opacity <= 0:
        return None
    return SceneItem(node.layer, _siblings(node.members, extra))


def _kept(
    items: tuple[SceneItem, ...], active_id: str | None, is_first: bool
) -> tuple[SceneItem, ...]:
    """`is_first`: the items are drawn over nothing."""
    place = next((i for i, item in enumerate(items) if item.holds(active_id)), len(items))
    first = place if is_first else 0
    result = list(_joined(items[:first]))
    run: list[SceneItem] = []
    for index, item in enumerate(items[first:], first):
        if index != place and _is_plain(item):
            run.append(item)
            continue
        result += _joined(tuple(run))
        run = []
        result.append(_around_active(item, active_id) if index == place else _still(item))
    return (*result, *_joined(tuple(run)))


def _joined(items: tuple[SceneItem, ...]) -> tuple[SceneItem, ...]:
    """Several items, or one with much in it, as one kept item."""
    if not items or (len(items) == 1 and items[0].is_simple):
        return items
    return (SceneItem(None, items, is_kept=True),)


def _is_plain(item: SceneItem) -> bool:
    """Whether it may be composited with its neighbours before they are drawn."""
    is_through = item.is_passing_through and not all(_is_plain(each) for each in item.members)
    return item.mode is BlendMode.NORMAL and not is_through


def _still(item: SceneItem) -> SceneItem:
    """An item that is drawn anew while its own composite is kept."""
    if item.is_simple or item.is_passing_through:
        return item
    return replace(item, is_kept=True)


def _around_active(item: SceneItem, active_id: str | None) -> SceneItem:
    """An item that holds the active layer: what is still inside it is kept."""
    members = _kept(item.members, active_id, is_first=not item.is_passing_through)
    clipped = tuple(
        _around_active(each, active_id) if each.holds(active_id) else _still(each)
        for each in item.clipped
    )
    return replace(item, members=members, clipped=clipped)
