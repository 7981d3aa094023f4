"""What a training or a rendering costs, known before it begins: relative time, and memory.

The constants of memory were fitted to peaks of whole processes on a CPU (``tests/benchmarks``):
they tell the order of magnitude, so that what cannot fit is not begun.
"""

from __future__ import annotations

from singan_core.config import TrainConfig
from singan_core.model.networks import LAYER_COUNT, PADDING_PX
from singan_core.model.pyramid import PyramidPlan
from singan_core.pixels.resize import Size

BASE_BYTES = 330_000_000
"""Libraries, and what every training holds."""
_FLOAT_BYTES = 4
_TRAINED_MAPS = 36.0
"""Maps of a scale's width that one update holds at its peak: both networks, values and slopes."""
_RENDERED_MAPS = 3.0
"""Maps that one pass of a frozen generator holds: what a layer reads, writes and reorders."""
_PICTURE_FLOATS = 30
"""Floats per pixel of pictures and noise beside them."""
_PICTURE_CHANNELS = 3
_OVERHEAD = 1.0


def round_works(plan: PyramidPlan, config: TrainConfig) -> list[float]:
    """Return the arithmetic of one round at every scale: trained pixels x weights, in millions."""
    works = []
    for (height, width), channels in zip(plan.sizes, plan.channels, strict=True):
        pixels = trained_pixels((height, width), config)
        works.append(pixels * (6 * channels + 3 * channels**2) / 1e6)
    return works


def scale_costs(plan: PyramidPlan, config: TrainConfig) -> list[float]:
    """Return the relative time of every scale: work and a fixed overhead, times its rounds."""
    return [
        (work + _OVERHEAD) * config.iterations_at(scale, plan.scale_count)
        for scale, work in enumerate(round_works(plan, config))
    ]


def trained_pixels(size: Size, config: TrainConfig) -> int:
    """Return the pixels that one update looks at: those of the picture, or of the crops."""
    pixels = size[0] * size[1]
    return pixels if config.crop_px is None else min(pixels, config.crop_px**2 * config.crop_count)


def training_bytes(plan: PyramidPlan, config: TrainConfig, scales: range | None = None) -> int:
    """Return about how much memory a training takes at its peak, libraries included.

    Args:
        plan: of the model.
        config: of the training.
        scales: that are trained; None = all.
    """
    peaks = []
    for scale in scales or range(plan.scale_count):
        size, channels = plan.sizes[scale], plan.channels[scale]
        pixels = trained_pixels(size, config) * _padded_share(size)
        update = pixels * channels * _TRAINED_MAPS * _FLOAT_BYTES
        whole = size[0] * size[1] * _FLOAT_BYTES * (_RENDERED_MAPS * channels + _PICTURE_FLOATS)
        peaks.append(update + whole)
    return BASE_BYTES + round(max(peaks))


def walk_bytes(plan: PyramidPlan, size: Size) -> int:
    """Return about how much memory a random sample of (H, W) takes, libraries included."""
    floats = _RENDERED_MAPS * plan.channels[-1] + _PICTURE_FLOATS
    return BASE_BYTES + round(size[0] * size[1] * _FLOAT_BYTES * floats)


def enlarging_bytes(size: Size, ratio: float) -> int:
    """Return about how much memory an enlargement to (H, W) by steps of a ratio takes.

    Two enlargements are held as floats at once, and the last one in 8 bits with its mask.
    """
    pixels = size[0] * size[1]
    floats = _PICTURE_CHANNELS * _FLOAT_BYTES * (1.0 + ratio**-2)
    return BASE_BYTES + round(pixels * (floats + _PICTURE_CHANNELS + 1))


def _padded_share(size: Size) -> float:
    """How much larger the maps of a network are that reads a padded picture."""
    margin = 2 * PADDING_PX * (LAYER_COUNT - 1) / LAYER_COUNT / 2
    return (size[0] + margin) * (size[1] + margin) / (size[0] * size[1])
