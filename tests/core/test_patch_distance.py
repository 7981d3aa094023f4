"""The sliced patch distance: nothing for equal patches, more for more damage, any size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.pixels.image import to_tensor
from singan_core.pixels.patch_distance import PATCH_PX, PatchDistance, PictureDistance
from singan_core.pixels.resize import Window
from tests.core.photos import landscape

PHOTO = to_tensor(landscape(48, 60), torch.device("cpu"))
OTHER = to_tensor(landscape(48, 60, seed=5), torch.device("cpu"))


def distance(first: torch.Tensor, second: torch.Tensor, **options: bool | int) -> float:
    return PatchDistance(first, **options).of(second)  # type: ignore[arg-type]


def blurred(sigma_px: float) -> torch.Tensor:
    array = np.ascontiguousarray(PHOTO[0].permute(1, 2, 0).numpy())
    return torch.from_numpy(cv2.GaussianBlur(array, (0, 0), sigma_px)).permute(2, 0, 1)[None]


def noisy(sigma: float) -> torch.Tensor:
    return PHOTO + sigma * torch.randn(PHOTO.shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("is_texture", [False, True])
@pytest.mark.parametrize("patches", [100, 100_000])
def test_equal_pictures_have_no_distance(is_texture: bool, patches: int) -> None:
    assert distance(PHOTO, PHOTO.clone(), is_texture=is_texture, patches=patches) == 0.0


@pytest.mark.parametrize("is_texture", [False, True])
def test_more_blur_and_more_noise_are_farther(is_texture: bool) -> None:
    for damaged in (
        [blurred(sigma) for sigma in (0.5, 1.0, 2.0, 4.0)],
        [noisy(sigma) for sigma in (0.02, 0.05, 0.1, 0.3)],
    ):
        found = [distance(PHOTO, picture, is_texture=is_texture) for picture in damaged]
        assert found == sorted(found)
        assert found[0] > 0.0


def test_flat_colour_is_seen_but_not_as_texture() -> None:
    shifted = PHOTO + 0.1
    assert distance(PHOTO, shifted) > 0.05
    assert distance(PHOTO, shifted, is_texture=True) == pytest.approx(0.0, abs=1e-5)


def test_mirrored_layout_is_nearer_than_another_photo() -> None:
    upside_down = PHOTO.flip(-2)
    assert distance(PHOTO, PHOTO.flip(-1)) < distance(PHOTO, upside_down + 0.2)


@settings(max_examples=8)
@given(st.integers(0, 2**40))
def test_order_does_not_matter_and_seeds_repeat(seed: int) -> None:
    forth = distance(PHOTO, OTHER, seed=seed)
    assert forth == distance(PHOTO, OTHER, seed=seed)
    assert forth == pytest.approx(distance(OTHER, PHOTO, seed=seed), rel=1e-6)
    assert forth == pytest.approx(distance(PHOTO, OTHER), rel=0.5)


def test_few_patches_stand_for_all() -> None:
    few = distance(PHOTO, blurred(2.0), patches=300)
    assert few == pytest.approx(distance(PHOTO, blurred(2.0), patches=10_000), rel=0.15)


def test_windows_of_other_sizes_are_compared() -> None:
    window = Window(4, 6, 44, 50).cut(PHOTO)
    assert 0.0 < distance(PHOTO, window) < distance(PHOTO, 1.0 - window)
    assert distance(window, PHOTO) == pytest.approx(distance(PHOTO, window), rel=1e-6)


def test_crops_in_a_batch_are_one_set_of_patches() -> None:
    twice = torch.cat([PHOTO, PHOTO])
    assert distance(PHOTO, twice) == pytest.approx(0.0, abs=1e-3)
    halves = torch.cat([PHOTO[..., :30], PHOTO[..., 30:]])
    assert distance(PHOTO, halves) < 0.2 * distance(PHOTO, OTHER + 0.2)


@pytest.mark.parametrize("height", [PATCH_PX, PATCH_PX + 1, 2 * PATCH_PX])
def test_pictures_of_few_pixels_have_fewer_sizes(height: int) -> None:
    small = PHOTO[..., :height, :PATCH_PX]
    assert distance(small, small) == 0.0
    assert distance(small, small + 0.1) > 0.0
    assert distance(PHOTO, small) > 0.0


def test_a_picture_is_as_far_as_its_colours_and_twice_its_texture() -> None:
    for picture in (OTHER, blurred(1.0), PHOTO + 0.1):
        colour, texture = (distance(PHOTO, picture, is_texture=each) for each in (False, True))
        assert PictureDistance(PHOTO).of(picture) == pytest.approx(colour + 2.0 * texture)


def test_a_picture_is_no_distance_from_itself_and_farther_when_damaged() -> None:
    photo = PictureDistance(PHOTO)
    assert photo.of(PHOTO.clone()) == 0.0
    for damaged in ([blurred(0.5), blurred(1.0), blurred(3.0)], [noisy(0.03), noisy(0.2)]):
        found = [photo.of(picture) for picture in damaged]
        assert found[0] > 0.0
        assert found == sorted(found)


def test_blur_outweighs_a_shift_of_colour_that_weighs_more_in_patches_alone() -> None:
    soft, shifted = blurred(1.0), PHOTO + 0.06
    assert distance(PHOTO, soft) < distance(PHOTO, shifted)
    assert PictureDistance(PHOTO).of(soft) > PictureDistance(PHOTO).of(shifted)


def test_the_generator_of_random_numbers_is_left_alone() -> None:
    torch.manual_seed(4)
    expected = torch.rand(3)
    torch.manual_seed(4)
    distance(PHOTO, OTHER, seed=99)
    assert torch.equal(torch.rand(3), expected)
