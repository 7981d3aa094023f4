"""How much of the structure of one picture another one has, whatever their colours.

The correlation of gradient magnitudes: where one picture has its edges, so should the other.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from singan_core.pixels.resize import Size, resize

SHORT_PX = 64
"""Short side at which pictures are compared: layout and contours, no texture."""
_BLUR_PX = 1.5
_SMALLEST = 1e-12


def edge_correlation(picture: torch.Tensor, reference: torch.Tensor) -> float:
    """Return the correlation of the edges of two pictures, -1 to 1; 0 where one has none.

    Both are reduced to the reference's shape at a short side of 64 px; edges are Sobel magnitudes
    of the luminance, which is blurred by 1.5 px before so that grain does not count.

    Args:
        picture: (1, 3, H, W) float in [-1, 1], of any size.
        reference: (1, 3, h, w) likewise.
    """
    height, width = int(reference.shape[-2]), int(reference.shape[-1])
    ratio = SHORT_PX / min(height, width)
    size = max(1, round(height * ratio)), max(1, round(width * ratio))
    first, second = (_edges(each, size) for each in (picture, reference))
    norm = first.norm() * second.norm()
    return 0.0 if float(norm) < _SMALLEST else float((first * second).sum() / norm)


@torch.no_grad()
def _edges(picture: torch.Tensor, size: Size) -> torch.Tensor:
    """Return gradient magnitudes of the blurred picture without their mean: (1, 1, *size)."""
    weights = torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64, device=picture.device)
    light = (resize(picture, size).double() * weights[:, None, None]).sum(dim=1, keepdim=True)
    light = functional.pad(_blurred(light), (1, 1, 1, 1), mode="replicate")
    smooth, slope = light.new_tensor([1.0, 2.0, 1.0]), light.new_tensor([-1.0, 0.0, 1.0])
    across = functional.conv2d(light, (smooth[:, None] * slope)[None, None])
    down = functional.conv2d(light, (slope[:, None] * smooth)[None, None])
    edges = (across.square() + down.square()).sqrt()
    return edges - edges.mean()


def _blurred(image: torch.Tensor) -> torch.Tensor:
    reach = round(3 * _BLUR_PX)
    at = torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device)
    weights = torch.exp(-at.square() / (2.0 * _BLUR_PX**2))
    weights = weights / weights.sum()
    padded = functional.pad(image, (reach,) * 4, mode="replicate")
    rows = functional.conv2d(padded, weights[None, None, :, None])
    return functional.conv2d(rows, weights[None, None, None, :])
