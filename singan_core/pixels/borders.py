"""What lies beyond the border of a picture."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional


def mirrored(image: torch.Tensor, margins: Sequence[int]) -> torch.Tensor:
    """Return a picture mirrored beyond its border; one that is too small goes on as it ends.

    Args:
        image: (B, C, H, W).
        margins: px at the left, right, top and bottom, none negative.
    """
    is_large = min(image.shape[-2:]) > max(margins)
    return functional.pad(image, list(margins), "reflect" if is_large else "replicate")
