"""What a training costs on this machine, told before it begins."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.requests import SpeedRequest
from app.jobs.results import SpeedMeasured

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded, JobProgress, Worker
    from app.settings import Settings
    from singan_core.config import TrainConfig
    from singan_core.model.pyramid import PyramidPlan
    from singan_core.model.trained import TrainedPyramid
    from singan_core.pixels.resize import Size
    from singan_core.training.speed import Speed

_CHANNELS = 3
_LEAST_WATCHED_S = 5.0
_LONGEST_GAP_S = 5.0
_MOST_KEPT = 60
_SETTING = "speed/measured"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work takes.

    Attributes:
        seconds: None while the speed of this machine is not known.
        byte_count: memory at its peak.
    """

    seconds: float | None
    byte_count: int


class TrainingPace:
    """How long the rounds of a training took; pauses do not count.

    Attributes:
        seconds: of all rounds seen.
    """

    def __init__(self) -> None:
        self._rounds: dict[int, int] = {}
        self._last: tuple[int, int, float] | None = None
        self.seconds = 0.0

    def take(self, scale: int, iteration: int, now_s: float) -> None:
        """Follow one update, at a moment of a clock."""
        if self._last is not None and self._last[0] == scale:
            passed_s = now_s - self._last[2]
            if passed_s <= _LONGEST_GAP_S:
                self.seconds += passed_s
                rounds = self._rounds.get(scale, 0)
                self._rounds[scale] = rounds + iteration - self._last[1]
        self._last = (scale, iteration, now_s)

    def ratio(self, scales_s: Sequence[float], config: TrainConfig) -> float:
        """Return how many times as long it took as was told of all rounds of every scale."""
        told_s = sum(
            count * scales_s[scale] / config.iterations_at(scale, len(scales_s))
            for scale, count in self._rounds.items()
        )
        return self.seconds / told_s if told_s > 0 else 1.0


