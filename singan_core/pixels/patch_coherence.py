"""Neighbouring patches made to come from neighbouring places of the photo.

Nearest patches alone are torn from everywhere, and what overlaps averages to softness. Each pixel
may take over the place that continues a neighbour's, as in texture synthesis by coherent search
(Ashikhmin, "Synthesizing natural textures", 2001), where that is not much farther from what is
looked for: then whole pieces of the photo come through, as sharp as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

ROUNDS = 3
STRENGTH = 3.0
"""How much farther a patch may be to continue all its neighbours, as a factor; the usual one."""
REACH_PX = 2 * ROUNDS
"""How far around a pixel the result depends on the patches."""

_CLEARLY = 0.999
"""Of equally good places the first stays, however sums are rounded."""
_NEIGHBOURS = ((0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass(frozen=True)
class PatchField:
    """All patches of a picture, one around every pixel.

    Attributes:
        size: (H, W) of the picture.
        features: (H * W, F) float32, row by row.
        weights: (H * W,) float32 that squared distances to each patch are multiplied by.
    """

    size: tuple[int, int]
    features: torch.Tensor
    weights: torch.Tensor

    def distances(self, queries: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """Return weighted squared distances: (Q, F) float32, (Q,) int64 -> (Q,) float32."""
        squares = (queries - self.features[places]).square().sum(dim=1)
        return squares * self.weights[places]

    def continued(self, places: torch.Tensor, down: int, right: int) -> torch.Tensor:
        """Return the places that a step away from others; -1 where that leaves the picture.

        Args:
            places: int64 of any shape, row * W + column; -1 = none.
            down: rows to go.
            right: columns to go.
        """
        height, width = self.size
        row, column = places // width + down, places % width + right
        is_inside = (row >= 0) & (row < height) & (column >= 0) & (column < width) & (places >= 0)
        return torch.where(is_inside, row * width + column, -1)


def coherent(
    queries: torch.Tensor,
    places: torch.Tensor,
    field: PatchField,
    corner: tuple[int, int],
    strength: float = STRENGTH,
) -> torch.Tensor:
    """Let patches continue their neighbours' where those are nearly as like.

    Minimises, pixel by pixel, the distance of its patch times one and ``strength`` times the
    share of its four neighbours that it does not continue. Pixels change in turn like the
    fields of a chessboard.

    Args:
        queries: (H, W, F) float32, what is looked for at each pixel of a window.
        places: (H, W) int64, the patch of each, a row of ``field.features``.
        field: the patches.
        corner: (row, column) of the window in its picture, for whose turn it is.
        strength: how much farther a patch may be to continue all its neighbours.

    Returns:
        (H, W) int64. A pixel depends on those up to ``REACH_PX`` away.
    """
    height, width = places.shape
    rows = torch.arange(height, device=places.device)
    colours = (rows[:, None] + torch.arange(width, device=places.device) + sum(corner)) % 2
    # with a rim that goes on from nothing, so that every pixel has four neighbours
    rimmed = functional.pad(places, (1, 1, 1, 1), value=-1).reshape(-1)
    turns = [_Turn.of(queries, field, colours == colour, rimmed) for colour in range(2)]
    for turn in range(2 * ROUNDS):
        turns[turn % 2].taken(rimmed, strength)
    return rimmed.reshape(height + 2, width + 2)[1:-1, 1:-1].contiguous()


@dataclass(frozen=True)
class _Turn:
    """The pixels of one colour of the chessboard, which change together.

    Attributes:
        field: the patches.
        at: (P,) int64, where the pixels are among the rimmed places.
        width: of those.
        queries: (P, F) float32.
        distances: (P,) float32 of the patches that the pixels have.
    """

    field: PatchField
    at: torch.Tensor
    width: int
    queries: torch.Tensor
    distances: torch.Tensor

    @classmethod
    def of(
        cls, queries: torch.Tensor, field: PatchField, is_turn: torch.Tensor, rimmed: torch.Tensor
    ) -> _Turn:
        rows, columns = is_turn.nonzero(as_tuple=True)
        width = is_turn.shape[1] + 2
        at, looked_for = (rows + 1) * width + columns + 1, queries[rows, columns]
        return cls(field, at, width, looked_for, field.distances(looked_for, rimmed[at]))

    def taken(self, rimmed: torch.Tensor, strength: float) -> None:
        """Let every pixel take over what is best for it; ``rimmed`` changes in place."""
        places = rimmed[self.at]
        beside = [
            self.field.continued(rimmed[self.at + down * self.width + right], -down, -right)
            for down, right in _NEIGHBOURS
        ]
        best = self.distances * _torn(places, beside, strength)
        for candidates in beside:
            is_other = (candidates >= 0) & (candidates != places)
            tried = is_other.nonzero()[:, 0]
            nearer = self.field.distances(self.queries[tried], candidates[tried])
            costs = nearer * _torn(candidates, beside, strength)[tried]
            is_better = costs < _CLEARLY * best[tried]
            tried = tried[is_better]
            best[tried], self.distances[tried] = costs[is_better], nearer[is_better]
            places[tried] = candidates[tried]
        rimmed[self.at] = places


def _torn(places: torch.Tensor, beside: list[torch.Tensor], strength: float) -> torch.Tensor:
    """Return the factor that a distance is multiplied by: 1 where all neighbours go on."""
    torn = torch.zeros_like(places, dtype=torch.float32)
    for continuing in beside:
        torn += (continuing >= 0) & (continuing != places)
    return torn.mul_(strength / len(_NEIGHBOURS)).add_(1.0)
