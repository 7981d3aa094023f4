"""Child process of the memory benchmark: does one kind of work and prints its own peak."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np
import torch

from singan_core.config import TrainConfig
from singan_core.device import pick_device
from singan_core.model.pyramid import plan_pyramid
from singan_core.pixels.resize import Window
from singan_core.presets import preset
from singan_core.rendering.injection import render
from singan_core.rendering.live_render import LiveRender
from singan_core.rendering.scale_strip import strip_steps
from tests.benchmarks.measuring import peak_mib
from tests.benchmarks.scenes import PHOTO_SIZE, engine_iteration, engine_scale, texture
from tests.benchmarks.test_injection import injection_of
from tests.benchmarks.textbook import TextbookScale


def train_finest(config: TrainConfig, device: torch.device) -> None:
    finest = plan_pyramid(*PHOTO_SIZE, config).scale_count - 1
    training = engine_scale(config, texture(*PHOTO_SIZE), finest, device)
    for _ in range(2):
        engine_iteration(training)


def train_finest_by_the_book(config: TrainConfig, device: torch.device) -> None:
    plan = plan_pyramid(*PHOTO_SIZE, config)
    training = TextbookScale(texture(*PHOTO_SIZE), plan, plan.scale_count - 1, device)
    for _ in range(2):
        training.iteration()


def inject(config: TrainConfig, device: torch.device) -> None:
    render(injection_of(config, PHOTO_SIZE), device)


def make_strip(config: TrainConfig, device: torch.device) -> None:
    list(strip_steps(injection_of(config, PHOTO_SIZE), device))


def follow_strokes(config: TrainConfig, device: torch.device) -> None:
    injection = injection_of(config, PHOTO_SIZE)
    live = LiveRender(injection, device, is_thumbnail=True)
    list(live.steps())
    for corner in range(0, 100, 20):
        window = Window(corner, corner, corner + 64, corner + 64)
        pixels = texture(64, 64, seed=corner)
        list(live.update(window, pixels, np.full((64, 64), 255, np.uint8)))


def paint(config: TrainConfig, device: torch.device) -> None:
    from tests.benchmarks.painting import Easel

    with Easel() as easel:
        easel.paint_dabs(100)


WORKS: dict[str, Callable[[TrainConfig, torch.device], None]] = {
    "engine iteration": train_finest,
    "textbook iteration": train_finest_by_the_book,
    "injection": inject,
    "scale strip": make_strip,
    "live strokes": follow_strokes,
    "brush strokes": paint,
}


def main(work: str, preset_name: str, device_name: str) -> None:
    """Do the work and print the peaks as the last line."""
    device = pick_device(device_name)
    report = {"baseline_mib": peak_mib()}
    WORKS[work](preset(preset_name), device)
    report["peak_mib"] = peak_mib()
    if device.type == "cuda":
        report["cuda_mib"] = torch.cuda.max_memory_allocated(device) / (1 << 20)
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
