"""A large picture as tiles that are computed one after the other."""

from __future__ import annotations

import math
from itertools import pairwise

from singan_core.pixels.resize import Window

TILE_PX = 256
"""Side of a tile of a generator: its halo of 5 px adds 8 % of work, and 128 maps take 36 MB."""


def tiles(window: Window, side_px: int = TILE_PX) -> list[Window]:
    """Cut a window into tiles of at most ``side_px``, row by row.

    Returns:
        Tiles whose sides differ by one pixel at most; none of an empty window.
    """
    if window.is_empty:
        return []
    rows = _spans(window.top, window.bottom, side_px)
    columns = _spans(window.left, window.right, side_px)
    return [Window(top, left, bottom, right) for top, bottom in rows for left, right in columns]


def _spans(start: int, stop: int, side_px: int) -> list[tuple[int, int]]:
    length = stop - start
    count = math.ceil(length / side_px)
    return list(pairwise(start + length * index // count for index in range(count + 1)))
