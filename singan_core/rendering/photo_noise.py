"""The noise that makes the photo, as a part of the noise of a sample.

The mixture z = l z* + sqrt(1 - l^2) u of the noise that reconstructs the photo (equation 5 of the
paper) and fresh noise u is as strong as either. Not in the paper, whose animations walk around z*
in a like way (section 5 there): the likeness l goes from an all new layout to the photo's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from singan_core.pixels.resize import Window


@dataclass(frozen=True)
class PhotoNoise:
    """What the coarsest scale's noise has of z*.

    Attributes:
        noise: (1, C, H, W) float32, z*.
        window: the pixels of the coarsest scale it is for; beyond the picture where it is padded.
        likeness: weight of z*, 0 to 1.
    """

    noise: torch.Tensor
    window: Window
    likeness: float

    def mixed(self, drawn: torch.Tensor, window: Window) -> torch.Tensor:
        """Return the noise of a window, from fresh standard normal noise of it.

        Args:
            drawn: (1, C, *window.size) float32.
            window: inside the window of z*.
        """
        own = window.cut(self.noise, self.window).to(drawn.device)
        return self.likeness * own + math.sqrt(1.0 - self.likeness**2) * drawn
