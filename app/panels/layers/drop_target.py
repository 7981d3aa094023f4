"""Where dragged layers go when they are dropped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.document.layer_tree import Place, ancestors_of, block_of, outermost_of
from app.document.layers import Layer

# A group is dropped into in this middle part of its row; above and below it, beside the group.
_MIDDLE = (0.25, 0.75)


class Row(NamedTuple):
    """A row of the list.

    Attributes:
        layer: what it shows.
        depth: how many groups stand around the layer.
    """

    layer: Layer
    depth: int

    @property
    def key(self) -> tuple[str, int]:
        """What makes it the same row."""
        return (self.layer.id, self.depth)


@dataclass(frozen=True, slots=True)
class DropTarget:
    """A place in the tree, and how it is shown.

    Attributes:
        index: how many layers of the list lie below it, the dragged ones counted.
        group_id: the group that is entered, or None.
        row: the line stands above this row; with `is_into` the row is framed.
        depth: how far the line is indented.
        is_into: the layers go into the group of the row.
    """

    index: int
    group_id: str | None
    row: int
    depth: int
    is_into: bool = False

    def place_without(self, layers: Sequence[Layer], dragged: Collection[str]) -> Place | None:
        """Return the place among the other layers.

        Returns:
            None where the layers cannot go (into themselves) or stand already.
        """
        tops = outermost_of(layers, dragged)
        moved = [place for top in tops for place in block_of(layers, top.id)]
        if self.group_id in {layers[place].id for place in moved}:
            return None
        below = sum(place < self.index for place in moved)
        stays = moved == list(range(moved[0], moved[0] + len(moved))) and (
            moved[0] == self.index - below
        )
        if stays and all(top.group_id == self.group_id for top in tops):
            return None
        return Place(self.index - below, self.group_id)


def drop_target(
    layers: Sequence[Layer], rows: Sequence[Row], row: int, share: float, depth: int
) -> DropTarget:
    """Return where layers go that are dropped on a row.

    Args:
        layers: of the document, bottom first.
        rows: those listed, topmost first.
        row: under the pointer; ``len(rows)`` below the last one.
        share: how far down in the row the pointer is, 0..1.
        depth: what the pointer's place across asks for; counts where groups end.
    """
    if row >= len(rows):
        return DropTarget(0, None, len(rows), 0)
    layer = rows[row].layer
    if layer.is_group and _MIDDLE[0] < share < _MIDDLE[1]:
        return DropTarget(
            block_of(layers, layer.id).stop - 1, layer.id, row, rows[row].depth, is_into=True
        )
    gap = row + (share >= 0.5)
    if gap == 0:
        return DropTarget(len(layers), None, 0, 0)
    return _below(layers, rows, gap, depth)


def _below(layers: Sequence[Layer], rows: Sequence[Row], gap: int, depth: int) -> DropTarget:
    """Between two rows, or below the last one."""
    above = rows[gap - 1]
    if above.layer.is_group and above.layer.is_expanded:
        inside = block_of(layers, above.layer.id).stop - 1
        return DropTarget(inside, above.layer.id, gap, above.depth + 1)
    shallowest = rows[gap].depth if gap < len(rows) else 0
    depth = max(min(depth, above.depth), min(shallowest, above.depth))
    around = [above.layer, *ancestors_of(layers, above.layer)]
    beside = around[above.depth - depth]
    return DropTarget(block_of(layers, beside.id).start, beside.group_id, gap, depth)
