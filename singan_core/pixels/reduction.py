"""A picture at several smaller sizes at once, and kept so while parts of it change."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.pixels.resize import (
    Size,
    Window,
    reached_window,
    resize,
    resize_weights,
    source_window,
)

_BLOCK_PX = 256
_LEVELS = 255.0


class ReducedPicture:
    """A picture of 8-bit levels, seen at any size, cheaply again and again.

    A resize is linear: a change adds the resize of its difference, so that a stroke on twelve
    million pixels costs what its own few thousand cost. The sums are float64 and do not drift.
    """

    def __init__(self, picture: NDArray[np.uint8], sizes: Collection[Size]) -> None:
        """Reduce a picture in one pass over it.

        Args:
            picture: (H, W) or (H, W, C) uint8; kept, not copied.
            sizes: (H, W) at which it will be wanted as a whole; others are computed anew.
        """
        self._picture = picture if picture.ndim == 3 else picture[..., None]
        self._sums = {
            size: torch.zeros(self._picture.shape[2], *size, dtype=torch.float64)
            for size in sizes
            if size != self.size
        }
        self._add(Window.of(self.size), self._picture, torch.float32)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture itself, (H, W, C) uint8: to be read only."""
        return self._picture

    @property
    def size(self) -> Size:
        """(H, W) of the picture itself."""
        height, width = self._picture.shape[:2]
        return height, width

    def change(self, window: Window, pixels: NDArray[np.uint8]) -> None:
        """Write some pixels.

        Args:
            window: where; inside the picture.
            pixels: (h, w) or (h, w, C) uint8.
        """
        old = self._picture[window.slices]
        pixels = pixels.reshape(old.shape)
        self._add(window, pixels.astype(np.int16) - old, torch.float64)
        old[...] = pixels

    def at(self, size: Size, window: Window | None = None) -> torch.Tensor:
        """Return a window of the picture at a size, clamped to its 8-bit range.

        Args:
            size: (H, W) of the whole.
            window: part of it; None = all.

        Returns:
            (1, C, *window.size) float32, 0 to 255.
        """
        window = window or Window.of(size)
        if size in self._sums:
            levels = window.cut(self._sums[size]).float()[None]
        else:
            levels = self._computed(size, window)
        return levels.clamp(0.0, _LEVELS)

    def levels_at(self, size: Size, window: Window) -> NDArray[np.uint8]:
        """Return a window of the picture at a size, rounded: (h, w, C) uint8."""
        if size == self.size:
            return np.array(self._picture[window.slices], np.uint8)
        levels = self.at(size, window)[0].round().to(torch.uint8)
        return np.ascontiguousarray(levels.permute(1, 2, 0).numpy())

    def _computed(self, size: Size, window: Window) -> torch.Tensor:
        read = source_window(window, self.size, size)
        part = torch.from_numpy(np.ascontiguousarray(self._picture[read.slices]))
        levels = part.permute(2, 0, 1)[None].float()
        return resize(levels, size, in_size=self.size, in_window=read, out_window=window)

    def _add(self, window: Window, values: NDArray[np.generic], dtype: torch.dtype) -> None:
        """Add the resize of (h, w, C) values inside a window, and of nothing beyond it."""
        channels = values.shape[2]
        reached = {size: reached_window(window, self.size, size) for size in self._sums}
        lowered = self._lowered(window, values, reached, dtype)
        for size, written in reached.items():
            rows = lowered[size].view(written.size[0], -1, channels).permute(2, 0, 1)
            for first, last in _blocks(0, window.right - window.left):
                read = slice(window.left + first, window.left + last)
                near = _reached_span(read, self.size[1], size[1])
                across = resize_weights(self.size[1], size[1], read, near).to(dtype)
                narrowed = rows[..., first:last] @ across.T
                self._sums[size][:, written.top : written.bottom, near] += narrowed

    def _lowered(
        self,
        window: Window,
        values: NDArray[np.generic],
        reached: dict[Size, Window],
        dtype: torch.dtype,
    ) -> dict[Size, torch.Tensor]:
        """Return the values with the heights of all sizes: (rows reached, w * C) each."""
        width = values.shape[1] * values.shape[2]
        lowered = {
            size: torch.zeros(written.size[0], width, dtype=dtype)
            for size, written in reached.items()
        }
        for first, last in _blocks(0, window.bottom - window.top):
            rows = torch.from_numpy(np.ascontiguousarray(values[first:last]))
            block = rows.to(dtype).flatten(1)
            read = slice(window.top + first, window.top + last)
            for size, written in reached.items():
                near = _reached_span(read, self.size[0], size[0])
                down = resize_weights(self.size[0], size[0], read, near).to(dtype)
                start, stop = near.start - written.top, near.stop - written.top
                lowered[size][start:stop] += down @ block
        return lowered


def _reached_span(read: slice, in_length: int, out_length: int) -> slice:
    window = Window(read.start, 0, read.stop, 1)
    return reached_window(window, (in_length, 1), (out_length, 1)).slices[0]


def _blocks(start: int, stop: int) -> Iterator[tuple[int, int]]:
    return ((first, min(stop, first + _BLOCK_PX)) for first in range(start, stop, _BLOCK_PX))
