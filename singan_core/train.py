"""Training of a pyramid, as a generator of events: the caller drives, pauses and cancels."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field

import torch

from singan_core.config import TrainConfig
from singan_core.device import is_out_of_memory
from singan_core.errors import CheckpointError, OutOfMemoryError, PhotoError, TrainingDivergedError
from singan_core.events import (
    CheckpointDue,
    PreviewReady,
    ScaleDone,
    ScaleRestarted,
    ScaleStarted,
    TrainEvent,
    TrainingDone,
    TrainingStarted,
    UpdateDone,
)
from singan_core.image import ImageArray, normalise_array, photo_sha256, to_array, to_tensor
from singan_core.noise import derive_seed
from singan_core.pyramid import PyramidPlan, build_pyramid, plan_pyramid, trained_part
from singan_core.sample import Renderer
from singan_core.scale_training import DivergedError, ScaleTraining
from singan_core.trained import TrainedPyramid, TrainState

EventStream = Generator[TrainEvent, str | None, None]
CHECKPOINT = "checkpoint"
"""Sent into the stream, answered by a ``CheckpointDue`` of the present moment."""


def train_pyramid(
    photo: ImageArray,
    config: TrainConfig,
    device: torch.device,
    resume: TrainState | None = None,
    *,
    checkpoint_interval_s: float = 30.0,
) -> EventStream:
    """Train all scales of a photo, coarse to fine (section 2 of the paper).

    Nothing runs unless the next event is asked for: not asking is a pause, ``close()`` is a
    cancel. ``stream.send("checkpoint")`` returns a ``CheckpointDue`` at once; one also comes
    by itself at least every ``checkpoint_interval_s``.

    Args:
        photo: (H, W, 3) uint8 RGB.
        config: all constants; on resuming, those of the state are used instead.
        device: where to compute.
        resume: state of an earlier run on the same photo.
        checkpoint_interval_s: seconds between checkpoints.

    Yields:
        ``TrainingStarted`` first, an ``UpdateDone`` after every optimizer step,
        ``ScaleDone`` with a usable model after every scale, ``TrainingDone`` last.

    Raises:
        PhotoError: the photo cannot carry a pyramid.
        CheckpointError: ``resume`` belongs to another photo.
        TrainingDivergedError: a scale gave NaN twice.
        OutOfMemoryError: the device is too small; models already yielded stay usable.
    """
    run = _Run.started(photo, config, device, resume)
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
class _Run:
    """The mutable state of one run; ``state()`` is complete at every event."""

    photo_shape: tuple[int, int]
    pyramid: list[torch.Tensor]
    model: TrainedPyramid
    renderer: Renderer
    device: torch.device
    resume: TrainState | None = None
    training: ScaleTraining | None = field(default=None, init=False)
    critic_below: dict[str, torch.Tensor] | None = field(default=None, init=False)
    learning_rate: float | None = field(default=None, init=False)

    @classmethod
    def started(
        cls, photo: ImageArray, config: TrainConfig, device: torch.device, resume: TrainState | None
    ) -> _Run:
        rgb = normalise_array(photo).rgb
        model = _new_model(rgb, config) if resume is None else _resumed_model(rgb, resume)
        pixels = to_tensor(rgb, device)
        if model.kind == "sr":
            pixels = trained_part(pixels, model.plan.sizes[-1])
        pyramid = build_pyramid(pixels, model.plan.sizes)
        renderer = Renderer.of(model, device)
        return cls((rgb.shape[0], rgb.shape[1]), pyramid, model, renderer, device, resume)

    @property
    def scale(self) -> int:
        return self.model.scale_count

    def events(self) -> Generator[TrainEvent, None, None]:
        plan, config = self.model.plan, self.model.config
        costs = _costs(plan, config)
        updates = sum(
            config.iterations_at(scale, plan.scale_count) for scale in range(plan.scale_count)
        ) * (config.critic_steps + config.generator_steps)
        yield TrainingStarted(plan, updates, sum(costs))
        while not self.model.is_complete:
            yield from self._scale_events(sum(costs[: self.scale]), costs[self.scale])
        yield TrainingDone(self.model)

    def _scale_events(self, cost_before: float, cost: float) -> Generator[TrainEvent, None, None]:
        training = self._new_training()
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
        self._finish(training)
        yield ScaleDone(training.scale, self.model.scales[-1].rmse, self.model)

    def _finish(self, training: ScaleTraining) -> None:
        trained = training.finished()
        self.training = self.learning_rate = None
        self.critic_below = training.critic_weights()
        self.model = self.model.with_scale(trained)
        self.renderer = self.renderer.with_scale(trained)

    def _new_training(self) -> ScaleTraining:
        state, self.resume = self.resume, None
        if state is not None:
            self.learning_rate = state.learning_rate
            self.critic_below = state.critic_below()
        real = self.pyramid[self.scale]
        training = ScaleTraining(
            self.model, self.renderer, real, self.critic_below, self.learning_rate
        )
        if state is not None and state.is_mid_scale:
            training.restore(state)
        return training

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


def _new_model(rgb: ImageArray, config: TrainConfig) -> TrainedPyramid:
    if rgb.min() == rgb.max():
        raise PhotoError("The photo has one single colour; there is nothing to learn from it.")
    plan = plan_pyramid(rgb.shape[0], rgb.shape[1], config)
    generator = torch.Generator().manual_seed(derive_seed(config.seed, "rec_noise"))
    rec_noise = torch.randn(1, 1, *plan.sizes[0], generator=generator)
    return TrainedPyramid(config.kind, config, plan, (), rec_noise, photo_sha256(rgb))


def _resumed_model(rgb: ImageArray, resume: TrainState) -> TrainedPyramid:
    if resume.model.photo_sha256 != photo_sha256(rgb):
        raise CheckpointError("The training to continue belongs to another photo.")
    return resume.model


def _costs(plan: PyramidPlan, config: TrainConfig) -> list[float]:
    """Relative cost per scale: trained pixels x weights + a fixed overhead per update."""
    costs = []
    for scale, ((height, width), channels) in enumerate(
        zip(plan.sizes, plan.channels, strict=True)
    ):
        pixels = height * width
        if config.crop_px is not None:
            pixels = min(pixels, config.crop_px**2 * config.crop_count)
        work = pixels * (6 * channels + 3 * channels**2) / 1e6 + 1.0
        costs.append(work * config.iterations_at(scale, plan.scale_count))
    return costs
