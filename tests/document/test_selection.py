from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.document.selection import Selection

MASKS = hnp.arrays(np.uint8, (7, 9), elements=st.sampled_from([0, 0, 90, 128, 255]))
BINARY = hnp.arrays(np.uint8, (7, 9), elements=st.sampled_from([0, 255]))


@given(MASKS, MASKS)
def test_algebra_of_selections(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> None:
    a, b = Selection(first), Selection(second)
    assert a.combine(b, "replace") is b
    assert a.combine(b, "add") == b.combine(a, "add")
    assert a.combine(b, "intersect") == b.combine(a, "intersect")
    assert a.combine(b, "subtract") == a.combine(b.inverted(), "intersect")
    assert a.combine(b, "add").inverted() == a.inverted().combine(b.inverted(), "intersect")
    assert a.inverted().inverted() == a
    assert a.combine(a, "add") == a == a.combine(a, "intersect")


@given(BINARY, BINARY)
def test_hard_selections_subtract_like_sets(
    first: NDArray[np.uint8], second: NDArray[np.uint8]
) -> None:
    difference = Selection(first).combine(Selection(second), "subtract")
    np.testing.assert_array_equal(difference.mask > 0, (first > 0) & ~(second > 0))


@given(MASKS)
def test_bounds_hold_all_selected_pixels_and_no_empty_side(mask: NDArray[np.uint8]) -> None:
    bounds = Selection(mask).bounds
    inside = mask[bounds.y : bounds.bottom, bounds.x : bounds.right]
    assert inside.sum() == mask.sum()
    if mask.any():
        assert inside[0].any()
        assert inside[-1].any()
        assert inside[:, 0].any()
        assert inside[:, -1].any()
    else:
        assert bounds.is_empty


def test_rectangles_are_clipped_to_the_document() -> None:
    selection = Selection.rectangle(Rect(-3, 2, 6, 100), 10, 8)
    assert selection.bounds == Rect(0, 2, 3, 6)
    assert selection.mask.shape == (8, 10)


def test_a_lasso_selects_exactly_its_area() -> None:
    square = [(2.0, 2.0), (10.0, 2.0), (10.0, 10.0), (2.0, 10.0)]
    selection = Selection.lasso(square, 20, 12)
    assert selection.bounds == Rect(2, 2, 8, 8)
    assert selection.mask[2:10, 2:10].min() == 255


def test_a_lasso_has_a_soft_edge_of_its_coverage() -> None:
    points = [(2.5, 2.0), (10.5, 2.0), (10.5, 10.0), (2.5, 10.0)]
    row = Selection.lasso(points, 20, 12).mask[5]
    assert abs(int(row[2]) - 128) <= 2
    assert abs(int(row[10]) - 128) <= 2
    assert row[3:10].min() == 255


def test_an_ellipse_touches_the_sides_of_its_rectangle() -> None:
    selection = Selection.ellipse(Rect(4, 3, 30, 20), 50, 40)
    assert selection.bounds == Rect(4, 3, 30, 20)
    assert abs(int(selection.mask.sum()) / 255 - np.pi * 15 * 10) < 3
    assert selection.mask[13, 19] == 255


@pytest.mark.parametrize(
    "selection",
    [
        Selection.ellipse(Rect(4, 3, 30, 20), 50, 40, is_antialiased=False),
        Selection.lasso([(2.3, 2), (40, 9.7), (13, 33)], 50, 40, is_antialiased=False),
    ],
)
def test_edges_are_hard_without_antialiasing(selection: Selection) -> None:
    assert set(np.unique(selection.mask)) == {0, 255}


def test_a_lasso_that_crosses_itself_fills_its_loops() -> None:
    angles = np.arange(5) * 4 * np.pi / 5
    star = [(50 + 40 * np.cos(a), 50 + 40 * np.sin(a)) for a in angles]
    assert Selection.lasso(star, 100, 100).mask[50, 50] == 255


@pytest.mark.parametrize("points", [[], [(1.0, 1.0)], [(1.0, 1.0), (5.0, 5.0)]])
def test_lines_select_nothing(points: list[tuple[float, float]]) -> None:
    assert Selection.lasso(points, 9, 9).is_empty


def test_lassos_may_leave_the_document() -> None:
    selection = Selection.lasso([(-50, -50), (50, -50), (50, 50), (-50, 50)], 20, 10)
    assert selection == Selection.everything(20, 10)


def test_masks_cannot_be_changed() -> None:
    selection = Selection.everything(4, 4)
    with pytest.raises(ValueError, match="read-only"):
        selection.mask[0, 0] = 0


def test_reading_beyond_the_document_gives_nothing() -> None:
    selection = Selection.everything(4, 4)
    assert selection.read(Rect(-1, -1, 3, 3)).tolist() == [[0, 0, 0], [0, 255, 255], [0, 255, 255]]
    assert selection.read(Rect(9, 9, 2, 2)).sum() == 0
