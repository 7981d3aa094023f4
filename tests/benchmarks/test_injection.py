"""One injection, from the edit as an array to the finished picture as an array."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import torch

from singan_core.applications import APPLICATIONS
from singan_core.config import TrainConfig
from singan_core.rendering.injection import Injection, render
from tests.benchmarks.conftest import described
from tests.benchmarks.figures import Figure, Figures, duration_ms
from tests.benchmarks.scenes import PHOTO_SIZE, texture, untrained_pyramid


def injection_of(config: TrainConfig, size: tuple[int, int]) -> Injection:
    """Return a harmonization of a square in the middle, at the default scale."""
    height, width = size
    photo = texture(height, width)
    model = untrained_pyramid(config, photo)
    mask = np.zeros(size, np.uint8)
    mask[height // 3 : height // 2, width // 3 : width // 2] = 255
    edit = np.where(mask[..., None] > 0, texture(height, width, seed=1), photo)
    return APPLICATIONS["harmonize"].injection(model, photo, edit, mask)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("size", [PHOTO_SIZE, (1536, 2048)], ids=["250 px", "2048 px"])
def test_injection(
    benchmark: Any,
    config: TrainConfig,
    size: tuple[int, int],
    device: torch.device,
    rounds: int,
    figures: Figures,
) -> None:
    injection = injection_of(config, size)
    durations: list[float] = []

    def render_once() -> None:
        durations.append(duration_ms(functools.partial(render, injection, device)))

    benchmark.pedantic(render_once, rounds=rounds, warmup_rounds=1)
    plan = injection.model.plan
    conditions = f"{described(config, plan.channels)}, injection scale {injection.scale}"
    figures.add(Figure(f"injection, {size[1]}x{size[0]} photo", conditions, durations[1:]))
    benchmark.extra_info["figure"] = figures.lines[-1]
    assert injection.scale < plan.scale_count
