"""What training leaves: immutable weights per scale, and the state to go on from."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch

from singan_core.config import ModelKind, TrainConfig
from singan_core.errors import ScaleError
from singan_core.model.derivation import Derivation
from singan_core.model.pyramid import PyramidPlan
from singan_core.pixels.noise import derive_seed


def tensors_sha256(tensors: Mapping[str, torch.Tensor]) -> str:
    """Return the SHA-256 (hex) over names, dtypes, shapes and bytes, in name order."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name}|{tensor.dtype}|{tuple(tensor.shape)}|".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def tensors_below(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Return the tensors whose name starts with a prefix, by the rest of their name."""
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


@dataclass(frozen=True)
class TrainedScale:
    """One finished generator.

    Attributes:
        size: (H, W) the scale was trained at.
        channels: width of the hidden layers.
        noise_amplitude: standard deviation of the noise added at this scale.
        rmse: reconstruction error in the [-1, 1] range.
        weights: generator state by name, float32 on the CPU; never written to.
    """

    size: tuple[int, int]
    channels: int
    noise_amplitude: float
    rmse: float
    weights: Mapping[str, torch.Tensor]

    @cached_property
    def sha256(self) -> str:
        """Hash of the weights and the amplitude (hex)."""
        digest = hashlib.sha256(tensors_sha256(self.weights).encode())
        digest.update(f"{self.noise_amplitude!r}".encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class TrainedPyramid:
    """Generators of all finished scales, coarsest first; fewer than the plan = a draft.

    Attributes:
        kind: what it was trained for.
        config: the constants it was trained with.
        plan: sizes of all planned scales.
        scales: the finished ones.
        rec_noise: z*, (1, C, H0, W0) float32 CPU, the fixed noise of the reconstruction
            (equation 5); 10 px larger on both axes where the noise is drawn padded.
        photo_sha256: hash of the training pixels (``image.photo_sha256``).
        derivation: the model it was derived from, which it shares its other scales with; None =
            it was trained from nothing.
    """

    kind: ModelKind
    config: TrainConfig
    plan: PyramidPlan
    scales: tuple[TrainedScale, ...]
    rec_noise: torch.Tensor
    photo_sha256: str
    derivation: Derivation | None = None

    @property
    def scale_count(self) -> int:
        """Number of finished scales."""
        return len(self.scales)

    @property
    def is_complete(self) -> bool:
        """Whether every planned scale is trained."""
        return len(self.scales) == len(self.plan.sizes)

    @property
    def is_usable(self) -> bool:
        """Whether an edit can be injected: that takes two finished scales."""
        return len(self.scales) >= 2

    @property
    def seed(self) -> int:
        """What the random numbers of the training derive from.

        Those of a pair derive from the photo too, so that neither of the two comes first.
        """
        if self.kind != "pair":
            return self.config.seed
        return derive_seed(self.config.seed, "pair", self.photo_sha256)

    @cached_property
    def model_id(self) -> str:
        """Content hash (hex, 64 digits): equal weights, equal id."""
        digest = hashlib.sha256(f"{self.kind}|{self.photo_sha256}".encode())
        digest.update(tensors_sha256({"rec_noise": self.rec_noise}).encode())
        for scale in self.scales:
            digest.update(scale.sha256.encode())
        if self.derivation is not None:
            digest.update(repr(self.derivation).encode())
        return digest.hexdigest()

    def with_scale(self, scale: TrainedScale) -> TrainedPyramid:
        """Return a pyramid with one more finished scale."""
        return dataclasses.replace(self, scales=(*self.scales, scale))

    def check_usable(self) -> None:
        """Raise unless an edit can be rendered at all.

        Raises:
            ScaleError: fewer than two scales are finished.
        """
        if not self.is_usable:
            raise ScaleError("A model needs at least two finished scales to render an edit.")

    def check_injection_scale(self, scale: int) -> None:
        """Raise unless an edit can be injected at ``scale``.

        Raises:
            ScaleError: below 1 (nothing would be left of the edit), not trained yet, or another
                one than the model was derived for.
        """
        self.check_usable()
        finest = self.scale_count - 1
        if not 1 <= scale <= finest:
            raise ScaleError(
                "Injection scale {scale} does not exist: this model has scales 1 to {finest}.",
                scale=scale,
                finest=finest,
            )
        if self.derivation is not None and scale != self.derivation.scale:
            raise ScaleError(
                "This model was trained for the injection scale {only} alone, not for {scale}.",
                only=self.derivation.scale,
                scale=scale,
            )


@dataclass(frozen=True)
class TrainState:
    """Everything needed to continue a run bit-identically (CPU, same thread count).

    Attributes:
        model: finished scales, with config and plan.
        photo_shape: (H, W) of the photo given to ``train_pyramid``.
        scale: scale in training.
        iteration: next round of it.
        update: next update within the round.
        learning_rate: current base rate of the scale (halved after a NaN restart).
        tensors: by dotted name: both networks and both Adams of the scale in training
            (``generator. critic. adam.``; absent between two scales) and the critic of the
            scale below (``critic_below.``).
        partner: the same of the second photo of a pair, at the same moment; None = there is one
            photo alone.
    """

    model: TrainedPyramid
    photo_shape: tuple[int, int]
    scale: int
    iteration: int
    update: int
    learning_rate: float
    tensors: Mapping[str, torch.Tensor]
    partner: TrainState | None = None

    @property
    def is_mid_scale(self) -> bool:
        """Whether a scale has been begun."""
        return any(name.startswith("generator.") for name in self.tensors)

    def critic_below(self) -> dict[str, torch.Tensor] | None:
        """Return the weights of the critic of the scale below, None at the coarsest scale."""
        return tensors_below(self.tensors, "critic_below.") or None
