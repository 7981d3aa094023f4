"""What ``train_pyramid`` yields: one small frozen value per step of the road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from singan_core.model.pyramid import PyramidPlan
from singan_core.model.trained import TrainedPyramid, TrainState


@dataclass(frozen=True, slots=True)
class TrainingStarted:
    """First event: the plan, and where a resumed run continues.

    Attributes:
        updates_total: number of ``UpdateDone`` of a whole run, over all scales; the most
            there can be where scales may end early.
        cost_total: relative cost of the whole run; ``UpdateDone.cost_done`` runs up to it,
            so ``elapsed * (cost_total - done) / done`` is an honest ETA although fine
            scales cost far more than coarse ones. A scale that ends early has its whole cost
            all the same: the ETA expects of the next scales what it saved.
    """

    plan: PyramidPlan
    updates_total: int
    cost_total: float


@dataclass(frozen=True, slots=True)
class ScaleStarted:
    """Training of one scale begins (or continues, ``iteration`` > 0)."""

    scale: int
    size: tuple[int, int]
    channels: int
    iterations: int
    iteration: int


@dataclass(frozen=True, slots=True)
class UpdateDone:
    """One optimizer step of the critic or the generator.

    Attributes:
        scale: scale in training.
        iteration: 0-based round the update belongs to.
        network: ``"critic"`` or ``"generator"``.
        cost_done: see ``TrainingStarted.cost_total``.
        losses: last known losses by name, as Python floats; empty on most updates, because
            reading them would wait for the device.
    """

    scale: int
    iteration: int
    iterations: int
    network: str
    cost_done: float
    losses: dict[str, float]


@dataclass(frozen=True, slots=True)
class PartDone:
    """A part of what a scale needs between two rounds, or before or after them all, is done."""

    scale: int


@dataclass(frozen=True, slots=True)
class PreviewReady:
    """A current random sample of the scale in training: (H, W, 3) uint8 RGB.

    Of a scale beyond ``TrainConfig.whole_size_px`` it is the middle, of that size.
    """

    scale: int
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class CheckpointDue:
    """A complete state to continue from, bit-identical on CPU; write it or drop it."""

    state: TrainState


@dataclass(frozen=True, slots=True)
class ScaleDone:
    """A scale is finished: ``model`` holds all scales up to and including it.

    Attributes:
        rmse: reconstruction error of the scale, in the [-1, 1] range.
        partner: the model of the second photo of a pair, as far; None = there is one photo alone.
    """

    scale: int
    rmse: float
    model: TrainedPyramid
    partner: TrainedPyramid | None = None


@dataclass(frozen=True, slots=True)
class ScaleShortened:
    """The pictures of the scale stopped getting better (``TrainConfig.plateau_interval``).

    Attributes:
        scale: scale in training.
        iteration: round that comes next.
        iterations: rounds it has now, fewer than ``ScaleStarted`` told.
    """

    scale: int
    iteration: int
    iterations: int


@dataclass(frozen=True, slots=True)
class ScaleRestarted:
    """The scale gave NaN and starts once more with half the learning rate."""

    scale: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class CropsReduced:
    """The device ran out of memory; the scale goes on from its last update on smaller crops.

    Attributes:
        scale: scale in training.
        crop_px: side of the crops from now on.
        crop_count: crops per update from now on.
    """

    scale: int
    crop_px: int
    crop_count: int


@dataclass(frozen=True, slots=True)
class TrainingDone:
    """Last event: the complete model, and that of the second photo of a pair."""

    model: TrainedPyramid
    partner: TrainedPyramid | None = None


TrainEvent = (
    TrainingStarted
    | ScaleStarted
    | UpdateDone
    | PartDone
    | PreviewReady
    | CheckpointDue
    | ScaleDone
    | ScaleShortened
    | ScaleRestarted
    | CropsReduced
    | TrainingDone
)
