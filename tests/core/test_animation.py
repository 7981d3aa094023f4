"""Animation: the walk of the noise, the frames, loops, and models with padded noise."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from singan_core.applications.animation import (
    Animation,
    AnimationStep,
    animation_config,
    animation_frames,
    animation_steps,
)
from singan_core.applications.noise_path import Draws, free_path, looped_path
from singan_core.applications.random_samples import reconstruction, sample_images
from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, ConfigError, PhotoError, ScaleError
from singan_core.events import CheckpointDue, TrainingDone, UpdateDone
from singan_core.model.checkpoint import (
    pyramid_from_bytes,
    pyramid_to_bytes,
    state_from_bytes,
    state_to_bytes,
)
from singan_core.model.networks import noise_size
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.noise import noise
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.sample import Renderer, counter_noise, walk
from singan_core.training.train import CHECKPOINT, train_pyramid
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
TINY = animation_config(
    TrainConfig(
        max_size_px=40,
        scale_count=3,
        base_channels=4,
        max_channels=8,
        iterations=3,
        critic_steps=1,
        generator_steps=1,
    )
)


def padded_pyramid() -> TrainedPyramid:
    model = random_pyramid(3, (44, 52))
    config = model.config.changed(kind="animation", is_noise_padded=True)
    size = noise_size(model.plan.sizes[0], is_padded=True)
    rec_noise = torch.randn(1, 1, *size, generator=torch.Generator().manual_seed(3))
    return dataclasses.replace(model, kind="animation", config=config, rec_noise=rec_noise)


MODEL = padded_pyramid()


def draws_of(seed: int, size: Size = (24, 24)) -> Draws:
    def draw(number: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed * 100_003 + number)
        return torch.randn(1, 3, *size, generator=generator, dtype=torch.float64)

    return draw


def points(path: Iterator[torch.Tensor], count: int) -> NDArray[np.float64]:
    return torch.cat(list(islice(path, count))).numpy()


def filmed(**choices: Any) -> NDArray[np.uint8]:
    frames = animation_frames(MODEL, Animation(**{"frame_count": 4, **choices}), CPU)
    return np.stack(list(frames))


def rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.square(values).mean()))


@settings(max_examples=20, deadline=None)
@given(alpha=st.floats(0.0, 1.0), beta=st.floats(0.0, 1.0), seed=st.integers(0, 99))
def test_the_free_path_follows_the_formula(alpha: float, beta: float, seed: int) -> None:
    target, draws = draws_of(seed + 1000, (3, 2))(0), draws_of(seed, (3, 2))
    walked = points(free_path(target, draws, alpha, beta), 6)
    z_star, u = target.numpy(), [draws(number).numpy() for number in range(7)]
    z = [z_star, 0.95 * z_star + 0.05 * u[0]]
    for t in range(1, 7):
        moved = z[t] + beta * (z[t] - z[t - 1]) + (1 - beta) * u[t]
        z.append(alpha * z_star + (1 - alpha) * moved)
    np.testing.assert_allclose(walked, np.concatenate(z[2:]), atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    alpha=st.floats(0.0, 1.0),
    beta=st.floats(0.0, 1.0),
    period=st.integers(2, 40),
    seed=st.integers(0, 99),
)
def test_the_loop_closes_and_keeps_the_recurrence(
    alpha: float, beta: float, period: int, seed: int
) -> None:
    target, draws = draws_of(seed + 1000, (3, 2))(0), draws_of(seed, (3, 2))
    y = points(looped_path(target, draws, alpha, beta, period), 2 * period) - target.numpy()
    np.testing.assert_allclose(y[period:], y[:period], atol=1e-6)
    np.testing.assert_allclose(y[:period].mean(axis=0), 0.0, atol=1e-6)
    u = np.concatenate([draws(number).numpy() for number in range(period)])
    u -= u.mean(axis=0)
    for t in range(2, period):
        moved = y[t - 1] + beta * (y[t - 1] - y[t - 2]) + (1 - beta) * u[t]
        np.testing.assert_allclose(y[t], (1 - alpha) * moved, atol=1e-6)


@pytest.mark.parametrize(("alpha", "beta"), [(0.1, 0.9), (0.3, 0.9), (0.1, 0.5), (0.5, 0.0)])
def test_the_loop_moves_as_the_free_path_does(alpha: float, beta: float) -> None:
    target = torch.zeros(1, 3, 24, 24, dtype=torch.float64)
    loop = points(looped_path(target, draws_of(1), alpha, beta, 100), 100)
    free = points(free_path(target, draws_of(2), alpha, beta), 500)[100:]
    loop = np.concatenate([loop, loop[:2]])
    assert rms(np.diff(loop, axis=0)) == pytest.approx(rms(np.diff(free, axis=0)), rel=0.03)
    jerk, free_jerk = np.diff(loop, 2, axis=0), np.diff(free, 2, axis=0)
    assert rms(jerk) == pytest.approx(rms(free_jerk), rel=0.03)
    assert loop.std() == pytest.approx(free.std(), rel=0.06)
    seam = rms(loop[100] - loop[99])
    assert seam <= 1.2 * np.median([rms(step) for step in np.diff(loop, axis=0)])


def test_drawn_back_fully_every_frame_is_the_reconstruction() -> None:
    still = reconstruction(MODEL, CPU)
    for start_scale in range(3):
        for is_loop in (False, True):
            for frame in filmed(alpha=1.0, start_scale=start_scale, is_loop=is_loop):
                np.testing.assert_array_equal(frame, still)


def test_frames_move_and_depend_on_the_seed_alone() -> None:
    film = filmed(start_scale=1)
    assert film.shape == (4, *MODEL.plan.sizes[-1], 3)
    assert film.dtype == np.uint8
    np.testing.assert_array_equal(film, filmed(start_scale=1))
    assert (film != filmed(start_scale=1, seed=1)).any()
    assert all((after != before).any() for before, after in pairwise(film))


def test_a_longer_film_begins_with_the_same_frames() -> None:
    np.testing.assert_array_equal(filmed(frame_count=6)[:4], filmed(frame_count=4))


@pytest.mark.parametrize("start_scale", [0, 1, 2])
def test_a_looped_film_closes(start_scale: int) -> None:
    for seed in range(4):
        film = filmed(start_scale=start_scale, is_loop=True, frame_count=24, seed=seed)
        changes = np.abs(np.diff(film.astype(float), axis=0)).mean(axis=(1, 2, 3))
        seam = np.abs(film[0].astype(float) - film[-1]).mean()
        assert 0.0 < seam <= 1.2 * np.median(changes)


def test_scales_below_the_start_scale_stay() -> None:
    """Only the start scale's noise walks in the coarsest frames, and only around its picture."""
    deep, shallow = (
        np.abs(np.diff(filmed(start_scale=scale).astype(float), axis=0)).mean() for scale in (0, 2)
    )
    assert deep > shallow


