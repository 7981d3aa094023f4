"""Training of two photos together, as a generator of the events of a single training."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import torch

from singan_core.applications.structural_analogy.clip_frames import ClipFrames, FrameBatches
from singan_core.applications.structural_analogy.coupled_scale import LeadingScale, PairedScale
from singan_core.applications.structural_analogy.presets import begun_config, pair_plans
from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, PhotoError
from singan_core.events import TrainEvent
from singan_core.model.networks import noise_size
from singan_core.model.pyramid import PyramidPlan
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import ImageArray, normalise_array, photo_sha256
from singan_core.pixels.noise import derive_seed
from singan_core.rendering.sample import Renderer
from singan_core.training.batch import InputSource
from singan_core.training.less_memory import less_memory
from singan_core.training.photo_levels import PhotoLevels
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.training_run import EventStream, TrainingRun, driven


def train_pair(
    photo_a: ImageArray,
    photo_b: ImageArray,
    config: TrainConfig,
    device: torch.device,
    resume: TrainState | None = None,
    *,
    checkpoint_interval_s: float = 30.0,
    more_frames: Sequence[ImageArray] = (),
) -> EventStream:
    """Train all scales of two photos, coarse to fine, each scale of both at once.

    The stream is that of ``train_pyramid``: events tell of photo A, ``ScaleDone`` and
    ``TrainingDone`` have B's model as ``partner``, and states hold B's as ``partner``.

    Args:
        photo_a: (H, W, 3) uint8 RGB.
        photo_b: (h, w, 3) uint8 RGB, of any size and aspect ratio.
        config: all constants, of ``pair_preset``; ``residual_scales`` is K, None = by default. On
            resuming, those of the state are used instead.
        device: where to compute.
        resume: state of an earlier run on the same photos in the same order.
        checkpoint_interval_s: seconds between checkpoints.
        more_frames: of a clip that begins with photo A, see ``clip_frames``; of its size.

    Raises:
        PhotoError: a photo cannot carry a pyramid, or a frame is of another size than A.
        ConfigError: K does not exist.
        CheckpointError: ``resume`` belongs to other photos or frames.
        TrainingDivergedError, OutOfMemoryError: as of ``train_pyramid``.
    """
    photos = [normalise_array(photo).rgb for photo in (photo_a, photo_b)]
    models = _new_models(photos, config) if resume is None else _resumed_models(photos, resume)
    other = _side_of(photos[1], models[1], None if resume is None else resume.partner, device)
    sizes = models[0].plan.sizes
    clip = ClipFrames.of(photos[0], more_frames, sizes, device)
    if resume is not None:
        clip.check_resumed(resume)
    levels = PhotoLevels(photos[0], sizes, device)
    renderer, shape = Renderer.of(models[0], device), (photos[0].shape[0], photos[0].shape[1])
    run = _PairRun(shape, levels, models[0], renderer, device, resume, other=other, clip=clip)
    yield from driven(run, checkpoint_interval_s)


def _new_models(photos: list[ImageArray], config: TrainConfig) -> list[TrainedPyramid]:
    for photo in photos:
        if photo.min() == photo.max():
            raise PhotoError("A picture has one single colour; there is nothing to learn from it.")
    shapes = [(photo.shape[0], photo.shape[1]) for photo in photos]
    plans = pair_plans(shapes[0], shapes[1], config)
    begun = begun_config(config, plans[0].scale_count)
    return [_new_model(photo, plan, begun) for photo, plan in zip(photos, plans, strict=True)]


def _new_model(photo: ImageArray, plan: PyramidPlan, config: TrainConfig) -> TrainedPyramid:
    size = noise_size(plan.sizes[0], config.is_noise_padded)
    empty = torch.empty(1, config.noise_channels(0), *size)
    model = TrainedPyramid("pair", config, plan, (), empty, photo_sha256(photo))
    generator = torch.Generator().manual_seed(derive_seed(model.seed, "rec_noise"))
    return dataclasses.replace(model, rec_noise=torch.randn(empty.shape, generator=generator))


def _resumed_models(photos: list[ImageArray], resume: TrainState) -> list[TrainedPyramid]:
    if resume.partner is None:
        raise CheckpointError("The training to continue is not one of two pictures.")
    models = [resume.model, resume.partner.model]
    if [model.photo_sha256 for model in models] != [photo_sha256(photo) for photo in photos]:
        raise CheckpointError("The training to continue belongs to other pictures.")
    return models


@dataclass
class _Side(TrainingRun):
    """What the run keeps of photo B."""

    @property
    def scale_kind(self) -> type[ScaleTraining]:
        return PairedScale


@dataclass
class _PairRun(TrainingRun):
    """The run of photo A, which takes that of photo B along.

    Attributes:
        other: of photo B.
        clip: the other frames where photo A is the first of a clip.
    """

    other: _Side = field(kw_only=True)
    clip: ClipFrames = field(kw_only=True)
    _frames: tuple[torch.Tensor, ...] = field(default=(), init=False)

    @property
    def scale_kind(self) -> type[ScaleTraining]:
        return LeadingScale

    @property
    def usable_partner(self) -> TrainedPyramid:
        return self.other.usable_model

    def new_training(self, real: torch.Tensor, batches: InputSource) -> ScaleTraining:
        if self._frames:
            batches = FrameBatches(batches, self._frames, self.model.seed, self.scale)
        return super().new_training(real, batches)

    def begun_training(self) -> Generator[TrainEvent, None, ScaleTraining]:
        self._frames = yield from self.told(self.clip.at(self.scale))
        leading = yield from super().begun_training()
        # A checkpoint may be asked for while the other side is prepared.
        self.training = leading
        self.other.learning_rate = self.learning_rate
        partner = yield from self.other.begun_training()
        self.other.training = partner
        assert isinstance(leading, LeadingScale)
        assert isinstance(partner, PairedScale)
        is_first = self.model.photo_sha256 <= self.other.model.photo_sha256
        leading.couple(partner, is_first=is_first)
        return leading

    def finish(self, training: ScaleTraining) -> Generator[TrainEvent, None, None]:
        partner = self.other.training
        assert partner is not None, "both sides of a pair are in training"
        trained = yield from self.told(training.finishing())
        theirs = yield from self.other.told(partner.finishing())
        self.take(training, trained)
        self.other.take(partner, theirs)

    def reduced(self) -> TrainConfig | None:
        sizes = (run.model.plan.sizes[self.scale] for run in (self, self.other))
        return less_memory(self.model.config, self.scale, max(sizes, key=max))

    def begin_again(self, state: TrainState, config: TrainConfig) -> None:
        assert state.partner is not None, "the state of a pair has both sides"
        super().begin_again(state, config)
        self.other.begin_again(state.partner, config)

    def state(self) -> TrainState:
        own = super().state()
        tensors = {**own.tensors, **self.clip.mark}
        return dataclasses.replace(own, partner=self.other.state(), tensors=tensors)


def _side_of(
    photo: ImageArray, model: TrainedPyramid, state: TrainState | None, device: torch.device
) -> _Side:
    levels = PhotoLevels(photo, model.plan.sizes, device)
    return _Side(
        (photo.shape[0], photo.shape[1]), levels, model, Renderer.of(model, device), device, state
    )
