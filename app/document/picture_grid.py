"""Pictures of one size beside and below each other, every pixel of them kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.document.pixels import Pixels

GAP_PX = 8
_GROUND = 40


def picture_grid(pictures: Sequence[Pixels]) -> Pixels:
    """Return (H, W, 3) uint8 with about as many columns as rows, a dark gap between them.

    Args:
        pictures: (h, w, 3) uint8 each, of one size; at least one.
    """
    height, width = pictures[0].shape[:2]
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    shape = (rows * (height + GAP_PX) + GAP_PX, columns * (width + GAP_PX) + GAP_PX, 3)
    grid = np.full(shape, _GROUND, np.uint8)
    for index, picture in enumerate(pictures):
        top = GAP_PX + index // columns * (height + GAP_PX)
        left = GAP_PX + index % columns * (width + GAP_PX)
        grid[top : top + height, left : left + width] = picture
    return grid
