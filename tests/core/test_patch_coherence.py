"""Patches that continue their neighbours': whole pieces come through, of the right place."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.pixels.patch_coherence import REACH_PX, PatchField, coherent

SIZE = (20, 24)


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


FEATURES = noise(SIZE[0] * SIZE[1], 6)
FIELD = PatchField(SIZE, FEATURES, torch.ones(len(FEATURES)))
PLACES = torch.arange(len(FEATURES)).reshape(SIZE)


def continued_share(places: torch.Tensor) -> float:
    return float((places[:, 1:] == places[:, :-1] + 1).float().mean())


def nearest(queries: torch.Tensor) -> torch.Tensor:
    return torch.cdist(queries.reshape(-1, 6), FEATURES).argmin(dim=1).reshape(queries.shape[:2])


def test_the_picture_itself_stays_as_it_is() -> None:
    assert torch.equal(coherent(FEATURES.reshape(*SIZE, 6), PLACES, FIELD, (0, 0)), PLACES)


def test_places_torn_by_noise_are_joined_again() -> None:
    queries = FEATURES.reshape(*SIZE, 6) + 0.4 * noise(*SIZE, 6, seed=1)
    torn = nearest(queries)
    joined = coherent(queries, torn, FIELD, (0, 0))
    assert continued_share(torn) < 0.5
    assert continued_share(joined) > 0.75
    assert (joined == PLACES).float().mean() > (torn == PLACES).float().mean() + 0.2


def test_what_continues_nothing_stays_the_nearest() -> None:
    queries = noise(*SIZE, 6, seed=2)
    torn = nearest(queries)
    before = FIELD.distances(queries.reshape(-1, 6), torn.reshape(-1))
    after = FIELD.distances(
        queries.reshape(-1, 6), coherent(queries, torn, FIELD, (0, 0)).reshape(-1)
    )
    assert bool((after >= before).all())
    assert bool((after <= 4.0 * before + 1e-5).all())


def test_nothing_continues_beyond_the_border() -> None:
    last = torch.tensor([SIZE[1] - 1, 2 * SIZE[1] - 1, 0, -1])
    assert FIELD.continued(last, 0, 1).tolist() == [-1, -1, 1, -1]
    assert FIELD.continued(torch.tensor([0]), -1, 0).tolist() == [-1]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1), st.integers(1, 5))
def test_a_window_is_a_part_of_the_whole(top: int, left: int, side: int) -> None:
    queries = FEATURES.reshape(*SIZE, 6) + 0.4 * noise(*SIZE, 6, seed=1)
    torn = nearest(queries)
    whole = coherent(queries, torn, FIELD, (0, 0))
    bottom, right = min(SIZE[0], top + side), min(SIZE[1], left + side)
    above, before = max(0, top - REACH_PX), max(0, left - REACH_PX)
    read = slice(above, bottom + REACH_PX), slice(before, right + REACH_PX)
    part = coherent(queries[read], torn[read], FIELD, (above, before))
    assert torch.equal(
        part[top - above : bottom - above, left - before : right - before],
        whole[top:bottom, left:right],
    )
