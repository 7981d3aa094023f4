"""Fine detail of an edit in its result: what a short training, or a small one, cannot give.

Not in the paper. Its results end at the trained size, and all their detail was generated; an
edit often holds the right detail already, because its patches come from the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from singan_core.pixels.mask import rim
from singan_core.pixels.resize import Size, Window, reached_window, resize, source_window

_DEPARTURE = 0.5
"""Difference of result and edit, in the [-1, 1] range, at which detail weighs one half."""
_RIM = 2.0
"""Width of the cut, in pixels of the size at which detail begins: as far as its line reaches."""


@dataclass(frozen=True, slots=True)
class DetailStage:
    """Exchanges a result's detail for the edit's where the two agree, window by window.

    Detail is what a trip through ``below`` takes away from a picture. Where result and edit
    differ by d at that size, the edit's detail weighs 1 / (1 + (d / 0.5)^2): a ghost of what
    the result dropped would be worse than a soft result. Along the border of the mask it
    weighs 0, since there it is the line of the cut.

    Attributes:
        size: (H, W) of the picture.
        below: (h', w') below which the result's own content stays.
    """

    size: Size
    below: Size

    @property
    def rim_px(self) -> int:
        """How far from the border of the mask the cut reaches, in px of the picture."""
        return round(self.size[0] / self.below[0] * _RIM)

    def reads(self, window: Window) -> Window:
        """Return the pixels of size ``below`` that a window of the picture needs."""
        return source_window(window, self.below, self.size).grown(1, self.below)

    def reads_mask(self, window: Window) -> Window:
        """Return the pixels of the mask that a window of the picture needs."""
        return window.grown(max(1, self.rim_px) + 1, self.size)

    def reached(self, window: Window) -> Window:
        """Return what a change of result or edit inside a window of ``below`` can touch."""
        return reached_window(window.grown(1, self.below), self.below, self.size)

    def reached_by_mask(self, window: Window) -> Window:
        """Return what a change of the mask inside a window of the picture can touch."""
        return window.grown(max(1, self.rim_px) + 1, self.size)

    def added(
        self,
        window: Window,
        departure: torch.Tensor,
        difference: torch.Tensor,
        inside: NDArray[np.bool_] | None,
    ) -> torch.Tensor:
        """Return what is to be added to a window of the result.

        Args:
            window: the part of the picture that is wanted.
            departure: (1, 3, h', w'), result less edit on ``reads(window)``.
            difference: (1, 3, h, w), edit less result on ``window``.
            inside: where the edit was pasted, on ``reads_mask(window)``; None = everywhere,
                without a border.

        Returns:
            (1, 3, h, w) float32.
        """
        read = self.reads(window)
        weight = self._enlarged(self._agreement(departure, read), window, read).clamp_(0.0, 1.0)
        if inside is not None:
            cut = torch.from_numpy(rim(inside, self.rim_px))
            weight *= 1.0 - window.cut(cut, self.reads_mask(window)).to(weight.device)
        return weight * (difference + self._enlarged(departure, window, read))

    def _enlarged(self, part: torch.Tensor, window: Window, read: Window) -> torch.Tensor:
        return resize(part, self.size, in_size=self.below, in_window=read, out_window=window)

    def _agreement(self, departure: torch.Tensor, read: Window) -> torch.Tensor:
        """Return the weight on ``read``; its outermost pixels are right at the border only."""
        distance = departure.abs().mean(dim=1, keepdim=True)
        padded = functional.pad(distance, (1,) * 4, mode="replicate")
        distance = functional.avg_pool2d(padded, 3, 1)
        return 1.0 / (1.0 + (distance / _DEPARTURE) ** 2)
