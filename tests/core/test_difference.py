"""The mask of differences follows a picture that is edited, to the same bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.errors import MaskError
from singan_core.pixels.difference import DifferenceMask, difference_mask
from singan_core.pixels.resize import Window

EDGE = st.integers(0, 48)
CHANGE = st.tuples(EDGE, EDGE, EDGE, EDGE, st.sampled_from([0, 3, 9, 40, 200]))
"""Two corners of a rectangle, and by how much its pixels differ from the photo."""


def photo_of(size: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 200, (*size, 3), dtype=np.uint8)


@settings(max_examples=120, deadline=None)
@given(
    size=st.tuples(st.integers(1, 48), st.integers(1, 48)),
    noise=st.sampled_from([0, 2, 30]),
    tolerance=st.sampled_from([None, None, None, 5.0]),
    changes=st.lists(CHANGE, max_size=8),
)
def test_every_change_is_followed_bit_for_bit(
    size: tuple[int, int],
    noise: int,
    tolerance: float | None,
    changes: list[tuple[int, int, int, int, int]],
) -> None:
    photo = photo_of(size)
    random = np.random.default_rng(2)
    edited = photo + random.integers(0, noise + 1, photo.shape, dtype=np.uint8)
    follower = DifferenceMask(photo, edited, tolerance)
    for x0, y0, x1, y1, level in changes:
        window = Window(min(y0, y1), min(x0, x1), max(y0, y1), max(x0, x1)).grown(0, size)
        if window.is_empty:
            continue
        edited[window.slices] = photo[window.slices] + np.uint8(level % 56)
        if level > 55:
            edited[window.slices] = level + 55
        before = follower.mask.copy()
        told = follower.change(window, photo[window.slices], edited[window.slices])
        np.testing.assert_array_equal(follower.mask, difference_mask(photo, edited, tolerance))
        before[told.slices] = follower.mask[told.slices]
        np.testing.assert_array_equal(before, follower.mask, "more changed than it told")


def test_a_ring_that_opens_or_closes_changes_what_is_inside_it() -> None:
    photo = photo_of((120, 120))
    edited = photo.copy()
    edited[20:100, 20:100] = 255
    edited[30:90, 30:90] = photo[30:90, 30:90]
    follower = DifferenceMask(photo, edited)
    assert follower.mask[60, 60] == 255
    gap = Window(50, 15, 62, 35)
    follower.change(gap, photo[gap.slices], photo[gap.slices])
    assert follower.mask[60, 60] == 0
    follower.change(gap, photo[gap.slices], np.full((12, 20, 3), 255, np.uint8))
    assert follower.mask[60, 60] == 255


def test_a_change_far_from_other_edits_is_a_small_one() -> None:
    photo = photo_of((200, 200))
    edited = photo.copy()
    edited[150:190, 20:180] = 255
    follower = DifferenceMask(photo, edited)
    told = follower.change(
        Window(20, 20, 40, 40), photo[20:40, 20:40], np.full((20, 20, 3), 255, np.uint8)
    )
    assert told.size[0] * told.size[1] < 40 * 40
    assert follower.mask[30, 30] == 255


def test_pixels_that_do_not_fit_the_window_are_refused() -> None:
    photo = photo_of((20, 20))
    follower = DifferenceMask(photo, photo)
    with pytest.raises(MaskError, match="size"):
        follower.change(Window(0, 0, 5, 5), photo[:5, :5], photo[:5, :4])
