"""A share of a training, and what the whole of it takes: told from the share's counted parts.

Every scale is trained for few rounds, with a preview, its statistics and its end. What a round
takes and what is no round do not depend on how many rounds there are.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch

from singan_core.config import TrainConfig
from singan_core.events import PreviewReady, ScaleDone, ScaleStarted, TrainEvent, UpdateDone
from singan_core.pixels.image import ImageArray
from singan_core.training.train import train_pyramid
from tests.benchmarks.measuring import wait

Clock = Callable[[], float]
_ROUNDS = {"cpu": 8, "cuda": 32}
_WARM_UPS = {"cpu": 1, "cuda": 16}
"""On a GPU every kind of update is done three times before it is replayed, and every fourth round
has the penalty."""


class ScaleTruth(NamedTuple):
    """What one scale really took.

    Attributes:
        size: (H, W).
        channels: of its networks.
        round_s: a round on average.
        preview_s: a preview.
        begin_s: what the first rounds took beyond others; 0 where they are too few to tell.
        rest_s: all else, once.
        longest_s: the longest step of all.
    """

    size: tuple[int, int]
    channels: int
    round_s: float
    preview_s: float
    begin_s: float
    rest_s: float
    longest_s: float


@dataclass(frozen=True)
class Share:
    """How much of every scale is trained.

    Attributes:
        config: of the whole training.
        warm_ups: rounds before the measured ones.
        rounds: measured ones: whole turns of penalties and samples.
    """

    config: TrainConfig
    warm_ups: int
    rounds: int

    @classmethod
    def of(cls, config: TrainConfig, device: torch.device, rounds: int | None = None) -> Share:
        """Return the least share that tells the whole on a device, or one of so many rounds."""
        kind = "cuda" if device.type == "cuda" else "cpu"
        least = 1 if kind == "cpu" and config.critic_steps > 1 else _ROUNDS[kind]
        return cls(config, _WARM_UPS[kind], least if rounds is None else rounds)

    @property
    def short(self) -> TrainConfig:
        """The same training with few rounds.

        Statistics are frozen at the end of the scale, where no round's time holds them.
        """
        count = self.warm_ups + self.rounds
        return self.config.changed(
            iterations=count, fine_iterations=None, preview_interval=count, freeze_norm_at=1.0
        )

    @property
    def is_begin_told(self) -> bool:
        """Whether the first rounds are whole turns, which can be compared with others."""
        turn = math.lcm(self.config.sample_reuse, self.config.penalty_interval)
        return self.warm_ups % turn == 0


def trained_share(
    photo: ImageArray, share: Share, device: torch.device, clock: Clock = time.perf_counter
) -> Iterator[ScaleTruth]:
    """Train a share of every scale and tell what each took, coarsest first."""
    watch = _Watch(share, device, clock)
    for event in train_pyramid(photo, share.short, device, checkpoint_interval_s=math.inf):
        watch.take(event)
        if isinstance(event, ScaleDone):
            yield watch.truth()


def whole_s(truths: Sequence[ScaleTruth], config: TrainConfig) -> float:
    """Return the seconds of the whole training."""
    seconds = 0.0
    for scale, truth in enumerate(truths):
        rounds = config.iterations_at(scale, len(truths))
        seconds += rounds * truth.round_s + truth.begin_s + truth.rest_s
        seconds += rounds // config.preview_interval * truth.preview_s
    return seconds


@dataclass
class _Watch:
    """Tells the parts of a training apart; waits for the device only between them."""

    share: Share
    device: torch.device
    clock: Clock

    def __post_init__(self) -> None:
        self._before = self._step_before = self.clock()
        self._updates = 0
        self._longest_s = self._warm_s = self._rounds_s = self._preview_s = self._rest_s = 0.0
        self._size, self._channels = (0, 0), 0

    def take(self, event: TrainEvent) -> None:
        """Count the time since the last event."""
        now = self.clock()
        self._longest_s = max(self._longest_s, now - self._step_before)
        if isinstance(event, ScaleStarted):
            self._size, self._channels, self._updates = event.size, event.channels, 0
            self._rest_s += self._lap()
        elif isinstance(event, UpdateDone):
            self._take_update()
        elif isinstance(event, PreviewReady):
            self._preview_s = self._lap()
        elif isinstance(event, ScaleDone):
            self._rest_s += self._lap()
        self._step_before = self.clock()

    def truth(self) -> ScaleTruth:
        """Return what the scale took that is just done, and go on with the next."""
        round_s = self._rounds_s / self.share.rounds
        begin_s = self._warm_s - self.share.warm_ups * round_s
        told = ScaleTruth(
            self._size,
            self._channels,
            round_s,
            self._preview_s,
            max(0.0, begin_s) if self.share.is_begin_told else 0.0,
            self._rest_s,
            self._longest_s,
        )
        self._rest_s = self._longest_s = 0.0
        return told

    def _take_update(self) -> None:
        config = self.share.config
        self._updates += 1
        rounds, steps = divmod(self._updates, config.critic_steps + config.generator_steps)
        if steps == 0 and rounds == self.share.warm_ups:
            self._warm_s = self._lap()
        elif steps == 0 and rounds == self.share.warm_ups + self.share.rounds:
            self._rounds_s = self._lap()

    def _lap(self) -> float:
        wait(self.device)
        now = self.clock()
        passed, self._before = now - self._before, now
        return passed