class CostEstimates(QObject):
    """Measures the machine's speed once per device and kind of training, and remembers it.

    Where there is one device only, every training that is seen to its end corrects what was
    measured.

    Args:
        worker: does the measuring, between other work.
        settings: remembers the speeds.
        device_names: of every device, what its speed is remembered by.
        parent: owner.

    Signals:
        changed(): a speed is known now.
    """

    changed = Signal()

    def __init__(
        self,
        worker: Worker,
        settings: Settings,
        device_names: Mapping[str, str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._worker = worker
        self._settings = settings
        self._device_names = device_names
        self._jobs: dict[int, str] = {}
        self._failed: set[str] = set()
        self._paces: dict[int, TrainingPace] = {}
        worker.progressed.connect(self._take)
        worker.ended.connect(self._end)

    def training(
        self, plan: PyramidPlan, config: TrainConfig, device: str, scales: range | None = None
    ) -> Cost:
        """Return what a training takes; the first question of its kind starts the measuring.

        Args:
            plan: of the model.
            config: of the training.
            device: where it runs.
            scales: that are trained; None = all.
        """
        from singan_core.training.cost import training_bytes

        speed = self._speed(plan, config, device)
        seconds = None if speed is None else speed.training_s(plan, config, scales)
        return Cost(seconds, training_bytes(plan, config, scales))

    def pair_training(
        self, plans: tuple[PyramidPlan, PyramidPlan], config: TrainConfig, device: str
    ) -> Cost:
        """Return what it takes to train two photos together.

        Args:
            plans: of both.
            config: of the training, with its switch scale.
            device: where it runs.
        """
        from singan_core.applications.structural_analogy.pair_cost import (
            pair_training_bytes,
            pair_training_s,
        )

        speeds = [self._speed(plan, config, device) for plan in plans]
        known = [speed for speed in speeds if speed is not None]
        seconds = pair_training_s(known, plans, config) if len(known) == len(plans) else None
        return Cost(seconds, pair_training_bytes(plans, config))

    def enlarging(self, plan: PyramidPlan, config: TrainConfig, size: Size, factor: float) -> Cost:
        """Return what it takes to enlarge (H, W) by a factor.

        Args:
            plan: of the model.
            config: of the model.
            size: of the picture to enlarge.
            factor: 1.1 to 8.
        """
        from singan_core.applications.generating_cost import enlarging_s
        from singan_core.applications.super_resolution import step_ratio, step_sizes
        from singan_core.training.cost import enlarging_bytes

        sizes = step_sizes(size, factor)
        speed = self._speed(plan, config, "auto")
        seconds = None if speed is None else enlarging_s(speed, sizes)
        return Cost(seconds, enlarging_bytes(sizes[-1], step_ratio(factor)))

    def filming(self, plan: PyramidPlan, config: TrainConfig, frame_count: int) -> Cost:
        """Return what the frames of an animation take."""
        from singan_core.training.cost import walk_bytes

        speed = self._speed(plan, config, "auto")
        height, width = plan.sizes[-1]
        byte_count = walk_bytes(plan, (height, width)) + frame_count * height * width * _CHANNELS
        seconds = None if speed is None else frame_count * speed.walk_s(plan)
        return Cost(seconds, byte_count)

    def _speed(self, plan: PyramidPlan, config: TrainConfig, device: str) -> Speed | None:
        from singan_core.training.speed import Speed

        key = self._key(plan, config, device)
        known = Speed.from_list(self._stored().get(key))
        if known is not None and len(known.scales) == plan.scale_count:
            return known
        if key not in self._jobs.values() and key not in self._failed:
            self._jobs[self._worker.submit(SpeedRequest(plan, config, device))] = key
        return None

    def _key(self, plan: PyramidPlan, config: TrainConfig, device: str) -> str:
        from singan_core.training.speed import speed_key

        best = next(iter(self._device_names.values()), device)
        return f"{self._device_names.get(device, best)}, {speed_key(plan, config)}"

    def _stored(self) -> dict[str, object]:
        stored = self._settings.structure(_SETTING)
        return stored if isinstance(stored, dict) else {}

    def _store(self, key: str, speed: Speed) -> None:
        others = [(name, known) for name, known in self._stored().items() if name != key]
        kept = dict(others[1 - _MOST_KEPT :])
        self._settings.set_structure(_SETTING, kept | {key: speed.to_list()})
        self.changed.emit()

    @Slot(object)
    def _take(self, progress: JobProgress) -> None:
        key = self._jobs.get(progress.job_id)
        if key is not None and isinstance(progress.event, SpeedMeasured):
            self._store(key, progress.event.speed)
        elif key is None and len(self._device_names) == 1:
            # with several devices nobody says which one a training runs on
            self._watch(progress)

    def _watch(self, progress: JobProgress) -> None:
        """Learn from a training how long it really takes."""
        from singan_core.events import TrainingDone, UpdateDone

        event = progress.event
        if isinstance(event, UpdateDone):
            pace = self._paces.setdefault(progress.job_id, TrainingPace())
            pace.take(event.scale, event.iteration, time.monotonic())
        elif isinstance(event, TrainingDone) and progress.job_id in self._paces:
            pace = self._paces.pop(progress.job_id)
            if pace.seconds >= _LEAST_WATCHED_S:
                models = [event.model, *([] if event.partner is None else [event.partner])]
                self._learn(pace, models)

    def _learn(self, pace: TrainingPace, models: Sequence[TrainedPyramid]) -> None:
        """Correct what was measured by the training of one model, or of both of a pair."""
        config, plans = models[0].config, [model.plan for model in models]
        speeds = [self._speed(plan, config, "auto") for plan in plans]
        known = [speed for speed in speeds if speed is not None]
        if len(known) == len(plans):
            ratio = pace.ratio(_scales_s(known, plans, config), config)
            for speed, plan in zip(known, plans, strict=True):
                self._store(self._key(plan, config, "auto"), speed.slowed(ratio))

    @Slot(object)
    def _end(self, ended: JobEnded) -> None:
        self._paces.pop(ended.job_id, None)
        key = self._jobs.pop(ended.job_id, None)
        if key is not None and ended.outcome == "failed":
            self._failed.add(key)


def _scales_s(
    speeds: Sequence[Speed], plans: Sequence[PyramidPlan], config: TrainConfig
) -> list[float]:
    """Return the seconds of every scale of a training of one photo, or of two together."""
    from singan_core.applications.structural_analogy.pair_cost import pair_scale_s

    scales = range(plans[0].scale_count)
    if len(plans) == 1:
        return [speeds[0].scale_s(plans[0], config, scale) for scale in scales]
    return [pair_scale_s(speeds, plans, config, scale) for scale in scales]
