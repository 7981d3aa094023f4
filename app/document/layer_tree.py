"""Groups: how the flat list of layers is a tree.

The list is bottom first. A group stands right above its members, each of which names it in
`group_id`; members may be groups themselves. So every subtree is one unbroken run of the list that
ends with its group, and the order of the list is the order of the layers panel, upside down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


def ancestors_of(layers: Sequence[Layer], layer: Layer) -> list[Layer]:
    """Return the groups around a layer, the innermost first."""
    groups = {each.id: each for each in layers if each.is_group}
    found: list[Layer] = []
    while layer.group_id in groups and len(found) <= len(groups):
        layer = groups[layer.group_id]
        found.append(layer)
    return found


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
