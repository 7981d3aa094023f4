"""Where the smallest numbers of rows are."""

from __future__ import annotations

import pytest
import torch

from singan_core.pixels.smallest import smallest


@pytest.mark.parametrize("count", [1, 4, 9])
def test_they_are_found_in_order(count: int) -> None:
    rows = torch.rand(200, 9, generator=torch.Generator().manual_seed(3))
    before = rows.clone()
    assert torch.equal(smallest(rows, count), rows.argsort(dim=1)[:, :count])
    assert torch.equal(rows, before)


def test_of_equal_numbers_the_first_is_taken() -> None:
    rows = torch.tensor([[2.0, 1.0, 1.0, 5.0], [0.0, 0.0, 0.0, 0.0]])
    assert smallest(rows).tolist() == [[1], [0]]
    assert smallest(rows, 2).tolist() == [[1, 2], [0, 1]]


def test_no_rows_have_none() -> None:
    assert smallest(torch.empty(0, 3), 2).shape == (0, 2)
