"""An injection seen at a smaller size: its edit, its mask and what lies below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.finishing import MaskSource
from singan_core.image import ImageArray, to_array
from singan_core.injection import Injection, base_picture, prepared_edit
from singan_core.mask import Mask, composite
from singan_core.pyramid import Size
from singan_core.reduction import ReducedPicture
from singan_core.resize import Window, resize, source_window

_HALF_RANGE = 127.5
_INSIDE = 128


class ReducedInjection:
    """The pictures of an injection at the sizes that a partial render needs.

    At the composite's own size all of them are what a full render uses, bit for bit.

    Attributes:
        edit: what enters the pyramid.
        base: what stays outside the mask; the same object as ``edit`` where they are the same.
        mask: where the edit was pasted; None = everywhere.
        soft: the mask grown and feathered; None = everywhere.
    """

    def __init__(
        self,
        injection: Injection,
        soft: Mask,
        edit_sizes: Collection[Size],
        size: Size,
        device: torch.device,
    ) -> None:
        """Reduce the pictures of an injection; at other sizes they are computed when asked for.

        Args:
            injection: the edit.
            soft: (H, W) uint8, its grown and feathered mask.
            edit_sizes: (H, W) of the sizes at which all of the edit is wanted.
            size: (H, W) of the size at which all of the other pictures is wanted.
            device: where the edit is wanted.
        """
        self._device = device
        edit, base = prepared_edit(injection), base_picture(injection)
        is_same = edit is base
        self.edit = ReducedPicture(edit, {*edit_sizes, size} if is_same else set(edit_sizes))
        self.base = self.edit if is_same else ReducedPicture(base, {size})
        mask = injection.mask
        self.mask = None if mask is None else ReducedPicture(mask, {size})
        self.soft = None if mask is None else ReducedPicture(soft, {size})

    def edit_at(self, size: Size, window: Window) -> torch.Tensor:
        """Return a window of the edit at a size: (1, 3, h, w) float32 in [-1, 1]."""
        levels = self.edit.at(size, window).to(self._device)
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
        return _levels(self.soft.at(size, window))[..., 0]

    def base_at(self, size: Size, window: Window) -> ImageArray:
        """Return a window of what stays outside the mask at a size: (h, w, 3) uint8."""
        return _levels(self.base.at(size, window))

    def joined(self, size: Size, window: Window, finished: torch.Tensor) -> ImageArray:
        """Return a finished window inside the mask and the base outside it: (h, w, 3) uint8."""
        return composite(self.base_at(size, window), to_array(finished), self.soft_at(size, window))


def _levels(picture: torch.Tensor) -> NDArray[np.uint8]:
    return picture[0].round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
