"""One run of a training: scale after scale, each event with a state to go on from."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import torch

from singan_core.config import TrainConfig
from singan_core.device import is_out_of_memory
from singan_core.errors import OutOfMemoryError, TrainingDivergedError
from singan_core.events import (
    CheckpointDue,
    CropsReduced,
    PartDone,
    PreviewReady,
    ScaleDone,
    ScaleRestarted,
    ScaleShortened,
    ScaleStarted,
    TrainEvent,
    TrainingDone,
    TrainingStarted,
    UpdateDone,
)
from singan_core.model.trained import TrainedPyramid, TrainedScale, TrainState
from singan_core.pixels.image import to_array
from singan_core.rendering.sample import Renderer
from singan_core.training.batch import InputSource
from singan_core.training.cost import scale_costs
from singan_core.training.entry import PLAIN_ENTRY, Entry
from singan_core.training.inputs import Steps, preparing
from singan_core.training.less_memory import less_memory
from singan_core.training.photo_levels import PhotoLevels
from singan_core.training.scale_training import DivergedError, ScaleTraining

_Result = TypeVar("_Result")
EventStream = Generator[TrainEvent, str | None, None]


def driven(run: TrainingRun, checkpoint_interval_s: float) -> EventStream:
    """Return the events of a run, with a ``CheckpointDue`` when asked or when one is due.

    Raises:
        TrainingDivergedError: a scale gave NaN twice.
        OutOfMemoryError: the device is too small; models already yielded stay usable.
    """
    clock = time.monotonic()
    try:
        for event in run.events():
            request = yield event
            is_due = (
                isinstance(event, UpdateDone) and time.monotonic() - clock >= checkpoint_interval_s
            )
            while request is not None or is_due:
                clock, is_due = time.monotonic(), False
                request = yield CheckpointDue(run.state())
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemoryError(
            "The device ran out of memory at scale {scale}; train smaller or on the CPU. "
            "The finished scales stay usable.",
            scale=run.scale,
        ) from error


@dataclass
class TrainingRun:
    """The mutable state of one run; ``state()`` is complete at every event.

    Attributes:
        photo_shape: (H, W) of the photo.
        levels: the photo at every scale.
        model: the finished scales, coarsest first.
        renderer: their frozen generators.
        device: where to compute.
        resume: state to continue from.
        entry: how pictures of the scale below come in.
        training: the scale in training; None between two.
        critic_below: weights that the next critic may start from.
        learning_rate: of the scale in training; None = the config's.
        reconstruction: of the newest scale, where that is too large to be walked anew.
    """

    photo_shape: tuple[int, int]
    levels: PhotoLevels
    model: TrainedPyramid
    renderer: Renderer
    device: torch.device
    resume: TrainState | None = None
    entry: Entry = PLAIN_ENTRY
    training: ScaleTraining | None = field(default=None, init=False)
    critic_below: dict[str, torch.Tensor] | None = field(default=None, init=False)
    learning_rate: float | None = field(default=None, init=False)
    reconstruction: torch.Tensor | None = field(default=None, init=False)

    @property
    def scale(self) -> int:
        """The scale in training."""
        return self.model.scale_count

    @property
    def scales(self) -> range:
        """All scales that the run trains, those of an interrupted part of it included."""
        return range(self.model.plan.scale_count)

    @property
    def usable_model(self) -> TrainedPyramid:
        """What is handed out when a scale is done."""
        return self.model

    @property
    def usable_partner(self) -> TrainedPyramid | None:
        """The model of the second photo of a pair, handed out with that of the first."""
        return None

    @property
    def scale_kind(self) -> type[ScaleTraining]:
        """How a scale is trained."""
        return ScaleTraining

    @property
    def begin(self) -> Mapping[str, torch.Tensor] | None:
        """Weights that the next generator starts from; None = those of the scale below."""
        return None

    def new_training(self, real: torch.Tensor, batches: InputSource) -> ScaleTraining:
        """Return the training of the next scale, not begun; real is (1, 3, H, W) of the photo."""
        return self.scale_kind(
            self.model,
            self.renderer,
            real,
            self.critic_below,
            self.learning_rate,
            entry=self.entry,
            begin=self.begin,
            batches=batches,
        )

    def events(self) -> Generator[TrainEvent, None, None]:
        """Train all scales, coarse to fine."""
        plan, config, scales = self.model.plan, self.model.config, self.scales
        costs = scale_costs(plan, config)
        updates = sum(config.iterations_at(scale, plan.scale_count) for scale in scales)
        updates *= config.critic_steps + config.generator_steps
        yield TrainingStarted(plan, updates, sum(costs[scale] for scale in scales))
        while self.scale < scales.stop:
            done = sum(costs[scales.start : self.scale])
            failed = False
            try:
                yield from self._scale_events(done, costs[self.scale])
            except (RuntimeError, MemoryError) as error:
                self._step_down(error)
                failed = True
            # outside of the handler, which would keep what took too much memory
            if failed:
                yield self._reduction()
        yield TrainingDone(self.usable_model, self.usable_partner)

    def _step_down(self, error: Exception) -> None:
        """Go on from the last update with less memory, or raise the error if that cannot be."""
        config = self.reduced() if is_out_of_memory(error) else None
        if config is None:
            raise error
        self.begin_again(self.state(), config)

    def reduced(self) -> TrainConfig | None:
        """Return constants with which the scale in training takes less memory, if there are."""
        return less_memory(self.model.config, self.scale, self.model.plan.sizes[self.scale])

    def begin_again(self, state: TrainState, config: TrainConfig) -> None:
        """Go on from a state with other constants."""
        self.model = dataclasses.replace(self.model, config=config)
        self.resume = dataclasses.replace(state, model=self.model)
        self.training = self.reconstruction = None

    def _reduction(self) -> CropsReduced:
        config, size = self.model.config, self.model.plan.sizes[self.scale]
        crop, count = config.crop_at(self.scale, size), config.crop_count_at(self.scale, size)
        return CropsReduced(self.scale, crop or 0, count)

    def _scale_events(self, cost_before: float, cost: float) -> Generator[TrainEvent, None, None]:
        training = yield from self.begun_training()
        try:
            yield from self._attempt(training, cost_before, cost)
            return
        except DivergedError as error:
            if training.learning_rate < self.model.config.learning_rate:
                raise TrainingDivergedError(
                    "Training of scale {scale} became unstable twice and was stopped; "
                    "the scales below it stay usable.",
                    scale=self.scale,
                ) from error
        self.learning_rate = self.model.config.learning_rate / 2.0
        self.training = None
        yield ScaleRestarted(self.scale, self.learning_rate)

    def _attempt(
        self, training: ScaleTraining, cost_before: float, cost: float
    ) -> Generator[TrainEvent, None, None]:
        self.training = training
        yield ScaleStarted(
            training.scale,
            training.size,
            training.channels,
            training.iterations,
            training.iteration,
        )
        interval = self.model.config.preview_interval
        while not training.is_finished:
            if training.is_check_due:
                yield from self._checked(training)
            if training.is_freezing_due:
                yield from self.told(training.freezing())
            iteration = training.iteration
            network = training.step()
            yield UpdateDone(
                training.scale,
                iteration,
                training.iterations,
                network,
                cost_before + cost * training.progress,
                training.losses,
            )
            if training.is_round_start and training.iteration % interval == 0:
                training.check_finite()
                yield PreviewReady(training.scale, to_array(training.preview()))
        yield from self.finish(training)
        rmse = self.model.scales[-1].rmse
        yield ScaleDone(training.scale, rmse, self.usable_model, self.usable_partner)

    def _checked(self, training: ScaleTraining) -> Generator[TrainEvent, None, None]:
        known = training.iterations
        yield from self.told(training.checking())
        if training.iterations < known:
            yield ScaleShortened(training.scale, training.iteration, training.iterations)

    def finish(self, training: ScaleTraining) -> Generator[TrainEvent, None, None]:
        """Finish a scale whose rounds are done, and go on above it."""
        trained = yield from self.told(training.finishing())
        self.take(training, trained)

    def take(self, training: ScaleTraining, trained: TrainedScale) -> None:
        """Go on above a finished scale."""
        self.reconstruction = training.reconstruction
        self.training = self.learning_rate = None
        self.critic_below = training.critic_weights()
        self.model = self.model.with_scale(trained)
        self.renderer = self.renderer.with_scale(trained)

    def begun_training(self) -> Generator[TrainEvent, None, ScaleTraining]:
        """Prepare the next scale, or go on with the one that was interrupted."""
        real = yield from self._real()
        known, self.reconstruction = self.reconstruction, None
        batches = yield from self.told(
            preparing(self.model, self.renderer, real, self.entry, known)
        )
        state, self.resume = self.resume, None
        if state is not None:
            self.learning_rate = state.learning_rate
            self.critic_below = state.critic_below()
        training = self.new_training(real, batches)
        if state is not None and state.is_mid_scale:
            training.restore(state)
        return training

    def _real(self) -> Generator[TrainEvent, None, torch.Tensor]:
        """Return the photo at the scale to train: (1, 3, H, W)."""
        plan, config = self.model.plan, self.model.config
        is_windowed = config.is_windowed(self.scale, plan.sizes[self.scale])
        made = self.levels.compact if is_windowed else self.levels.whole
        return (yield from self.told(made(self.scale)))

    def told(self, steps: Steps[_Result]) -> Generator[TrainEvent, None, _Result]:
        """Do work in parts, with an event after every one, and return its result."""
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                result: _Result = stop.value
                return result
            yield PartDone(self.scale)

    def state(self) -> TrainState:
        """Return all that a continued run needs; right at every event."""
        handed = {
            f"critic_below.{name}": tensor for name, tensor in (self.critic_below or {}).items()
        }
        rate = self.model.config.learning_rate if self.learning_rate is None else self.learning_rate
        if self.resume is not None:
            return self.resume
        if self.training is None:
            return TrainState(self.model, self.photo_shape, self.scale, 0, 0, rate, handed)
        at = self.training
        tensors = handed | at.state()
        return TrainState(
            self.model, self.photo_shape, at.scale, at.iteration, at.update, rate, tensors
        )
