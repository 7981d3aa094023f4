"""Measures the speed of a device: about a second of real updates of one plan, on noise.

Nothing is told by a formula that can be measured: every kind of scale that the plan has is
trained for some rounds, as small as it takes to be quick, and one walk is timed scale by scale.
What is too large to be timed is extrapolated by its arithmetic.
"""

from __future__ import annotations

import math
import time
from collections import abc
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import torch

from singan_core.config import MAX_SIZE_PX, SMALLEST_CROP_PX, TrainConfig
from singan_core.model.networks import Generator, initialise, noise_size
from singan_core.model.pyramid import PyramidPlan
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.pixels.resize import Size
from singan_core.rendering.sample import Renderer, enlarged, walk
from singan_core.training.cost import pass_work, trained_pixels
from singan_core.training.entry import Entry
from singan_core.training.scale_training import BFLOAT16_MIN_PIXELS, ScaleTraining
from singan_core.training.speed import ScaleSpeed, Speed

Clock = Callable[[], float]

_SEED = 1
_LONGEST_S = 0.4
"""Of two rounds of one kind of scale, and of one pass of a walk."""
_LEAST_S = 0.06
_MOST_CYCLES = 4
_MOST_TRIES = 3

_LARGEST_PX = 250 * 250
_ENDLESS = 1_000_000


def measure_speed(
    plan: PyramidPlan,
    config: TrainConfig,
    device: torch.device,
    clock: Clock = time.perf_counter,
) -> abc.Iterator[Speed | None]:
    """Time updates of every kind of scale that a plan has, and one walk through all of them.

    Args:
        plan: whose sizes and widths are trained.
        config: of which steps, crops and precision are used.
        device: where to compute.
        clock: seconds from any moment on.

    Yields:
        None after every piece of work, at last the speed.
    """
    bench = _Bench(plan, config, device, clock)
    passes = yield from bench.passes()
    enlarge_s = yield from bench.enlarging()
    kinds: dict[tuple[int, int, bool], _Updates] = {}
    scales: list[ScaleSpeed] = []
    for scale, (height, width) in enumerate(plan.sizes):
        kind = bench.kind(scale)
        if kind not in kinds:
            kinds[kind] = yield from bench.updates(scale)
        pass_s = passes[scale] / (height * width)
        scales.append(ScaleSpeed(*kinds[kind], pass_s))
    yield Speed(tuple(scales), enlarge_s)


class _Cycle(NamedTuple):
    """Seconds of a round with and one without penalty.

    Attributes:
        penalised_s, critic_s: of the critic update of each.
        generator_s: of the first generator update of a round, which has its picture already.
        further_s: of the second one; 0 where there is none.
    """

    penalised_s: float
    critic_s: float
    generator_s: float
    further_s: float

    @property
    def seconds(self) -> float:
        """Of both rounds."""
        return self.penalised_s + self.critic_s + 2 * (self.generator_s + self.further_s)


class _Updates(NamedTuple):
    """The first fields of ``ScaleSpeed``, of one kind of scale."""

    round_s: float
    penalty_s: float
    picture_s: float


