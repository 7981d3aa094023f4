"""The two primitives that make windows exact."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from singan_core.pixels.noise import derive_seed, noise
from singan_core.pixels.resize import Window, reached_window, resize, source_window

SIDES = st.integers(3, 40)


@st.composite
def windows(draw: st.DrawFn, size: tuple[int, int]) -> Window:
    top, left = draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))
    return Window(
        top, left, draw(st.integers(top + 1, size[0])), draw(st.integers(left + 1, size[1]))
    )


@settings(deadline=None)
@given(st.data(), SIDES, SIDES, SIDES, SIDES)
def test_window_of_resize_is_resize_of_window(
    data: st.DataObject, height: int, width: int, out_height: int, out_width: int
) -> None:
    in_size, out_size = (height, width), (out_height, out_width)
    image = torch.randn(
        1, 3, height, width, generator=torch.Generator().manual_seed(height * 41 + width)
    )
    out_window = data.draw(windows(out_size))
    read = source_window(out_window, in_size, out_size)
    part = image[..., read.top : read.bottom, read.left : read.right]
    whole = resize(image, out_size)
    expected = whole[..., out_window.top : out_window.bottom, out_window.left : out_window.right]
    actual = resize(part, out_size, in_size=in_size, in_window=read, out_window=out_window)
    assert torch.equal(actual, expected)


def test_missing_source_pixels_are_an_error() -> None:
    with pytest.raises(ValueError, match="lacks pixels"):
        resize(torch.zeros(1, 3, 4, 4), (40, 40), in_size=(20, 20), in_window=Window(0, 0, 4, 4))


@pytest.mark.parametrize("out_size", [(19, 31), (80, 61), (40, 20)])
def test_agrees_with_the_antialiased_bicubic_of_pillow(out_size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).random((40, 50), dtype=np.float32)
    expected = Image.fromarray(pixels).resize((out_size[1], out_size[0]), Image.Resampling.BICUBIC)
    actual = resize(torch.from_numpy(pixels)[None, None], out_size)[0, 0]
    assert np.abs(actual.numpy() - np.asarray(expected)).max() < 2e-6


@given(SIDES, SIDES)
def test_constant_image_stays_constant(height: int, width: int) -> None:
    result = resize(torch.full((1, 1, 9, 13), 0.7), (height, width))
    assert torch.allclose(result, torch.full_like(result, 0.7), atol=1e-6)


def test_same_size_returns_the_very_pixels() -> None:
    image = torch.randn(1, 3, 8, 9)
    assert torch.equal(resize(image, (8, 9)), image)


@settings(deadline=None)
@given(st.data(), st.integers(0, 2**62), st.integers(0, 12))
def test_noise_of_a_window_is_a_window_of_the_noise(
    data: st.DataObject, seed: int, scale: int
) -> None:
    window = data.draw(windows((30, 40)))
    whole = noise(seed, scale, Window(0, 0, 30, 40))
    part = noise(seed, scale, window)
    assert torch.equal(part, whole[..., window.top : window.bottom, window.left : window.right])


def test_noise_is_standard_normal_and_uncorrelated() -> None:
    values = noise(3, 2, Window(0, 0, 300, 300))[0].double()
    assert abs(values.mean()) < 0.01
    assert abs(values.std() - 1.0) < 0.01
    assert abs((values**4).mean() - 3.0) < 0.1
    assert abs((values[:, 1:] * values[:, :-1]).mean()) < 0.01
    assert abs((values[:, :, 1:] * values[:, :, :-1]).mean()) < 0.01
    assert abs((values[0] * values[1]).mean()) < 0.01


def test_noise_differs_by_seed_and_scale() -> None:
    window = Window(0, 0, 8, 8)
    first = noise(1, 0, window)
    assert not torch.equal(first, noise(2, 0, window))
    assert not torch.equal(first, noise(1, 1, window))
    assert torch.equal(first, noise(1, 0, window))


def test_noise_exists_at_negative_places() -> None:
    assert torch.isfinite(noise(1, 0, Window(-5, -5, 3, 3))).all()


def test_derived_seeds_depend_on_every_part() -> None:
    seeds = {derive_seed(1, 2), derive_seed(2, 1), derive_seed(12), derive_seed("1", "2", "")}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)


@settings(deadline=None)
@given(st.data(), SIDES, SIDES, SIDES, SIDES)
def test_reached_window_is_exactly_what_reads_the_window(
    data: st.DataObject, height: int, width: int, out_height: int, out_width: int
) -> None:
    in_size, out_size = (height, width), (out_height, out_width)
    window = data.draw(windows(in_size))
    image = torch.zeros(1, 1, *in_size, dtype=torch.float64)
    window.cut(image).fill_(1.0)
    reached = reached_window(window, in_size, out_size)
    touched = resize(image, out_size).abs()[0, 0] > 1e-12
    outside = touched.clone()
    outside[reached.slices] = False
    assert not outside.any()
    rows, columns = touched.any(dim=1).nonzero(), touched.any(dim=0).nonzero()
    assert int(rows.min()) - reached.top <= 1
    assert reached.bottom - 1 - int(rows.max()) <= 1
    assert int(columns.min()) - reached.left <= 1
    assert reached.right - 1 - int(columns.max()) <= 1


def test_windows_are_joined_and_cut() -> None:
    first, second, empty = Window(0, 2, 5, 6), Window(3, 1, 9, 4), Window(4, 4, 4, 9)
    assert first.common(second) == Window(3, 2, 5, 4)
    assert first.united(second) == Window(0, 1, 9, 6)
    assert first.united(empty) == empty.united(first) == first
    assert empty.is_empty
    assert first.common(Window(6, 0, 9, 9)).is_empty
    image = torch.arange(100.0).view(10, 10)
    assert torch.equal(second.cut(image), image[3:9, 1:4])
    assert torch.equal(first.common(second).cut(second.cut(image), second), image[3:5, 2:4])
    assert Window(1, 1, 2, 3).shifted(second) == Window(4, 2, 5, 4)
    assert empty.shifted(second).is_empty
