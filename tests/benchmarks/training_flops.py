"""Floating point operations of one training iteration, counted from the convolutions."""

from __future__ import annotations

from itertools import pairwise

from singan_core.config import TrainConfig
from singan_core.model.networks import KERNEL_PX, LAYER_COUNT, PADDING_PX
from singan_core.model.pyramid import PyramidPlan
from singan_core.pixels.resize import Size


def iteration_flops(plan: PyramidPlan, config: TrainConfig, scale: int) -> float:
    """Return the operations of the engine's round at a scale, on average over its rounds.

    A multiplication and an addition count two. What the textbook loop does beyond that it
    does for the same result.
    """
    size, channels = plan.sizes[scale], plan.channels[scale]
    count = 1
    if config.crop_px is not None and max(size) > config.crop_px:
        size, count = _cropped(size, config.crop_px), config.crop_count
    generator = _layers(size, channels, 3, 2 * PADDING_PX)
    critic = _layers(size, channels, 1, 0)
    forward, learned = sum(generator), _learned(generator)
    penalty = _penalty(critic) / config.penalty_interval
    critic_steps = config.critic_steps * (forward + 2 * _learned(critic) + penalty)
    # The first step of the generator takes over the last sample of the critic's.
    generator_steps = config.generator_steps * (2 * learned + 2 * sum(critic)) - forward
    draws = 1 / config.sample_reuse if config.sample_reuse > 1 else config.critic_steps
    below = zip(plan.sizes[:scale], plan.channels[:scale], strict=True)
    drawn = draws * sum(sum(_layers(size, width, 3, 2 * PADDING_PX)) for size, width in below)
    return count * (critic_steps + generator_steps) + drawn


def _layers(size: Size, channels: int, out_channels: int, border_px: int) -> list[float]:
    """Return the operations of every convolution of a network; the critic's images have no border.

    Args:
        size: (H, W) of the picture.
        channels: of the hidden layers.
        out_channels: of the last one.
        border_px: rows and columns that its input has more.
    """
    widths = [3, *[channels] * (LAYER_COUNT - 1), out_channels]
    found = []
    for layer, (first, second) in enumerate(pairwise(widths), start=1):
        margin = border_px - layer * (KERNEL_PX - 1)
        pixels = (size[0] + margin) * (size[1] + margin)
        found.append(2.0 * KERNEL_PX**2 * first * second * pixels)
    return found


def _learned(layers: list[float]) -> float:
    """Forward, gradients by weights, and by the inputs of all layers but the first."""
    return 3 * sum(layers) - layers[0]


def _penalty(layers: list[float]) -> float:
    """Forward, gradient by the image, and the derivative of both by the weights.

    The last layer is linear and without a norm: what comes before it does not change its slope.
    """
    hidden = layers[:-1]
    by_slopes = sum(hidden) + sum(layers)
    return 2 * sum(layers) + by_slopes + 2 * sum(hidden) - layers[0]


def _cropped(size: Size, crop_px: int) -> Size:
    return min(size[0], crop_px), min(size[1], crop_px)
