"""Every constant of training, its unit and its source."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from singan_core.errors import ConfigError

Precision = Literal["float32", "bfloat16"]
ModelKind = Literal["single", "sr", "animation", "quantized", "finetune", "pair"]
SMALLEST_CROP_PX = 32
"""Least side of crops: about three times what a network sees of a pixel's surroundings."""
_WINDOW_CROPS = 2
"""Crops per update in place of a picture too large to be held whole.

Trained on six of half the side, with statistics of less of the picture, every scale of one photo
came out about 5 % worse than trained whole; on two of the full side 2 %, and on one of them 3 %
(before ``places.evening_weights``).
"""
PAPER_NOISE_WEIGHT = 0.1
"""Noise amplitude per RMSE of the upsampled reconstruction (authors' code)."""


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All constants of one training run (SinGAN, arXiv 1905.01164, and its supplement).

    The defaults are the paper's; presets change only what their docstrings name.

    Attributes:
        preset: name the config was made from, shown to the user and kept in the project.
        kind: what the model is trained for; a photo has one model of each kind.
        max_size_px: long side L of the finest scale (supplement: 250 px).
        min_size_px: short side of the coarsest scale (supplement: 25 px).
        scale_factor: ratio between neighbouring scales aimed at (section 2.1: 4/3).
        scale_count: number of scales; None = planned from the factor.
        is_authors_scale_count: count scales as the authors' released code does (one or two
            more than the closest fit of the factor).
        base_channels: channels at the coarsest scale (supplement: 32).
        max_channels: upper limit of channels (128 in the authors' code).
        channel_doubling_scales: channels double every so many scales (supplement: 4).
        iterations: generator/critic rounds per scale (supplement: 2000).
        fine_iterations: rounds at the finest scale, interpolated geometrically from
            ``iterations`` over the scales; None = ``iterations`` everywhere.
        critic_steps, generator_steps: updates per round (supplement: 3 and 3).
            Every generator step computes its own adversarial gradient; the authors' loop
            reuses a stale one, which current autograd refuses.
        sample_reuse: rounds that share one sample of the coarser scales; the noise of the
            scale in training is always fresh (the authors draw one per critic step).
        learning_rate: Adam step size (supplement: 5e-4).
        adam_betas: Adam decay rates (supplement: 0.5, 0.999).
        decay_at: share of the rounds after which the learning rate is multiplied by
            ``decay_factor`` (supplement: 0.8 and 0.1).
        decay_factor: see ``decay_at``.
        freeze_norm_at: share of the rounds after which the generator's BatchNorm statistics are
            averaged over whole samples and frozen, so that the rest is trained exactly as it
            renders; 1 = only at the end of the scale, as the paper's networks are.
        penalty_weight: weight of the gradient penalty (supplement: 0.1).
        penalty_interval: critic updates per computed penalty, which then weighs that much more
            (as StyleGAN 2 regularises, arXiv 1912.04958 section 4.1); 1 = at every update.
        reconstruction_weight: weight of the reconstruction MSE (equation 5; alpha = 10).
        noise_weight: noise amplitude per RMSE of the upsampled reconstruction (0.1).
        is_noise_padded: draw the noise at the padded size, so that only the image is
            zero-padded (the authors' animation training); False = both are zero-padded.
        crop_px: side of the random crops that replace the whole image during training at
            scales larger than it; None = whole images always.
        crop_count: crops per update where crops are used.
        whole_size_px: long side of the largest scale that is ever held or rendered as a whole
            during training. Larger ones are trained on crops of ``crop_px``, or on two of this
            size, whose random samples are walked through windows of the scales below; a round
            of theirs costs the same at any size of the photo.
        plateau_interval: rounds between two checks of a scale, which ends early once its
            reconstruction and the patches of its samples stop getting better; the last part,
            after ``decay_at`` or ``freeze_norm_at``, keeps its share of the rounds. None = all
            rounds are trained, as in the paper.
        plateau_tolerance: share by which a measure must fall, over four checks, to count as
            getting better.
        ema_decay: decay per update of a moving average of the generator's weights, which the
            finished scale then has; 0 = it has the last ones, as in the paper.
        coarsest_noise_channels: channels of the noise at the coarsest scale: 1, broadcast to all
            colours (the authors' code), or 3 (that of structural analogy, arXiv 2004.02222).
        residual_scales: how many of the coarsest scales add what their generator makes to what it
            was given; those above make the whole picture themselves (K of structural analogy,
            section 3.1); None = all, as in SinGAN.
        critic_learning_rate: Adam step size of the critic; None = that of the generator.
        cycle_weight: weight of the cycle loss between the two photos of a pair, at the residual
            scales only (structural analogy, section 3.2).
        photo_interval: in every so many rounds the two photos of a pair are translated instead of
            samples; None = never, as in the authors' code.
        preview_interval: rounds between two preview samples.
        precision: number format of the convolutions; losses and optimizer stay float32.
        seed: every random number of the run derives from it.
    """

    preset: str = "paper"
    kind: ModelKind = "single"
    max_size_px: int = 250
    min_size_px: int = 25
    scale_factor: float = 4.0 / 3.0
    scale_count: int | None = None
    is_authors_scale_count: bool = True
    base_channels: int = 32
    max_channels: int = 128
    channel_doubling_scales: int = 4
    iterations: int = 2000
    fine_iterations: int | None = None
    critic_steps: int = 3
    generator_steps: int = 3
    sample_reuse: int = 1
    learning_rate: float = 5e-4
    adam_betas: tuple[float, float] = (0.5, 0.999)
    decay_at: float = 0.8
    decay_factor: float = 0.1
    freeze_norm_at: float = 1.0
    penalty_weight: float = 0.1
    penalty_interval: int = 1
    reconstruction_weight: float = 10.0
    noise_weight: float = PAPER_NOISE_WEIGHT
    is_noise_padded: bool = False
    crop_px: int | None = None
    crop_count: int = 1
    whole_size_px: int = 256
    plateau_interval: int | None = None
    plateau_tolerance: float = 0.02
    ema_decay: float = 0.0
    coarsest_noise_channels: int = 1
    residual_scales: int | None = None
    critic_learning_rate: float | None = None
    cycle_weight: float = 0.0
    photo_interval: int | None = None
    preview_interval: int = 50
    precision: Precision = "float32"
    seed: int = 0

    def __post_init__(self) -> None:
        _check(self)

    def changed(self, **changes: Any) -> TrainConfig:
        """Return a copy with the given fields replaced.

        Raises:
            ConfigError: when a value is outside its range.
        """
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, the inverse of ``from_dict``."""
        return dataclasses.asdict(self) | {"adam_betas": list(self.adam_betas)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainConfig:
        """Rebuild a config from ``to_dict``; unknown keys are refused.

        Raises:
            ConfigError: on unknown or missing types of fields.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ConfigError(
                "The training settings hold an unknown entry “{name}”.", name=unknown[0]
            )
        try:
            return cls(
                **(dict(values) | {"adam_betas": tuple(values.get("adam_betas", (0.5, 0.999)))})
            )
        except TypeError as error:
            raise ConfigError("The training settings have values of the wrong type.") from error

    def is_windowed(self, scale: int, size: tuple[int, int]) -> bool:
        """Whether a scale of (H, W) is too large to be held whole; the coarsest never is."""
        return scale > 0 and max(size) > self.whole_size_px

    def crop_at(self, scale: int, size: tuple[int, int]) -> int | None:
        """Return the side of the crops that a scale of (H, W) is trained on; None = whole."""
        if self.crop_px is not None and max(size) > self.crop_px:
            return self.crop_px
        return self.whole_size_px if self.is_windowed(scale, size) else None

    def crop_count_at(self, scale: int, size: tuple[int, int]) -> int:
        """Return the crops per update of a scale of (H, W); 1 where it is trained whole."""
        if self.crop_at(scale, size) is None:
            return 1
        is_cut_for_size = self.crop_px is None or max(size) <= self.crop_px
        return _WINDOW_CROPS * self.crop_count if is_cut_for_size else self.crop_count

    def is_residual(self, scale: int) -> bool:
        """Whether a scale adds what its generator makes to the enlarged image of the one below."""
        return self.residual_scales is None or scale < self.residual_scales

    def noise_channels(self, scale: int) -> int:
        """Return the channels of the noise at a scale."""
        return self.coarsest_noise_channels if scale == 0 else 3

    def iterations_at(self, scale: int, scale_count: int) -> int:
        """Return the rounds of training at ``scale``, interpolated geometrically."""
        if self.fine_iterations is None or scale_count < 2:
            return self.iterations
        share = scale / (scale_count - 1)
        ratio = self.fine_iterations / self.iterations
        return max(1, round(self.iterations * math.pow(ratio, share)))


MAX_SIZE_PX = 100_000
"""Longest side that a finest scale can have: more than any photo of 50 megapixels."""
_RANGES: dict[str, tuple[float, float]] = {
    "max_size_px": (25, MAX_SIZE_PX),
    "min_size_px": (11, 200),
    "scale_factor": (1.05, 3.0),
    "base_channels": (4, 256),
    "max_channels": (4, 512),
    "channel_doubling_scales": (1, 100),
    "iterations": (1, 1_000_000),
    "critic_steps": (1, 50),
    "generator_steps": (1, 50),
    "sample_reuse": (1, 1000),
    "learning_rate": (0.0, 1.0),
    "decay_at": (0.0, 1.0),
    "decay_factor": (0.0, 1.0),
    "freeze_norm_at": (0.0, 1.0),
    "penalty_weight": (0.0, 1e4),
    "penalty_interval": (1, 1000),
    "reconstruction_weight": (0.0, 1e6),
    "noise_weight": (0.0, 10.0),
    "crop_count": (1, 64),
    "whole_size_px": (SMALLEST_CROP_PX, MAX_SIZE_PX),
    "plateau_tolerance": (0.0, 1.0),
    "ema_decay": (0.0, 1.0),
    "coarsest_noise_channels": (1, 3),
    "cycle_weight": (0.0, 1e6),
    "preview_interval": (1, 1_000_000),
    "seed": (0, 2**63 - 1),
}
_OPTIONAL_RANGES: dict[str, tuple[float, float]] = {
    "scale_count": (2, 40),
    "fine_iterations": (1, 1_000_000),
    "crop_px": (SMALLEST_CROP_PX, 20_000),
    "plateau_interval": (1, 1_000_000),
    "residual_scales": (0, 40),
    "photo_interval": (1, 1_000_000),
    "critic_learning_rate": (0.0, 1.0),
}


def _check(config: TrainConfig) -> None:
    for name, (low, high) in (_RANGES | _OPTIONAL_RANGES).items():
        value = getattr(config, name)
        if value is None and name in _OPTIONAL_RANGES:
            continue
        if not isinstance(value, (int, float)) or not low <= value <= high:
            raise ConfigError(
                "The training setting “{name}” must lie between {low} and {high}, not {value}.",
                name=name,
                low=low,
                high=high,
                value=value,
            )
    if config.kind not in get_args(ModelKind):
        raise ConfigError("The model kind “{name}” is not known.", name=config.kind)
    if config.precision not in ("float32", "bfloat16"):
        raise ConfigError(
            "The training precision “{name}” is not known: use float32 or bfloat16.",
            name=config.precision,
        )
