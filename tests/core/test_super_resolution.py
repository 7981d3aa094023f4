"""Super-resolution: exact sizes, tiles that leave no trace, models that fit a factor."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from singan_core.applications.super_resolution import (
    DETAIL_SHARE,
    LARGEST_TRAINED_SIDE_PX,
    LEAST_AMPLITUDE,
    NOISE_STRENGTH,
    TileDone,
    default_amplitude,
    sr_config,
    step_count,
    step_ratio,
    step_sizes,
    suits,
    super_resolution_steps,
)
from singan_core.config import TrainConfig
from singan_core.errors import ConfigError, PhotoError, ScaleError
from singan_core.events import TrainingDone, TrainingStarted
from singan_core.model.networks import pad
from singan_core.model.pyramid import plan_pyramid, trained_part
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray, to_array, to_tensor
from singan_core.pixels.noise import noise
from singan_core.pixels.resize import Window, resize
from singan_core.presets import PRESETS, for_detail, preset
from singan_core.rendering.sample import Renderer, enlarged
from singan_core.rendering.tiling import Tiling
from singan_core.training.train import train_pyramid
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
SINGLE = random_pyramid(scale_count=4, size=(60, 80))


def sr_model(factor: float = 4.0) -> TrainedPyramid:
    """A model for a factor, its weights drawn."""
    config = SINGLE.config.changed(kind="sr", scale_factor=step_ratio(factor))
    plan = dataclasses.replace(SINGLE.plan, factor=step_ratio(factor))
    return dataclasses.replace(SINGLE, kind="sr", config=config, plan=plan)


def super_resolved(
    model: TrainedPyramid, picture: ImageArray, factor: float, **choices: Any
) -> ImageArray:
    """The last event: the whole enlarged picture."""
    *_, image = super_resolution_steps(model, picture, factor, **choices)
    assert isinstance(image, np.ndarray)
    return image


MODEL = sr_model()
factors = st.floats(1.1, 8.0)


@pytest.mark.parametrize(
    ("factor", "count"), [(1.1, 1), (1.41, 1), (1.42, 2), (2.0, 3), (3.0, 5), (4.0, 6), (8.0, 9)]
)
def test_enlargements_of_a_factor(factor: float, count: int) -> None:
    assert step_count(factor) == count
    assert step_ratio(factor) ** count == pytest.approx(factor)


@given(factors, st.integers(11, 4000), st.integers(11, 4000))
def test_sizes_are_exact_and_grow(factor: float, height: int, width: int) -> None:
    sizes = step_sizes((height, width), factor)
    ratio = step_ratio(factor)
    assert len(sizes) == step_count(factor)
    assert sizes[-1] == (round(height * factor), round(width * factor))
    assert sizes[0] == (round(height * ratio), round(width * ratio))
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(sizes))


@settings(deadline=None, max_examples=12)
@given(factors, st.integers(11, 33), st.integers(11, 33))
def test_a_picture_of_any_size_grows_by_any_factor(factor: float, height: int, width: int) -> None:
    image = super_resolved(sr_model(factor), landscape(height, width), factor, device=CPU)
    assert image.shape == (round(height * factor), round(width * factor), 3)
    assert image.dtype == np.uint8


def test_every_tile_is_announced_and_the_picture_comes_last() -> None:
    *steps, image = super_resolution_steps(MODEL, landscape(60, 80), 4.0, device=CPU)
    assert isinstance(image, np.ndarray)
    tiles = [step for step in steps if isinstance(step, TileDone)]
    assert len(tiles) == len(steps)
    assert [tile.done for tile in tiles] == list(range(1, tiles[0].total + 1))
    sizes = step_sizes((60, 80), 4.0)
    assert [tile.step for tile in tiles] == sorted(tile.step for tile in tiles)
    assert {(tile.step, tile.size) for tile in tiles} == set(enumerate(sizes))


def untiled(picture: np.ndarray, factor: float, corrections: int) -> np.ndarray:
    """The recipe, as short as it is on whole images; seed 3, amplitude 0.05."""
    renderer = Renderer.of(MODEL, CPU)
    image = given = to_tensor(picture)
    for step, size in enumerate(step_sizes(picture.shape[:2], factor)):
        base = enlarged(image, size)
        noisy = base + 0.05 * noise(3, step, Window.of(size))
        residual = renderer.generators[-1].residual(pad(noisy))
        image = (DETAIL_SHARE * residual + base).clamp(-1.0, 1.0)
        for _ in range(corrections):
            back = resize(image, (picture.shape[0], picture.shape[1]))
            image = (image + resize(given - back, size)).clamp(-1.0, 1.0)
    return to_array(image)


@settings(deadline=None, max_examples=15)
@given(
    st.integers(1, 90),
    st.floats(1.8, 2.2),
    st.integers(11, 40),
    st.integers(11, 40),
    st.integers(0, 1),
)
def test_tiles_leave_no_trace(
    tile_px: int, factor: float, height: int, width: int, corrections: int
) -> None:
    picture = landscape(height, width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tiling, "side_px", lambda *_: max(6, tile_px))
        actual = super_resolved(
            MODEL,
            picture,
            factor,
            noise_amplitude=0.05,
            seed=3,
            corrections=corrections,
            device=CPU,
        )
    expected = untiled(picture, factor, corrections)
    assert np.abs(actual.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("factor", [1.3, 2.0, 3.7])
def test_corrections_bring_the_picture_back(factor: float) -> None:
    picture = landscape(40, 50)
    model = sr_model(factor)

    def distance(corrections: int) -> float:
        image = super_resolved(model, picture, factor, corrections=corrections, device=CPU)
        smaller = to_array(resize(to_tensor(image), (40, 50)))
        return float(np.abs(smaller.astype(int) - picture).mean())

    assert distance(2) < distance(1) < distance(0)


def test_seed_picks_the_noise_and_without_noise_it_has_no_say() -> None:
    picture = landscape(20, 30)

    def made(seed: int, amplitude: float | None) -> np.ndarray:
        return super_resolved(MODEL, picture, 2.0, noise_amplitude=amplitude, seed=seed, device=CPU)

    assert np.array_equal(made(1, None), made(1, None))
    assert not np.array_equal(made(1, None), made(2, None))
    assert np.array_equal(made(1, 0.0), made(2, 0.0))
    assert np.array_equal(made(1, None), made(1, default_amplitude(MODEL)))


def test_without_detail_and_noise_only_the_resize_is_left() -> None:
    picture = landscape(20, 30)
    image = super_resolved(
        MODEL, picture, 1.3, noise_amplitude=0.0, corrections=0, detail_share=0.0, device=CPU
    )
    assert np.array_equal(image, to_array(enlarged(to_tensor(picture), (26, 39))))


def test_grain_is_never_weaker_than_can_be_seen() -> None:
    finest = dataclasses.replace(MODEL.scales[-1], noise_amplitude=0.001)
    smooth = dataclasses.replace(MODEL, scales=(*MODEL.scales[:-1], finest))
    assert default_amplitude(smooth) == LEAST_AMPLITUDE
    assert default_amplitude(MODEL) == NOISE_STRENGTH * MODEL.scales[-1].noise_amplitude


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.09, 8.01, float("nan")])
def test_a_factor_out_of_range_is_refused(factor: float) -> None:
    with pytest.raises(ConfigError, match="can be enlarged"):
        sr_config(preset("draft"), (80, 80), factor)
    with pytest.raises(ConfigError, match="can be enlarged"):
        super_resolved(MODEL, landscape(20, 30), factor, device=CPU)


@pytest.mark.parametrize("amplitude", [-0.1, 1.1, float("nan")])
def test_noise_out_of_range_is_refused(amplitude: float) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        super_resolved(MODEL, landscape(20, 30), 2.0, noise_amplitude=amplitude, device=CPU)


def test_a_tiny_picture_is_refused() -> None:
    with pytest.raises(PhotoError, match="40 x 10 px is too small"):
        super_resolved(MODEL, landscape(10, 40), 2.0, device=CPU)


def test_a_grey_picture_becomes_a_picture_of_three_equal_inputs() -> None:
    grey = landscape(20, 30)[..., 0]
    rgb = np.repeat(grey[..., None], 3, axis=2)
    assert np.array_equal(
        super_resolved(MODEL, grey, 2.0, device=CPU), super_resolved(MODEL, rgb, 2.0, device=CPU)
    )


def test_models_that_do_not_fit_are_refused() -> None:
    draft = dataclasses.replace(MODEL, scales=MODEL.scales[:-1])
    for model, words in (
        (SINGLE, "not trained for super-resolution"),
        (draft, "not finished"),
        (sr_model(1.1), "train one for this factor"),
    ):
        with pytest.raises(ScaleError, match=words):
            super_resolved(model, landscape(20, 30), 4.0, device=CPU)


@example(1.78125)
@given(st.floats(1.6, 8.0))
def test_one_model_serves_nearly_all_factors(factor: float) -> None:
    assert suits(sr_model(4.0), factor)
    assert not suits(sr_model(4.0), 1.1)
    assert not suits(SINGLE, factor)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("factor", [1.1, 1.5, 4.0, 8.0])
def test_a_plan_has_exactly_the_ratio_of_the_factor(name: str, factor: float) -> None:
    config = sr_config(preset(name), (80, 121), factor)
    plan = plan_pyramid(80, 121, config)
    assert plan.sizes[-1] == (80, 121)
    assert plan.factor == step_ratio(factor)
    assert plan.sizes[-2] == (round(80 / plan.factor), round(121 / plan.factor))
    assert 18 <= min(plan.sizes[0]) < 18 * plan.factor + 1
    kept = ("iterations", "fine_iterations", "base_channels", "max_channels", "critic_steps")
    base = for_detail(preset(name))
    assert all(getattr(config, field) == getattr(base, field) for field in kept)
    assert (config.kind, config.reconstruction_weight) == ("sr", 100.0)


def test_large_photos_are_learned_from_in_part() -> None:
    config = sr_config(preset("paper"), (3000, 4000), 4.0)
    side = LARGEST_TRAINED_SIDE_PX
    assert plan_pyramid(3000, 4000, config).sizes[-1] == (side, side)
    assert config.crop_px is not None
    assert sr_config(preset("paper"), (200, 250), 4.0).crop_px is None


@given(st.integers(40, 90), st.integers(40, 90), st.data())
def test_the_part_with_most_detail_is_learned_from(
    height: int, width: int, data: st.DataObject
) -> None:
    top, left = data.draw(st.integers(0, height - 24)), data.draw(st.integers(0, width - 24))
    photo = torch.zeros(1, 3, height, width)
    photo[..., top : top + 24, left : left + 24] = torch.rand(1, 3, 24, 24)
    part = trained_part(photo, (36, 40))
    assert part.shape == (1, 3, 36, 40)
    assert int((part != 0).sum()) >= 0.95 * int((photo != 0).sum())
    assert torch.equal(trained_part(photo, (height, width)), photo)


def test_a_trained_model_enlarges_its_photo() -> None:
    photo = landscape(40, 48)
    tiny = TrainConfig(base_channels=4, iterations=3, critic_steps=1, generator_steps=1)
    config = sr_config(tiny, (40, 48), 2.0)
    first, *_, last = train_pyramid(photo, config, CPU)
    assert isinstance(first, TrainingStarted)
    assert isinstance(last, TrainingDone)
    assert last.model.kind == "sr"
    assert last.model.scales[-1].size == (40, 48)
    assert super_resolved(last.model, photo, 2.0, device=CPU).shape == (80, 96, 3)