def test_other_sizes() -> None:
    for start_scale in range(3):
        film = filmed(start_scale=start_scale, size=(66, 40))
        assert film.shape == (4, 66, 40, 3)
        assert (film[0] != film[1]).any()
        own = filmed(start_scale=start_scale, size=MODEL.plan.sizes[-1])
        np.testing.assert_array_equal(own, filmed(start_scale=start_scale))
    for size in ((8, 8), (0, 20), (-5, 50)):
        with pytest.raises(PhotoError, match="too small"):
            animation_frames(MODEL, Animation(start_scale=1, size=size), CPU)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"alpha": -0.1}, "alpha must lie between 0 and 1"),
        ({"alpha": float("nan")}, "alpha"),
        ({"beta": 1.1}, "beta must lie between 0 and 1"),
        ({"frame_count": 1}, "2 to 10000 frames"),
        ({"frame_count": 10_001}, "frames"),
    ],
)
def test_choices_outside_their_range_are_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Animation(**choices)


@pytest.mark.parametrize("start_scale", [-1, 3])
def test_a_start_scale_that_does_not_exist_is_refused_at_once(start_scale: int) -> None:
    with pytest.raises(ScaleError, match=f"Start scale {start_scale} does not exist"):
        animation_frames(MODEL, Animation(start_scale=start_scale), CPU)


@pytest.mark.parametrize("is_loop", [False, True])
def test_every_scale_of_every_frame_is_a_step(is_loop: bool) -> None:
    film = Animation(start_scale=1, frame_count=3, is_loop=is_loop)
    steps: list[AnimationStep] = list(animation_steps(MODEL, film, CPU))
    assert [step.done for step in steps] == list(range(1, steps[0].total + 1))
    assert sum(step.frame is not None for step in steps) == 3
    assert steps[-1].frame is not None


