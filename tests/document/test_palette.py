"""The photo's own palette."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.palette import FEWEST, MOST, palette_of

BANDS = ((200, 40, 30), (30, 160, 60), (40, 60, 190), (240, 230, 90), (20, 20, 20), (240, 240, 240))


def banded(count: int, noise: int = 0) -> np.ndarray:
    """(60, 20 * count, 3) RGB, a band of each colour."""
    rng = np.random.default_rng(1)
    photo = np.repeat(np.array(BANDS[:count])[None], 60, 0).repeat(20, 1)
    return np.clip(photo + rng.integers(-noise, noise + 1, photo.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("noise", [0, 9])
def test_bands_are_told_apart_whatever_their_noise(noise: int) -> None:
    palette = palette_of(banded(6, noise))
    assert len(palette.colors) == 6
    for color, band in zip(BANDS, range(6), strict=True):
        found = palette.colors[palette.labels[30, 20 * band + 10]]
        assert np.abs(np.subtract(found.rgb, color)).max() <= 6
        assert found.share == pytest.approx(1 / 6, abs=0.01)
        region = palette.region(palette.labels[30, 20 * band + 10])
        assert (region[:, 20 * band : 20 * band + 20] == 255).all()


def test_a_plain_picture_has_one_colour() -> None:
    palette = palette_of(np.full((30, 40, 3), (12, 130, 200), np.uint8))
    assert len(palette.colors) == 1
    assert np.abs(np.subtract(palette.colors[0].rgb, (12, 130, 200))).max() <= 1


def test_a_small_vivid_thing_is_not_lost_in_a_large_dull_one() -> None:
    photo = np.random.default_rng(0).integers(90, 120, (200, 200, 1)).repeat(3, 2).astype(np.uint8)
    photo[80:92, 80:92] = (230, 20, 20)
    reds = [c for c in palette_of(photo).colors if c.rgb[0] > 200 and c.rgb[1] < 60]
    assert len(reds) == 1
    assert reds[0].share == pytest.approx(144 / 40000, rel=0.2)


def test_many_colours_are_joined_and_few_are_kept_apart() -> None:
    rng = np.random.default_rng(3)
    many = palette_of(rng.integers(0, 256, (150, 150, 3)).astype(np.uint8))
    assert FEWEST <= len(many.colors) <= MOST
    grey = np.linspace(60, 120, 200).astype(np.uint8)[None, :, None].repeat(50, 0).repeat(3, 2)
    assert len(palette_of(grey).colors) == FEWEST


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_any_picture_has_a_palette_that_adds_up(height: int, width: int, seed: int) -> None:
    photo = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
    palette = palette_of(photo)
    again = palette_of(photo)
    assert palette.colors == again.colors
    assert np.array_equal(palette.labels, again.labels)
    assert sum(color.share for color in palette.colors) == pytest.approx(1)
    assert set(np.unique(palette.labels)) == set(range(len(palette.colors)))
    shares = [color.share for color in palette.colors]
    assert shares == sorted(shares, reverse=True)
