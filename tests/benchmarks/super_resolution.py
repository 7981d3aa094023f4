"""Super-resolution, 4x: the enlargement of a small and of a middling photo, time and memory.

The model has the preset's widths and weights that nobody trained: it costs what a trained one
costs. Beside what an enlargement took stands what the window tells of it before.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import torch

from singan_core.applications.generating_cost import enlarging_s
from singan_core.applications.super_resolution import (
    sr_config,
    step_sizes,
    super_resolution_steps,
)
from singan_core.config import TrainConfig
from singan_core.device import pick_device
from singan_core.model.pyramid import plan_pyramid
from singan_core.pixels.resize import Size
from singan_core.presets import preset
from singan_core.training.probe import measure_speed
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import (
    Report,
    benchmark_parser,
    device_peak_mib,
    in_own_process,
    in_turn,
    peak_mib,
)
from tests.benchmarks.scenes import texture, untrained_pyramid

NAME = "super_resolution"
FACTOR = 4.0
SIZES: dict[str, Size] = {"120x80": (80, 120), "321x321": (321, 321)}


def enlarge(config: TrainConfig, size: Size, device: torch.device) -> None:
    """Enlarge a photo with a model that nobody trained."""
    photo = texture(*size)
    model = untrained_pyramid(sr_config(config, size, FACTOR), photo)
    for _ in super_resolution_steps(model, photo, FACTOR, device=device):
        pass


def told_ms(config: TrainConfig, size: Size, device: torch.device) -> float:
    """Return what a probe tells of the enlargement."""
    config = sr_config(config, size, FACTOR)
    plan = plan_pyramid(*size, config)
    *_, speed = measure_speed(plan, config, device)
    assert speed is not None
    return 1e3 * enlarging_s(speed, step_sizes(size, FACTOR))


def measured(name: str, options: argparse.Namespace, report: Report) -> None:
    """Time one size, tell it, and have its memory measured in a process of its own."""
    config, size = preset(options.preset), SIZES[name]
    conditions = f"{options.preset}, {size[1] * 4}x{size[0] * 4} made"
    told = told_ms(config, size, report.device)
    works = {"4x": lambda: enlarge(config, size, report.device)}
    durations = in_turn(works, options.rounds, report.device)["4x"]
    report.add(Figure(f"4x of {name}, told", conditions, [told]))
    report.add(Figure(f"4x of {name}", conditions, durations))
    arguments = ["--memory-of", name, "--preset", options.preset, "--device", options.device]
    if options.threads is not None:
        arguments += ["--threads", str(options.threads)]
    peaks = in_own_process("tests.benchmarks.super_resolution", *arguments)
    for what, peak in peaks.items():
        report.add(Figure(f"4x of {name}, {what}", conditions, [peak], "MiB"))


def print_peaks(name: str, options: argparse.Namespace) -> None:
    """Enlarge once and print the peaks of this process."""
    device = pick_device(options.device)
    enlarge(preset(options.preset), SIZES[name], device)
    peaks = {"memory": peak_mib()}
    on_device = device_peak_mib(device)
    print(json.dumps(peaks | ({} if on_device is None else {"device memory": on_device})))


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument("--preset", default="standard")
    made.add_argument("--sizes", default=",".join(SIZES), help="with commas")
    made.add_argument("--memory-of", choices=SIZES, help=argparse.SUPPRESS)
    made.set_defaults(rounds=3)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    options = parser().parse_args(argv)
    report = Report.begun(NAME, options)
    if options.memory_of is not None:
        print_peaks(options.memory_of, options)
        return 0
    for name in options.sizes.split(","):
        measured(name, options, report)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
