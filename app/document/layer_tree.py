"""Groups: how the flat list of layers is a tree.

The list is bottom first. A group stands right above its members, each of which names it in
`group_id`; members may be groups themselves. So every subtree is one unbroken run of the list that
ends with its group, and the order of the list is the order of the layers panel, upside down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.document.geometry import Rect
from app.document.layers import Layer


@dataclass(frozen=True, slots=True)
class LayerNode:
    """A layer with its members, bottom first; only groups have any."""

    layer: Layer
    members: tuple[LayerNode, ...] = ()

    def walk(self) -> Iterator[Layer]:
        """Yield all layers of the subtree as they stand in the list: the group itself last."""
        for member in self.members:
            yield from member.walk()
        yield self.layer


def layer_tree(layers: Sequence[Layer]) -> tuple[LayerNode, ...]:
    """Return the outermost layers, bottom first, with their members.

    A layer that names a group it does not lie below stands at the outermost level.
    """
    outermost: list[_Branch] = []
    path: list[tuple[str | None, list[_Branch]]] = [(None, outermost)]
    for layer in reversed(layers):
        around = [group_id for group_id, _ in path]
        depth = around.index(layer.group_id) if layer.group_id in around else 0
        del path[depth + 1 :]
        branch = _Branch(layer, [])
        path[-1][1].append(branch)
        if layer.is_group:
            path.append((layer.id, branch.members))
    return _nodes(outermost)


def block_of(layers: Sequence[Layer], layer_id: str) -> range:
    """Return the indices of a layer and, of a group, of everything in it.

    Raises:
        LookupError: there is no such layer.
    """
    index = next((i for i, layer in enumerate(layers) if layer.id == layer_id), None)
    if index is None:
        raise LookupError(layer_id)
    start = index
    if layers[index].is_group:
        inside = {layer_id}
        while start > 0 and layers[start - 1].group_id in inside:
            start -= 1
            inside.add(layers[start].id)
    return range(start, index + 1)


def with_members(layers: Sequence[Layer], layer_id: str) -> list[Layer]:
    """Return a layer and, of a group, everything in it; bottom first, so it is the last one.

    Raises:
        LookupError: there is no such layer.
    """
    block = block_of(layers, layer_id)
    return list(layers[block.start : block.stop])


def ancestors_of(layers: Sequence[Layer], layer: Layer) -> list[Layer]:
    """Return the groups around a layer, the innermost first."""
    groups = {each.id: each for each in layers if each.is_group}
    found: list[Layer] = []
    while layer.group_id in groups and len(found) <= len(groups):
        layer = groups[layer.group_id]
        found.append(layer)
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subtree goes.

    Attributes:
        index: how many layers of the list lie below it.
        group_id: the group it becomes a direct member of, or None.
    """

    index: int
    group_id: str | None


def place_above(layers: Sequence[Layer], layer: Layer) -> Place:
    """Return the place right above a layer, in its group.

    A locked group keeps its members as they are: the place is above the outermost locked one.
    """
    for group in ancestors_of(layers, layer):
        layer = group if group.is_locked else layer
    return Place(block_of(layers, layer.id).stop, layer.group_id)


def place_above_clipped(layers: Sequence[Layer], layer: Layer) -> Place:
    """Return the place right above a layer and what is clipped to it, in its group."""
    clipped = [each for each in siblings_of(layers, layer) if clip_base(layers, each) is layer]
    return place_above(layers, clipped[-1] if clipped else layer)


def place_for_new(layers: Sequence[Layer], active: Layer | None) -> Place:
    """Return where a new layer goes: above the active one, or into it when it is an open group."""
    if active is None:
        return Place(len(layers), None)
    if active.is_group and active.is_expanded and not is_protected(layers, active):
        return Place(block_of(layers, active.id).stop - 1, active.id)
    return place_above(layers, active)


def nearest_index(layers: Sequence[Layer], index: int, group_id: str | None) -> int:
    """Return the index at or next above `index` where a direct member of a group may stand.

    Args:
        layers: without the subtree that goes there.
        index: how many layers are to lie below it; beyond the ends means the end.
        group_id: the group, or None for the outermost level.
    """
    members = [layer.id for layer in layers if layer.group_id == group_id]
    starts = [block_of(layers, layer_id).start for layer_id in members]
    end = len(layers) if group_id is None else block_of(layers, group_id).stop - 1
    return next((start for start in starts if start >= index), end)


