"""Where crops are cut from a picture."""

from __future__ import annotations

from typing import NamedTuple

import torch

from singan_core.pixels.resize import Size

_BORDER_SHARE = 0.25
Place = tuple[int, int]
"""Top and left of a crop."""
Ends = tuple[int | None, int | None]
"""Down and across, the end (0 = near, 1 = far) of the border that a crop lies at; None = inside."""


class EvenPlace(NamedTuple):
    """A place among those that show every part of a picture about equally often.

    Attributes:
        corner: top and left.
        ends: borders that the crop lies at because it reached beyond them.
    """

    corner: Place
    ends: Ends


def places(room: Size, count: int, generator: torch.Generator) -> list[Place]:
    """Draw top-left corners of crops; about a quarter is pushed to a border of the image.

    Args:
        room: how far a crop can be moved down and to the right.
        count: number of crops.
        generator: of the draws.
    """
    extent = torch.tensor(room)
    corners = (torch.rand(count, 2, generator=generator) * (extent + 1)).long()
    is_pushed = torch.rand(count, generator=generator) < _BORDER_SHARE
    sides = torch.randint(0, 4, (count,), generator=generator)
    for corner, pushed, side in zip(corners, is_pushed, sides, strict=True):
        axis, end = divmod(int(side), 2)
        if pushed:
            corner[axis] = extent[axis] * end
    return [(int(top), int(left)) for top, left in corners]


def even_places(whole: Size, crop: Size, count: int, generator: torch.Generator) -> list[EvenPlace]:
    """Draw places of crops so that the picture's border is seen about as often as its middle.

    A crop is dropped anywhere where it shows any of the picture, and what reaches beyond a
    border is pushed back to it. Without that a pixel of the border would be seen once where one
    of the middle is seen as often as a crop has rows or columns. A strip along the border is
    seen up to twice as often in return. All this holds where the picture is at least twice as
    large as a crop.

    Args:
        whole: (H, W) of the picture.
        crop: (h, w) of the crops, at most ``whole``.
        count: number of crops.
        generator: of the draws.
    """
    room = [full - side for full, side in zip(whole, crop, strict=True)]
    reach, extent = torch.tensor(crop) - 1, torch.tensor(room)
    span = extent + 2 * reach + 1
    dropped = (torch.rand(count, 2, generator=generator) * span).long() - reach
    drawn = []
    for top, left in dropped.tolist():
        ends = _end(top, room[0]), _end(left, room[1])
        corner = min(max(top, 0), room[0]), min(max(left, 0), room[1])
        drawn.append(EvenPlace(corner, ends))
    return drawn


def _end(start: int, room: int) -> int | None:
    return 0 if start <= 0 else 1 if start >= room else None
