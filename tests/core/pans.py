"""Films that pan over a picture, and how much two of their frames differ beside the motion."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from singan_core.pixels.image import to_array, to_tensor
from singan_core.pixels.resize import Size, resize
from tests.core.photos import landscape

WIDTH_PX = 120
Frames = list[NDArray[np.uint8]]


def pan(step_px: int, count: int = 6) -> Frames:
    """Frames of 96 x 120 px, each moved to the right by a step."""
    wide = landscape(96, WIDTH_PX + step_px * count, seed=1)
    starts = range(0, step_px * count, step_px)
    return [np.ascontiguousarray(wide[:, start : start + WIDTH_PX]) for start in starts]


def reduced(frames: Frames, size: Size) -> Frames:
    """The frames at the size of a result, as the engine reduces them."""
    return [to_array(resize(to_tensor(frame), size).clamp(-1.0, 1.0)) for frame in frames]


def moved_difference(
    frames: Sequence[NDArray[np.uint8]], step_px: int, width_px: int = WIDTH_PX
) -> float:
    """Mean difference of two frames, in 8-bit levels, the first moved by the known motion.

    Args:
        frames: of any size.
        step_px: how far the film moved at its own width.
        width_px: that width.
    """
    height, width = frames[0].shape[:2]
    shift = step_px * width / width_px
    motion = np.array([[1.0, 0.0, -shift], [0.0, 1.0, 0.0]], np.float32)
    seen = width - int(np.ceil(shift)) - 1
    return float(
        np.mean(
            [
                np.abs(
                    cv2.warpAffine(
                        before.astype(np.float32),
                        motion,
                        (width, height),
                        flags=cv2.INTER_CUBIC,
                        borderMode=cv2.BORDER_REPLICATE,
                    )
                    - after
                )[:, :seen].mean()
                for before, after in pairwise(frames)
            ]
        )
    )
