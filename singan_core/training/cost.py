"""What a training or a rendering costs, known before it begins: what is done how often, memory.

The constants of memory were fitted to peaks of whole processes on a CPU (``tests/benchmarks``):
they tell the order of magnitude, so that what cannot fit is not begun.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

from singan_core.config import Precision, TrainConfig
from singan_core.device import has_native_bfloat16
from singan_core.model.networks import LAYER_COUNT, PADDING_PX
from singan_core.model.pyramid import PyramidPlan
from singan_core.pixels.resize import Size
from singan_core.training.scale_training import BFLOAT16_MIN_PIXELS, RECALIBRATION_SAMPLES
from singan_core.training.window_batch import REGION_CROPS, WINDOWS_PER_SAMPLE

BASE_BYTES = 355_000_000
"""Libraries, and what every training holds."""
_FLOAT_BYTES = 4
_TRAINED_MAPS = {"float32": 64.0, "bfloat16": 32.0}
"""Maps of a scale's width that one update holds at its peak: both networks, values and slopes."""
_RENDERED_MAPS = 3.0
"""Maps that one pass of a frozen generator holds: what a layer reads, writes and reorders."""
_PICTURE_FLOATS = 30
"""Floats per pixel of pictures and noise beside them."""
_RESIDENT_BYTES = 60
"""Per pixel of a scale too large to be held whole: photo, reconstruction, and a tile of each."""
_PICTURE_CHANNELS = 3
_TILED_BYTES = 256_000_000
"""Tiles and a block of a picture that is made in tiles, at ease."""
_OVERHEAD = 1.0


def round_works(plan: PyramidPlan, config: TrainConfig) -> list[float]:
    """Return the arithmetic of one round at every scale: trained pixels x weights, in millions."""
    works = []
    for (height, width), channels in zip(plan.sizes, plan.channels, strict=True):
        works.append(pass_work(trained_pixels((height, width), config), channels))
    return works


def scale_costs(plan: PyramidPlan, config: TrainConfig) -> list[float]:
    """Return the relative time of every scale: work and a fixed overhead, times its rounds."""
    return [
        (work + _OVERHEAD) * config.iterations_at(scale, plan.scale_count)
        for scale, work in enumerate(round_works(plan, config))
    ]


class ScaleWork(NamedTuple):
    """What the training of one scale consists of, counted.

    Attributes:
        rounds: critic and generator updates, all steps of a round together.
        penalties: critic updates that also compute the gradient penalty.
        samples: how many random pictures of the coarser scales are drawn, and of which (H, W) of
            this scale each is a window.
        trained_px: pixels that the scale's own generator makes beside the rounds: previews, and
            what statistics are averaged over.
        frozen_px: pixels that it makes when it is finished.
    """

    rounds: int
    penalties: int
    samples: tuple[tuple[int, Size], ...]
    trained_px: int
    frozen_px: int


def scale_work(plan: PyramidPlan, config: TrainConfig, scale: int) -> ScaleWork:
    """Count what ``ScaleTraining`` and ``TrainingRun`` do at a scale."""
    size, rounds = plan.sizes[scale], config.iterations_at(scale, plan.scale_count)
    updates, reuse = rounds * config.critic_steps, config.sample_reuse
    penalties = math.ceil(updates / config.penalty_interval) if config.penalty_weight else 0
    drawn = math.ceil(rounds / reuse) if reuse > 1 else updates
    previews, pixels = rounds // config.preview_interval, size[0] * size[1]
    if not config.is_windowed(scale, size):
        # a preview also takes the place of the sample in use, which is then drawn again
        again = previews if reuse > 1 else 0
        wholes = previews + RECALIBRATION_SAMPLES + 1
        walks = ((drawn + again + wholes, size),) if scale > 0 else ()
        return ScaleWork(rounds, penalties, walks, wholes * pixels, pixels)
    crop = config.crop_at(scale, size) or max(size)
    region = crop * REGION_CROPS if reuse > 1 else crop
    windows = RECALIBRATION_SAMPLES * WINDOWS_PER_SAMPLE
    regions = drawn * config.crop_count_at(scale, size)
    kinds = ((regions, region), (previews, config.whole_size_px), (windows, crop))
    samples = tuple((count, _clipped(size, side)) for count, side in kinds)
    trained = sum(count * math.prod(window) for count, window in samples[1:])
    return ScaleWork(rounds, penalties, samples, trained, pixels)


def pass_work(pixels: int, channels: int) -> float:
    """Return the arithmetic of one pass of a generator: pixels x weights / 9, in millions."""
    return pixels * (6 * channels + 3 * channels**2) / 1e6


def trained_pixels(size: Size, config: TrainConfig) -> int:
    """Return the pixels that one update looks at: those of the picture, or of the crops."""
    whole = size[0] * size[1]
    # the coarsest scale is never cut for its size alone, and always smaller
    crop = config.crop_at(1, size)
    if crop is None:
        return whole
    return math.prod(_clipped(size, crop)) * config.crop_count_at(1, size)


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
        update = pixels * channels * _TRAINED_MAPS[_precision(size, config)] * _FLOAT_BYTES
        held, resident = size, 0
        if config.is_windowed(scale, size):
            held = _clipped(size, config.whole_size_px)
            resident = size[0] * size[1] * _RESIDENT_BYTES
        floats = _RENDERED_MAPS * channels + _PICTURE_FLOATS
        peaks.append(update + resident + math.prod(held) * _FLOAT_BYTES * floats)
    return BASE_BYTES + round(max(peaks))


def walk_bytes(plan: PyramidPlan, size: Size) -> int:
    """Return about how much memory a random sample of (H, W) takes, libraries included."""
    floats = _RENDERED_MAPS * plan.channels[-1] + _PICTURE_FLOATS
    return BASE_BYTES + round(size[0] * size[1] * _FLOAT_BYTES * floats)


def sample_bytes(size: Size) -> int:
    """Return how much memory a random sample of (H, W) takes at least, libraries included.

    It is made in tiles, and in blocks where floats of the whole are too much: see
    ``rendering.tiling``. What stays is the sample in 8 bits with its mask.
    """
    return BASE_BYTES + _TILED_BYTES + size[0] * size[1] * (_PICTURE_CHANNELS + 1)


def enlarging_bytes(size: Size, ratio: float) -> int:
    """Return about how much memory an enlargement to (H, W) by steps of a ratio takes.

    Two enlargements are held as floats at once, and the last one in 8 bits with its mask.
    """
    pixels = size[0] * size[1]
    floats = _PICTURE_CHANNELS * _FLOAT_BYTES * (1.0 + ratio**-2)
    return BASE_BYTES + round(pixels * (floats + _PICTURE_CHANNELS + 1))


def _clipped(size: Size, side: int) -> Size:
    return min(size[0], side), min(size[1], side)


def _precision(size: Size, config: TrainConfig) -> Precision:
    """Return the format that a scale is trained in on this machine's processor."""
    is_large = size[0] * size[1] >= BFLOAT16_MIN_PIXELS
    is_native = has_native_bfloat16(torch.device("cpu"))
    return config.precision if is_large and is_native else "float32"


def _padded_share(size: Size) -> float:
    """How much larger the maps of a network are that reads a padded picture."""
    margin = 2 * PADDING_PX * (LAYER_COUNT - 1) / LAYER_COUNT / 2
    return (size[0] + margin) * (size[1] + margin) / (size[0] * size[1])
