"""Training of a model from another one of the same photo, sharing all scales but the new ones."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import torch

from singan_core.config import ModelKind, TrainConfig
from singan_core.derivation import Derivation
from singan_core.entry import Entry
from singan_core.errors import CheckpointError, ScaleError
from singan_core.image import ImageArray, normalise_array, photo_sha256, to_array, to_tensor
from singan_core.palette import DEFAULT_COLOURS, fitted_palette
from singan_core.pyramid import build_pyramid
from singan_core.sample import Renderer
from singan_core.scale_training import ScaleTraining
from singan_core.trained import TrainedPyramid, TrainState
from singan_core.training_run import EventStream, TrainingRun, driven


def train_quantized(
    parent: TrainedPyramid,
    photo: ImageArray,
    scale: int,
    device: torch.device,
    resume: TrainState | None = None,
    *,
    config: TrainConfig | None = None,
    colour_count: int = DEFAULT_COLOURS,
    checkpoint_interval_s: float = 30.0,
) -> EventStream:
    """Train one scale again, to be given few flat colours as paints have.

    Paint-to-image with colour quantization (supplement of the paper, ``paint_train`` of the
    authors' code): generator and critic of the injection scale are trained on pictures of the
    scale below that were reduced to the photo's main colours; all other scales stay the
    parent's. Deviations: the palette is found, and pictures are reduced to it, at the scale
    below instead of the injection scale; the generator starts from the parent's at that
    scale; the noise amplitude follows the quantized reconstruction.

    Args:
        parent: a finished model.
        photo: (H, W, 3) uint8 RGB, the one it was trained on.
        scale: the injection scale, 1 or more.
        device: where to compute.
        resume: state of an earlier run from the same parent.
        config: constants of the run; None = the parent's. Ignored on resuming.
        colour_count: size of the palette. Ignored on resuming.
        checkpoint_interval_s: as in ``train_pyramid``.

    Yields:
        The events of ``train_pyramid``, of that scale only; the model of ``ScaleDone`` and of
        ``TrainingDone`` has all scales and the parent's plan.

    Raises:
        ScaleError: the scale does not exist, or the parent is not finished.
        PhotoError: the photo has fewer colours than wanted.
        ConfigError: the number of colours is out of range.
        CheckpointError: photo, parent and ``resume`` do not belong together.
        TrainingDivergedError, OutOfMemoryError: as in ``train_pyramid``.
    """
    rgb = normalise_array(photo).rgb
    _check_parent(parent, rgb, scale)
    pyramid = build_pyramid(to_tensor(rgb, device), parent.plan.sizes)
    if resume is None:
        palette = fitted_palette(to_array(pyramid[scale - 1]), colour_count)
        derivation = Derivation(parent.model_id, scale, palette)
        model = _begun(parent, config or parent.config, "quantized", derivation)
    else:
        model = _resumed(parent, scale, "quantized", resume)
    shape, renderer = (rgb.shape[0], rgb.shape[1]), Renderer.of(model, device)
    run = _QuantizedRun(shape, pyramid, model, renderer, device, resume, parent=parent)
    yield from driven(run, checkpoint_interval_s)


@dataclass
class _QuantizedRun(TrainingRun):
    """A run over the injection scale alone; ``model`` ends there until it is handed out."""

    parent: TrainedPyramid = field(kw_only=True)

    @property
    def scales(self) -> range:
        assert self.model.derivation is not None
        return range(self.model.derivation.scale, self.model.derivation.scale + 1)

    @property
    def usable_model(self) -> TrainedPyramid:
        finer = self.parent.scales[self.model.scale_count :]
        return dataclasses.replace(self.model, scales=(*self.model.scales, *finer))

    def new_training(self, real: torch.Tensor) -> ScaleTraining:
        assert self.model.derivation is not None
        return ScaleTraining(
            self.model,
            self.renderer,
            real,
            None,
            self.learning_rate,
            entry=Entry(self.model.derivation.palette),
            begin=self.parent.scales[self.scale].weights,
        )


def _check_parent(parent: TrainedPyramid, rgb: ImageArray, scale: int) -> None:
    if parent.photo_sha256 != photo_sha256(rgb):
        raise CheckpointError("The model to train further belongs to another photo.")
    if not parent.is_complete:
        raise ScaleError(
            "Only a finished model can be trained further: {done} of {planned} scales are trained.",
            done=parent.scale_count,
            planned=parent.plan.scale_count,
        )
    parent.check_injection_scale(scale)


def _begun(
    parent: TrainedPyramid, config: TrainConfig, kind: ModelKind, derivation: Derivation
) -> TrainedPyramid:
    return dataclasses.replace(
        parent,
        kind=kind,
        config=config.changed(kind=kind),
        scales=parent.scales[: derivation.scale],
        derivation=derivation,
    )


def _resumed(
    parent: TrainedPyramid, scale: int, kind: ModelKind, resume: TrainState
) -> TrainedPyramid:
    derivation = resume.model.derivation
    is_same = derivation is not None and derivation.parent_id == parent.model_id
    if derivation is None or not is_same or resume.model.kind != kind or derivation.scale != scale:
        raise CheckpointError("The training to continue belongs to another model or scale.")
    return resume.model
