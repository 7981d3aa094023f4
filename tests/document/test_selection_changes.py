from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.document.selection import Selection
from app.document.selection_changes import border, feather, grow, moved, shrink, smooth

Mask = NDArray[np.uint8]
BINARY = hnp.arrays(np.uint8, (14, 17), elements=st.sampled_from([0, 0, 0, 255]))
SOFT = hnp.arrays(np.uint8, (14, 17), elements=st.integers(0, 255))
PIXELS = st.integers(1, 6)
RECT = Rect(20, 15, 24, 18)


def _away(mask: Mask, px: float) -> NDArray[np.bool_]:
    """Which pixels lie further than `px` from every selected one."""
    rows, columns = np.nonzero(mask)
    grid = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]]
    squares = [(grid[0] - y) ** 2 + (grid[1] - x) ** 2 for y, x in zip(rows, columns, strict=True)]
    return np.min(squares, axis=0) > px * px if squares else np.ones(mask.shape, bool)


@given(BINARY, PIXELS)
def test_growing_reaches_exactly_the_pixels_that_are_near_enough(mask: Mask, px: int) -> None:
    grown = grow(Selection(mask), px).mask
    # the metric errs by 2 % between the axes, the soft edge takes a pixel
    assert (grown[~_away(mask, px * 0.98)] == 255).all()
    assert not grown[_away(mask, (px + 1) * 1.02)].any()


@given(SOFT, PIXELS)
def test_what_was_selected_stays_selected_in_a_grown_selection(mask: Mask, px: int) -> None:
    assert (grow(Selection(mask), px).mask >= mask).all()
    assert (shrink(Selection(mask), px).mask <= mask).all()


@given(BINARY, PIXELS)
def test_shrinking_is_growing_of_what_is_not_selected(mask: Mask, px: int) -> None:
    padded = np.pad(mask, 8)
    expected = grow(Selection(255 - padded), px).inverted()
    assert shrink(Selection(padded), px) == expected


@pytest.mark.parametrize("px", [1, 5, 8])
def test_a_rectangle_grows_and_shrinks_back(px: int) -> None:
    selection = Selection.rectangle(RECT, 64, 48)
    grown = grow(selection, px)
    assert grown.bounds == RECT.grown(px)
    back = shrink(grown, px)
    assert back.bounds == RECT
    # only round corners may have lost a little
    assert np.abs(back.mask.astype(int) - selection.mask).sum() < 4 * 255
    assert shrink(selection, px).bounds == RECT.grown(-px)


def test_a_selection_that_leaves_the_picture_shrinks_from_its_edges_only_when_asked() -> None:
    selection = Selection.rectangle(Rect(0, 0, 30, 48), 64, 48)
    assert shrink(selection, 4).bounds == Rect(0, 0, 26, 48)
    assert shrink(selection, 4, at_edges=True).bounds == Rect(4, 4, 22, 40)
    everything = Selection.everything(64, 48)
    assert shrink(everything, 9) == everything
    assert shrink(everything, 9, at_edges=True).bounds == Rect(9, 9, 46, 30)


def test_shrinking_below_nothing_leaves_nothing() -> None:
    assert shrink(Selection.rectangle(RECT, 64, 48), 10).is_empty


@given(BINARY, PIXELS)
def test_a_feathered_edge_ends_where_it_was_told_to(mask: Mask, px: int) -> None:
    padded = np.pad(mask, 10)
    soft = feather(Selection(padded), px).mask
    square = np.ones((2 * px + 1,) * 2, np.uint8)
    assert not soft[cv2.dilate(padded, square) == 0].any(), "nothing further outside"
    assert (soft[cv2.erode(padded, square) == 255] == 255).all(), "all of it further inside"


def test_a_feathered_edge_falls_evenly_and_is_half_way_on_the_line() -> None:
    row = feather(Selection.rectangle(Rect(0, 0, 32, 48), 64, 48), 8).mask[24].astype(int)
    assert (np.diff(row) <= 0).all()
    assert abs(row[31] + row[32] - 255) <= 2
    assert row[24] >= 254
    assert row[22] == 255
    assert row[40:].sum() == 0


def test_feathering_keeps_the_edge_of_the_picture_unless_told() -> None:
    everything = Selection.everything(64, 48)
    assert feather(everything, 8) == everything
    assert feather(everything, 8, at_edges=True).mask[0, 32] < 150


@pytest.mark.parametrize("px", [1, 4, 7])
def test_a_border_is_a_band_of_the_asked_width(px: int) -> None:
    row = border(Selection.rectangle(RECT, 64, 48), px).mask[24]
    left = np.flatnonzero(row[:32] == 255)
    assert len(left) == px
    assert left[0] == RECT.x - (px - px // 2)
    assert not row[26:38].any()


def test_smoothing_drops_specks_and_rounds_corners_but_leaves_straight_edges() -> None:
    mask = np.zeros((48, 64), np.uint8)
    mask[10:40, 12:52] = 255
    mask[3, 3] = 255
    mask[25, 30] = 0
    smoothed = smooth(Selection(mask), 5).mask
    assert smoothed[3, 3] == 0
    assert smoothed[25, 30] == 255
    assert smoothed[10, 12] == 0
    np.testing.assert_array_equal(smoothed[25] > 127, mask[24] > 127)


@given(BINARY, st.integers(-20, 20), st.integers(-20, 20))
def test_moving_takes_the_outline_along(mask: Mask, dx: int, dy: int) -> None:
    result = moved(Selection(mask), dx, dy).mask
    for y, x in np.ndindex(mask.shape):
        source = y - dy, x - dx
        is_inside = 0 <= source[0] < 14 and 0 <= source[1] < 17
        assert result[y, x] == (mask[source] if is_inside else 0)


@pytest.mark.parametrize("change", [grow, shrink, feather, border, smooth])
def test_nothing_stays_nothing(change: Callable[[Selection, int], Selection]) -> None:
    assert change(Selection(np.zeros((9, 9), np.uint8)), 3).is_empty


def test_a_large_soft_selection_keeps_its_softness_when_it_grows() -> None:
    soft = feather(Selection.rectangle(Rect(400, 400, 900, 900), 1700, 1600), 40)
    row, grown = soft.mask[800].astype(int), grow(soft, 30).mask[800].astype(int)
    np.testing.assert_allclose(grown[330:430], row[360:460], atol=12)
    assert grow(soft, 30).bounds.x >= soft.bounds.x - 31
