"""Between pixels as files have them and tensors as the networks want them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.errors import PhotoError

ImageArray = NDArray[np.uint8]
"""(H, W, 3) uint8 RGB, sRGB."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A normalised image: colour for the networks, alpha for the document.

    Attributes:
        rgb: (H, W, 3) uint8.
        alpha: (H, W) uint8, or None where the image is opaque by format.
    """

    rgb: ImageArray
    alpha: ImageArray | None


def normalise_array(array: NDArray[Any]) -> Raster:
    """Bring an image of 1 to 4 channels and any common depth to 8-bit RGB and alpha.

    Args:
        array: (H, W), or (H, W, C) with C = 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha;
            bool, uint8, uint16 (0 to 65535) or float (0 to 1).

    Raises:
        PhotoError: another shape or number type, or values that are not finite.
    """
    pixels = _to_bytes(array)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 2, 3, 4) or 0 in pixels.shape:
        raise PhotoError(
            "An image of shape {shape} cannot be used: 1 to 4 channels are expected.",
            shape=array.shape,
        )
    colour_channels = 1 if pixels.shape[2] <= 2 else 3
    rgb = np.ascontiguousarray(
        np.broadcast_to(pixels[..., :colour_channels], (*pixels.shape[:2], 3))
    )
    has_alpha = pixels.shape[2] in (2, 4)
    return Raster(rgb, pixels[..., -1].copy() if has_alpha else None)


def photo_sha256(rgb: ImageArray) -> str:
    """Return the content hash (hex) of training pixels: (H, W, 3) uint8."""
    digest = hashlib.sha256(f"{rgb.shape}".encode())
    digest.update(np.ascontiguousarray(rgb).tobytes())
    return digest.hexdigest()


def to_tensor(rgb: ImageArray, device: torch.device | str = "cpu") -> torch.Tensor:
    """Return (1, 3, H, W) float32 in [-1, 1] from (H, W, 3) uint8 (0 -> -1, 255 -> 1)."""
    tensor = torch.from_numpy(np.array(rgb, copy=True)).to(device)
    return tensor.permute(2, 0, 1)[None].float().div(127.5).sub(1.0).contiguous()


def to_array(image: torch.Tensor) -> ImageArray:
    """Return (H, W, 3) uint8 from (1, 3, H, W) float in [-1, 1], rounded and clamped."""
    levels = image.detach()[0].float().add(1.0).mul(127.5).round().clamp(0.0, 255.0)
    pixels: ImageArray = levels.to(torch.uint8).permute(1, 2, 0).contiguous().cpu().numpy()
    return pixels


def _to_bytes(array: NDArray[Any]) -> ImageArray:
    if array.dtype == np.uint8:
        return np.asarray(array, dtype=np.uint8)
    if array.dtype == np.bool_:
        return np.asarray(np.where(array, 255, 0), dtype=np.uint8)
    if array.dtype == np.uint16:
        return np.asarray((array.astype(np.uint32) + 128) // 257, dtype=np.uint8)
    if not np.issubdtype(array.dtype, np.floating):
        raise PhotoError(
            "Pixels of type {type} cannot be used: 8-bit, 16-bit or float are expected.",
            type=array.dtype,
        )
    if not np.isfinite(array).all():
        raise PhotoError("The image holds values that are not finite numbers.")
    return np.asarray(np.rint(np.clip(array, 0.0, 1.0) * 255.0), dtype=np.uint8)
