"""Training at a photo's own resolution: the time of the whole, of every round, and the memory.

    python -m tests.benchmarks.native_training --megapixels 12

A drawn photo is trained at 1000 px and at its own size, for a share of every scale's rounds; what
the whole takes is told from that (``training_share``). ``--long-sides 250 1000 4000`` compares
rounds of the finest scales at several sizes instead, in turn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch

from singan_core.config import TrainConfig
from singan_core.model.networks import Generator, initialise
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.pixels.image import ImageArray
from singan_core.presets import PRESETS, preset
from singan_core.rendering.sample import Renderer
from singan_core.training.below import Below, half_picture
from singan_core.training.entry import PLAIN_ENTRY
from singan_core.training.inputs import returned
from singan_core.training.photo_levels import PhotoLevels
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.window_batch import WindowSource
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import (
    Report,
    benchmark_parser,
    device_peak_mib,
    in_turn,
    peak_mib,
    resident_mib,
)
from tests.benchmarks.training_share import ScaleTruth, Share, trained_share, whole_s
from tests.core.photos import landscape

NAME = "native_training"
SMALL_PX = 1000
PROMISED = ("standard", "4000x3000")
"""Preset and size of which it is promised, on every device:"""
MOST_TIMES = 4.0
MOST_MIB = 8192.0
_DRAWN = (600, 800)


def photo(megapixels: float) -> ImageArray:
    """Return a landscape of 4 to 3 with fine grain: (H, W, 3) uint8."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(width * 3 / 4)
    large = cv2.resize(landscape(*_DRAWN), (width, height), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).integers(0, 12, (height, width, 1), dtype=np.uint8)
    return np.asarray(cv2.add(large, np.broadcast_to(grain, large.shape).copy()), np.uint8)


def train(report: Report, picture: ImageArray, config: TrainConfig, rounds: int | None) -> float:
    """Train a share of every scale, note what it took, and return the seconds of the whole."""
    share = Share.of(config, report.device, rounds)
    truths: list[ScaleTruth] = []
    side = config.max_size_px
    for scale, truth in enumerate(trained_share(picture, share, report.device)):
        truths.append(truth)
        (height, width), channels = truth.size, truth.channels
        shown = f"{width}x{height} px, {channels} channels, once beside them {truth.rest_s:.1f} s"
        report.add(Figure(f"{side} px, rounds of scale {scale}", shown, [1e3 * truth.round_s]))
    report.facts[f"{side} px: longest step, s"] = max(truth.longest_s for truth in truths)
    seconds, memory = whole_s(truths, config), f"{resident_mib():.0f}, {peak_mib():.0f}"
    report.facts[f"{side} px: MiB of the process now, at its peak"] = memory
    shown = f"{config.preset}, {len(truths)} scales, told from {share.rounds} rounds of each"
    report.add(Figure(f"{side} px, a whole training", shown, [seconds], "s"))
    return seconds


def train_native(report: Report, options: argparse.Namespace) -> None:
    """Compare a photo's own size with a small one: time, and the peak of the memory."""
    picture, config = photo(options.megapixels), preset(options.preset)
    size = f"{picture.shape[1]}x{picture.shape[0]}"
    seconds = [
        train(report, picture, config.changed(max_size_px=side), options.iterations)
        for side in (SMALL_PX, max(picture.shape))
    ]
    is_promised = (options.preset, size) == PROMISED
    shown = f"{options.preset}, a photo of {size} px"
    budget = MOST_TIMES if is_promised else None
    times = seconds[1] / seconds[0]
    report.add(Figure(f"time at its own size / at {SMALL_PX} px", shown, [times], "x", budget))
    on_device = device_peak_mib(report.device)
    what = "memory of the process" if on_device is None else "memory of the GPU"
    peak = peak_mib() if on_device is None else on_device
    budget = MOST_MIB if is_promised else None
    report.add(Figure(f"{what}, at its peak", shown, [peak], "MiB", budget))


def compare(report: Report, config: TrainConfig, long_sides: Sequence[int], rounds: int) -> None:
    """Time rounds of the finest scale of one photo at several sizes, in turn."""
    trainings = {
        f"{side} px": finest_training(photo(side * side * 0.75e-6), config, report.device)
        for side in long_sides
    }

    # so many rounds that each repetition holds the same share of penalties and of new samples
    per_round = max(config.sample_reuse, config.penalty_interval)

    def rounds_of(training: ScaleTraining) -> Callable[[], None]:
        def work() -> None:
            for _ in range(per_round * (config.critic_steps + config.generator_steps)):
                training.step()

        return work

    works = {name: rounds_of(training) for name, training in trainings.items()}
    for name, durations in in_turn(works, rounds, report.device).items():
        values = [duration / per_round for duration in durations]
        shown = f"{config.preset}, {trainings[name].channels} channels"
        report.add(Figure(f"round of the finest scale, {name}", shown, values))


def finest_training(
    picture: ImageArray, config: TrainConfig, device: torch.device
) -> ScaleTraining:
    """Return the training of the finest scale of a photo, above scales that nobody trained."""
    config = config.changed(max_size_px=max(picture.shape))
    plan = plan_pyramid(picture.shape[0], picture.shape[1], config)
    finest = plan.scale_count - 1
    below = tuple(
        TrainedScale(plan.sizes[scale], width, 0.05, 0.05, _weights(width))
        for scale, width in enumerate(plan.channels[:finest])
    )
    rec_noise = torch.zeros(1, 1, *plan.sizes[0])
    model = TrainedPyramid("single", config, plan, below, rec_noise, "")
    renderer, levels = Renderer.of(model, device), PhotoLevels(picture, plan.sizes, device)
    if not config.is_windowed(finest, plan.sizes[finest]):
        return ScaleTraining(model, renderer, returned(levels.whole(finest)), None)
    real = returned(levels.compact(finest))
    held = Below(half_picture(plan.sizes[finest - 1], device).zero_(), 0.1)
    source = WindowSource(model, renderer, real, PLAIN_ENTRY, held)
    return ScaleTraining(model, renderer, real, None, batches=source)


def _weights(channels: int) -> dict[str, torch.Tensor]:
    network = Generator(channels)
    initialise(network, torch.Generator().manual_seed(0))
    named = network.state_dict().items()
    return {name: value for name, value in named if not name.endswith("num_batches_tracked")}


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument("--megapixels", type=float, default=12.0)
    made.add_argument("--iterations", type=int, help="measured rounds at every scale")
    made.add_argument("--preset", choices=PRESETS, default="standard")
    made.add_argument("--long-sides", type=int, nargs="+", metavar="PX")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0 when every promise was kept."""
    options = parser().parse_args(argv)
    report = Report.begun(NAME, options)
    if options.long_sides:
        compare(report, preset(options.preset), options.long_sides, options.rounds)
    else:
        train_native(report, options)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
