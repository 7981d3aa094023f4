"""What the training of two photos together costs, known before it begins.

The parts of a training of one photo are measured for both plans (``training.probe``); here stands
how much more of each a pair does, counted from ``CoupledUpdates`` and ``PairedScale`` or, where
that is no whole number, fitted to trainings on a CPU of 64 to 220 px.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from singan_core.config import TrainConfig
from singan_core.model.pyramid import PyramidPlan
from singan_core.pixels.resize import Size
from singan_core.training.cost import BASE_BYTES, scale_work, training_bytes
from singan_core.training.scale_training import RECALIBRATION_SAMPLES
from singan_core.training.speed import Speed
from singan_core.training.window_batch import WINDOWS_PER_SAMPLE

_RESIDUAL_ROUND: Final = 1.9
"""Of the time of a round of one photo: a translation is made and judged beside the sample, and
leads back."""
_PLAIN_ROUND: Final = 1.55
"""Likewise where no way back is trained."""
_PENALTIES: Final = 2
"""Of samples and of translations."""
_MORE_STATISTICS: Final = RECALIBRATION_SAMPLES // 2
"""Samples that are translated for the statistics of the other side's translations, and as many
photos."""
_MORE_MEMORY: Final = 1.35
"""Of what both photos alone hold beside libraries."""


def pair_scale_s(
    speeds: Sequence[Speed], plans: Sequence[PyramidPlan], config: TrainConfig, scale: int
) -> float:
    """Return the seconds of one scale of both photos.

    Args:
        speeds: of the plans, one by one.
        plans: of both photos.
        config: of the training, with its switch scale.
        scale: coarsest = 0.
    """
    both = zip(speeds, plans, strict=True)
    return sum(_side_s(speed, plan, config, scale) for speed, plan in both)


def pair_training_s(
    speeds: Sequence[Speed], plans: Sequence[PyramidPlan], config: TrainConfig
) -> float:
    """Return the seconds of a training; arguments as of ``pair_scale_s``."""
    return sum(pair_scale_s(speeds, plans, config, scale) for scale in range(plans[0].scale_count))


def pair_training_bytes(plans: Sequence[PyramidPlan], config: TrainConfig) -> int:
    """Return about how much memory a training takes at its peak, libraries included."""
    alone = (training_bytes(plan, config) - BASE_BYTES for plan in plans)
    return BASE_BYTES + round(_MORE_MEMORY * sum(alone))


def _side_s(speed: Speed, plan: PyramidPlan, config: TrainConfig, scale: int) -> float:
    """Return the seconds of one scale of one of the photos."""
    work, here = scale_work(plan, config, scale), speed.scales[scale]
    round_share = _RESIDUAL_ROUND if config.is_residual(scale) else _PLAIN_ROUND
    more_rounds_s = (round_share - 1.0) * work.rounds * here.round_s
    more_penalties_s = (_PENALTIES - 1) * work.penalties * here.penalty_s
    count, size = _more_statistics(plan, config, scale)
    sample_s = speed.sample_s(plan, scale, size) if scale > 0 else 0.0
    # a sample is made by this side's generator, and it and a photo are translated by the other's
    picture_s = sample_s + 3 * math.prod(size) * here.picture_s
    alone_s = speed.scale_s(plan, config, scale)
    return alone_s + more_rounds_s + more_penalties_s + count * picture_s


def _more_statistics(plan: PyramidPlan, config: TrainConfig, scale: int) -> tuple[int, Size]:
    """Return how many pictures the other side's statistics are averaged over, and their (H, W)."""
    size = plan.sizes[scale]
    crop = config.crop_at(scale, size) if config.is_windowed(scale, size) else None
    if crop is None:
        return _MORE_STATISTICS, size
    return _MORE_STATISTICS * WINDOWS_PER_SAMPLE, (min(size[0], crop), min(size[1], crop))
