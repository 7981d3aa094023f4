"""An injection seen at a smaller size: its edit, its mask and what lies below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from singan_core.pixels.image import ImageArray, to_array
from singan_core.pixels.mask import Mask, composite
from singan_core.pixels.reduction import ReducedPicture
from singan_core.pixels.resize import Size, Window, resize, source_window
from singan_core.rendering.finishing import MaskSource

_HALF_RANGE = 127.5
_INSIDE = 128


@dataclass(frozen=True, slots=True)
class ReducedInjection:
    """The pictures of an injection at the sizes that a partial render needs.

    At the composite's own size all of them are what a full render uses, bit for bit.

    Attributes:
        edit: what enters the pyramid.
        base: what stays outside the mask; may be the same object.
        mask: where the edit was pasted; None = everywhere.
        soft: the mask grown and feathered; None = everywhere.
        device: where the edit is wanted.
    """

    edit: ReducedPicture
    base: ReducedPicture
    mask: ReducedPicture | None
    soft: ReducedPicture | None
    device: torch.device

    def edit_at(self, size: Size, window: Window) -> torch.Tensor:
        """Return a window of the edit at a size: (1, 3, h, w) float32 in [-1, 1]."""
        levels = self.edit.at(size, window).to(self.device)
        return levels.div(_HALF_RANGE).sub(1.0)

    def injected_at(self, scale: int, sizes: Sequence[Size], window: Window) -> torch.Tensor:
        """Return a window of what the walk starts with at a scale; see ``sample.injected``."""
        below, size = sizes[scale - 1], sizes[scale]
        read = source_window(window, below, size)
        reduced = self.edit_at(below, read)
        start = resize(reduced, size, in_size=below, in_window=read, out_window=window)
        return start.clamp_(-1.0, 1.0)

    def inside_at(self, size: Size) -> MaskSource | None:
        """Return windows of where the edit was pasted, at a size; None = everywhere."""
        mask = self.mask
        if mask is None:
            return None
        return lambda window: mask.at(size, window)[0, 0].numpy() >= _INSIDE

    def soft_at(self, size: Size, window: Window) -> Mask:
        """Return a window of the grown and feathered mask at a size: (h, w) uint8."""
        if self.soft is None:
            return np.full(window.size, 255, np.uint8)
        return self.soft.levels_at(size, window)[..., 0]

    def base_at(self, size: Size, window: Window) -> ImageArray:
        """Return a window of what stays outside the mask at a size: (h, w, 3) uint8."""
        return self.base.levels_at(size, window)

    def joined(self, size: Size, window: Window, finished: torch.Tensor) -> ImageArray:
        """Return a finished window inside the mask and the base outside it: (h, w, 3) uint8."""
        return composite(self.base_at(size, window), to_array(finished), self.soft_at(size, window))
