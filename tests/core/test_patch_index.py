"""Approximate nearest neighbours: nearly always the true one, with and without weights."""

from __future__ import annotations

import pytest
import torch

from singan_core.pixels.patch_index import PatchIndex, squared_distances


def drawn(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_the_nearest_patch_is_found(count: int) -> None:
    features = drawn(count, 2)
    index = PatchIndex(features)
    found, distances = index.nearest(features)
    assert torch.equal(found, torch.arange(count))
    assert float(distances.max()) < 1e-4
    queries = drawn(200, 3)
    exact = torch.cdist(queries, features).argmin(dim=1)
    assert (index.nearest(queries)[0] == exact).float().mean() > 0.6


def test_a_patch_of_little_weight_counts_as_nearer() -> None:
    features, queries = drawn(60, 4), drawn(200, 5)
    weights = torch.ones(60)
    weights[7] = 0.05
    found, distances = PatchIndex(features, weights).nearest(queries)
    exact = (squared_distances(queries, features) * weights).min(dim=1)
    assert torch.equal(found, exact.indices)
    assert torch.allclose(distances, exact.values, atol=1e-4)
    assert (found == 7).sum() > (PatchIndex(features).nearest(queries)[0] == 7).sum()
