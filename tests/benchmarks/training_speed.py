"""Milliseconds of one training iteration per scale: the engine in turn with the textbook loop.

Run as ``python -m tests.benchmarks.training_speed``. An iteration is a round of the preset: all
its critic and generator steps, with what it costs on average to draw samples and to compute the
gradient penalty only now and then. Weights nobody trained cost what trained ones cost.
"""

from __future__ import annotations

import argparse
import functools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from numpy.typing import NDArray

from singan_core.config import TrainConfig
from singan_core.device import has_native_bfloat16
from singan_core.model.pyramid import PyramidPlan, plan_pyramid
from singan_core.presets import PRESETS, preset
from singan_core.training.scale_training import BFLOAT16_MIN_PIXELS
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import (
    Report,
    benchmark_parser,
    device_peak_mib,
    in_turn,
    matrix_peak,
    ratio,
)
from tests.benchmarks.scenes import engine_iteration, engine_scale, texture
from tests.benchmarks.textbook import Redraw, TextbookScale
from tests.benchmarks.training_flops import iteration_flops

NAME = "training_speed"
TEXTBOOK = "textbook"
_PROMISED_SIZE = "250x188"
"""Of the photo that all promises are about."""
_WHOLE_BUDGETS_S = {"paper": {"cuda": 60.0}, "standard": {"cuda": 20.0}}
"""What a whole training may take, by preset and kind of device."""
_TEXTBOOK_BUDGETS_PERCENT = {
    "float32": {"cuda": 5.0, "cpu": 100.0 / 1.3},
    "bfloat16": {"cuda": 5.0, "cpu": 100.0 / 1.8},
}
"""What an iteration of all scales may take of the textbook loop's, by precision and device."""
_SLOWEST_BUDGETS_PERCENT = {"cpu": 100.0}
"""What an iteration of any one scale may take of it."""
_STANDARD_BUDGETS_PERCENT = {"cpu": 20.0}
"""What ``standard`` may take of the time of ``paper`` in its fastest precision."""
_WARM_UPS = {"cpu": 1, "cuda": 3}
"""On a GPU every kind of update is done three times before it is replayed."""
Work = Callable[[], None]


def main(argv: Sequence[str] | None = None) -> int:
    options = _options(argv)
    report = Report.begun(NAME, options)
    photo = texture(options.height, options.width)
    whole_s: dict[str, float] = {}
    for name in options.presets.split(","):
        speed = _PresetSpeed(preset(name), photo, options, report)
        speed.measure()
        whole_s[name] = speed.fastest_s
    if options.scales is None and {"paper", "standard"} <= set(whole_s):
        share = 100.0 * whole_s["standard"] / whole_s["paper"]
        figure = Figure("standard, of the time of paper", "whole trainings, told", [share], "%")
        report.add_promised(figure, _made(_STANDARD_BUDGETS_PERCENT, options))
    return report.written(options.output)


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument(
        "--presets", default="paper,standard", help=f"of {', '.join(PRESETS)}, with commas"
    )
    made.add_argument("--size", default="250x188", help="WIDTHxHEIGHT of the photo")
    made.add_argument("--scales", help="scales to measure, with commas; default: all")
    made.add_argument(
        "--redraw",
        default=Redraw.EVERY_STEP.value,
        choices=[redraw.value for redraw in Redraw],
        help="steps at which the textbook loop computes the coarser scales again",
    )
    return made


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    options = parser().parse_args(argv)
    options.width, options.height = map(int, options.size.split("x"))
    return options


