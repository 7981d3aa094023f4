"""What a training does with less when the device has no memory left."""

from __future__ import annotations

from singan_core.config import SMALLEST_CROP_PX, TrainConfig
from singan_core.pixels.resize import Size


def less_memory(config: TrainConfig, scale: int, size: Size) -> TrainConfig | None:
    """Return constants with which a scale takes about half the memory, or less.

    Crops take the place of the whole picture; then there are fewer of them, then smaller ones.
    The networks stay as they are, and so do all finished scales.

    Args:
        config: constants that took too much.
        scale: scale in training.
        size: its (H, W).

    Returns:
        None where nothing is left to reduce.
    """
    if scale == 0 or max(size) <= SMALLEST_CROP_PX:
        return None
    whole = min(config.whole_size_px, max(size) - 1)
    crop = config.crop_at(scale, size)
    count = config.crop_count_at(scale, size)
    if crop is not None and count > 1:
        return config.changed(whole_size_px=whole, crop_px=crop, crop_count=count // 2)
    smaller = max(SMALLEST_CROP_PX, (crop or max(size)) // 2)
    if crop is not None and smaller >= crop:
        return None
    return config.changed(whole_size_px=whole, crop_px=smaller)
