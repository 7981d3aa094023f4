from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from app.document.painting.flood import similar_pixels

Pixels = NDArray[np.uint8]
IMAGES = hnp.arrays(np.uint8, (6, 7, 4), elements=st.sampled_from([0, 20, 40, 255]))


def _walked(is_similar: NDArray[np.bool_], x: int, y: int) -> NDArray[np.bool_]:
    """Go from pixel to pixel, edge to edge."""
    reached = np.zeros_like(is_similar)
    open_pixels = [(x, y)]
    while open_pixels:
        x, y = open_pixels.pop()
        is_inside = 0 <= y < is_similar.shape[0] and 0 <= x < is_similar.shape[1]
        if is_inside and is_similar[y, x] and not reached[y, x]:
            reached[y, x] = True
            open_pixels += [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
    return reached


@given(IMAGES, st.integers(0, 6), st.integers(0, 5), st.sampled_from([0, 19, 20, 40, 255]))
def test_similar_pixels_are_those_within_the_tolerance_in_every_channel(
    image: Pixels, x: int, y: int, tolerance: int
) -> None:
    difference = np.abs(image.astype(int) - image[y, x].astype(int)).max(axis=2)
    everywhere = similar_pixels(image, x, y, tolerance, is_contiguous=False)
    np.testing.assert_array_equal(everywhere, np.where(difference <= tolerance, 255, 0))
    joined = similar_pixels(image, x, y, tolerance)
    np.testing.assert_array_equal(joined == 255, _walked(difference <= tolerance, x, y))


@given(IMAGES, st.integers(0, 6), st.integers(0, 5))
def test_a_soft_edge_adds_only_pixels_that_touch(image: Pixels, x: int, y: int) -> None:
    hard = similar_pixels(image, x, y, 20)
    soft = similar_pixels(image, x, y, 20, is_antialiased=True)
    assert (soft[hard == 255] == 255).all()
    padded = np.pad(hard, 1)
    near = np.max([padded[i : i + 6, j : j + 7] for i in range(3) for j in range(3)], axis=0)
    assert not soft[near == 0].any()


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_the_soft_edge_is_the_share_of_the_colour_in_a_mixed_pixel(share: float) -> None:
    image = np.zeros((5, 9, 4), np.uint8)
    image[..., 3] = 255
    image[:, :4, :3] = 240
    image[:, 4, :3] = round(240 * share)
    mask = similar_pixels(image, 0, 0, 10, is_antialiased=True)
    np.testing.assert_allclose(mask[2], [255] * 4 + [255 * share] + [0] * 4, atol=1)


def test_hard_edges_stay_hard() -> None:
    image = np.full((5, 9, 4), 255, np.uint8)
    image[:, 4:, :3] = 0
    mask = similar_pixels(image, 0, 0, 10, is_antialiased=True)
    assert set(np.unique(mask)) == {0, 255}


def test_a_place_outside_the_image_is_like_nothing() -> None:
    assert not similar_pixels(np.zeros((3, 3, 4), np.uint8), 3, 0, 255).any()
