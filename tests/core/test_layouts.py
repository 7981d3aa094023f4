"""Of several layouts of a sample, the one nearest to the photo is worked out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from singan_core.applications.random_samples import sample_images, sample_steps
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.patch_distance import PatchDistance
from singan_core.rendering.layouts import Layouts
from singan_core.rendering.sample import Renderer, counter_noise, enlarged, last_image, walk
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
SIZE = (60, 80)
PHOTO = landscape(*SIZE)
MODEL = random_pyramid(scale_count=4, size=SIZE)
RENDERER = Renderer.of(MODEL, CPU)
SIZES = MODEL.plan.sizes
SEEDS = range(6)


def sample(seed: int, layouts: int, **options: int) -> ImageArray:
    *_, image = sample_steps(
        MODEL,
        PHOTO,
        seeds=[seed],
        layouts=layouts,
        device=CPU,
        **options,  # type: ignore[arg-type]
    )
    assert isinstance(image, np.ndarray)
    return image


def distance(seed: int) -> float:
    """Of all scales but the finest, which is larger than what is compared."""
    made = last_image(walk(RENDERER, SIZES, counter_noise(RENDERER, seed), stop_scale=3))
    return PatchDistance(enlarged(to_tensor(PHOTO), SIZES[2])).of(made)


def test_the_layout_with_the_nearest_patches_is_chosen() -> None:
    ordered = sorted(SEEDS, key=distance)
    assert distance(ordered[0]) < distance(ordered[-1])
    assert Layouts.of(RENDERER, SIZES, PHOTO).nearest(SEEDS) == ordered[0]
    assert Layouts.of(RENDERER, SIZES, PHOTO).nearest(ordered[::-1]) == ordered[0]
    assert Layouts.of(RENDERER, SIZES, PHOTO).nearest(ordered[-1:]) == ordered[-1]


def test_a_sample_is_that_of_its_nearest_layout() -> None:
    for seed in SEEDS:
        drawn = [seed, *(derive_seed(seed, "layout", index) for index in range(1, 3))]
        like = Renderer.of(MODEL, CPU).like_photo(MODEL.rec_noise, 0.4)
        chosen = Layouts.of(like, SIZES, PHOTO).nearest(drawn)
        assert np.array_equal(sample(seed, 3), sample(chosen, 1))
    assert any((sample(seed, 3) != sample(seed, 1)).any() for seed in SEEDS)


def test_samples_stay_what_their_seed_makes_them() -> None:
    first, second = sample_images(MODEL, PHOTO, count=2, seed=5, layouts=3, device=CPU)
    again = list(sample_images(MODEL, PHOTO, count=2, seed=5, layouts=3, device=CPU))
    assert np.array_equal(first, again[0])
    assert np.array_equal(second, again[1])
    assert not np.array_equal(first, second)


def test_a_sample_that_keeps_the_layout_has_nothing_to_choose() -> None:
    assert np.array_equal(sample(4, 1, start_scale=2), sample(4, 6, start_scale=2))


@pytest.mark.parametrize("size", [(9, 200), (8, 11), (400, 90)])
def test_samples_of_odd_sizes_have_layouts_too(size: tuple[int, int]) -> None:
    (image,) = sample_images(MODEL, PHOTO, count=1, seed=0, size=size, layouts=3, device=CPU)
    assert image.shape == (*size, 3)


def test_the_layout_of_a_very_large_sample_is_compared_at_a_coarser_scale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[tuple[int, ...]] = []

    def noted(_: PatchDistance, picture: torch.Tensor) -> float:
        compared.append(tuple(picture.shape[-2:]))
        return float(len(compared))

    monkeypatch.setattr(PatchDistance, "of", noted)
    large = tuple((height * 8, width * 8) for height, width in SIZES)
    assert Layouts.of(RENDERER, large, PHOTO).nearest([7, 8]) == 7
    assert Layouts.of(RENDERER, SIZES, PHOTO).nearest([7, 8]) == 7
    assert compared[0] == compared[1] != large[-1]
    assert np.prod(compared[0]) <= 1 << 17
    assert compared[2] == compared[3] == SIZES[2]
