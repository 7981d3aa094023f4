"""Live rendering: after any strokes, abandoned or not, the picture is that of a fresh render."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.applications import APPLICATIONS, EDIT, PAINT
from singan_core.errors import MaskError, PhotoError, ScaleError
from singan_core.pixels.image import to_tensor
from singan_core.pixels.resize import Window, resize
from singan_core.rendering.injection import (
    Injection,
    Rendering,
    finishing_of,
    prepared_edit,
    render,
    render_sizes,
    renderer_of,
)
from singan_core.rendering.live_render import LiveRender, LiveStep, LiveUpdate
from singan_core.rendering.sample import (
    counter_noise,
    injected,
    last_image,
    walk,
)
from singan_core.rendering.scale_strip import StripThumbnail, strip_steps
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
MODEL = random_pyramid(scale_count=5, size=(60, 80), gain=1.0)
PHOTO = landscape(60, 80)
LARGE = random_pyramid(scale_count=6, size=(300, 400), gain=0.5)
TOLERANCE = 1e-4
"""In the [-1, 1] range."""


@dataclasses.dataclass
class Painting:
    """A composite and its mask, as a window of the program would hold them."""

    injection: Injection
    composite: np.ndarray
    mask: np.ndarray | None

    @classmethod
    def begun(cls, name: str, size: tuple[int, int], scale: int, seed: int = 3) -> Painting:
        composite = landscape(*size, seed=1)
        mask = np.zeros(size, np.uint8)
        injection = APPLICATIONS[name].injection(
            MODEL,
            PHOTO,
            composite,
            mask,
            scale=scale,
            seed=seed,
            grow_px=1,
            feather_px=2,
            patch_scales=0,
        )
        return cls(injection, composite.copy(), None if injection.mask is None else mask.copy())

    def stroke(self, window: Window, value: int) -> None:
        """Paint a window; 0 takes it out of the mask again."""
        height, width = window.size
        grain = np.random.default_rng(value).integers(0, 256, (height, width, 3))
        self.composite[window.slices] = grain
        if self.mask is not None:
            self.mask[window.slices] = 255 if value else 0

    def part(self, window: Window) -> tuple[Window, np.ndarray, np.ndarray | None]:
        mask = None if self.mask is None else self.mask[window.slices]
        return window, self.composite[window.slices], mask

    def now(self) -> Injection:
        return dataclasses.replace(self.injection, composite=self.composite, mask=self.mask)


def updated(steps: Iterator[LiveStep | LiveUpdate]) -> LiveUpdate:
    *_, last = steps
    assert isinstance(last, LiveUpdate)
    return last


def fresh(injection: Injection) -> tuple[torch.Tensor, Rendering]:
    """Render anew: the picture before it was joined, in floats, and the joined one."""
    edit, sizes = to_tensor(prepared_edit(injection)), render_sizes(injection)
    renderer = renderer_of(injection, CPU)
    start = injected(edit, injection.scale, sizes)
    noise = counter_noise(renderer, injection.seed)
    image = last_image(walk(renderer, sizes, noise, start_scale=injection.scale, start=start))
    size = injection.composite.shape[0], injection.composite.shape[1]
    image_size = int(image.shape[-2]), int(image.shape[-1])
    mask = injection.mask
    whole = finishing_of(injection, size, image_size).finished(
        Window.of(size),
        image,
        Window.of(image_size),
        lambda wanted, window: window.cut(resize(edit, wanted)).clamp(-1.0, 1.0),
        None if mask is None else lambda window: mask[window.slices] >= 128,
    )
    return whole, render(injection, CPU)


def check_equals_a_fresh_render(live: LiveRender, painting: Painting) -> None:
    injection = painting.now()
    if injection.mask is not None and not injection.mask.any():
        is_same = injection.photo.shape == injection.composite.shape
        base = injection.photo if is_same else injection.composite
        assert np.array_equal(live.picture, base)
        return
    expected, rendering = fresh(injection)
    rows, columns = rendering.mask.any(axis=1).nonzero()[0], rendering.mask.any(axis=0).nonzero()[0]
    seen = Window(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    difference = (live.generated(seen) - seen.cut(expected)).abs()
    assert float(difference.max()) < TOLERANCE
    assert np.abs(live.picture.astype(int) - rendering.image).max() <= 1
    outside = rendering.mask == 0
    assert np.array_equal(live.picture[outside], rendering.image[outside])


@st.composite
def strokes(draw: st.DrawFn, size: tuple[int, int]) -> tuple[Window, int]:
    height, width = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    top, left = draw(st.integers(-5, size[0])), draw(st.integers(-5, size[1]))
    window = Window(top, left, top + height, left + width).common(Window.of(size))
    return window, draw(st.integers(0, 5))


SIZES = st.sampled_from([(60, 80), (75, 91), (150, 200), (40, 120), (90, 45)])


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from(sorted(APPLICATIONS)), SIZES, st.integers(1, 4))
def test_live_picture_equals_a_fresh_render_after_any_strokes(
    data: st.DataObject, name: str, size: tuple[int, int], scale: int
) -> None:
    painting = Painting.begun(name, size, scale)
    live = LiveRender(painting.injection, CPU, is_thumbnail=False)
    shown = np.zeros((*size, 3), np.uint8)
    for _ in range(data.draw(st.integers(1, 4))):
        window, value = data.draw(strokes(size))
        if window.is_empty:
            continue
        painting.stroke(window, value)
        steps = live.update(*painting.part(window))
        for _ in range(data.draw(st.sampled_from([0, 1, 3, 99]))):
            event = next(steps, None)
            if isinstance(event, LiveUpdate):
                shown[event.window.slices] = event.image
    update = updated(live.steps())
    shown[update.window.slices] = update.image
    check_equals_a_fresh_render(live, painting)
    assert np.array_equal(shown, live.picture)


@settings(deadline=None, max_examples=15)
@given(st.data(), st.sampled_from(sorted(APPLICATIONS)), SIZES, st.integers(1, 4))
def test_thumbnail_tier_equals_the_thumbnail_of_the_strip(
    data: st.DataObject, name: str, size: tuple[int, int], scale: int
) -> None:
    painting = Painting.begun(name, size, scale)
    live = LiveRender(painting.injection, CPU, is_thumbnail=True)
    for _ in range(data.draw(st.integers(1, 3))):
        window, _ = data.draw(strokes(size))
        if not window.is_empty:
            painting.stroke(window, 7)
            list(live.update(*painting.part(window)))
    updated(live.steps())
    if painting.mask is not None and not painting.mask.any():
        return
    for event in strip_steps(painting.now(), CPU):
        if isinstance(event, StripThumbnail) and event.scale == scale and event.window is None:
            assert np.abs(event.image.astype(int) - live.picture).max() <= 1


def test_strokes_may_come_between_two_steps() -> None:
    painting = Painting.begun("paint", (60, 80), 1)
    live = LiveRender(painting.injection, CPU, is_thumbnail=False)
    steps = live.steps()
    for corner in range(0, 50, 10):
        next(steps)
        window = Window(corner, corner, corner + 10, corner + 10)
        painting.stroke(window, corner + 1)
        live.change(*painting.part(window))
    updated(steps)
    check_equals_a_fresh_render(live, painting)


def test_small_stroke_recomputes_a_small_part() -> None:
    painting = Painting.begun("paint", (60, 80), 4)
    live = LiveRender(painting.injection, CPU, is_thumbnail=False)
    assert updated(live.steps()).window == Window(0, 0, 60, 80)
    window = Window(30, 40, 32, 42)
    painting.stroke(window, 2)
    update = updated(live.update(*painting.part(window)))
    assert max(update.window.size) < 30
    assert update.image.shape == (*update.window.size, 3)
    check_equals_a_fresh_render(live, painting)


def test_stroke_that_changes_nothing_costs_nothing() -> None:
    painting = Painting.begun("edit", (60, 80), 2)
    live = LiveRender(painting.injection, CPU, is_thumbnail=False)
    painting.stroke(Window(10, 10, 20, 20), 3)
    updated(live.update(*painting.part(Window(10, 10, 20, 20))))
    (only,) = live.update(*painting.part(Window(0, 0, 60, 80)))
    assert isinstance(only, LiveUpdate)
    assert only.window.is_empty


def test_seed_and_options_are_those_of_the_injection() -> None:
    first, second = (Painting.begun("paint", (60, 80), 2, seed) for seed in (1, 2))
    pictures = []
    for painting in (first, second):
        live = LiveRender(painting.injection, CPU, is_thumbnail=False)
        updated(live.steps())
        check_equals_a_fresh_render(live, painting)
        pictures.append(live.picture)
    assert not np.array_equal(pictures[0], pictures[1])


def test_colour_match_shifts_the_whole_mask() -> None:
    painting = Painting.begun("harmonize", (150, 200), 3)
    painting.stroke(Window(20, 20, 60, 60), 1)
    painting.stroke(Window(100, 150, 120, 190), 2)
    live = LiveRender(painting.now(), CPU, is_thumbnail=False)
    updated(live.steps())
    window = Window(30, 30, 50, 50)
    painting.composite[window.slices] = (250, 10, 10)
    update = updated(live.update(*painting.part(window)))
    assert update.window.bottom > 110
    check_equals_a_fresh_render(live, painting)


def test_thumbnail_tier_of_a_large_model_stops_early_unless_the_scale_is_finer() -> None:
    photo = landscape(300, 400)
    coarse, fine = (
        LiveRender(PAINT.injection(LARGE, photo, photo, scale=scale), CPU, is_thumbnail=True)
        for scale in (1, 5)
    )
    assert max(coarse.size) <= 256
    assert fine.size == (300, 400)


def test_only_what_is_seen_is_computed() -> None:
    photo = landscape(300, 400)
    mask = np.zeros((300, 400), np.uint8)
    mask[10:20, 10:20] = 255
    injection = EDIT.injection(LARGE, photo, landscape(300, 400, seed=2), mask, scale=4)
    few = len(list(LiveRender(injection, CPU, is_thumbnail=False).steps()))
    everything = dataclasses.replace(injection, mask=np.full_like(mask, 255))
    many = len(list(LiveRender(everything, CPU, is_thumbnail=False).steps()))
    assert few < many


@pytest.mark.parametrize(
    "window", [Window(-1, 0, 5, 5), Window(55, 70, 61, 80), Window(0, 0, 5, 6)]
)
def test_changes_that_do_not_fit_are_refused(window: Window) -> None:
    live = LiveRender(Painting.begun("edit", (60, 80), 2).injection, CPU, is_thumbnail=False)
    pixels, mask = np.zeros((6, 5, 3), np.uint8), np.zeros((6, 5), np.uint8)
    with pytest.raises(PhotoError, match="do not fit"):
        live.change(window, pixels, mask)
    with pytest.raises(MaskError, match="differ in size"):
        live.change(Window(0, 0, 6, 5), pixels, None)


def test_scale_that_does_not_exist_is_refused() -> None:
    painting = Painting.begun("edit", (60, 80), 2)
    with pytest.raises(ScaleError, match="scales 1 to 4"):
        LiveRender(dataclasses.replace(painting.injection, scale=5), CPU, is_thumbnail=True)


@pytest.mark.parametrize("scale", [1, 3])
def test_models_whose_noise_reaches_over_the_border(scale: int) -> None:
    padded = dataclasses.replace(MODEL, config=MODEL.config.changed(is_noise_padded=True))
    painting = Painting.begun("paint", (60, 80), scale)
    painting.injection = dataclasses.replace(painting.injection, model=padded)
    live = LiveRender(painting.injection, CPU, is_thumbnail=False)
    updated(live.steps())
    window = Window(0, 0, 8, 12)
    painting.stroke(window, 4)
    updated(live.update(*painting.part(window)))
    check_equals_a_fresh_render(live, painting)
    thumbnails = [
        event for event in strip_steps(painting.now(), CPU) if isinstance(event, StripThumbnail)
    ]
    assert np.abs(thumbnails[scale - 1].image.astype(int) - live.picture).max() <= 1


def test_an_edit_can_be_followed_without_knowing_where_it_changed() -> None:
    painting = Painting.begun("edit", (75, 91), 2)
    live = LiveRender(painting.injection, CPU, is_thumbnail=False)
    for corner in (5, 30, 50):
        painting.stroke(Window(corner, corner, corner + 9, corner + 12), corner)
        live.follow(painting.now())
        updated(live.steps())
        check_equals_a_fresh_render(live, painting)
    with pytest.raises(PhotoError, match="do not fit"):
        live.follow(Painting.begun("edit", (90, 45), 2).injection)
