"""Small pairs of photos, and how they are trained in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.applications.structural_analogy.pair_training import train_pair
from singan_core.applications.structural_analogy.presets import pair_preset
from singan_core.config import TrainConfig
from singan_core.events import TrainEvent, TrainingDone
from singan_core.model.trained import TrainState
from singan_core.model.trained_pair import TrainedPair
from tests.core.photos import landscape

CPU = torch.device("cpu")
A = landscape(40, 48, seed=1)
TINY = pair_preset("draft").changed(
    max_size_px=40,
    base_channels=4,
    max_channels=4,
    scale_count=3,
    iterations=3,
    fine_iterations=None,
    preview_interval=2,
    sample_reuse=2,
    residual_scales=2,
)


def stripes(height: int = 44, width: int = 30, seed: int = 0) -> NDArray[np.uint8]:
    """Coloured diagonal stripes with grain: (H, W, 3) uint8."""
    rows, columns = np.mgrid[0:height, 0:width]
    bright = ((rows + columns) // 5 % 2)[..., None] * np.array([150.0, 60.0, 20.0]) + 50.0
    grain = np.random.default_rng(seed).normal(0.0, 5.0, bright.shape)
    return np.clip(np.rint(bright + grain), 0, 255).astype(np.uint8)


B = stripes()


def pair_events(
    photos: Sequence[NDArray[np.uint8]] = (A, B),
    config: TrainConfig = TINY,
    resume: TrainState | None = None,
    **options: Any,
) -> list[TrainEvent]:
    """Train and return all events."""
    return list(train_pair(photos[0], photos[1], config, CPU, resume, **options))


def pair_of(done: object) -> TrainedPair:
    """Return the pair of the last event of a training."""
    assert isinstance(done, TrainingDone)
    assert done.partner is not None
    return TrainedPair(done.model, done.partner)


def trained_pair(
    photos: Sequence[NDArray[np.uint8]] = (A, B), config: TrainConfig = TINY
) -> TrainedPair:
    """Train and return the pair."""
    return pair_of(pair_events(photos, config)[-1])
