"""How a picture of the scale below enters a scale in training."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from singan_core.palette import Palette, quantized
from singan_core.pyramid import Size
from singan_core.sample import enlarged


@dataclass(frozen=True, slots=True)
class Entry:
    """The way from the scale below into a scale.

    Attributes:
        palette: colours that the picture of the scale below is reduced to before it is
            enlarged; empty = it keeps its own.
    """

    palette: Palette = ()

    def entered(self, below: torch.Tensor, size: Size) -> torch.Tensor:
        """Return what a scale gets of a picture of the scale below, before noise.

        Args:
            below: (1, 3, h, w) float32 in [-1, 1].
            size: (H, W) of the scale.

        Returns:
            (1, 3, H, W) in [-1, 1], an ordinary tensor that can be trained on.
        """
        reduced = quantized(below, self.palette) if self.palette else below
        return enlarged(reduced, size).clone()


PLAIN_ENTRY = Entry()
"""As in the paper: enlarged, nothing else."""
