"""What the applications take once their model is trained, told by the speed of a device."""

from __future__ import annotations

from collections.abc import Sequence

from singan_core.applications.super_resolution import CORRECTIONS
from singan_core.pixels.resize import Size
from singan_core.training.speed import Speed

_READ_SHARE = 1.2
"""Of what the tiles of an enlargement compute and read, to what they keep: their margins."""
_RESIZES = 1 + 2 * CORRECTIONS
"""Of every pixel: the enlargement, and of every correction the way down and up."""


def enlarging_s(speed: Speed, sizes: Sequence[Size]) -> float:
    """Return the seconds of enlargements to the given sizes, one after the other.

    Args:
        speed: of the model.
        sizes: (H, W) after every enlargement (``super_resolution.step_sizes``).
    """
    pixels = sum(height * width for height, width in sizes)
    finest = len(speed.scales) - 1
    return pixels * _READ_SHARE * speed.enlarge_s * _RESIZES + _READ_SHARE * speed.rendering_s(
        finest, pixels
    )