@dataclass
class _Bench:
    """Times the parts of a training.

    Attributes:
        rate: seconds of all timed updates per arithmetic of a pass, of the last kind of scale.
        least: of the coarsest scale, mostly what an update takes whatever its size.
    """

    plan: PyramidPlan
    config: TrainConfig
    device: torch.device
    clock: Clock
    rate: float = field(default=0.0, init=False)
    least: _Updates | None = field(default=None, init=False)

    def kind(self, scale: int) -> tuple[int, int, bool]:
        """Return what makes the updates of two scales cost the same."""
        size, channels = self.plan.sizes[scale], self.plan.channels[scale]
        is_large = size[0] * size[1] >= BFLOAT16_MIN_PIXELS
        return channels, trained_pixels(size, self.config), is_large

    # ---- frozen generators

    def passes(self) -> abc.Generator[None, None, list[float]]:
        """Return the seconds of every scale of a walk; those too long to wait for are told."""
        model = _untrained(self.plan, self.config, self.plan.scale_count)
        renderer, generator = Renderer.of(model, self.device), _generator()

        def draw(scale: int, size: Size) -> torch.Tensor:
            channels = 1 if scale == 0 else 3
            return torch.randn(1, channels, *size, generator=generator).to(self.device)

        seconds: list[float] = []
        steps = walk(renderer, self.plan.sizes, draw)
        yield from self._timed(lambda: next(walk(renderer, self.plan.sizes, draw)))
        for scale in range(self.plan.scale_count):
            told = self._told(seconds, scale)
            # once a scale is left out, the finer ones have nothing to begin from
            is_left_out = told > _LONGEST_S or len(seconds) < scale
            timed = 0.0 if is_left_out else (yield from self._timed(steps.__next__))
            seconds.append(told if is_left_out else timed)
        return seconds

    def _told(self, seconds: list[float], scale: int) -> float:
        """Tell a pass by the one before it; 0 where there is none."""
        if scale == 0:
            return 0.0
        coarser, finer = (
            pass_work(height * width, channels)
            for (height, width), channels in zip(
                self.plan.sizes[scale - 1 : scale + 1],
                self.plan.channels[scale - 1 : scale + 1],
                strict=True,
            )
        )
        return seconds[scale - 1] * finer / coarser

    def enlarging(self) -> abc.Generator[None, None, float]:
        """Return the seconds per pixel of one resize."""
        low, high = (_limited(size, _LARGEST_PX) for size in self.plan.sizes[-2:])
        picture = self._noise(low)
        yield from self._timed(lambda: enlarged(picture, high))
        seconds = yield from self._timed(lambda: enlarged(picture, high))
        return seconds / (high[0] * high[1])

    # ---- networks in training

    def updates(self, scale: int) -> abc.Generator[None, None, _Updates]:
        """Time rounds of a kind of scale, cropped as far as it takes to be quick."""
        size, channels = self.plan.sizes[scale], self.plan.channels[scale]
        pixels = wanted = trained_pixels(size, self.config)
        if self.rate > 0:
            pixels = min(wanted, round(_LONGEST_S / self.rate / pass_work(1, channels)))
        for _ in range(_MOST_TRIES):
            training, pixels = self._training(scale, pixels)
            timed = yield from self._cycles(training)
            self.rate = timed.seconds / pass_work(pixels, channels)
            more = max(1.0, wanted / pixels)
            is_quick = more * timed.seconds <= 2 * _LONGEST_S
            if more == 1.0 or (timed.seconds > _LONGEST_S / 3 and not is_quick):
                break
            longer = 0.8 * pixels * _LONGEST_S / timed.seconds
            pixels = wanted if is_quick else min(wanted, round(longer))
        picture_s = yield from self._timed(training.preview)
        penalty_s = max(0.0, timed.penalised_s - timed.critic_s)
        steps = self.config
        round_s = steps.critic_steps * timed.critic_s + timed.generator_s
        round_s += (steps.generator_steps - 1) * timed.further_s
        height, width = training.size
        timed_here = _Updates(round_s, penalty_s, picture_s / (height * width))
        self.least = self.least or timed_here
        return _enlarged(timed_here, self.least, more)

    def _cycles(self, training: ScaleTraining) -> abc.Generator[None, None, _Cycle]:
        """Time pairs of rounds, after a pair that warms up."""
        for _ in range(2):
            yield from self._round(training)
        cycles: list[_Cycle] = []
        while not cycles or (
            len(cycles) < _MOST_CYCLES and sum(each.seconds for each in cycles) < _LEAST_S
        ):
            penalised_s, *first = yield from self._round(training)
            critic_s, *second = yield from self._round(training)
            generator_s, *further = (sum(pair) / 2 for pair in zip(first, second, strict=True))
            cycles.append(_Cycle(penalised_s, critic_s, generator_s, sum(further)))
        return _Cycle(*(sum(values) / len(cycles) for values in zip(*cycles, strict=True)))

    def _round(self, training: ScaleTraining) -> abc.Generator[None, None, list[float]]:
        """Return the seconds of every update of a round; every other one has a penalty."""
        seconds = []
        for _ in range(1 + training.config.generator_steps):
            seconds.append((yield from self._timed(training.step)))
        return seconds

    def _training(self, scale: int, pixels: int) -> tuple[ScaleTraining, int]:
        """Return the training of a scale, above one that nobody trained, on about some pixels."""
        size, config = self.plan.sizes[scale], self.config
        wanted = trained_pixels(size, config)
        area, crop = _LARGEST_PX, config.crop_at(scale, size)
        count = config.crop_count_at(scale, size)
        if pixels < wanted:
            crop = max(SMALLEST_CROP_PX, math.isqrt(pixels // count))
            # a scale that is computed in bfloat16 stays one
            area = min(size[0] * size[1], max(2 * crop**2, BFLOAT16_MIN_PIXELS))
        config = config.changed(
            crop_px=crop,
            crop_count=count,
            whole_size_px=MAX_SIZE_PX,
            critic_steps=1,
            generator_steps=min(2, config.generator_steps),
            penalty_weight=1.0,
            penalty_interval=2,
            sample_reuse=1000,
            iterations=_ENDLESS,
            fine_iterations=None,
        )
        below = max(0, scale - 1)
        sizes = tuple(_limited(self.plan.sizes[each], area) for each in range(below, scale + 1))
        plan = PyramidPlan(sizes, self.plan.factor, self.plan.channels[below : scale + 1])
        real = self._noise(sizes[-1])
        model = _untrained(plan, config, len(sizes) - 1)
        # what enters is given, as when an edit is tuned on: samples are timed by themselves
        entry = Entry(composite=real, composite_scale=len(sizes) - 1)
        training = ScaleTraining(model, Renderer.of(model, self.device), real, None, entry=entry)
        return training, trained_pixels(sizes[-1], config)

    # ---- the clock

    def _timed(self, work: Callable[[], object]) -> abc.Generator[None, None, float]:
        started = self.clock()
        work()
        wait(self.device)
        seconds = self.clock() - started
        yield None
        return seconds

    def _noise(self, size: Size) -> torch.Tensor:
        return torch.rand(1, 3, *size, generator=_generator()).to(self.device) * 2.0 - 1.0


def _enlarged(timed: _Updates, least: _Updates, ratio: float) -> _Updates:
    """Return the seconds of so many times as many pixels: what any update takes does not grow."""
    round_s, penalty_s = (
        low + ratio * (high - low) if high > low else ratio * high
        for high, low in zip(timed[:2], least[:2], strict=True)
    )
    return _Updates(round_s, penalty_s, timed.picture_s)


def _untrained(plan: PyramidPlan, config: TrainConfig, scale_count: int) -> TrainedPyramid:
    """Return a model of scales that nobody trained: it costs what a trained one costs."""
    size = noise_size(plan.sizes[0], config.is_noise_padded)
    rec_noise = torch.randn(1, 1, *size, generator=_generator())
    scales = tuple(
        TrainedScale(plan.sizes[scale], plan.channels[scale], 0.05, 0.05, _weights(channels))
        for scale, channels in enumerate(plan.channels[:scale_count])
    )
    return TrainedPyramid(config.kind, config, plan, scales, rec_noise, "")


def _weights(channels: int) -> dict[str, torch.Tensor]:
    network = Generator(channels)
    initialise(network, _generator())
    return {
        name: value.detach().clone()
        for name, value in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def _limited(size: Size, pixels: int) -> Size:
    """Return a size, reduced to about so many pixels, no fewer."""
    ratio = min(1.0, math.sqrt(pixels / (size[0] * size[1])))
    return math.ceil(size[0] * ratio), math.ceil(size[1] * ratio)


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(_SEED)


def wait(device: torch.device) -> None:
    """Wait until a device has done everything it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
