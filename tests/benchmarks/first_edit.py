"""From the start of a training to the first edit, and to its end: really trained, nothing is told.

    python -m tests.benchmarks.first_edit --presets draft

A photo of 250x188 px is trained as the button of the window does it, with all previews and
statistics. As soon as the scale is finished at which an edit enters by default, the first edit is
rendered from the scales there are; the last of the trainings goes on to its end. On a GPU
``standard`` and ``paper`` are trained too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from singan_core.applications import EDIT
from singan_core.config import TrainConfig
from singan_core.events import ScaleDone
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray
from singan_core.presets import preset
from singan_core.rendering.injection import render
from singan_core.training.train import train_pyramid
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Report, benchmark_parser, wait
from tests.benchmarks.scenes import PHOTO_SIZE, texture, untrained_pyramid

NAME = "first_edit"
EDIT_BUDGETS_S = {"draft": {"cuda": 5.0}}
"""Until the first edit, by preset and kind of device."""
WHOLE_BUDGETS_S = {"draft": {"cpu": 75.0}, "standard": {"cuda": 20.0}, "paper": {"cuda": 60.0}}
"""Of a whole training."""


class Seconds(NamedTuple):
    """Of one training: until the first edit was seen, and without it until the end, if so far."""

    first_edit: float
    whole: float | None


def edited(model: TrainedPyramid, photo: ImageArray, device: torch.device) -> None:
    """Render an edit of a square in the middle at the default scale, from the scales there are."""
    height, width = PHOTO_SIZE
    mask = np.zeros(PHOTO_SIZE, np.uint8)
    mask[height // 3 : height // 2, width // 3 : width // 2] = 255
    edit = np.where(mask[..., None] > 0, photo[::-1, ::-1], photo)
    render(EDIT.injection(model, photo, edit, mask), device)


def train(
    photo: ImageArray, config: TrainConfig, device: torch.device, *, is_whole: bool
) -> Seconds:
    """Train until the first edit is rendered, or to the end."""
    wanted = EDIT.default_scale(untrained_pyramid(config, photo))
    begun, first_edit, render_s = time.perf_counter(), 0.0, 0.0
    for event in train_pyramid(photo, config, device):
        if isinstance(event, ScaleDone) and event.scale == wanted:
            wait(device)
            scale_done = time.perf_counter()
            edited(event.model, photo, device)
            first_edit = time.perf_counter() - begun
            render_s = time.perf_counter() - scale_done
            if not is_whole:
                return Seconds(first_edit, None)
    wait(device)
    return Seconds(first_edit, time.perf_counter() - begun - render_s)


def measure(name: str, options: argparse.Namespace, report: Report) -> None:
    """Train with one preset, several times to the first edit, and note what it took."""
    photo, config = texture(*PHOTO_SIZE), preset(name)
    if options.iterations is not None:
        config = config.changed(iterations=options.iterations, fine_iterations=None)
    size = f"{PHOTO_SIZE[1]}x{PHOTO_SIZE[0]} photo"
    turns = [
        train(photo, config, report.device, is_whole=turn == options.rounds - 1)
        for turn in range(options.rounds)
    ]
    wholes = [turn.whole for turn in turns if turn.whole is not None]
    # fewer rounds than the preset has are tried out, and no promise is about them
    edit_budgets, whole_budgets = (
        budgets.get(name, {}) if options.iterations is None else {}
        for budgets in (EDIT_BUDGETS_S, WHOLE_BUDGETS_S)
    )
    first = [turn.first_edit for turn in turns]
    report.add_promised(Figure(f"{name}, the first edit", size, first, "s"), edit_budgets)
    report.add_promised(Figure(f"{name}, a whole training", size, wholes, "s"), whole_budgets)


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument("--presets", help="with commas; draft unless given, on a GPU three")
    made.add_argument("--iterations", type=int, help="rounds of every scale; the preset's own")
    made.set_defaults(rounds=3)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if a budget was missed."""
    options = parser().parse_args(argv)
    report = Report.begun(NAME, options)
    of_device = "draft,standard,paper" if report.device.type == "cuda" else "draft"
    for name in (options.presets or of_device).split(","):
        measure(name, options, report)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
