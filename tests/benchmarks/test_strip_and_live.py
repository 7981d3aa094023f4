"""The scale strip, and what a stroke costs while the result follows it, patches included."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import torch

from singan_core.applications import APPLICATIONS
from singan_core.config import TrainConfig
from singan_core.pixels.resize import Window
from singan_core.presets import preset
from singan_core.rendering.injection import Injection, render
from singan_core.rendering.live_render import LiveRender
from singan_core.rendering.scale_strip import strip_steps
from tests.benchmarks.conftest import described
from tests.benchmarks.figures import Figure, Figures, duration_ms
from tests.benchmarks.scenes import PHOTO_SIZE, texture, untrained_pyramid

STANDARD = preset("standard")
DOCUMENTS = [PHOTO_SIZE, (3000, 4000)]
NAMES = ["250 px", "12 megapixels"]
STROKE_PX = 64
STRIP_BUDGET_MS = {"cpu": 6000.0, "cuda": 150.0}
INJECTION_BUDGET_MS = 1500.0
UPDATE_BUDGET_MS = 300.0


@functools.cache
def standard_injection(size: tuple[int, int], application: str, scale: int | None) -> Injection:
    """Return an edit of a square in the middle, for a pyramid of the preset's widths."""
    height, width = size
    photo = texture(height, width)
    model = untrained_pyramid(STANDARD, photo)
    mask = np.zeros(size, np.uint8)
    mask[height // 3 : height // 2, width // 3 : width // 2] = 255
    edit = np.where(mask[..., None] > 0, texture(height, width, seed=1), photo)
    return APPLICATIONS[application].injection(model, photo, edit, mask, scale=scale)


def conditions(injection: Injection, config: TrainConfig = STANDARD) -> str:
    return described(config, injection.model.plan.channels)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("size", DOCUMENTS, ids=NAMES)
def test_scale_strip(
    benchmark: Any,
    size: tuple[int, int],
    device: torch.device,
    rounds: int,
    figures: Figures,
) -> None:
    injection = standard_injection(size, "harmonize", None)
    durations: list[float] = []

    def make_strip() -> None:
        durations.append(duration_ms(lambda: list(strip_steps(injection, device))))

    benchmark.pedantic(make_strip, rounds=rounds, warmup_rounds=1)
    figures.add(
        Figure(
            f"scale strip, {size[1]}x{size[0]} document",
            conditions(injection),
            durations[1:],
            budget=STRIP_BUDGET_MS.get(device.type),
            is_promised_elsewhere=device.type not in STRIP_BUDGET_MS,
        )
    )
    benchmark.extra_info["figure"] = figures.lines[-1]


@pytest.mark.timeout(1800)
def test_one_injection(benchmark: Any, device: torch.device, rounds: int, figures: Figures) -> None:
    injection = standard_injection(PHOTO_SIZE, "paint", 1)
    durations: list[float] = []

    def render_once() -> None:
        durations.append(duration_ms(functools.partial(render, injection, device)))

    benchmark.pedantic(render_once, rounds=rounds, warmup_rounds=1)
    figures.add(
        Figure(
            "injection at scale 1, whole picture",
            conditions(injection),
            durations[1:],
            budget=INJECTION_BUDGET_MS if device.type == "cpu" else None,
            is_promised_elsewhere=device.type != "cpu",
        )
    )
    benchmark.extra_info["figure"] = figures.lines[-1]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("is_thumbnail", [True, False], ids=["thumbnail", "full size"])
@pytest.mark.parametrize("application", ["edit", "harmonize", "paint"])
@pytest.mark.parametrize("size", DOCUMENTS, ids=NAMES)
def test_live_update(
    benchmark: Any,
    size: tuple[int, int],
    application: str,
    is_thumbnail: bool,
    device: torch.device,
    rounds: int,
    figures: Figures,
) -> None:
    injection = standard_injection(size, application, None)
    live = LiveRender(injection, device, is_thumbnail=is_thumbnail)
    list(live.steps())
    random = np.random.default_rng(0)
    corner = iter(range(size[0] // 3, size[0] // 2, 2))
    durations: list[float] = []

    def stroke() -> None:
        top = next(corner)
        window = Window(top, top, top + STROKE_PX, top + STROKE_PX)
        pixels = random.integers(0, 256, (STROKE_PX, STROKE_PX, 3), dtype=np.uint8)
        mask = np.full((STROKE_PX, STROKE_PX), 255, np.uint8)
        durations.append(duration_ms(lambda: list(live.update(window, pixels, mask))))

    benchmark.pedantic(stroke, rounds=rounds, warmup_rounds=1)
    tier = "thumbnail" if is_thumbnail else "full size"
    figures.add(
        Figure(
            f"live {application} {tier}, {size[1]}x{size[0]}",
            f"{STROKE_PX} px stroke, scale {injection.scale}, {conditions(injection)}",
            durations[1:],
            budget=UPDATE_BUDGET_MS if is_thumbnail else None,
        )
    )
    benchmark.extra_info["figure"] = figures.lines[-1]
