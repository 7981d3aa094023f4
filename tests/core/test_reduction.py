"""A picture at several sizes, and kept so while it changes."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.pixels.reduction import ReducedPicture
from singan_core.pixels.resize import Window, resize

SIDES = st.integers(3, 400)


def resized(picture: np.ndarray, size: tuple[int, int]) -> torch.Tensor:
    levels = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    return resize(levels, size).clamp(0.0, 255.0)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=3), st.data())
def test_sizes_are_those_of_a_resize_and_stay_so(
    height: int, width: int, sizes: list[tuple[int, int]], data: st.DataObject
) -> None:
    random = np.random.default_rng(height * 401 + width)
    picture = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    reduced = ReducedPicture(picture.copy(), sizes)
    for _ in range(3):
        for size in sizes:
            assert float((reduced.at(size) - resized(picture, size)).abs().max()) < 1e-2
        top, left = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
        window = Window(top, left, min(height, top + 40), min(width, left + 300))
        pixels = random.integers(0, 256, (*window.size, 3), dtype=np.uint8)
        reduced.change(window, pixels)
        picture[window.slices] = pixels
        assert np.array_equal(reduced.pixels, picture)


def test_windows_and_sizes_not_kept_are_the_same() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (90, 70, 3), dtype=np.uint8)
    kept, computed = ReducedPicture(picture, [(31, 23)]), ReducedPicture(picture, [])
    window = Window(5, 3, 20, 23)
    difference = kept.at((31, 23), window) - computed.at((31, 23), window)
    assert float(difference.abs().max()) < 1e-2
    assert np.array_equal(kept.levels_at((90, 70), window), picture[window.slices])


def test_thousands_of_changes_do_not_drift() -> None:
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (60, 80), dtype=np.uint8)
    reduced = ReducedPicture(picture.copy(), [(7, 9)])
    for _ in range(3000):
        top, left = random.integers(0, 50), random.integers(0, 70)
        window = Window(int(top), int(left), int(top) + 10, int(left) + 10)
        pixels = random.integers(0, 256, (10, 10), dtype=np.uint8)
        reduced.change(window, pixels)
        picture[window.slices] = pixels
    difference = reduced.at((7, 9)) - resized(picture[..., None], (7, 9))
    assert float(difference.abs().max()) < 1e-3
