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
    rows, flat = torch.arange(height, device=places.device), queries.reshape(height * width, -1)
    colours = (rows[:, None] + torch.arange(width, device=places.device) + sum(corner)) % 2
    distances = field.distances(flat, places.reshape(-1)).reshape(height, width)
    for turn in range(2 * ROUNDS):
        is_turn = colours == turn % 2
        beside = [_beside(places, *step, field) for step in _NEIGHBOURS]
        best = distances * _torn(places, beside, strength)
        for candidates in list(beside):
            at = (is_turn & (candidates >= 0) & (candidates != places)).nonzero(as_tuple=True)
            nearer = field.distances(flat[at[0] * width + at[1]], candidates[at])
            costs = nearer * _torn(candidates, beside, strength)[at]
            is_better = costs < _CLEARLY * best[at]
            at = at[0][is_better], at[1][is_better]
            best[at], distances[at] = costs[is_better], nearer[is_better]
            places = places.index_put(at, candidates[at])
    return places


def _beside(places: torch.Tensor, down: int, right: int, field: PatchField) -> torch.Tensor:
    """Return what would continue each pixel's neighbour a step away; -1 where nothing does."""
    height, width = places.shape
    padded = functional.pad(places, (1, 1, 1, 1), value=-1)
    neighbours = padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]
    return field.continued(neighbours, -down, -right)


def _torn(places: torch.Tensor, beside: list[torch.Tensor], strength: float) -> torch.Tensor:
    """Return the factor that a distance is multiplied by: 1 where all neighbours go on."""
    torn = torch.zeros_like(places, dtype=torch.float32)
    for continuing in beside:
        torn += (continuing >= 0) & (continuing != places)
    return torn.mul_(strength / len(_NEIGHBOURS)).add_(1.0)
