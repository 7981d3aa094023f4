"""Injection and its recipes: sizes, masks, scales, drafts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from singan_core.applications import APPLICATIONS, EDIT, HARMONIZE, PAINT
from singan_core.errors import ConfigError, MaskError, PhotoError, ScaleError
from singan_core.pixels.mask import soft_mask
from singan_core.rendering.injection import (
    Injection,
    Rendering,
    automatic_mask,
    injection_steps,
    render,
    render_sizes,
)
from singan_core.rendering.tiling import TileStep
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
MODEL = random_pyramid(scale_count=5, size=(60, 80))
GENTLE = random_pyramid(scale_count=5, size=(60, 80), gain=0.3)
PHOTO = landscape(60, 80)


def edit_of(size: tuple[int, int] = (60, 80)) -> tuple[np.ndarray, np.ndarray]:
    composite = landscape(*size, seed=0)
    mask = np.zeros(size, np.uint8)
    mask[20:30, 30:45] = 255
    composite[20:30, 30:45] = (200, 40, 40)
    return composite, mask


def test_pixels_outside_the_soft_mask_are_the_photo_bit_for_bit() -> None:
    composite, mask = edit_of()
    rendering = render(Injection(MODEL, PHOTO, composite, mask, 2, grow_px=3, feather_px=4), CPU)
    outside = soft_mask(mask, 3, 4) == 0
    assert np.array_equal(rendering.image[outside], PHOTO[outside])
    assert np.array_equal(rendering.mask == 0, outside)
    assert not np.array_equal(rendering.image[mask == 255], composite[mask == 255])


def test_composite_of_another_size_is_its_own_base_and_keeps_its_size() -> None:
    composite, mask = edit_of((75, 91))
    rendering = render(Injection(MODEL, PHOTO, composite, mask, 2), CPU)
    assert rendering.image.shape == (75, 91, 3)
    assert np.array_equal(rendering.image[rendering.mask == 0], composite[rendering.mask == 0])


def test_steps_come_one_per_tile_and_the_rendering_last() -> None:
    composite, mask = edit_of()
    *steps, last = injection_steps(Injection(MODEL, PHOTO, composite, mask, 2), CPU)
    assert isinstance(last, Rendering)
    assert [step.scale for step in steps if isinstance(step, TileStep)] == [2, 3, 4, 4]
    assert [(step.done, step.total) for step in steps] == [(done, 4) for done in range(1, 5)]


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_equal_seeds_give_equal_pixels(scale: int) -> None:
    composite, mask = edit_of()
    injection = Injection(MODEL, PHOTO, composite, mask, scale, seed=9)
    other = Injection(MODEL, PHOTO, composite, mask, scale, seed=10)
    assert np.array_equal(render(injection, CPU).image, render(injection, CPU).image)
    assert not np.array_equal(render(injection, CPU).generated, render(other, CPU).generated)


@pytest.mark.parametrize("scale", [-1, 0, 5, 99])
def test_scale_out_of_range_is_refused(scale: int) -> None:
    with pytest.raises(ScaleError, match="scales 1 to 4"):
        render(Injection(MODEL, PHOTO, *edit_of(), scale), CPU)


def test_mask_of_another_size_is_refused() -> None:
    composite, _ = edit_of()
    mask = np.full((30, 80), 255, np.uint8)
    with pytest.raises(MaskError, match="80 x 30 px but the picture is 80 x 60 px"):
        render(Injection(MODEL, PHOTO, composite, mask, 2), CPU)


def test_empty_mask_is_refused() -> None:
    composite, mask = edit_of()
    with pytest.raises(MaskError, match="empty"):
        render(Injection(MODEL, PHOTO, composite, np.zeros_like(mask), 2), CPU)


def test_no_mask_means_everywhere() -> None:
    rendering = render(Injection(MODEL, PHOTO, edit_of()[0], None, 2), CPU)
    assert (rendering.mask == 255).all()
    assert np.array_equal(rendering.image, rendering.generated)


def test_wider_canvas_is_rendered_at_the_photos_density() -> None:
    composite = landscape(60, 120)
    sizes = render_sizes(Injection(MODEL, PHOTO, composite, None, 2))
    assert sizes[-1] == (60, 120)


def test_enlarged_composite_is_rendered_at_the_trained_size() -> None:
    sizes = render_sizes(Injection(MODEL, PHOTO, landscape(180, 240), None, 2))
    assert sizes == MODEL.plan.sizes


def test_a_layout_of_another_shape_is_rendered_pixel_for_pixel() -> None:
    sizes = render_sizes(Injection(MODEL, PHOTO, landscape(70, 84), None, 2))
    assert sizes[-1] == (70, 84)
    large = render_sizes(Injection(MODEL, PHOTO, landscape(140, 168), None, 2))
    assert large[-1] == pytest.approx((63, 76), abs=1)


def test_other_aspect_ratio_is_not_stretched_unless_asked_for() -> None:
    composite = landscape(100, 100)
    keep = render_sizes(Injection(MODEL, PHOTO, composite, None, 2))[-1]
    stretch = render_sizes(Injection(MODEL, PHOTO, composite, None, 2, fit="stretch"))[-1]
    assert keep[0] == keep[1]
    assert stretch == (60, 80)


@pytest.mark.parametrize("size", [(2, 400), (1, 1), (10, 10)])
def test_too_narrow_composite_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PhotoError, match="too small"):
        render(Injection(MODEL, PHOTO, landscape(*size), None, 2), CPU)
    with pytest.raises(PhotoError, match="too small"):
        automatic_mask(PHOTO, landscape(*size))


def test_draft_renders_at_its_own_finest_scale_and_says_so() -> None:
    draft = random_pyramid(scale_count=5, size=(60, 80), finished=3)
    rendering = render(Injection(draft, PHOTO, *edit_of(), 1), CPU)
    assert rendering.is_draft
    assert rendering.detail_size == MODEL.plan.sizes[2]
    assert rendering.image.shape == (60, 80, 3)
    with pytest.raises(ScaleError, match="scales 1 to 2"):
        render(Injection(draft, PHOTO, *edit_of(), 3), CPU)


def test_one_scale_is_not_enough() -> None:
    single = random_pyramid(scale_count=5, size=(60, 80), finished=1)
    with pytest.raises(ScaleError, match="two finished scales"):
        EDIT.default_scale(single)


def test_default_scales_rise_from_layout_to_texture() -> None:
    scales = [application.default_scale(MODEL) for application in (PAINT, EDIT, HARMONIZE)]
    assert scales == sorted(scales)
    assert all(1 <= scale < MODEL.scale_count for scale in scales)
    assert set(APPLICATIONS) == {"edit", "harmonize", "paint"}


@pytest.mark.parametrize("finished", [2, 3, 4])
def test_default_scale_of_a_draft_exists(finished: int) -> None:
    draft = random_pyramid(scale_count=5, size=(60, 80), finished=finished)
    for application in APPLICATIONS.values():
        assert 1 <= application.default_scale(draft) < finished


def test_paint_renders_the_whole_picture() -> None:
    composite, mask = edit_of()
    assert PAINT.injection(MODEL, PHOTO, composite, mask).mask is None
    assert EDIT.injection(MODEL, PHOTO, composite, mask).mask is not None


def test_automatic_mask_of_an_enlarged_edit() -> None:
    composite, mask = edit_of()
    large = composite.repeat(2, axis=0).repeat(2, axis=1)
    found = automatic_mask(PHOTO, large, tolerance=60) > 0
    expected = mask.repeat(2, axis=0).repeat(2, axis=1) > 0
    assert found[expected].mean() > 0.9


def test_unchanged_picture_has_nothing_to_render() -> None:
    with pytest.raises(MaskError, match="equals the photo"):
        automatic_mask(PHOTO, PHOTO)


def sharpness(image: np.ndarray) -> float:
    return float(np.abs(np.diff(image.astype(float), axis=1)).mean())


def enlarged_edit() -> tuple[np.ndarray, np.ndarray]:
    composite = landscape(240, 320, seed=0)
    mask = np.zeros((240, 320), np.uint8)
    mask[80:120, 120:180] = 255
    return composite, mask


def test_edits_larger_than_the_model_keep_their_fine_detail() -> None:
    composite, mask = enlarged_edit()
    kept = render(EDIT.injection(MODEL, PHOTO, composite, mask, scale=4), CPU).image
    painted = Injection(MODEL, PHOTO, composite, mask, 4)
    blurred = render(painted, CPU).image
    inside = np.s_[90:110, 130:170]
    assert sharpness(kept[inside]) > 1.5 * sharpness(blurred[inside])


def test_detail_scales_do_not_reach_below_the_injection() -> None:
    """At the finest injection scale there is only its own detail left to take."""
    composite, mask = edit_of()
    few, many = (
        Injection(MODEL, PHOTO, composite, mask, 4, detail_scales=count) for count in (0, 9)
    )
    assert np.array_equal(render(few, CPU).image, render(many, CPU).image)


def test_detail_brings_the_result_closer_to_the_edit_it_follows() -> None:
    _, mask = edit_of()

    def distance(detail_scales: int | None) -> float:
        injection = Injection(GENTLE, PHOTO, PHOTO, mask, 1, detail_scales=detail_scales)
        image = render(injection, CPU).image.astype(float)
        return float(np.abs(image - PHOTO)[mask == 255].mean())

    assert distance(3) < 0.9 * distance(None)


def test_detail_of_the_cut_itself_is_left_out() -> None:
    """Inside the mask the edit is the photo: all that could come back is the line of the cut."""
    composite, mask = edit_of()
    composite[mask == 0] = 255 - composite[mask == 0]
    injection = Injection(GENTLE, PHOTO, composite, mask, 3, detail_scales=3)
    with_rim = render(injection, CPU).generated.astype(float)
    border = np.zeros_like(mask, bool)
    border[20:30, 30] = True
    jump = np.abs(composite[20:30, 30].astype(float) - composite[20:30, 29]).mean()
    rendered_jump = np.abs(with_rim[20:30, 30] - with_rim[20:30, 29]).mean()
    assert rendered_jump < 0.7 * jump


def test_pixels_outside_the_bounds_of_the_mask_are_not_even_computed() -> None:
    composite, mask = enlarged_edit()
    rendering = render(EDIT.injection(MODEL, PHOTO, composite, mask, scale=3), CPU)
    outside = rendering.mask == 0
    assert np.array_equal(rendering.image[outside], composite[outside])
    assert np.array_equal(rendering.generated[0], composite[0])


def test_harmonization_moves_colours_towards_the_photo() -> None:
    composite, mask = edit_of()
    centre = PHOTO.reshape(-1, 3).mean(axis=0)

    def distance(colour_match: float) -> float:
        injection = HARMONIZE.injection(
            GENTLE, PHOTO, composite, mask, scale=4, colour_match=colour_match, patch_scales=0
        )
        inside = render(injection, CPU).image[mask == 255]
        return float(np.abs(inside.mean(axis=0) - centre).sum())

    assert distance(1.0) < distance(0.5) < distance(0.0)
    assert HARMONIZE.injection(GENTLE, PHOTO, composite, mask).colour_match == 0.5
    assert EDIT.injection(GENTLE, PHOTO, composite, mask).colour_match == 0.0


@pytest.mark.parametrize("strength", [-0.1, 1.5, float("nan")])
def test_colour_match_out_of_range_is_refused(strength: float) -> None:
    composite, mask = edit_of()
    with pytest.raises(ConfigError, match="between 0 and 1"):
        render(Injection(MODEL, PHOTO, composite, mask, 2, colour_match=strength), CPU)
