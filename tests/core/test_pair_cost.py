"""What the training of two photos is told to cost."""

from __future__ import annotations

import pytest

from singan_core.applications.structural_analogy.pair_cost import (
    pair_scale_s,
    pair_training_bytes,
    pair_training_s,
)
from singan_core.applications.structural_analogy.presets import (
    begun_config,
    pair_plans,
    pair_preset,
)
from singan_core.training.cost import BASE_BYTES, training_bytes
from singan_core.training.speed import ScaleSpeed, Speed

CONFIG = pair_preset("draft")
PLANS = pair_plans((96, 128), (120, 90), CONFIG)
COUNT = PLANS[0].scale_count


def speed(round_s: float = 0.0, penalty_s: float = 0.0, picture_s: float = 0.0) -> Speed:
    return Speed((ScaleSpeed(round_s, penalty_s, picture_s, 0.0),) * COUNT, 0.0)


def test_both_photos_count() -> None:
    config = begun_config(CONFIG, COUNT)
    slow, quick = speed(round_s=2.0), speed(round_s=1.0)
    both = pair_training_s((slow, quick), PLANS, config)
    assert both == pytest.approx(1.5 * pair_training_s((quick, quick), PLANS, config))
    scales = (pair_scale_s((slow, quick), PLANS, config, scale) for scale in range(COUNT))
    assert both == pytest.approx(sum(scales))


def test_a_scale_without_a_way_back_takes_less() -> None:
    config, last = begun_config(CONFIG, COUNT), COUNT - 1
    speeds = speed(round_s=1.0), speed(round_s=1.0)
    residual = pair_scale_s(speeds, PLANS, config.changed(residual_scales=COUNT), last)
    plain = pair_scale_s(speeds, PLANS, config.changed(residual_scales=last), last)
    alone = speeds[0].scale_s(PLANS[0], config, last)
    assert 2.5 * alone < plain < residual < 4.5 * alone


def test_penalties_are_of_samples_and_of_translations() -> None:
    config, speeds = begun_config(CONFIG, COUNT), (speed(penalty_s=1.0), speed(penalty_s=1.0))
    alone = speeds[0].training_s(PLANS[0], config)
    assert pair_training_s(speeds, PLANS, config) == pytest.approx(4.0 * alone)


def test_libraries_are_held_once() -> None:
    config = begun_config(CONFIG, COUNT)
    alone = [training_bytes(plan, config) for plan in PLANS]
    both = pair_training_bytes(PLANS, config)
    assert sum(alone) - BASE_BYTES < both < sum(alone)
