"""The photo at the scale in training: kept in few bytes, made in parts."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import torch

from singan_core.pixels.image import ImageArray
from singan_core.pixels.resize import Size, Window, resize, source_window
from singan_core.pixels.tiles import tiles

_READ_PX = 1000
"""Side of the part of the photo that is a float at a time."""
_SMALLEST_TILE_PX = 8


class PhotoLevels:
    """A photo that is reduced to one scale after the other, each directly from the original.

    All levels of a 50 megapixel photo as floats would be 1.4 GB. Here the photo stays in 8 bits,
    and only the scale in training is held: as float32 where it is trained whole; beyond, in half
    precision (off by less than a sixteenth of an 8-bit level), and at the photo's own size as
    the photo itself.

    Args:
        photo: (H, W, 3) uint8 RGB; kept, not copied on a CPU.
        sizes: (H, W) per scale.
        device: where to compute.
    """

    def __init__(self, photo: ImageArray, sizes: Sequence[Size], device: torch.device) -> None:
        # torch warns of arrays that it could write to although they are read only
        writeable = photo if photo.flags.writeable else photo.copy()
        self._photo = torch.from_numpy(writeable).to(device).permute(2, 0, 1)[None]
        self._sizes = sizes

    @property
    def device(self) -> torch.device:
        """Where the levels lie."""
        return self._photo.device

    def whole(self, scale: int) -> Generator[None, None, torch.Tensor]:
        """Make the photo at a scale as floats.

        Yields:
            None after every part.

        Returns:
            (1, 3, h, w) float32 in [-1, 1].
        """
        level = torch.empty(1, 3, *self._sizes[scale], device=self._photo.device)
        yield from self._filling(level)
        return level

    def compact(self, scale: int) -> Generator[None, None, torch.Tensor]:
        """Make the photo at a scale in few bytes, for ``level_window`` to read.

        Yields:
            None after every part.

        Returns:
            (1, 3, h, w), uint8 at the photo's own size, else float16.
        """
        size = self._sizes[scale]
        if size == self._photo_size:
            return self._photo
        level = torch.empty(1, 3, *size, dtype=torch.float16, device=self._photo.device)
        yield from self._filling(level)
        return level

    @property
    def _photo_size(self) -> Size:
        return int(self._photo.shape[-2]), int(self._photo.shape[-1])

    def _filling(self, level: torch.Tensor) -> Generator[None, None, None]:
        size = int(level.shape[-2]), int(level.shape[-1])
        photo = self._photo_size
        ratio = max(photo[0] / size[0], photo[1] / size[1], 1.0)
        side = max(_SMALLEST_TILE_PX, int(_READ_PX / ratio) - 4)
        for window in tiles(Window.of(size), side):
            read = source_window(window, photo, size)
            part = as_float(read.cut(self._photo))
            part = resize(part, size, in_size=photo, in_window=read, out_window=window)
            window.cut(level).copy_(part.clamp(-1.0, 1.0))
            yield


def as_float(part: torch.Tensor) -> torch.Tensor:
    """Return float32 in [-1, 1] of a part of a level: (1, 3, h, w) uint8 or any float."""
    if part.dtype != torch.uint8:
        return part.float()
    return part.float().div(127.5).sub(1.0).contiguous()


def level_window(level: torch.Tensor, window: Window) -> torch.Tensor:
    """Return a window of a level as (1, 3, *window.size) float32 in [-1, 1]."""
    return as_float(window.cut(level))
