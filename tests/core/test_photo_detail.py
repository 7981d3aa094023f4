"""Detail that a photo has beyond the size of its model, put where its patches were put."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.applications import PAINT
from singan_core.applications.random_samples import sample_images
from singan_core.pixels.image import photo_sha256, to_array, to_tensor
from singan_core.pixels.photo_detail import PhotoDetail, is_of_density
from singan_core.pixels.resize import Size, Window, resize
from singan_core.rendering import retouching
from singan_core.rendering.injection import Injection, render
from singan_core.rendering.live_render import LiveRender
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
SIZE, SMALL = (120, 160), (60, 80)
GRAIN = np.random.default_rng(3).integers(-40, 40, (*SIZE, 1))
PHOTO = (landscape(*SIZE).astype(int) + GRAIN).clip(0, 255).astype(np.uint8)
REDUCED = resize(to_tensor(PHOTO), SMALL).clamp(-1.0, 1.0)
DETAIL = PhotoDetail.of(PHOTO, REDUCED)
WHOLE = Window.of(SMALL)
MODEL = dataclasses.replace(
    random_pyramid(scale_count=5, size=SMALL, gain=0.5), photo_sha256=photo_sha256(PHOTO)
)


def enlarged(image: torch.Tensor, size: Size) -> torch.Tensor:
    """Return a picture with the photo's detail: (1, 3, *size)."""
    image_size = int(image.shape[-2]), int(image.shape[-1])
    whole = Window.of(image_size)
    added = DETAIL.added(Window.of(size), size, image, whole, image_size)
    return (resize(image, size) + added).clamp(-1.0, 1.0)


def rmse(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.sqrt(np.mean((first.astype(float) - second) ** 2)))


def paint(patch_scales: int = 2) -> Injection:
    layout = np.ascontiguousarray(landscape(*SIZE, seed=4))
    return PAINT.injection(MODEL, PHOTO, layout, scale=1, seed=3, patch_scales=patch_scales)


def grain(image: np.ndarray) -> float:
    """Return how much neighbouring pixels differ."""
    return float(np.abs(np.diff(image.astype(int), axis=1)).mean())


def test_the_photo_gets_its_own_detail_back() -> None:
    plain = to_array(resize(REDUCED, SIZE).clamp(-1.0, 1.0))
    assert rmse(to_array(enlarged(REDUCED, SIZE)), PHOTO) < 0.15 * rmse(plain, PHOTO)


def test_a_moved_part_brings_its_detail_along() -> None:
    moved = torch.roll(REDUCED, 20, dims=3)
    expected = np.roll(PHOTO, 40, axis=1)[:, 60:]
    plain = to_array(resize(moved, SIZE).clamp(-1.0, 1.0))[:, 60:]
    made = to_array(enlarged(moved, SIZE))[:, 60:]
    assert rmse(made, expected) < 0.5 * rmse(plain, expected)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_window_is_a_part_of_the_whole(data: st.DataObject) -> None:
    whole = DETAIL.added(Window.of(SIZE), SIZE, REDUCED, WHOLE, SMALL)
    top, left = data.draw(st.integers(0, SIZE[0] - 1)), data.draw(st.integers(0, SIZE[1] - 1))
    bottom = data.draw(st.integers(top + 1, SIZE[0]))
    window = Window(top, left, bottom, data.draw(st.integers(left + 1, SIZE[1])))
    read = DETAIL.reads(window, SIZE, SMALL)
    part = DETAIL.added(window, SIZE, read.cut(REDUCED), read, SMALL)
    differs = (part - window.cut(whole)).abs().amax(dim=1) > 1e-5
    # Rounding may choose another of two patches equally near: a few pixels of detail.
    assert int(differs.sum()) <= 60


@settings(max_examples=60, deadline=None)
@given(st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1))
def test_what_reads_a_pixel_is_reached_by_it(row: int, column: int) -> None:
    window = Window(row, column, row + 1, column + 1)
    read = DETAIL.reads(window, SIZE, SMALL)
    for corner in ((read.top, read.left), (read.bottom - 1, read.right - 1)):
        pixel = Window(corner[0], corner[1], corner[0] + 1, corner[1] + 1)
        reached = DETAIL.reached(pixel, SIZE, SMALL)
        assert reached.top <= row < reached.bottom
        assert reached.left <= column < reached.right


@pytest.mark.parametrize(
    ("size", "image_size", "expected"),
    [(SIZE, SMALL, True), ((90, 200), (45, 100), True), (SMALL, SMALL, False)],
)
def test_only_pictures_as_dense_as_the_photo_take_its_detail(
    size: Size, image_size: Size, expected: bool
) -> None:
    assert is_of_density(size, image_size, 2.0) is expected


def test_a_paint_of_a_large_photo_has_the_photos_grain() -> None:
    made, plain = render(paint(), CPU), render(paint(patch_scales=0), CPU)
    assert made.detail_size == SIZE
    assert plain.detail_size == SMALL
    assert grain(made.image) > 2.0 * grain(plain.image)


def on_canvas(size: Size, photo_size: Size, finest_size: Size) -> Injection:
    shown = np.ascontiguousarray(landscape(*size, seed=4))
    return dataclasses.replace(
        paint(),
        photo=shown,
        composite=shown,
        training_photo=PHOTO,
        photo_size=photo_size,
        finest_size=finest_size,
    )


def test_a_cut_or_scaled_canvas_has_the_photos_grain_too() -> None:
    cut = render(on_canvas((60, 100), SIZE, (30, 50)), CPU)
    scaled = render(on_canvas((90, 120), (90, 120), SMALL), CPU)
    assert (cut.detail_size, scaled.detail_size) == ((60, 100), (90, 120))
    assert grain(cut.image) > 0.7 * grain(PHOTO)
    smaller = to_array(resize(to_tensor(PHOTO), (90, 120)).clamp(-1.0, 1.0))
    assert grain(scaled.image) > 0.7 * grain(smaller)


def test_a_photo_is_not_enlarged_beyond_all_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    edit = on_canvas((180, 240), (180, 240), SMALL)
    assert render(edit, CPU).detail_size == (180, 240)
    monkeypatch.setattr(retouching, "_MOST_DENSE_PX", 180 * 240 - 1)
    assert render(edit, CPU).detail_size == SMALL


def test_live_and_fresh_renders_agree() -> None:
    live = LiveRender(paint(), CPU, is_thumbnail=False)
    list(live.steps())
    difference = np.abs(live.picture.astype(int) - render(paint(), CPU).image).max(axis=2)
    assert (difference > 1).mean() < 0.08


def test_samples_of_a_large_photo_are_as_large_and_as_sharp() -> None:
    (made,) = sample_images(MODEL, PHOTO, count=1, seed=2, device=CPU)
    (plain,) = sample_images(MODEL, PHOTO, count=1, seed=2, patch_scales=0, device=CPU)
    assert made.shape[:2] == SIZE
    assert plain.shape[:2] == SMALL
    assert grain(made) > 0.7 * grain(PHOTO)
    (wide,) = sample_images(MODEL, PHOTO, count=1, seed=2, size=(100, 200), device=CPU)
    assert wide.shape[:2] == (100, 200)
