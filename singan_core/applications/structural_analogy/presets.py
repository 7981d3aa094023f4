"""The constants of the training of a pair, and how its scales are planned."""

from __future__ import annotations

from typing import Final

from singan_core.config import TrainConfig
from singan_core.errors import ConfigError
from singan_core.model.pyramid import PyramidPlan, plan_pyramid
from singan_core.pixels.resize import Size
from singan_core.presets import for_detail, preset

NOT_RESIDUAL_SCALES: Final = 2
"""How many of the finest scales are not residual unless K is given (authors' code)."""


def pair_preset(name: str) -> TrainConfig:
    """Return the constants of a pair for a preset of that name.

    ``paper`` is the schedule of the authors' released code: 20000 rounds a scale of one critic
    and one generator step, Adam 1e-4 and 5e-4 without decay, reconstruction and cycle weight 1,
    three channels of noise, 220 px at the finest and 18 px at the coarsest scale. ``full`` has
    a third of its rounds. ``draft`` (128 px) and ``standard`` have the rounds, rates and inputs of
    those of one photo, and its tenfold weight of the reconstruction: so few rounds do not find
    the layout of a photo with less.

    Raises:
        ConfigError: there is none of that name.
    """
    config = for_detail(preset(name)).changed(
        kind="pair",
        min_size_px=18,
        max_size_px=220,
        coarsest_noise_channels=3,
        reconstruction_weight=1.0,
        cycle_weight=1.0,
        critic_steps=1,
        generator_steps=1,
        photo_interval=2,
    )
    return config.changed(**_CHANGES[name])


_CHANGES: Final[dict[str, dict[str, object]]] = {
    "draft": {"max_size_px": 128, "reconstruction_weight": 10.0},
    "standard": {"reconstruction_weight": 10.0},
    "full": {"iterations": 6000, "critic_learning_rate": 1e-4, "decay_at": 1.0},
    "paper": {
        "iterations": 20_000,
        "critic_learning_rate": 1e-4,
        "decay_at": 1.0,
        "photo_interval": None,
    },
}


def pair_plans(size_a: Size, size_b: Size, config: TrainConfig) -> tuple[PyramidPlan, PyramidPlan]:
    """Plan both pyramids: each keeps its own aspect, the number of scales is common.

    Args:
        size_a: (H, W) of photo A.
        size_b: (H, W) of photo B.
        config: of the training; the larger of the two numbers of scales is used.

    Raises:
        PhotoError: a photo is too small or too elongated.
    """
    plans = [plan_pyramid(*size, config) for size in (size_a, size_b)]
    common = config.changed(scale_count=max(plan.scale_count for plan in plans))
    return plan_pyramid(*size_a, common), plan_pyramid(*size_b, common)


def begun_config(config: TrainConfig, scale_count: int) -> TrainConfig:
    """Return the constants with K filled in, for pyramids of so many scales.

    Raises:
        ConfigError: K does not leave a residual scale, or lies beyond the scales.
    """
    if config.residual_scales is None:
        residual = max(1, scale_count - NOT_RESIDUAL_SCALES)
        return config.changed(kind="pair", residual_scales=residual)
    if not 1 <= config.residual_scales <= scale_count:
        raise ConfigError(
            "The switch scale must lie between 1 and {most} for these pictures, not {scale}.",
            most=scale_count,
            scale=config.residual_scales,
        )
    return config.changed(kind="pair")
