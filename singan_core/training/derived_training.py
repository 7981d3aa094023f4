"""Training of a model from another one of the same photo, sharing all scales but the new ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from singan_core.config import ModelKind, TrainConfig
from singan_core.errors import CheckpointError, PhotoError, ScaleError
from singan_core.model.derivation import Derivation
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import ImageArray, normalise_array, photo_sha256, to_array, to_tensor
from singan_core.pixels.palette import DEFAULT_COLOURS, fitted_palette
from singan_core.pixels.resize import Size
from singan_core.rendering.injection import Injection, prepared_edit
from singan_core.rendering.sample import Renderer, injected
from singan_core.training.entry import Entry
from singan_core.training.inputs import returned
from singan_core.training.photo_levels import PhotoLevels
from singan_core.training.training_run import EventStream, TrainingRun, driven

_FINETUNE_ROUNDS = 100


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
    levels = PhotoLevels(rgb, parent.plan.sizes, device)
    if resume is None:
        palette = fitted_palette(to_array(returned(levels.whole(scale - 1))), colour_count)
        derivation = Derivation(parent.model_id, scale, palette)
        model = _begun(parent, config or parent.config, "quantized", derivation)
    else:
        model = _resumed(parent, scale, "quantized", resume)
    entry = Entry(_derivation(model).palette)
    run = _run(
        parent, model, (rgb.shape[0], rgb.shape[1]), levels, resume, entry=entry, stop=scale + 1
    )
    yield from driven(run, checkpoint_interval_s)


def train_finetuned(
    injection: Injection,
    device: torch.device,
    resume: TrainState | None = None,
    *,
    config: TrainConfig | None = None,
    checkpoint_interval_s: float = 30.0,
) -> EventStream:
    """Train the injection scale and all finer ones further, on one composite.

    After Hinz et al., Improved Techniques for Training Single-Image GANs, 2020 (arXiv
    2003.11512, section on harmonization and editing, ``--fine_tune`` of their code): the
    composite takes the place of the random samples, so that the critic, which knows the photo
    alone, finds what is foreign in it; the reconstruction of the photo keeps its weight.
    Deviations: theirs trains several scales at once and enters at the coarsest of them; here
    one scale after the other starts from the parent's weights, with a new critic that is
    handed up, and the edit enters at its injection scale.

    Args:
        injection: the edit, its scale, its photo and the finished model to start from; its
            mask bounds the result, not the training.
        device: where to compute.
        resume: state of an earlier run on the same edit.
        config: constants of the run; None = ``finetune_config`` of the model's. Ignored on
            resuming.
        checkpoint_interval_s: as in ``train_pyramid``.

    Yields:
        The events of ``train_pyramid``, from the injection scale on; every model has all
        scales and the parent's plan.

    Raises:
        ScaleError: the scale does not exist, or the model is not finished.
        PhotoError: the composite has another size than the photo.
        CheckpointError: photo, model and ``resume`` do not belong together.
        TrainingDivergedError, OutOfMemoryError: as in ``train_pyramid``.
    """
    parent, rgb = injection.model, normalise_array(injection.photo).rgb
    _check_parent(parent, rgb, injection.scale)
    derivation = finetune_derivation(injection)
    config = config or finetune_config(parent.config)
    if resume is None:
        model = _begun(parent, config, "finetune", derivation)
    else:
        model = _resumed(parent, injection.scale, "finetune", resume)
        if model.derivation != derivation:
            raise CheckpointError("The training to continue belongs to another edit.")
    levels = PhotoLevels(rgb, parent.plan.sizes, device)
    edit = to_tensor(prepared_edit(injection), device)
    composite = injected(edit, injection.scale, parent.plan.sizes).clone()
    entry = Entry(composite=composite, composite_scale=injection.scale)
    run = _run(
        parent,
        model,
        (rgb.shape[0], rgb.shape[1]),
        levels,
        resume,
        entry=entry,
        stop=parent.scale_count,
    )
    yield from driven(run, checkpoint_interval_s)


def finetune_config(config: TrainConfig) -> TrainConfig:
    """Return the constants of a short training on a composite, from those of its parent."""
    return config.changed(kind="finetune", iterations=_FINETUNE_ROUNDS, fine_iterations=None)


def finetune_derivation(injection: Injection) -> Derivation:
    """Return what ``train_finetuned`` notes of an edit, to find a model made for it before.

    Raises:
        PhotoError: the composite has another size than the photo.
    """
    height, width = injection.composite.shape[:2]
    photo_height, photo_width = injection.photo.shape[:2]
    if (height, width) != (photo_height, photo_width):
        raise PhotoError(
            "The edit is {width} x {height} px but the photo is {photo_width} x {photo_height} px: "
            "a model can be tuned on edits of the photo's size only.",
            width=width,
            height=height,
            photo_width=photo_width,
            photo_height=photo_height,
        )
    edit = photo_sha256(prepared_edit(injection))
    return Derivation(injection.model.model_id, injection.scale, composite_sha256=edit)


@dataclass
class _DerivedRun(TrainingRun):
    """A run over some scales; ``model`` ends at the newest until it is handed out.

    Attributes:
        parent: where all other scales come from.
        stop: scale after the last one that is trained.
    """

    parent: TrainedPyramid = field(kw_only=True)
    stop: int = field(kw_only=True)

    @property
    def scales(self) -> range:
        return range(_derivation(self.model).scale, self.stop)

    @property
    def usable_model(self) -> TrainedPyramid:
        finer = self.parent.scales[self.model.scale_count :]
        return dataclasses.replace(self.model, scales=(*self.model.scales, *finer))

    @property
    def begin(self) -> Mapping[str, torch.Tensor]:
        return self.parent.scales[self.scale].weights


def _run(
    parent: TrainedPyramid,
    model: TrainedPyramid,
    photo_shape: Size,
    levels: PhotoLevels,
    resume: TrainState | None,
    entry: Entry,
    stop: int,
) -> _DerivedRun:
    device = levels.device
    renderer = Renderer.of(model, device)
    return _DerivedRun(
        photo_shape,
        levels,
        model,
        renderer,
        device,
        resume,
        parent=parent,
        entry=entry,
        stop=stop,
    )


def _derivation(model: TrainedPyramid) -> Derivation:
    assert model.derivation is not None, "a derived model knows its parent"
    return model.derivation


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