class _PresetSpeed:
    """One preset at all its scales; the textbook loop beside those with the paper's steps."""

    def __init__(
        self,
        config: TrainConfig,
        photo: NDArray[Any],
        options: argparse.Namespace,
        report: Report,
    ) -> None:
        size = max(options.width, options.height)
        self.config = config.changed(max_size_px=size)
        self.photo = photo
        self.options = options
        self.report = report
        self.device = report.device
        self.plan: PyramidPlan = plan_pyramid(options.height, options.width, self.config)
        self.peaks = _matrix_peaks(self.device)
        self.means: dict[str, dict[int, float]] = {}
        self.ratios: dict[str, dict[int, float]] = {}

    def measure(self) -> None:
        chosen = self.options.scales
        scales = map(int, chosen.split(",")) if chosen else range(self.plan.scale_count)
        for scale in scales:
            self._measure_scale(scale)
        self.report.facts |= {f"{self.config.preset}, {k}": v for k, v in self._facts().items()}
        if not chosen:
            self._add_promises()

    @property
    def fastest_s(self) -> float:
        """A whole training in the fastest of its precisions, told."""
        return min(self._whole_s(self.means[name]) for name in self._precisions())

    def _add_promises(self) -> None:
        """Add what is promised of all scales together, and of the slowest."""
        what, count = self.config.preset, self.plan.scale_count
        conditions = f"{count} scales, from the mean iteration of each"
        textbook = sum(self.means.get(TEXTBOOK, {}).values())
        for name in self._precisions():
            means, title = self.means[name], f"{what}, {name}"
            whole = Figure(f"{title}, a whole training", conditions, [self._whole_s(means)], "s")
            budgets = _made(_WHOLE_BUDGETS_S.get(what, {}), self.options)
            self.report.add_promised(whole, budgets)
            if textbook:
                share = 100.0 * sum(means.values()) / textbook
                title = f"{title}, of the time of the textbook loop"
                budgets = _made(_TEXTBOOK_BUDGETS_PERCENT[name], self.options)
                self.report.add_promised(Figure(title, conditions, [share], "%"), budgets)
                self._add_slowest(title, self.ratios[name])

    def _add_slowest(self, title: str, ratios: Mapping[int, float]) -> None:
        scale = min(ratios, key=ratios.__getitem__)
        where = f"scale {scale}, the least ahead of the textbook loop"
        figure = Figure(f"{title} at any scale", where, [100.0 / ratios[scale]], "%")
        self.report.add_promised(figure, _made(_SLOWEST_BUDGETS_PERCENT, self.options))

    def _measure_scale(self, scale: int) -> None:
        works, memory = self._works(scale), {}
        is_cuda = self.device.type == "cuda"
        for name, work in works.items():
            if is_cuda:
                torch.cuda.reset_peak_memory_stats(self.device)
            for _ in range(_WARM_UPS["cuda" if is_cuda else "cpu"]):
                work()
            memory[name] = device_peak_mib(self.device)
        durations = in_turn(works, self.options.rounds, self.device, warmups=0)
        each = {name: [ms / self._period(name) for ms in durations[name]] for name in works}
        for name in works:
            if TEXTBOOK in works and name != TEXTBOOK:
                times = ratio(each[TEXTBOOK], each[name])
                self.ratios.setdefault(name, {})[scale] = times
            self._keep(name, scale, each[name], memory[name])

    def _works(self, scale: int) -> dict[str, Work]:
        works: dict[str, Work] = {}
        for precision in self._precisions():
            config = self.config.changed(precision=precision)
            training = engine_scale(config, self.photo, scale, self.device)
            one = functools.partial(engine_iteration, training)
            works[precision] = functools.partial(_repeated, one, self._period(precision))
        if self._is_beside_textbook:
            redraw = Redraw(self.options.redraw)
            textbook = TextbookScale(self.photo, self.plan, scale, self.device, redraw)
            works[TEXTBOOK] = textbook.iteration
        return works

    def _precisions(self) -> list[str]:
        """Both for the paper's steps; the preset's own for the others."""
        known = list(self.peaks)
        if self._is_beside_textbook or self.config.precision not in known:
            return known
        return [self.config.precision]

    @property
    def _is_beside_textbook(self) -> bool:
        return self.config.critic_steps == self.config.generator_steps == 3

    def _period(self, name: str) -> int:
        """Rounds after which the engine's cost repeats."""
        if name == TEXTBOOK:
            return 1
        return math.lcm(self.config.sample_reuse, self.config.penalty_interval)

    def _keep(self, name: str, scale: int, values: list[float], memory: float | None) -> None:
        (height, width), channels = self.plan.sizes[scale], self.plan.channels[scale]
        self.means.setdefault(name, {})[scale] = statistics.fmean(values)
        conditions = f"{channels} channels"
        if name != TEXTBOOK:
            flops = iteration_flops(self.plan, self.config, scale)
            is_bfloat16 = name == "bfloat16" and height * width >= BFLOAT16_MIN_PIXELS
            peak = self.peaks["bfloat16" if is_bfloat16 else "float32"]
            share = flops / (statistics.median(values) / 1e3) / peak
            conditions += f", {flops / 1e9:.2f} GFLOP, {share:.0%} of the matrix peak"
        if memory is not None:
            conditions += f", peak {memory:.0f} MiB"
        if name in self.ratios and scale in self.ratios[name]:
            conditions += f", {self.ratios[name][scale]:.2f}x"
        what = f"{self.config.preset}, {name}, scale {scale}: {width}x{height}"
        self.report.add(Figure(what, conditions, values))

    def _facts(self) -> Mapping[str, object]:
        facts: dict[str, object] = {
            f"{name} peak, GFLOP/s": peak / 1e9 for name, peak in self.peaks.items()
        }
        for name, means in self.means.items():
            facts[f"{name}, ms summed over {len(means)} scales"] = sum(means.values())
            facts[f"{name}, estimate of a whole training, s"] = self._whole_s(means)
        for name, ratios in self.ratios.items():
            times = sum(self.means[TEXTBOOK].values()) / sum(self.means[name].values())
            facts[f"{name}, times as fast as the textbook loop, summed"] = times
            facts[f"{name}, per scale"] = ", ".join(f"{k}: {v:.2f}" for k, v in ratios.items())
        return facts

    def _whole_s(self, means: Mapping[int, float]) -> float:
        count = self.plan.scale_count
        return sum(ms * self.config.iterations_at(k, count) for k, ms in means.items()) / 1e3


def _made(budgets: Mapping[str, float], options: argparse.Namespace) -> Mapping[str, float]:
    """Return budgets by kind of device where they are promised: of a photo of one size."""
    return budgets if options.size == _PROMISED_SIZE else {}


def _matrix_peaks(device: torch.device) -> dict[str, float]:
    """Return operations per second by precision; float32 as convolutions compute it there."""
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32
    peaks = {"float32": matrix_peak(device)}
    torch.backends.cuda.matmul.allow_tf32 = before
    if has_native_bfloat16(device):
        peaks["bfloat16"] = matrix_peak(device, torch.bfloat16)
    return peaks


def _repeated(work: Work, count: int) -> None:
    for _ in range(count):
        work()


if __name__ == "__main__":
    raise SystemExit(main())
