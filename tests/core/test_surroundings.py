"""A result goes along with what lies around it, and nothing outside its mask is touched."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask, soft_mask
from singan_core.rendering.injection import Injection, render
from singan_core.rendering.surroundings import matched_to_surroundings
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

Values = NDArray[np.float64]
HEIGHT, WIDTH = 150, 200


def slope() -> Values:
    """Three smooth channels without any detail."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([100 + rows * 0.3, 120 + columns * 0.2, 90 + (rows + columns) * 0.2], axis=2)


def levels(values: Values) -> ImageArray:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def grain(sigma: float, blur: float = 0.0, seed: int = 0) -> Values:
    drawn = np.random.default_rng(seed).normal(0, 1, (HEIGHT, WIDTH, 3))
    if blur:
        drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), blur), np.float64)
    return np.asarray(sigma * drawn / drawn.std(), np.float64)


def mask() -> Mask:
    inside = np.zeros((HEIGHT, WIDTH), np.uint8)
    inside[45:105, 60:140] = 255
    return soft_mask(inside, 3, 5)


def detail(image: ImageArray) -> Values:
    """What is finer than 3 px in the middle of the mask."""
    smooth = cv2.GaussianBlur(image.astype(np.float32), (0, 0), 3)
    return np.asarray((image - smooth)[55:95, 70:130], np.float64)


SOFT = mask()
RIM = np.asarray((SOFT > 0) & (SOFT < 255), np.uint8)


def offset_at(where: Mask, image: ImageArray, base: ImageArray) -> Values:
    inside = where > 0
    return np.asarray((image[inside].astype(float) - base[inside]).mean(axis=0), np.float64)


@pytest.mark.parametrize("shift", [(20, 20, 20), (-15, 4, 9)])
@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_an_offset_is_gone_at_the_rim(shift: tuple[int, int, int], noise: float) -> None:
    base = levels(slope() + grain(noise))
    moved = levels(slope() + grain(noise, seed=1) + shift)
    matched = matched_to_surroundings(base, moved, SOFT, 0)
    before, after = offset_at(RIM, moved, base), offset_at(RIM, matched, base)
    assert np.all(np.abs(after) <= np.maximum(0.2 * np.abs(before), 0.8))


def test_the_offset_fades_inwards() -> None:
    base, moved = levels(slope()), levels(slope() + 20)
    matched = matched_to_surroundings(base, moved, SOFT, 0)
    column = matched[75, 60:101].astype(float).mean(axis=1) - base[75, 60:101].mean(axis=1)
    assert np.all(np.diff(column) > -1.5)
    assert 5 < column[-1] < 20


def test_a_hard_edge_across_the_rim_does_not_bleed() -> None:
    base = levels(slope())
    crossed = base.copy()
    crossed[:, 95:105] = 20
    base[:45, 95:105] = 20
    generated = np.where(SOFT[..., None] > 0, crossed, base)
    matched = matched_to_surroundings(base, generated, SOFT, 0)
    far = (SOFT > 0) & ~np.isin(np.arange(WIDTH), range(70, 130))[None]
    assert np.abs(matched[far].astype(int) - generated[far]).mean() < 2


@pytest.mark.parametrize(("sigma", "blur"), [(3.0, 0.0), (6.0, 0.0), (5.0, 1.0)])
def test_a_smooth_result_takes_on_the_grain(sigma: float, blur: float) -> None:
    base, smooth = levels(slope() + grain(sigma, blur)), levels(slope())
    matched = matched_to_surroundings(base, smooth, SOFT, 0)
    ratio = detail(matched).var() / detail(base).var()
    assert 0.8 < ratio < 1.25


def test_grain_of_brightness_stays_grain_of_brightness() -> None:
    grey = grain(5.0)[..., :1].repeat(3, axis=2)
    matched = matched_to_surroundings(levels(slope() + grey), levels(slope()), SOFT, 0)
    red, green, _ = detail(matched).reshape(-1, 3).T
    assert np.corrcoef(red, green)[0, 1] > 0.9


@pytest.mark.parametrize("shift", [0, 20])
def test_outside_the_mask_nothing_is_touched(shift: int) -> None:
    base = levels(slope() + grain(5))
    generated = levels(slope() + shift)
    matched = matched_to_surroundings(base, generated, SOFT, 0)
    assert np.array_equal(matched[SOFT == 0], generated[SOFT == 0])


def test_what_matches_already_stays_as_it_is() -> None:
    base = levels(slope() + grain(5))
    assert np.array_equal(matched_to_surroundings(base, base, SOFT, 0), base)
    other = levels(slope() + grain(5, seed=1))
    matched = matched_to_surroundings(base, other, SOFT, 0)
    assert np.abs(matched.astype(int) - other).max() <= 1


def test_texture_is_not_taken_for_grain() -> None:
    strokes = 40 * np.sign(np.sin(np.mgrid[0:HEIGHT, 0:WIDTH][1] / 1.5))[..., None]
    base, smooth = levels(slope() + strokes + grain(12)), levels(slope())
    matched = matched_to_surroundings(base, smooth, SOFT, 0)
    assert detail(matched).var() < 1.5 * detail(smooth).var() + 1


def test_without_surroundings_nothing_happens() -> None:
    base, generated = levels(slope()), levels(slope() + 20)
    for soft in (np.full((HEIGHT, WIDTH), 255, np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)):
        assert np.array_equal(matched_to_surroundings(base, generated, soft, 0), generated)


def test_the_grain_follows_the_seed() -> None:
    base, smooth = levels(slope() + grain(5)), levels(slope())
    first, again, other = (matched_to_surroundings(base, smooth, SOFT, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("size", [(12, 14), (40, 700)])
def test_odd_sizes(size: tuple[int, int]) -> None:
    base = landscape(*size)
    inside = np.zeros(size, np.uint8)
    inside[4:8, 4:9] = 255
    soft = soft_mask(inside, 1, 2)
    moved = np.clip(base.astype(int) + 20, 0, 255).astype(np.uint8)
    matched = matched_to_surroundings(base, moved, soft, 0)
    assert np.array_equal(matched[soft == 0], moved[soft == 0])


def test_an_injection_matches_when_it_is_asked_to() -> None:
    model, photo = random_pyramid(), landscape(60, 80)
    composite, inside = photo.copy(), np.zeros((60, 80), np.uint8)
    composite[20:40, 30:50], inside[20:40, 30:50] = 200, 255
    plain = render(Injection(model, photo, composite, inside, 2), torch.device("cpu"))
    matched = render(
        Injection(model, photo, composite, inside, 2, is_matched=True), torch.device("cpu")
    )
    outside = plain.mask == 0
    assert np.array_equal(matched.image[outside], photo[outside])
    expected = matched_to_surroundings(photo, plain.generated, plain.mask, 0)
    assert np.array_equal(matched.generated, expected)
    assert not np.array_equal(matched.generated, plain.generated)
