"""Counter-based Gaussian noise: a value depends only on its seed, scale, channel and place.

Any window of the noise can be made alone, on any device, and equals the same window of the
whole: crops, tiles and dirty regions see the noise that the full image sees.
"""

from __future__ import annotations

import hashlib
import math

import torch

from singan_core.pixels.resize import Window

_MASK = 0xFFFFFFFF


def noise(
    seed: int,
    scale: int,
    window: Window,
    *,
    channels: int = 3,
    device: torch.device | str = "cpu",
) -> torch.Tensor:
    """Return standard normal noise for a window of a scale.

    Args:
        seed: seed of the picture.
        scale: scale the noise is for.
        window: pixels wanted, in coordinates of the scale (any integers).
        channels: 1 at the coarsest scale (broadcast), else 3.
        device: where the noise is made.

    Returns:
        (1, channels, *window.size) float32; integer hashing is exact on every device, the
        final logarithm and cosine agree to float rounding.
    """
    rows = torch.arange(window.top, window.bottom, dtype=torch.int64, device=device) & _MASK
    columns = torch.arange(window.left, window.right, dtype=torch.int64, device=device) & _MASK
    keys = torch.tensor(
        [
            [derive_seed(seed, scale, channel, half) & _MASK for half in (0, 1)]
            for channel in range(channels)
        ],
        dtype=torch.int64,
        device=device,
    )
    by_row = _mix(keys[:, :, None] ^ rows)
    bits = _mix(_mix(by_row[..., None] ^ columns) + by_row[..., None])
    return _box_muller(bits[:, 0], bits[:, 1])[None]


def derive_seed(*parts: int | str) -> int:
    """Return a 63-bit seed that depends on every part and their order."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def _keys(seed: int, scale: int, channels: int) -> torch.Tensor:
    """Two 32-bit keys per channel, (channels, 2) int64: one for each half of Box-Muller."""
    seeds = [
        [derive_seed(seed, scale, channel, half) & _MASK for half in (0, 1)]
        for channel in range(channels)
    ]
    return torch.tensor(seeds, dtype=torch.int64)


def _mix(value: torch.Tensor) -> torch.Tensor:
    """Bijective 32-bit finaliser with low bias (xor-shift-multiply), held in int64."""
    value = value & _MASK
    value = ((value ^ (value >> 16)) * 0x7FEB352D) & _MASK
    value = ((value ^ (value >> 15)) * 0x846CA68B) & _MASK
    return value ^ (value >> 16)


def _box_muller(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    # MPS has no float64; its 24-bit uniforms only shorten the far tails.
    real = torch.float32 if first.device.type == "mps" else torch.float64
    radius = first.to(real).add(0.5).mul(2.0**-32).clamp(max=1.0 - 2.0**-24).log().mul(-2.0).sqrt()
    angle = second.to(real).mul(2.0 * math.pi * 2.0**-32)
    return (radius * angle.cos()).to(torch.float32)
