"""The structure of a picture, whatever its colours: where it has edges, and which way they run."""

from __future__ import annotations

import torch
from torch.nn import functional

from singan_core.pixels.resize import Size, resize

SHORT_PX = 64
"""Short side at which pictures are compared: layout and contours, no texture."""
_BLUR_PX = 1.5
_SMALLEST = 1e-12
_GUIDE_BLUR_PX, _LEAST_BLUR_PX = 1.0, 0.7
"""At a short side of 64 px; and at the size itself."""
_SURROUNDINGS = 4.0
"""What the light of a place is compared with, in blurs."""
_DIRECTION_SHARE = 0.7
GUIDE_CHANNELS = 36


def edge_correlation(picture: torch.Tensor, reference: torch.Tensor) -> float:
    """Return the correlation of the edges of two pictures, -1 to 1; 0 where one has none.

    Where one has its edges, so should the other. Both are reduced to the reference's shape at a
    short side of 64 px; edges are Sobel magnitudes of the luminance, which is blurred by 1.5 px
    before so that grain does not count.

    Args:
        picture: (1, 3, H, W) float in [-1, 1], of any size.
        reference: (1, 3, h, w) likewise.
    """
    size = compared_size((int(reference.shape[-2]), int(reference.shape[-1])))
    first, second = (_edges(each, size) for each in (picture, reference))
    norm = first.norm() * second.norm()
    return 0.0 if float(norm) < _SMALLEST else float((first * second).sum() / norm)


def compared_size(size: Size) -> Size:
    """Return (H, W) at which a picture of (H, W) is compared with others."""
    ratio = SHORT_PX / min(size)
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


@torch.no_grad()
def structure_guide(picture: torch.Tensor) -> torch.Tensor:
    """Return what patches of pictures of different colours are compared by.

    Of a picture blurred to its contours: how strong its edges are, which way they run (twice the
    angle, so that dark to light equals light to dark), and how light a place is beside its
    surroundings; each as a multiple of its standard deviation, at the pixel and eight around it.

    Args:
        picture: (1, 3, H, W) float in [-1, 1].

    Returns:
        (H, W, ``GUIDE_CHANNELS``) float32.
    """
    size = int(picture.shape[-2]), int(picture.shape[-1])
    sigma = max(_LEAST_BLUR_PX, _GUIDE_BLUR_PX * min(size) / SHORT_PX)
    light = _light(picture)
    blurred = _blurred(light, sigma)
    across, down = _slopes(blurred)
    strength = (across.square() + down.square()).sqrt()
    unit = strength.std(correction=0).clamp(min=_SMALLEST)
    turned = _DIRECTION_SHARE / strength.clamp(min=_SMALLEST) / unit
    beside = blurred - _blurred(light, _SURROUNDINGS * sigma)
    channels = (
        strength / unit,
        (across.square() - down.square()) * turned,
        2.0 * across * down * turned,
        beside / beside.std(correction=0).clamp(min=_SMALLEST),
    )
    return _with_neighbours(torch.cat(channels, dim=1), max(1, round(sigma))).float()


def _with_neighbours(channels: torch.Tensor, step: int) -> torch.Tensor:
    """Return every channel at a pixel and eight a step away: (1, C, H, W) -> (H, W, 9 * C)."""
    height, width = channels.shape[-2:]
    padded = functional.pad(channels, (step,) * 4, mode="replicate")
    shifts = (0, step, 2 * step)
    seen = [padded[..., y : y + height, x : x + width] for y in shifts for x in shifts]
    return torch.cat(seen, dim=1)[0].permute(1, 2, 0).contiguous()


@torch.no_grad()
def _edges(picture: torch.Tensor, size: Size) -> torch.Tensor:
    """Return gradient magnitudes of the blurred picture without their mean: (1, 1, *size)."""
    across, down = _slopes(_blurred(_light(resize(picture, size)), _BLUR_PX))
    edges = (across.square() + down.square()).sqrt()
    return edges - edges.mean()


def _light(picture: torch.Tensor) -> torch.Tensor:
    """Return the luminance: (1, 3, H, W) -> (1, 1, H, W) float64."""
    weights = torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64, device=picture.device)
    return (picture.double() * weights[:, None, None]).sum(dim=1, keepdim=True)


def _slopes(light: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return how fast it grows to the right and downwards (Sobel)."""
    light = functional.pad(light, (1, 1, 1, 1), mode="replicate")
    smooth, slope = light.new_tensor([1.0, 2.0, 1.0]), light.new_tensor([-1.0, 0.0, 1.0])
    across = functional.conv2d(light, (smooth[:, None] * slope)[None, None])
    down = functional.conv2d(light, (slope[:, None] * smooth)[None, None])
    return across, down


def _blurred(image: torch.Tensor, sigma: float) -> torch.Tensor:
    reach = round(3 * sigma)
    at = torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device)
    weights = torch.exp(-at.square() / (2.0 * sigma**2))
    weights = weights / weights.sum()
    padded = functional.pad(image, (reach,) * 4, mode="replicate")
    rows = functional.conv2d(padded, weights[None, None, :, None])
    return functional.conv2d(rows, weights[None, None, None, :])
