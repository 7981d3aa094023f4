"""Where crops are cut from a picture."""

from __future__ import annotations

import torch

from singan_core.pixels.resize import Size

_BORDER_SHARE = 0.25
Place = tuple[int, int]
"""Top and left of a crop."""
Push = tuple[int, int]
"""Axis (0 = down) and end (0 = near) of the border that a crop was pushed to."""


def places(room: Size, count: int, generator: torch.Generator) -> list[Place]:
    """Draw top-left corners of crops; about a quarter is pushed to a border of the image.

    Args:
        room: how far a crop can be moved down and to the right.
        count: number of crops.
        generator: of the draws.
    """
    return pushed_places(room, count, generator)[0]


def pushed_places(
    room: Size, count: int, generator: torch.Generator
) -> tuple[list[Place], list[Push | None]]:
    """Return ``places``, and what each was pushed to; None = it was not."""
    extent = torch.tensor(room)
    corners = (torch.rand(count, 2, generator=generator) * (extent + 1)).long()
    is_pushed = torch.rand(count, generator=generator) < _BORDER_SHARE
    sides = torch.randint(0, 4, (count,), generator=generator)
    pushes: list[Push | None] = []
    for corner, pushed, side in zip(corners, is_pushed, sides, strict=True):
        axis, end = divmod(int(side), 2)
        pushes.append((axis, end) if pushed else None)
        if pushed:
            corner[axis] = extent[axis] * end
    return [(int(top), int(left)) for top, left in corners], pushes
