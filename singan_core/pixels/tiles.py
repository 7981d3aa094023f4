"""A large picture as tiles that are computed one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from singan_core.pixels.resize import Size, Window

TILE_PX = 256
"""Side of a tile of a generator: its halo of 5 px adds 8 % of work, and 128 maps take 36 MB."""


def tiles(size: Size, side_px: int = TILE_PX) -> Iterator[Window]:
    """Return the tiles of an image of (H, W), row by row; the last ones are smaller."""
    height, width = size
    for top in range(0, height, side_px):
        for left in range(0, width, side_px):
            yield Window(top, left, min(height, top + side_px), min(width, left + side_px))
