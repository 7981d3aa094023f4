"""What a training takes: told by a probe of about a second, and measured in the same run.

What is true is told from a share of every scale's rounds (``training_share``), with one preview.
Memory is that of a process of its own that does the same at the finest scale.

    python -m tests.benchmarks.cost_model --presets draft,standard --size 188x250
    python -m tests.benchmarks.cost_model --clock cpu    # on a busy machine, with one thread
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from singan_core.config import TrainConfig
from singan_core.device import pick_device
from singan_core.model.pyramid import PyramidPlan, plan_pyramid
from singan_core.pixels.image import ImageArray, normalise_array
from singan_core.presets import preset
from singan_core.training.cost import training_bytes
from singan_core.training.probe import measure_speed
from singan_core.training.speed import Speed
from singan_core.training.train import train_pyramid
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Report, benchmark_parser, in_own_process, peak_mib
from tests.benchmarks.scenes import texture
from tests.benchmarks.training_share import Clock, Share, trained_share, whole_s

NAME = "cost_model"
TOLERANCE_PERCENT = 25.0
CLOCKS: dict[str, Clock] = {"wall": time.perf_counter, "cpu": time.process_time}
_MIB = 1 << 20


def probed(plan: PyramidPlan, config: TrainConfig, device: torch.device, clock: str) -> Speed:
    *_, speed = measure_speed(plan, config, device, CLOCKS[clock])
    assert speed is not None
    return speed


def one_preview(plan: PyramidPlan, config: TrainConfig) -> TrainConfig:
    """Return the training with one preview: the sample drawn again after each is not measured."""
    rounds = max(config.iterations_at(scale, plan.scale_count) for scale in range(plan.scale_count))
    return config.changed(preview_interval=max(1, rounds))


def compared_time(photo: ImageArray, config: TrainConfig, report: Report, clock: str) -> None:
    plan = plan_pyramid(photo.shape[0], photo.shape[1], config)
    share, whole = Share.of(config, report.device), one_preview(plan, config)
    deviations, told, true = [], [], []
    probe_s = []
    for _ in range(_rounds(report)):
        started = CLOCKS[clock]()
        speed = probed(plan, config, report.device, clock)
        probe_s.append(CLOCKS[clock]() - started)
        truths = list(trained_share(photo, share, report.device, CLOCKS[clock]))
        again = probed(plan, config, report.device, clock)
        # what else runs changes while a training goes on: told before and after it
        told.append((speed.training_s(plan, whole) + again.training_s(plan, whole)) / 2)
        true.append(whole_s(truths, whole))
        deviations.append(100.0 * (told[-1] / true[-1] - 1.0))
    height, width = plan.sizes[-1]
    conditions = f"{config.preset}, {plan.scale_count} scales, {width}x{height}, {clock} clock"
    report.add(Figure("probe", conditions, probe_s, "s"))
    report.add(Figure("training, told", conditions, told, "s"))
    report.add(Figure("training, true", conditions, true, "s"))
    worst = [abs(value) for value in deviations]
    report.add(
        Figure("deviation of time", conditions, worst, "%", budget=TOLERANCE_PERCENT, share=50)
    )
    report.facts[f"deviations, {config.preset}, %"] = [round(value, 1) for value in deviations]


def compared_memory(
    options: argparse.Namespace, config: TrainConfig, plan: PyramidPlan, report: Report
) -> None:
    arguments = ["--memory-of", config.preset, "--size", options.size, "--device", options.device]
    if options.max_size is not None:
        arguments += ["--max-size", options.max_size]
    if options.threads is not None:
        arguments += ["--threads", options.threads]
    peak = in_own_process("tests.benchmarks.cost_model", *arguments)["peak_mib"]
    told = training_bytes(plan, config) / _MIB
    height, width = plan.sizes[-1]
    conditions = f"{config.preset}, {width}x{height}"
    report.add(Figure("memory, told", conditions, [told], "MiB"))
    report.add(Figure("memory, true", conditions, [peak], "MiB"))
    deviation = abs(100.0 * (told / peak - 1.0))
    report.add(
        Figure("deviation of memory", conditions, [deviation], "%", budget=TOLERANCE_PERCENT)
    )


def print_memory(photo: ImageArray, config: TrainConfig, device: torch.device) -> None:
    """Train two rounds of every scale and print the peak of this process."""
    short = config.changed(iterations=2, fine_iterations=None, preview_interval=1)
    for _ in train_pyramid(photo, short, device):
        pass
    peak = peak_mib()
    if device.type == "cuda":
        peak = torch.cuda.max_memory_allocated(device) / _MIB
    print(json.dumps({"peak_mib": peak}))


def _rounds(report: Report) -> int:
    return int(report.facts.get("rounds", 1))


def _photo(options: argparse.Namespace) -> ImageArray:
    if options.photo is not None:
        with Image.open(options.photo) as image:
            return normalise_array(np.asarray(image.convert("RGB"))).rgb
    height, width = (int(side) for side in options.size.split("x"))
    return texture(height, width)


def _config(name: str, options: argparse.Namespace) -> TrainConfig:
    config = preset(name)
    return config if options.max_size is None else config.changed(max_size_px=options.max_size)


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument("--photo", type=Path, help="a picture; unless given, one of --size is made")
    made.add_argument("--size", default="188x250", help="HxW of the made picture")
    made.add_argument("--max-size", type=int, help="long side of the finest scale")
    made.add_argument("--presets", default="draft,standard", help="with commas")
    made.add_argument("--clock", choices=CLOCKS, default="wall")
    made.add_argument("--no-memory", action="store_true", help="time only")
    made.add_argument("--memory-of", help=argparse.SUPPRESS)
    made.set_defaults(rounds=3)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    options = parser().parse_args(argv)
    if options.memory_of is not None:
        if options.threads is not None:
            torch.set_num_threads(options.threads)
        config = _config(options.memory_of, options)
        print_memory(_photo(options), config, pick_device(options.device))
        return 0
    report = Report.begun(NAME, options)
    report.facts["rounds"] = options.rounds
    photo = _photo(options)
    for name in options.presets.split(","):
        config = _config(name, options)
        compared_time(photo, config, report, options.clock)
        gc.collect()
        if not options.no_memory:
            plan = plan_pyramid(photo.shape[0], photo.shape[1], config)
            compared_memory(options, config, plan, report)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
