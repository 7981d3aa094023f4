"""Costs told before they arise: relative time, memory, and the measured speed."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from singan_core.config import TrainConfig
from singan_core.model.pyramid import PyramidPlan, plan_pyramid
from singan_core.presets import PRESETS, preset
from singan_core.training.cost import (
    enlarging_bytes,
    pass_work,
    round_works,
    scale_costs,
    scale_work,
    trained_pixels,
    training_bytes,
    walk_bytes,
)
from singan_core.training.probe import measure_speed
from singan_core.training.speed import ScaleSpeed, Speed, speed_key

TINY = TrainConfig(iterations=1, base_channels=4, max_channels=8, channel_doubling_scales=2)
GIGABYTE = 1e9


@pytest.mark.parametrize("name", PRESETS)
def test_finer_scales_cost_no_less(name: str) -> None:
    config = preset(name)
    works = round_works(plan_pyramid(188, 250, config), config)
    assert all(finer >= coarser for coarser, finer in pairwise(works))


def test_crops_bound_the_cost_of_a_round() -> None:
    config = preset("paper").changed(crop_px=96, crop_count=2)
    assert trained_pixels((40, 50), config) == 2000
    assert trained_pixels((1000, 1000), config) == 2 * 96 * 96


def test_costs_follow_the_rounds() -> None:
    config = preset("full")
    plan = plan_pyramid(188, 250, config)
    double = config.changed(iterations=2 * config.iterations)
    assert sum(scale_costs(plan, double)) == pytest.approx(2 * sum(scale_costs(plan, config)))


@pytest.mark.parametrize(
    ("name", "measured"),
    [("draft", 0.42e9), ("standard", 0.42e9), ("full", 0.77e9), ("paper", 2.1e9)],
)
def test_memory_is_told_within_a_quarter_of_what_was_measured(
    name: str, measured: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Peaks of the memory benchmark: the finest scale, 250x188 px, a CPU with bfloat16."""
    monkeypatch.setattr("singan_core.training.cost.has_native_bfloat16", lambda device: True)
    config = preset(name)
    told = training_bytes(plan_pyramid(188, 250, config), config)
    assert told == pytest.approx(measured, rel=0.25)


def test_a_native_size_takes_memory_for_its_pictures_alone() -> None:
    """Peaks at 1000x750 px, where scales beyond 256 px are trained on crops: 0.45 and 0.58 GB."""
    for name, measured in (("draft", 0.446e9), ("standard", 0.585e9)):
        config = preset(name).changed(max_size_px=1000)
        told = training_bytes(plan_pyramid(750, 1000, config), config)
        assert told == pytest.approx(measured, rel=0.25)
    config = preset("standard").changed(max_size_px=8660)
    assert training_bytes(plan_pyramid(5774, 8660, config), config) < 4 * GIGABYTE


def test_memory_grows_with_the_picture() -> None:
    plan = plan_pyramid(188, 250, preset("standard"))
    small, large = walk_bytes(plan, (188, 250)), walk_bytes(plan, (3000, 4000))
    assert small < 0.6 * GIGABYTE
    assert large > 5 * GIGABYTE
    assert enlarging_bytes((6000, 8000), 1.26) > enlarging_bytes((3000, 4000), 1.26)


def even_speed(plan: PyramidPlan, scale: ScaleSpeed) -> Speed:
    return Speed((scale,) * plan.scale_count, 0.0)


def test_a_whole_training_takes_what_its_rounds_and_penalties_take() -> None:
    config = TINY.changed(max_size_px=40, iterations=10, critic_steps=2, penalty_interval=4)
    plan = plan_pyramid(40, 40, config)
    rounds = even_speed(plan, ScaleSpeed(0.5, 0.0, 0.0, 0.0))
    assert rounds.training_s(plan, config) == 5.0 * plan.scale_count
    penalties = even_speed(plan, ScaleSpeed(0.0, 1.0, 0.0, 0.0))
    assert penalties.training_s(plan, config) == 5.0 * plan.scale_count
    assert penalties.training_s(plan, config.changed(penalty_weight=0.0)) == 0.0
    assert penalties.training_s(plan, config, range(1, 2)) == 5.0


def test_samples_are_counted_as_training_draws_them() -> None:
    config = TINY.changed(iterations=100, preview_interval=50, sample_reuse=8)
    plan = plan_pyramid(100, 100, config)
    work = scale_work(plan, config, 2)
    previews, recalibration = 2, 24
    wholes = previews + recalibration + 1
    assert work.samples == ((13 + previews + wholes, plan.sizes[2]),)
    assert work.trained_px == wholes * plan.sizes[2][0] * plan.sizes[2][1]
    assert scale_work(plan, config, 0).samples == ()
    fresh = scale_work(plan, config.changed(sample_reuse=1), 2)
    assert fresh.samples[0][0] == 100 * config.critic_steps + wholes


