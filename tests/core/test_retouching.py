"""Retouched scales: the same in a render, the strip, live and in tiles, and only where asked."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from singan_core.applications import EDIT, PAINT
from singan_core.applications.random_samples import sample_images, sample_steps
from singan_core.model.networks import PADDING_PX
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.nearest_patches import MARGIN_PX
from singan_core.pixels.resize import Window
from singan_core.recently_used import RecentlyUsed
from singan_core.rendering import retouching
from singan_core.rendering.injection import Injection, render, render_sizes, renderer_of
from singan_core.rendering.live_render import LiveRender, LiveUpdate
from singan_core.rendering.retouching import retouched
from singan_core.rendering.sample import Renderer, last_image, walk
from singan_core.rendering.scale_strip import StripThumbnail, strip_steps
from singan_core.rendering.window_sample import sampled_window
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid
from tests.core.test_tiling import SmallTiling

CPU = torch.device("cpu")
MODEL = random_pyramid(scale_count=5, size=(60, 80), gain=0.5)
PHOTO = landscape(60, 80)


def no_noise(scale: int, size: tuple[int, int]) -> None:
    """A noise source without noise."""


def injection(patch_scales: int, *, is_paint: bool = False) -> Injection:
    edited = landscape(60, 80, seed=4)
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 30:50] = 255
    application = PAINT if is_paint else EDIT
    return application.injection(
        MODEL, PHOTO, edited, mask, scale=1, seed=3, patch_scales=patch_scales
    )


def retouched_scales(patch_scales: int) -> list[int]:
    renderer = renderer_of(injection(patch_scales), CPU)
    return [scale for scale in range(5) if renderer.margin(scale) > PADDING_PX]


def check_equal_but_for_ties(first: np.ndarray, second: np.ndarray) -> None:
    """Compare pictures; of two patches equally near, rounding may choose either.

    On so small a picture one such choice, and what finer scales make of it, is 3 % of the pixels.
    """
    difference = np.abs(first.astype(int) - second).max(axis=2)
    assert (difference > 1).mean() < 0.08


def test_as_many_of_the_finest_scales_are_retouched_as_asked_for() -> None:
    assert retouched_scales(0) == []
    assert retouched_scales(2) == [3, 4]
    assert retouched_scales(99) == [1, 2, 3, 4]
    assert renderer_of(injection(1), CPU).margin(4) == PADDING_PX + MARGIN_PX


def test_scales_too_large_for_patches_are_left_alone() -> None:
    model = random_pyramid(scale_count=6, size=(600, 800), gain=0.5)
    renderer = retouched(Renderer.of(model, CPU), model, landscape(600, 800), 1, completeness=0.5)
    touched = [scale for scale in range(6) if renderer.margin(scale) > PADDING_PX]
    small = [n for n, (height, width) in enumerate(model.plan.sizes) if height * width <= 1 << 18]
    assert touched == small[-1:]


def test_a_retouched_paint_holds_the_colours_of_the_photo_alone() -> None:
    edit = dataclasses.replace(injection(99, is_paint=True), detail_scales=None)
    plain = render(dataclasses.replace(edit, patch_scales=0), CPU).generated.reshape(-1, 3)
    made = render(edit, CPU).generated.reshape(-1, 3)
    photo = {tuple(pixel // 32) for pixel in PHOTO.reshape(-1, 3)}

    def share(pixels: np.ndarray) -> float:
        return float(np.mean([tuple(pixel // 32) in photo for pixel in pixels]))

    assert share(made) > max(0.9, share(plain))


def test_nothing_outside_the_mask_is_retouched() -> None:
    rendering = render(injection(3), CPU)
    outside = rendering.mask == 0
    assert np.array_equal(rendering.image[outside], PHOTO[outside])
    assert not np.array_equal(rendering.image, render(injection(0), CPU).image)


@pytest.mark.parametrize("is_paint", [False, True])
def test_the_strip_shows_the_retouched_results(is_paint: bool) -> None:
    edit = injection(2, is_paint=is_paint)
    for thumbnail in strip_steps(edit, CPU):
        if isinstance(thumbnail, StripThumbnail) and thumbnail.size == render_sizes(edit)[-1]:
            whole = render(dataclasses.replace(edit, scale=thumbnail.scale), CPU).image
            check_equal_but_for_ties(thumbnail.image, whole)


def test_a_live_stroke_leads_to_what_a_fresh_render_gives() -> None:
    edit = injection(2, is_paint=True)
    live = LiveRender(edit, CPU, is_thumbnail=False)
    list(live.steps())
    composite = edit.composite.copy()
    window = Window(10, 12, 26, 28)
    composite[window.slices] = (200, 40, 40)
    updates = list(live.update(window, composite[window.slices]))
    assert isinstance(updates[-1], LiveUpdate)
    fresh = render(dataclasses.replace(edit, composite=composite), CPU).image
    check_equal_but_for_ties(live.picture, fresh)


def test_a_live_thumbnail_shows_what_was_made_before_the_patches() -> None:
    edit = injection(2, is_paint=True)
    live = LiveRender(edit, CPU, is_thumbnail=True)
    list(live.steps())
    plain = render(dataclasses.replace(edit, patch_scales=0), CPU).image
    assert np.abs(live.picture.astype(int) - plain).max() <= 1


@pytest.mark.parametrize("start_scale", [0, 2])
def test_samples_are_made_of_the_photos_patches_unless_asked_otherwise(start_scale: int) -> None:
    photo = {tuple(pixel // 32) for pixel in PHOTO.reshape(-1, 3)}

    def share(**words: int) -> float:
        words |= {"count": 1, "seed": 5, "start_scale": start_scale}
        (image,) = sample_images(MODEL, PHOTO, **words, device=CPU)  # type: ignore[arg-type]
        return float(np.mean([tuple(pixel // 32) in photo for pixel in image.reshape(-1, 3)]))

    assert share() > 0.9
    assert share() > share(patch_scales=0)


def test_a_model_with_scales_of_another_is_retouched_by_what_it_makes_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wilder = random_pyramid(scale_count=5, size=(60, 80), gain=3.0)
    derived = dataclasses.replace(MODEL, scales=(*wilder.scales[:2], *MODEL.scales[2:]))

    def sampled(*models: TrainedPyramid) -> list[np.ndarray]:
        monkeypatch.setattr(retouching, "_indexed", RecentlyUsed(24))
        return [next(sample_images(m, PHOTO, count=1, seed=5, device=CPU)) for m in models]

    assert np.array_equal(sampled(MODEL, derived)[1], sampled(derived)[0])


def test_samples_with_patches_are_the_same_in_tiles() -> None:
    whole, tiled = (
        list(sample_steps(MODEL, PHOTO, seeds=[4], size=(90, 130), device=CPU, tiling=tiling))[-1]
        for tiling in (None, SmallTiling(31, 100_000))
    )
    assert isinstance(whole, np.ndarray)
    assert isinstance(tiled, np.ndarray)
    check_equal_but_for_ties(whole, tiled)


def test_a_paint_of_one_colour_gets_no_frame() -> None:
    grey = np.full((60, 80, 3), 120, np.uint8)
    edit = PAINT.injection(MODEL, PHOTO, grey, scale=1, patch_scales=0)
    renderer = renderer_of(edit, CPU)
    start = torch.full((1, 3, *MODEL.plan.sizes[1]), -0.06)
    made = last_image(walk(renderer, MODEL.plan.sizes, no_noise, start_scale=1, start=start))
    assert torch.allclose(made, made[..., 30:31, 40:41].expand_as(made), atol=1e-4)
    plain = Renderer.of(MODEL, CPU)
    framed = last_image(walk(plain, MODEL.plan.sizes, no_noise, start_scale=1, start=start))
    assert not torch.allclose(framed, framed[..., 30:31, 40:41].expand_as(framed), atol=1e-3)


def test_a_window_of_a_retouched_walk_is_a_part_of_the_whole() -> None:
    renderer = renderer_of(injection(99), CPU)
    sizes = MODEL.plan.sizes
    whole = sampled_window(renderer, sizes, 7, Window.of(sizes[-1]), 5)
    window = Window(13, 21, 40, 52)
    part = sampled_window(renderer, sizes, 7, window, 5)
    differs = (part - window.cut(whole)).abs().amax(dim=1) > 1e-4
    assert differs.float().mean() < 0.15
