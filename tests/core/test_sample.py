"""The walk through the pyramid, and the windows that make parts of it exact."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.applications.random_samples import (
    reconstruction,
    sample_images,
    sample_steps,
)
from singan_core.errors import PhotoError, ScaleError
from singan_core.model.networks import PADDING_PX, pad
from singan_core.pixels.image import to_array, to_tensor
from singan_core.pixels.noise import noise
from singan_core.pixels.resize import Window, resize
from singan_core.rendering.sample import (
    Renderer,
    backward_cone,
    counter_noise,
    enlarged,
    forward_reach,
    injected,
    last_image,
    walk,
)
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid
from tests.core.test_tiling import SmallTiling

CPU = torch.device("cpu")
MODEL = random_pyramid(scale_count=4, size=(60, 80))
RENDERER = Renderer.of(MODEL, CPU)
SIZES = MODEL.plan.sizes


def test_walk_announces_every_scale() -> None:
    steps = list(walk(RENDERER, SIZES, counter_noise(RENDERER, 0)))
    assert [(step.scale, step.done, step.total) for step in steps] == [
        (scale, scale + 1, 4) for scale in range(4)
    ]
    assert [tuple(step.image.shape[-2:]) for step in steps] == list(SIZES)
    assert all(step.image.abs().max() <= 1.0 for step in steps)


def test_samples_differ_by_seed_only() -> None:
    photo = landscape(60, 80)
    first, second = sample_images(MODEL, photo, count=2, seed=5, device=CPU)
    again = next(sample_images(MODEL, photo, count=1, seed=5, device=CPU))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("size", [(40, 120), (90, 60), (61, 83)])
def test_samples_have_any_size_asked_for(size: tuple[int, int]) -> None:
    (image,) = sample_images(MODEL, landscape(60, 80), count=1, seed=0, size=size, device=CPU)
    assert image.shape == (*size, 3)


@pytest.mark.parametrize("is_noise_padded", [False, True])
def test_noise_is_like_that_of_the_photo_as_far_as_asked_for(is_noise_padded: bool) -> None:
    renderer = dataclasses.replace(RENDERER, is_noise_padded=is_noise_padded)
    size = renderer.noise_size(SIZES[0])
    photo_noise = noise(1, 0, Window.of(size), channels=1)
    fresh, alike, half = (
        counter_noise(renderer.like_photo(photo_noise, likeness), 5)(0, size)
        for likeness in (0.0, 1.0, 0.6)
    )
    assert fresh is not None
    assert alike is not None
    assert half is not None
    torch.testing.assert_close(fresh, counter_noise(renderer, 5)(0, size))
    torch.testing.assert_close(alike, photo_noise)
    torch.testing.assert_close(half, 0.6 * photo_noise + 0.8 * fresh)
    finer = renderer.noise_size(SIZES[1])
    torch.testing.assert_close(
        counter_noise(renderer.like_photo(photo_noise, 1.0), 5)(1, finer),
        counter_noise(renderer, 5)(1, finer),
    )


def test_the_more_a_sample_is_like_the_photo_the_less_samples_differ() -> None:
    photo = landscape(60, 80)

    def spread(**words: float) -> float:
        samples = sample_images(MODEL, photo, count=3, seed=1, **words, device=CPU)  # type: ignore[arg-type]
        return float(np.stack(list(samples)).astype(float).std(axis=0).mean())

    assert spread(likeness=1.0) < spread(likeness=0.8) < spread(likeness=0.0)
    assert spread(likeness=0.0) != spread()


def test_a_sample_of_another_size_has_nothing_of_the_photos_noise() -> None:
    words = {"count": 1, "seed": 3, "size": (40, 120), "device": CPU}
    new, alike = (
        next(sample_images(MODEL, landscape(60, 80), likeness=likeness, **words))  # type: ignore[arg-type]
        for likeness in (0.0, 1.0)
    )
    np.testing.assert_array_equal(new, alike)


@given(st.integers(17, 40), st.floats(0.0, 1.0))
@settings(max_examples=8, deadline=None)
def test_a_sample_like_the_photo_is_the_same_in_tiles(side: int, likeness: float) -> None:
    words = {"seeds": [4], "likeness": likeness, "patch_scales": 0, "device": CPU}
    whole, tiled = (
        list(sample_steps(MODEL, landscape(60, 80), tiling=tiling, **words))[-1]  # type: ignore[arg-type]
        for tiling in (None, SmallTiling(side))
    )
    assert isinstance(whole, np.ndarray)
    assert isinstance(tiled, np.ndarray)
    assert np.abs(whole.astype(int) - tiled).max() <= 1


def test_start_scale_keeps_the_layout() -> None:
    photo = landscape(60, 80)
    (fine,) = sample_images(MODEL, photo, count=1, seed=0, start_scale=3, device=CPU)
    (coarse,) = sample_images(MODEL, photo, count=1, seed=0, start_scale=0, device=CPU)
    assert np.abs(fine.astype(float) - photo).mean() < np.abs(coarse.astype(float) - photo).mean()


@pytest.mark.parametrize("scale", [-1, 4])
def test_start_scale_out_of_range_is_refused(scale: int) -> None:
    with pytest.raises(ScaleError, match="scales 0 to 3"):
        next(
            sample_images(MODEL, landscape(60, 80), count=1, seed=0, start_scale=scale, device=CPU)
        )


def test_tiny_sample_is_refused() -> None:
    with pytest.raises(PhotoError):
        next(sample_images(MODEL, landscape(60, 80), count=1, seed=0, size=(2, 2), device=CPU))


def test_reconstruction_is_repeatable() -> None:
    assert np.array_equal(reconstruction(MODEL, CPU), reconstruction(MODEL, CPU))


@settings(deadline=None, max_examples=25)
@given(st.data(), st.integers(1, 3))
def test_walk_of_a_window_equals_the_window_of_the_walk(data: st.DataObject, scale: int) -> None:
    height, width = SIZES[-1]
    top, left = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    wanted = Window(
        top, left, data.draw(st.integers(top + 1, height)), data.draw(st.integers(left + 1, width))
    )
    start = injected(to_tensor(landscape(60, 80)), scale, SIZES)
    whole = last_image(
        walk(RENDERER, SIZES, counter_noise(RENDERER, 1), start_scale=scale, start=start)
    )
    expected = whole[..., wanted.top : wanted.bottom, wanted.left : wanted.right]
    actual = windowed_walk(start, scale, wanted)
    assert torch.allclose(actual, expected, atol=1e-5)


def windowed_walk(start: torch.Tensor, scale: int, wanted: Window) -> torch.Tensor:
    """Compute one window of the last scale from windows of all scales, and nothing else."""
    windows = backward_cone(wanted, scale, 4, SIZES)
    image, have = start, Window.of(SIZES[scale])
    for index, window in enumerate(windows, start=scale):
        read = window.grown(PADDING_PX, SIZES[index])
        if index > scale:
            image = resize(
                image, SIZES[index], in_size=SIZES[index - 1], in_window=have, out_window=read
            ).clamp(-1.0, 1.0)
        else:
            image = image[..., read.top : read.bottom, read.left : read.right]
        image = refined_window(image, index, read, window)
        have = window
    return image


def refined_window(image: torch.Tensor, scale: int, read: Window, window: Window) -> torch.Tensor:
    noisy = image + RENDERER.amplitudes[scale] * noise(1, scale, read)
    size = SIZES[scale]
    wide = Window(
        window.top - PADDING_PX,
        window.left - PADDING_PX,
        window.bottom + PADDING_PX,
        window.right + PADDING_PX,
    )
    margins = (
        read.left - wide.left,
        wide.right - read.right,
        read.top - wide.top,
        wide.bottom - read.bottom,
    )
    assert all(
        margin == 0 or edge for margin, edge in zip(margins, _at_edges(wide, size), strict=True)
    )
    padded = torch.nn.functional.pad(noisy, margins)
    inner = image[
        ...,
        window.top - read.top : window.bottom - read.top,
        window.left - read.left : window.right - read.left,
    ]
    return (RENDERER.generators[scale].residual(padded) + inner).clamp(-1.0, 1.0)


def _at_edges(wide: Window, size: tuple[int, int]) -> tuple[bool, bool, bool, bool]:
    return wide.left < 0, wide.right > size[1], wide.top < 0, wide.bottom > size[0]


@settings(deadline=None, max_examples=15)
@given(st.data(), st.integers(1, 3))
def test_a_change_never_reaches_beyond_its_forward_reach(data: st.DataObject, scale: int) -> None:
    height, width = SIZES[scale]
    y, x = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    start = injected(to_tensor(landscape(60, 80)), scale, SIZES)
    changed = start.clone()
    changed[..., y, x] = -changed[..., y, x].sign() * 0.9
    images = [
        last_image(
            walk(RENDERER, SIZES, counter_noise(RENDERER, 1), start_scale=scale, start=image)
        )
        for image in (start, changed)
    ]
    reach = forward_reach(Window(y, x, y + 1, x + 1), scale, 4, SIZES)
    difference = (images[0] - images[1]).abs().amax(dim=(0, 1))
    difference[reach.top : reach.bottom, reach.left : reach.right] = 0.0
    assert float(difference.max()) < 1e-6


def test_injection_start_is_what_the_scale_below_left() -> None:
    edit = to_tensor(landscape(60, 80))
    expected = enlarged(enlarged(edit, SIZES[1]), SIZES[2])
    assert torch.equal(injected(edit, 2, SIZES), expected)


def test_padding_is_zero_once() -> None:
    padded = pad(torch.ones(1, 3, 4, 4))
    assert padded.shape == (1, 3, 14, 14)
    assert float(padded.sum()) == 48.0


def test_pixels_survive_the_way_to_tensor_and_back() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    assert np.array_equal(to_array(to_tensor(levels)), levels)


@settings(deadline=None, max_examples=15)
@given(st.data(), st.integers(1, 3))
def test_forward_reach_is_not_needlessly_large(data: st.DataObject, scale: int) -> None:
    """The pixels of every scale that depend on one, found by passing a mark upwards."""
    height, width = SIZES[scale]
    y, x = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    mark = torch.zeros(1, 1, height, width, dtype=torch.float64)
    mark[..., y, x] = 1.0
    for finer in range(scale, 4):
        if finer > scale:
            mark = (resize(mark, SIZES[finer]).abs() > 1e-9).double()
        mark = torch.nn.functional.max_pool2d(mark, 2 * PADDING_PX + 1, 1, PADDING_PX)
    touched = mark[0, 0] > 0
    reach = forward_reach(Window(y, x, y + 1, x + 1), scale, 4, SIZES)
    rows, columns = touched.any(dim=1).nonzero(), touched.any(dim=0).nonzero()
    exact = Window(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)
    assert reach.common(exact) == exact
    assert exact.grown(2 * (4 - scale), SIZES[-1]).common(reach) == reach
