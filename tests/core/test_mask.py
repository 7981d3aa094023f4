"""Masks: finite support, bit-identity outside, and tolerance of compression noise."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from singan_core.errors import MaskError
from singan_core.pixels.difference import difference_mask
from singan_core.pixels.mask import (
    bounds,
    composite,
    default_feather_px,
    default_grow_px,
    soft_mask,
    soft_window,
)
from singan_core.pixels.resize import Window
from tests.core.photos import landscape


def square(height: int = 60, width: int = 80) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    mask[25:35, 30:45] = 255
    return mask


@settings(deadline=None)
@given(st.integers(0, 10), st.integers(0, 10))
def test_support_is_finite_and_exact(grow: int, feather: int) -> None:
    mask = square()
    soft = soft_mask(mask, grow, feather)
    rows, columns = np.mgrid[0:60, 0:80]
    dy = np.maximum(np.maximum(25 - rows, rows - 34), 0)
    dx = np.maximum(np.maximum(30 - columns, columns - 44), 0)
    distance = np.hypot(dy, dx)
    assert (soft[distance <= grow] == 255).all()
    assert (soft[distance > grow + feather + 1] == 0).all()


def test_feather_falls_monotonically() -> None:
    profile = soft_mask(square(), 2, 8)[30, 44:60].astype(int)
    assert (np.diff(profile) <= 0).all()
    assert len(set(profile.tolist())) > 6


def test_hard_edge_stays_hard() -> None:
    assert set(np.unique(soft_mask(square(), 0, 0))) == {0, 255}


def test_empty_mask_stays_empty() -> None:
    assert not soft_mask(np.zeros((20, 20), np.uint8), 3, 3).any()


@pytest.mark.parametrize("bad", [(-1, 0), (0, -1)])
def test_negative_distances_are_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(MaskError):
        soft_mask(square(), *bad)


def test_colour_mask_is_refused() -> None:
    with pytest.raises(MaskError, match="one channel"):
        soft_mask(np.zeros((5, 5, 3), np.uint8), 0, 0)


def test_defaults_stay_within_six_percent() -> None:
    for height, width in ((188, 250), (3000, 4000), (40, 40)):
        reach = default_grow_px(height, width) + default_feather_px(height, width)
        assert 2 <= reach <= max(2, 0.06 * max(height, width))


@given(st.integers(0, 2**32 - 1))
def test_composite_keeps_the_base_bit_for_bit_where_the_mask_is_zero(seed: int) -> None:
    random = np.random.default_rng(seed)
    base, image = (random.integers(0, 256, (9, 11, 3), np.uint8) for _ in range(2))
    soft = random.choice(np.array([0, 0, 128, 255], np.uint8), (9, 11))
    joined = composite(base, image, soft)
    assert np.array_equal(joined[soft == 0], base[soft == 0])
    assert np.array_equal(joined[soft == 255], image[soft == 255])


def test_composite_of_other_sizes_is_refused() -> None:
    with pytest.raises(MaskError):
        composite(landscape(20, 20), landscape(20, 21), np.zeros((20, 20), np.uint8))


def edited_photo() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    photo = landscape(120, 160)
    edited = photo.copy()
    edited[40:70, 50:90] = photo[80:110, 100:140]
    mask = np.zeros((120, 160), bool)
    mask[40:70, 50:90] = True
    return photo, edited, mask


def intersection_over_union(first: np.ndarray, second: np.ndarray) -> float:
    return float((first & second).sum() / (first | second).sum())


def test_difference_finds_the_edit() -> None:
    photo, edited, mask = edited_photo()
    assert intersection_over_union(difference_mask(photo, edited) > 0, mask) > 0.9


@pytest.mark.parametrize("quality", [75, 90])
def test_difference_ignores_compression(quality: int) -> None:
    photo, edited, mask = edited_photo()
    buffer = io.BytesIO()
    Image.fromarray(edited).save(buffer, "JPEG", quality=quality)
    compressed = np.asarray(Image.open(buffer))
    assert (compressed != photo).any(axis=2).mean() > 0.8
    assert intersection_over_union(difference_mask(photo, compressed) > 0, mask) > 0.8


@pytest.mark.parametrize(
    ("share", "color"),
    [
        *((share, (0, 0, 0)) for share in (0.3, 0.6, 0.9, 1.0)),
        *((share, (200, 60, 60)) for share in (0.6, 0.9, 1.0)),
        *((share, None) for share in (0.3, 0.6, 0.75)),
    ],
)
def test_an_edit_of_most_of_the_photo_is_found(
    share: float, color: tuple[int, int, int] | None
) -> None:
    """What is painted is not taken for noise; without a colour it is a faint wash."""
    photo = landscape(120, 160)
    edited, rows = photo.copy(), round(120 * share)
    edited[:rows] = np.where(photo[:rows] < 128, photo[:rows] + 12, photo[:rows] - 12)
    if color is not None:
        edited[:rows] = color
    found = difference_mask(photo, edited) > 0
    assert found[: rows - 3].mean() > 0.97
    assert not found[rows + 3 :].any()


def test_nothing_differs_from_itself() -> None:
    assert not difference_mask(landscape(), landscape()).any()


def test_tolerance_is_in_grey_levels() -> None:
    photo = landscape(60, 60)
    edited = photo.copy()
    edited[20:40, 20:40] = np.clip(photo[20:40, 20:40].astype(int) + 20, 0, 255)
    assert difference_mask(photo, edited, tolerance=10).any()
    assert not difference_mask(photo, edited, tolerance=40).any()


def test_difference_of_other_sizes_is_refused() -> None:
    with pytest.raises(MaskError):
        difference_mask(landscape(20, 20), landscape(20, 21))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 99), st.integers(0, 6), st.integers(0, 9), st.data())
def test_window_of_a_soft_mask_is_computed_from_its_surroundings_only(
    seed: int, grow: int, feather: int, data: st.DataObject
) -> None:
    mask = (np.random.default_rng(seed).random((40, 50)) > 0.985).astype(np.uint8) * 255
    top, left = data.draw(st.integers(0, 39)), data.draw(st.integers(0, 49))
    window = Window(top, left, data.draw(st.integers(top + 1, 40)), min(50, left + 9))
    expected = soft_mask(mask, grow, feather)[window.slices]
    assert np.array_equal(soft_window(mask, window, grow, feather), expected)


def test_bounds_of_a_mask() -> None:
    mask = np.zeros((9, 9), np.uint8)
    assert bounds(mask).is_empty
    mask[2, 3] = mask[5, 4] = 1
    assert bounds(mask) == Window(2, 3, 6, 5)
