"""Pyramids with random weights, for tests that need a model but no training."""

from __future__ import annotations

import torch

from singan_core.config import TrainConfig
from singan_core.model.networks import Generator, initialise
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.pixels.image import photo_sha256
from tests.core.photos import landscape


def random_pyramid(
    scale_count: int = 4,
    size: tuple[int, int] = (60, 80),
    finished: int | None = None,
    gain: float = 5.0,
) -> TrainedPyramid:
    """Return a model of a ``landscape`` of that size, whose weights are drawn, not trained.

    The larger the gain, the more every scale changes of what it is given.
    """
    config = TrainConfig(max_size_px=max(size), scale_count=scale_count, base_channels=8)
    plan = plan_pyramid(*size, config)
    scales = tuple(
        _scale(plan.sizes[n], plan.channels[n], n, gain) for n in range(finished or scale_count)
    )
    rec_noise = torch.randn(1, 1, *plan.sizes[0], generator=torch.Generator().manual_seed(7))
    return TrainedPyramid("single", config, plan, scales, rec_noise, photo_sha256(landscape(*size)))


def _scale(size: tuple[int, int], channels: int, number: int, gain: float) -> TrainedScale:
    network = Generator(channels)
    random = torch.Generator().manual_seed(number)
    initialise(network, random)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        network.last.weight.mul_(gain)
        for _ in range(3):
            network.residual(torch.randn(1, 3, 30, 30, generator=random))
    weights = {k: v.clone() for k, v in network.state_dict().items() if "num_batches" not in k}
    return TrainedScale(size, channels, 1.0 if number == 0 else 0.05, 0.1, weights)