def stepped_place(layers: Sequence[Layer], moved: Sequence[Layer], step: int) -> Place | None:
    """Return the next place up or down for layers; into open groups and out of any.

    Args:
        layers: all layers.
        moved: those that move, bottom first, as `outermost_of` returns them.
        step: 1 = up, -1 = down.

    Returns:
        The place among the other layers; None at the end of the list.
    """
    edge = moved[-1] if step > 0 else moved[0]
    siblings = siblings_of(layers, edge)
    beyond = siblings.index(edge) + step
    if 0 <= beyond < len(siblings):
        passed = siblings[beyond]
        is_entered = passed.is_group and passed.is_expanded and not passed.is_locked
        block, group_id = block_of(layers, passed.id), passed.id if is_entered else edge.group_id
    elif edge.group_id is None:
        return None
    else:
        is_entered, block = False, block_of(layers, edge.group_id)
        group_id = layers[block.stop - 1].group_id
    gap = block.stop if step > 0 else block.start
    if is_entered:
        gap = block.start if step > 0 else block.stop - 1
    places = [place for layer in moved for place in block_of(layers, layer.id)]
    return Place(gap - sum(place < gap for place in places), group_id)


def listed_layers(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers that no closed group hides from the layers panel, bottom first."""
    return [
        layer for layer in layers if all(group.is_expanded for group in ancestors_of(layers, layer))
    ]


def outermost_of(layers: Sequence[Layer], layer_ids: Collection[str]) -> list[Layer]:
    """Return the named layers, bottom first, without those that lie in a group named too.

    Raises:
        LookupError: a name is no layer's.
    """
    for layer_id in layer_ids:
        block_of(layers, layer_id)
    return [
        layer
        for layer in layers
        if layer.id in layer_ids
        and not any(group.id in layer_ids for group in ancestors_of(layers, layer))
    ]


def siblings_of(layers: Sequence[Layer], layer: Layer) -> list[Layer]:
    """Return all direct members of the group that a layer stands in, itself too, bottom first."""
    return [each for each in layers if each.group_id == layer.group_id]


def clip_base(layers: Sequence[Layer], layer: Layer) -> Layer | None:
    """Return the layer that a clipped layer is clipped to; None when it stands free."""
    if not layer.is_clipped:
        return None
    siblings = siblings_of(layers, layer)
    below = siblings[: siblings.index(layer)]
    return next((each for each in reversed(below) if not each.is_clipped), None)


def reach_of(layers: Sequence[Layer], *layer_ids: str) -> Rect:
    """Return the document pixels that a change of layers as a whole may make look different.

    These are their own, those of their members, and those of the layers clipped to them.

    Raises:
        LookupError: there is no such layer.
    """
    reach = Rect(0, 0, 0, 0)
    for layer_id in layer_ids:
        reach = reach.united(_reach_of_one(layers, layer_id))
    return reach


def _reach_of_one(layers: Sequence[Layer], layer_id: str) -> Rect:
    block = block_of(layers, layer_id)
    group_id = layers[block.stop - 1].group_id
    reach = bounds_of(layers[block.start : block.stop])
    waiting = Rect(0, 0, 0, 0)
    for layer in layers[block.stop :]:
        waiting = waiting.united(layer.rect)
        if layer.id == group_id or (layer.group_id == group_id and not layer.is_clipped):
            break
        if layer.group_id == group_id:
            reach, waiting = reach.united(waiting), Rect(0, 0, 0, 0)
    return reach


def bounds_of(layers: Iterable[Layer]) -> Rect:
    """Return the smallest rectangle around the pixels of layers."""
    bounds = Rect(0, 0, 0, 0)
    for layer in layers:
        bounds = bounds.united(layer.rect)
    return bounds


def is_seen(layers: Sequence[Layer], layer: Layer) -> bool:
    """Whether a layer and all groups around it are visible."""
    return layer.is_visible and all(group.is_visible for group in ancestors_of(layers, layer))


def is_protected(layers: Sequence[Layer], layer: Layer) -> bool:
    """Whether a layer or a group around it is locked."""
    return layer.is_locked or any(group.is_locked for group in ancestors_of(layers, layer))


class _Branch(NamedTuple):
    """A node in the making; members are topmost first."""

    layer: Layer
    members: list[_Branch]


def _nodes(branches: list[_Branch]) -> tuple[LayerNode, ...]:
    return tuple(LayerNode(layer, _nodes(members)) for layer, members in reversed(branches))
