"""Costs told before they arise: relative time, memory, and the measured speed."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from singan_core.config import PRESETS, TrainConfig, preset
from singan_core.model.pyramid import plan_pyramid
from singan_core.training.cost import (
    enlarging_bytes,
    round_works,
    scale_costs,
    trained_pixels,
    training_bytes,
    walk_bytes,
)
from singan_core.training.speed import Speed, measure_speed

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
    ("name", "measured"), [("draft", 0.41e9), ("standard", 0.40e9), ("full", 0.77e9)]
)
def test_memory_is_told_within_a_half_of_what_was_measured(name: str, measured: float) -> None:
    """Peaks of the memory benchmark: one round of the finest scale, 250x188 px, CPU."""
    config = preset(name)
    told = training_bytes(plan_pyramid(188, 250, config), config)
    assert measured / 1.5 < told < 1.5 * measured


def test_memory_grows_with_the_picture() -> None:
    plan = plan_pyramid(188, 250, preset("standard"))
    small, large = walk_bytes(plan, (188, 250)), walk_bytes(plan, (3000, 4000))
    assert small < 0.6 * GIGABYTE
    assert large > 5 * GIGABYTE
    assert enlarging_bytes((6000, 8000), 1.26) > enlarging_bytes((3000, 4000), 1.26)


def test_a_whole_training_takes_what_its_rounds_take() -> None:
    config = TINY.changed(max_size_px=40, iterations=10)
    plan = plan_pyramid(40, 40, config)
    assert Speed(0.5, 0.0, 0.0).training_s(plan, config) == 5.0 * plan.scale_count
    work = sum(round_works(plan, config))
    assert Speed(0.0, 2.0, 0.0).training_s(plan, config) == pytest.approx(20.0 * work)


@pytest.mark.parametrize("changes", [{}, {"kind": "animation", "is_noise_padded": True}])
def test_the_speed_is_measured_step_by_step(changes: dict[str, object]) -> None:
    *steps, speed = measure_speed(TINY.changed(**changes), torch.device("cpu"))
    assert len(steps) == 2 * 2 * (TINY.critic_steps + TINY.generator_steps)
    assert steps == [None] * len(steps)
    assert isinstance(speed, Speed)
    assert speed.round_s >= 0.0
    assert min(speed.work_s, speed.render_s) > 0.0
