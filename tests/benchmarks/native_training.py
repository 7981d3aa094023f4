"""Training at a photo's own resolution: milliseconds per round at every scale, and memory.

    python -m tests.benchmarks.native_training --megapixels 12 --iterations 4

The photo is drawn, so that no file is needed. Few rounds are enough: what a round costs and
what a run holds do not depend on how many there are. ``--long-sides 250 1000 4000`` compares
the finest scales of the same photo at several sizes instead.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch

from singan_core.config import PRESETS, TrainConfig, preset
from singan_core.events import ScaleDone, ScaleStarted, UpdateDone
from singan_core.model.networks import Generator, initialise
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.pixels.image import ImageArray
from singan_core.rendering.sample import Renderer
from singan_core.training.below import Below, half_picture
from singan_core.training.entry import PLAIN_ENTRY
from singan_core.training.inputs import returned
from singan_core.training.photo_levels import PhotoLevels
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.train import train_pyramid
from singan_core.training.window_batch import WindowSource
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import (
    Report,
    benchmark_parser,
    in_turn,
    peak_mib,
    resident_mib,
    wait,
)
from tests.core.photos import landscape

NAME = "native_training"
_DRAWN = (600, 800)


def photo(megapixels: float) -> ImageArray:
    """Return a landscape of 4 to 3 with fine grain: (H, W, 3) uint8."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(width * 3 / 4)
    large = cv2.resize(landscape(*_DRAWN), (width, height), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).integers(0, 12, (height, width, 1), dtype=np.uint8)
    return np.asarray(cv2.add(large, np.broadcast_to(grain, large.shape).copy()), np.uint8)


def train(report: Report, picture: ImageArray, config: TrainConfig) -> None:
    """Train and note the rounds of every scale, its whole time, memory and the longest step."""
    begun = scale_begun = last = time.perf_counter()
    longest = 0.0
    updates: list[float] = []
    for event in train_pyramid(picture, config, report.device):
        wait(report.device)
        now = time.perf_counter()
        longest, passed, last = max(longest, now - last), (now - last) * 1e3, now
        if isinstance(event, ScaleStarted):
            updates = []
            height, width = event.size
            shown = f"{width}x{height} px, {event.channels} channels"
        elif isinstance(event, UpdateDone):
            updates.append(passed)
        elif isinstance(event, ScaleDone):
            steps = config.critic_steps + config.generator_steps
            rounds = [sum(updates[at : at + steps]) for at in range(0, len(updates), steps)]
            report.add(Figure(f"round at scale {event.scale}", shown, rounds))
            report.facts[f"scale {event.scale}: seconds, MiB now, MiB peak"] = (
                f"{now - scale_begun:.1f}, {resident_mib():.0f}, {peak_mib():.0f}"
            )
            scale_begun = now
    report.facts["seconds in all"] = last - begun
    report.facts["longest step in seconds"] = longest


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


def options_of(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--megapixels", type=float, default=12.0)
    parser.add_argument("--iterations", type=int, default=4, help="rounds at every scale")
    parser.add_argument("--preset", choices=PRESETS, default="standard")
    parser.add_argument("--long-sides", type=int, nargs="+", metavar="PX")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0 when every promise was kept."""
    options = options_of(argv)
    report = Report.begun(NAME, options)
    config = preset(options.preset)
    if options.long_sides:
        compare(report, config, options.long_sides, options.rounds)
        return report.written(options.output)
    picture = photo(options.megapixels)
    report.facts["photo"] = f"{picture.shape[1]} x {picture.shape[0]} px"
    report.facts["MiB before"] = round(resident_mib())
    config = config.changed(
        max_size_px=max(picture.shape), iterations=options.iterations, fine_iterations=None
    )
    train(report, picture, config)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