def test_a_model_of_another_kind_can_be_filmed_too() -> None:
    model = random_pyramid(3, (44, 52))
    frames = list(animation_frames(model, Animation(start_scale=1, frame_count=2), CPU))
    assert frames[0].shape == (*model.plan.sizes[-1], 3)


def test_padded_noise_continues_the_noise_of_the_picture() -> None:
    renderer = Renderer.of(MODEL, CPU)
    size = MODEL.plan.sizes[1]
    drawn = counter_noise(renderer, 5)(1, renderer.noise_size(size))
    assert drawn is not None
    assert drawn.shape == (1, 3, size[0] + 10, size[1] + 10)
    torch.testing.assert_close(drawn[..., 5:-5, 5:-5], noise(5, 1, Window.of(size)))


def test_padded_noise_moves_the_border_like_the_rest() -> None:
    """With noise that ends at the border, the outermost pixels would change less."""
    sizes = MODEL.plan.sizes
    padded = Renderer.of(MODEL, CPU)
    plain = dataclasses.replace(padded, is_noise_padded=False)
    first, second = (
        next(walk(r, sizes, counter_noise(r, 5), stop_scale=1)).image for r in (padded, plain)
    )
    inside = (slice(None), slice(None), slice(5, -5), slice(5, -5))
    torch.testing.assert_close(first[inside], second[inside], atol=1e-6, rtol=0.0)
    assert not torch.allclose(first[..., 0, :], second[..., 0, :])


def test_samples_of_an_animation_model() -> None:
    photo = landscape(44, 52)
    (sample,) = sample_images(MODEL, photo, count=1, seed=0, device=CPU)
    assert sample.shape == (*MODEL.plan.sizes[-1], 3)


def test_the_config_of_an_animation() -> None:
    base = TrainConfig(iterations=7, seed=3)
    config = animation_config(base)
    assert (config.kind, config.is_noise_padded, config.min_size_px) == ("animation", True, 20)
    expected = base.changed(
        kind="animation", is_noise_padded=True, min_size_px=20, noise_weight=0.1
    )
    assert config == expected


def trained(config: TrainConfig, resume: TrainState | None = None) -> TrainedPyramid:
    *_, last = train_pyramid(landscape(), config, CPU, resume)
    assert isinstance(last, TrainingDone)
    return last.model


def state_after(updates: int, config: TrainConfig) -> TrainState:
    stream = train_pyramid(landscape(), config, CPU)
    for event in stream:
        updates -= isinstance(event, UpdateDone)
        if updates == 0:
            break
    reply = stream.send(CHECKPOINT)
    assert isinstance(reply, CheckpointDue)
    return reply.state


@pytest.mark.parametrize("changes", [{}, {"crop_px": 32, "crop_count": 2}])
def test_padded_noise_trains_resumes_and_is_stored(changes: dict[str, Any]) -> None:
    config = TINY.changed(**changes)
    whole = trained(config)
    height, width = whole.plan.sizes[0]
    assert whole.kind == "animation"
    assert whole.rec_noise.shape == (1, 1, height + 10, width + 10)
    state = state_from_bytes(state_to_bytes(state_after(9, config)))
    assert trained(config, state).model_id == whole.model_id
    assert pyramid_from_bytes(pyramid_to_bytes(whole)).model_id == whole.model_id
    (frame, *_) = animation_frames(whole, Animation(start_scale=1, frame_count=2), CPU)
    assert frame.shape == (*whole.plan.sizes[-1], 3)


def test_padding_changes_what_is_learned() -> None:
    plain = trained(TINY.changed(is_noise_padded=False))
    assert plain.rec_noise.shape == (1, 1, *plain.plan.sizes[0])
    assert plain.scales[0].sha256 != trained(TINY).scales[0].sha256


def test_fixed_noise_of_the_other_size_is_refused() -> None:
    height, width = MODEL.plan.sizes[0]
    damaged = dataclasses.replace(MODEL, rec_noise=torch.zeros(1, 1, height, width))
    with pytest.raises(CheckpointError, match="do not belong together"):
        pyramid_from_bytes(pyramid_to_bytes(damaged))