def test_a_native_size_costs_no_more_per_scale_than_its_crops() -> None:
    config = preset("standard").changed(max_size_px=4000)
    plan = plan_pyramid(3000, 4000, config)
    speed = even_speed(plan, ScaleSpeed(0.01, 0.01, 1e-8, 1e-8))
    seconds = [speed.scale_s(plan, config, scale) for scale in range(plan.scale_count)]
    finished_s = 1e-8 * 3000 * 4000
    assert seconds[-1] - finished_s < 1.5 * seconds[-6]


def test_tuning_on_an_edit_draws_no_sample_below_it() -> None:
    config = preset("draft")
    plan = plan_pyramid(188, 250, config)
    speed = even_speed(plan, ScaleSpeed(0.0, 0.0, 0.0, 1e-6))
    tuned, scales = config.changed(kind="finetune"), range(3, 5)
    frozen_s = 1e-6 * plan.sizes[3][0] * plan.sizes[3][1]
    assert speed.scale_s(plan, tuned, 3, 3) == pytest.approx(frozen_s)
    assert speed.training_s(plan, tuned, scales) < speed.training_s(plan, config, scales)


def test_a_window_of_a_sample_costs_its_cone() -> None:
    config = preset("draft").changed(max_size_px=1000)
    plan = plan_pyramid(750, 1000, config)
    speed = even_speed(plan, ScaleSpeed(0.0, 0.0, 0.0, 1e-6))
    finest = plan.scale_count - 1
    whole = speed.sample_s(plan, finest, plan.sizes[finest])
    assert whole == pytest.approx(speed.walk_s(plan) - 0.75)
    assert speed.sample_s(plan, finest, (64, 64)) < 0.1 * whole


def test_a_speed_is_stored_and_read_back() -> None:
    speed = Speed((ScaleSpeed(0.5, 0.25, 1e-6, 2e-6), ScaleSpeed(1.0, 0.5, 1e-6, 2e-6)), 1e-8)
    assert Speed.from_list(speed.to_list()) == speed
    assert speed.slowed(2.0).scales[0].round_s == 1.0
    for damaged in (None, [], [1.0], ["fast", [1, 1, 1, 1]], [1.0, [1, 1]], [1.0, [1, 1, 1, -1]]):
        assert Speed.from_list(damaged) is None


class StepClock:
    """A clock that goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": "animation", "is_noise_padded": True},
        {"crop_px": 32, "crop_count": 2, "generator_steps": 1},
        {"max_size_px": 300},
    ],
)
def test_every_scale_gets_a_speed_step_by_step(changes: dict[str, object]) -> None:
    config = TINY.changed(**changes)
    plan = plan_pyramid(120, 150, config)
    *steps, speed = measure_speed(plan, config, torch.device("cpu"))
    assert steps == [None] * len(steps)
    assert isinstance(speed, Speed)
    assert len(speed.scales) == plan.scale_count
    assert min(min(scale.round_s, scale.picture_s, scale.pass_s) for scale in speed.scales) > 0.0


def test_what_takes_long_is_timed_small_and_told_large() -> None:
    """Every work takes a second here: only the coarsest scale and 32 px crops are timed."""
    config = TINY.changed(max_size_px=250, crop_px=96, penalty_interval=2)
    plan = plan_pyramid(188, 250, config)
    *_, speed = measure_speed(plan, config, torch.device("cpu"), StepClock())
    assert isinstance(speed, Speed)
    first, last = speed.scales[0], speed.scales[-1]
    assert first.round_s == pytest.approx(config.critic_steps + config.generator_steps)
    assert first.penalty_s == 0.0
    assert last.round_s == pytest.approx(9 * first.round_s), "of the same time, so 9 times of it"
    works = [
        pass_work(height * width, channels)
        for (height, width), channels in zip(plan.sizes, plan.channels, strict=True)
    ]
    height, width = plan.sizes[-1]
    assert last.pass_s * height * width == pytest.approx(works[-1] / works[0])


def test_the_same_rounds_share_a_speed() -> None:
    config = preset("standard")
    plan = plan_pyramid(188, 250, config)
    key = speed_key(plan, config)
    assert key == speed_key(plan, config.changed(iterations=7, seed=3, learning_rate=1e-3))
    assert key != speed_key(plan, config.changed(crop_px=96))
    assert key != speed_key(plan_pyramid(250, 188, config), config)
    assert key != speed_key(plan, config.changed(whole_size_px=200))
