"""Training of a pyramid, as a generator of events: the caller drives, pauses and cancels."""

from __future__ import annotations

import torch

from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, PhotoError
from singan_core.model.networks import noise_size
from singan_core.model.pyramid import plan_pyramid, trained_part
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import ImageArray, normalise_array, photo_sha256, to_array, to_tensor
from singan_core.pixels.noise import derive_seed
from singan_core.rendering.sample import Renderer
from singan_core.training.photo_levels import PhotoLevels
from singan_core.training.training_run import EventStream, TrainingRun, driven

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
    rgb = normalise_array(photo).rgb
    model = _new_model(rgb, config) if resume is None else _resumed_model(rgb, resume)
    shape = rgb.shape[0], rgb.shape[1]
    if model.kind == "sr":
        rgb = to_array(trained_part(to_tensor(rgb), model.plan.sizes[-1]))
    levels = PhotoLevels(rgb, model.plan.sizes, device)
    run = TrainingRun(shape, levels, model, Renderer.of(model, device), device, resume)
    yield from driven(run, checkpoint_interval_s)


def _new_model(rgb: ImageArray, config: TrainConfig) -> TrainedPyramid:
    if rgb.min() == rgb.max():
        raise PhotoError("The photo has one single colour; there is nothing to learn from it.")
    plan = plan_pyramid(rgb.shape[0], rgb.shape[1], config)
    generator = torch.Generator().manual_seed(derive_seed(config.seed, "rec_noise"))
    size = noise_size(plan.sizes[0], config.is_noise_padded)
    rec_noise = torch.randn(1, config.noise_channels(0), *size, generator=generator)
    return TrainedPyramid(config.kind, config, plan, (), rec_noise, photo_sha256(rgb))


def _resumed_model(rgb: ImageArray, resume: TrainState) -> TrainedPyramid:
    if resume.model.photo_sha256 != photo_sha256(rgb):
        raise CheckpointError("The training to continue belongs to another photo.")
    return resume.model
