"""Approximate nearest neighbours among many patches: only the groups near a query are searched."""

from __future__ import annotations

import copy

import torch

from singan_core.pixels.smallest import smallest

_SAMPLED_PATCHES = 16384
_PATCHES_PER_GROUP = 64
_MOST_GROUPS = 256
_VISITED_GROUPS = 4
_GROUPING_ROUNDS = 4
_ROWS = 8192


class PatchIndex:
    """Finds the patch nearest to each query.

    Args:
        features: (N, F) float32, one row a patch.
        weights: (N,) float32 above 0 that the squared distance to each patch is multiplied by;
            None = 1.
    """

    def __init__(self, features: torch.Tensor, weights: torch.Tensor | None = None) -> None:
        weights = torch.ones_like(features[:, 0]) if weights is None else weights
        self._centres = _grouped(features)
        groups = torch.cat([self._nearest_groups(rows, 1) for rows in torch.split(features, _ROWS)])
        groups = groups[:, 0]
        self._order = torch.argsort(groups, stable=True)
        self._features = features[self._order].contiguous()
        self._weights = weights[self._order]
        counts = torch.bincount(groups, minlength=len(self._centres))
        ends = counts.cumsum(0).tolist()
        self._spans = list(zip([0, *ends[:-1]], ends, strict=True))

    def weighted(self, weights: torch.Tensor) -> PatchIndex:
        """Return the same patches with other weights, (N,) float32 above 0."""
        other = copy.copy(self)
        other._weights = weights[self._order]
        return other

    def nearest(self, queries: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the nearest patch of every query and its weighted squared distance.

        Args:
            queries: (Q, F) float32.

        Returns:
            (Q,) int64 and (Q,) float32.
        """
        visited = min(_VISITED_GROUPS, len(self._centres))
        groups = torch.cat(
            [self._nearest_groups(rows, visited) for rows in torch.split(queries, _ROWS)]
        )
        flat = groups.reshape(-1)
        by_group = torch.argsort(flat, stable=True)
        asking = by_group // visited
        parts, places, start = [], [], 0
        counts = torch.bincount(flat, minlength=len(self._centres)).tolist()
        for (first, last), count in zip(self._spans, counts, strict=True):
            those, start = asking[start : start + count], start + count
            if count and last > first:
                nearest = self._within(queries.index_select(0, those), first, last)
            else:
                nearest = _nothing(those)
            parts.append(nearest[0])
            places.append(nearest[1] + first)
        distances = torch.empty_like(flat, dtype=torch.float32).scatter_(
            0, by_group, torch.cat(parts)
        )
        found = torch.empty_like(flat).scatter_(0, by_group, torch.cat(places))
        best = distances.reshape(-1, visited).min(dim=1)
        at = found.reshape(-1, visited).gather(1, best.indices[:, None])[:, 0]
        return self._order[at], best.values

    def _within(
        self, queries: torch.Tensor, first: int, last: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        distances = squared_distances(queries, self._features[first:last])
        nearest = smallest(distances.mul_(self._weights[first:last]))
        return distances.gather(1, nearest)[:, 0], nearest[:, 0]

    def _nearest_groups(self, rows: torch.Tensor, count: int) -> torch.Tensor:
        return smallest(squared_distances(rows, self._centres), count)


def _nothing(queries: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what is found in an empty group."""
    return torch.full_like(queries, torch.inf, dtype=torch.float32), torch.zeros_like(queries)


def squared_distances(rows: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Return the squared distance of each row to each other: (R, F), (O, F) -> (R, O)."""
    squares = rows.square().sum(dim=1)[:, None] + others.square().sum(dim=1)
    return squares.addmm_(rows, others.t(), alpha=-2.0).clamp_(min=0.0)


def _grouped(features: torch.Tensor) -> torch.Tensor:
    """Return the centres of groups of patches, by a few rounds of k-means."""
    count = min(_MOST_GROUPS, max(1, len(features) // _PATCHES_PER_GROUP))
    sampled = features[:: max(1, len(features) // _SAMPLED_PATCHES)]
    centres = sampled[:: max(1, len(sampled) // count)][:count].clone()
    for _ in range(_GROUPING_ROUNDS):
        nearest = smallest(squared_distances(sampled, centres))[:, 0]
        sums = torch.zeros_like(centres).index_add_(0, nearest, sampled)
        counts = torch.bincount(nearest, minlength=len(centres))[:, None]
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
    return centres
