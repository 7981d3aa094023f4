"""Where crops are cut from a picture."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch.nn import functional

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
    """Draw places of crops so that no part of the picture is seen over twice as often as another.

    A crop is dropped anywhere where it shows any of the picture, and what reaches beyond a
    border is pushed back to it. Without that a pixel of the border would be seen once where one
    of the middle is seen as often as a crop has rows or columns. Along a side of at most two
    crops it lies at one of both ends, since the middle is seen from both.

    Every second crop lies opposite to the one before it, mirrored at the picture's middle: two
    together see more of the picture, and their gradients differ less from draw to draw.

    Args:
        whole: (H, W) of the picture.
        crop: (h, w) of the crops, at most ``whole``.
        count: number of crops.
        generator: of the draws.
    """
    room = [full - side for full, side in zip(whole, crop, strict=True)]
    sides, extent = torch.tensor(crop), torch.tensor(room)
    chance = torch.rand((count + 1) // 2, 2, generator=generator)
    dropped = (chance * (extent + 2 * sides - 1)).long() - sides + 1
    at_an_end = torch.where(chance < 0.5, 0, extent)
    first = torch.where(extent > sides, dropped, at_an_end)
    drawn = []
    for top, left in torch.stack([first, extent - first], dim=1).flatten(0, 1)[:count].tolist():
        ends = _end(top, room[0]), _end(left, room[1])
        corner = min(max(top, 0), room[0]), min(max(left, 0), room[1])
        drawn.append(EvenPlace(corner, ends))
    return drawn


def evening_weights(whole: int, crop: int) -> torch.Tensor:
    """Return (whole,) float32 along one side: wanted sightings of each pixel over true ones.

    With them a mean over crops at ``even_places`` is, in the mean over many draws, the mean over
    the whole picture: each pixel weighs what it is seen too seldom or too often.

    Args:
        whole: length of the side.
        crop: of the crops, at most ``whole``.
    """
    room = whole - crop
    starts = torch.zeros(room + 1, dtype=torch.float64)
    if room > crop:
        starts += 1.0 / (room + 2 * crop - 1)
        starts[0] = starts[-1] = crop / (room + 2 * crop - 1)
    else:
        starts[0] += 0.5
        starts[-1] += 0.5
    ending = functional.pad(starts.cumsum(0), (crop, 0))
    begun = functional.pad(starts, (0, crop - 1)).cumsum(0)
    seen = begun - ending[:whole]
    return (crop / whole / seen).float()


def _end(start: int, room: int) -> int | None:
    return 0 if start <= 0 else 1 if start >= room else None
