"""Windows of a picture at any size, made of no more of its 8-bit pixels than they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.resize import Size, Window, resize, source_window

_READ_PX = 1 << 18
_KEPT_PX = 1 << 20


@dataclass(frozen=True, slots=True)
class EditWindows:
    """A picture that enters the pyramid.

    Every window equals, bit for bit, the same window of the resize of the whole.

    Attributes:
        pixels: (H, W, 3) uint8.
        device: where windows are wanted.
    """

    pixels: ImageArray
    device: torch.device

    @property
    def size(self) -> Size:
        """(H, W) of the picture itself."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @torch.inference_mode()
    def at(self, size: Size, window: Window) -> torch.Tensor:
        """Return a window of the picture at a size: (1, 3, h, w) float32 in [-1, 1]."""
        if size == self.size:
            return to_tensor(self.pixels[window.slices], self.device)
        read = source_window(window, self.size, size)
        lowered = torch.cat([self._lowered(size, window, part) for part in _columns(read)], dim=-1)
        have = Window(window.top, read.left, window.bottom, read.right)
        in_size = (size[0], self.size[1])
        resized = resize(lowered, size, in_size=in_size, in_window=have, out_window=window)
        return resized.clamp_(-1.0, 1.0)

    def _lowered(self, size: Size, window: Window, part: Window) -> torch.Tensor:
        """Return some columns at the wanted height only; that is how a resize begins."""
        image = to_tensor(self.pixels[part.slices], self.device)
        written = Window(window.top, part.left, window.bottom, part.right)
        out_size = (size[0], self.size[1])
        return resize(image, out_size, in_size=self.size, in_window=part, out_window=written)


class InjectedWindows:
    """What a walk starts with at an injection scale, in windows; see ``sample.injected``."""

    def __init__(
        self, edit: EditWindows, scale: int, sizes: Sequence[Size], wanted: Window
    ) -> None:
        """Reduce the edit to the scale below, where that is small.

        Args:
            edit: the picture.
            scale: injection scale, at least 1.
            sizes: (H, W) per scale.
            wanted: what will be asked for of the start; other windows must lie inside.
        """
        self._edit = edit
        self._below, self._size = sizes[scale - 1], sizes[scale]
        self._kept = source_window(wanted, self._below, self._size)
        height, width = self._kept.size
        is_kept = height * width <= _KEPT_PX
        self._reduced = edit.at(self._below, self._kept) if is_kept else None

    @torch.inference_mode()
    def __call__(self, window: Window) -> torch.Tensor:
        """Return (1, 3, h, w) float32 in [-1, 1], the input of the scale before its noise."""
        read = source_window(window, self._below, self._size)
        if self._reduced is None:
            reduced = self._edit.at(self._below, read)
        else:
            reduced = read.cut(self._reduced, self._kept)
        start = resize(reduced, self._size, in_size=self._below, in_window=read, out_window=window)
        return start.clamp(-1.0, 1.0)


def _columns(window: Window) -> list[Window]:
    """Cut a window into columns of about a quarter of a million pixels."""
    width = max(1, _READ_PX // (window.bottom - window.top))
    return [
        Window(window.top, left, window.bottom, min(window.right, left + width))
        for left in range(window.left, window.right, width)
    ]
