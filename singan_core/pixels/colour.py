"""Bringing the colours of a pasted object towards those of the photo, before injection."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from singan_core.errors import ConfigError
from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask

_FLAT = 1e-3
_STRIPE_ROWS = 256


def matched_colours(
    image: ImageArray, mask: Mask, reference: ImageArray, strength: float
) -> ImageArray:
    """Move the mean and spread of the colours inside a mask towards those of a picture.

    Colour transfer by statistics in CIE L*a*b* (Reinhard et al., Color Transfer between
    Images, 2001, section 3, there in l-alpha-beta), blended with the colours as they were.
    Not part of SinGAN: its networks have never seen a colour that the photo lacks, and pass
    it on unchanged.

    Args:
        image: (H, W, 3) uint8.
        mask: (H, W) uint8, thresholded at 128; what is outside stays bit-identical.
        reference: (H', W', 3) uint8.
        strength: 0 = as it was, 1 = the reference's mean and spread.

    Raises:
        ConfigError: the strength is outside 0 to 1.
    """
    if not 0.0 <= strength <= 1.0:
        raise ConfigError(
            "The colour match must lie between 0 and 1, not {strength}.", strength=f"{strength:g}"
        )
    inside = mask >= 128
    if strength == 0.0 or not inside.any():
        return image
    result: ImageArray = image.copy()
    result[inside] = moved_colours(image[inside], colour_statistics(reference), strength)
    return result


@dataclass(frozen=True, slots=True)
class ColourStatistics:
    """Colours of a picture in CIE L*a*b*.

    Attributes:
        mean: (3,) float64.
        spread: (3,) float64, the standard deviation.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]


def colour_statistics(image: ImageArray) -> ColourStatistics:
    """Return the statistics of all pixels of (H, W, 3) uint8, of any size in little memory."""
    sums, squares = np.zeros(3), np.zeros(3)
    for top in range(0, image.shape[0], _STRIPE_ROWS):
        # In float32 the mean of twelve million pixels is off by more than one level.
        lab = _lab(image[top : top + _STRIPE_ROWS]).reshape(-1, 3).astype(np.float64)
        sums += lab.sum(axis=0)
        squares += np.einsum("nc,nc->c", lab, lab)
    count = image.shape[0] * image.shape[1]
    mean = sums / count
    return ColourStatistics(mean, np.sqrt(np.maximum(0.0, squares / count - mean**2)))


def moved_colours(pixels: ImageArray, wanted: ColourStatistics, strength: float) -> ImageArray:
    """Move the statistics of some pixels towards wanted ones; see ``matched_colours``.

    Args:
        pixels: (N, 3) uint8.
        wanted: mean and spread at strength 1.
        strength: 0 to 1.

    Returns:
        (N, 3) uint8.
    """
    own = _lab(pixels[None])[0]
    mean, spread = own.mean(axis=0, dtype=np.float64), own.std(axis=0, dtype=np.float64)
    moved = (own - mean) * (wanted.spread / (spread + _FLAT)) + wanted.mean
    blended = np.asarray(own + strength * (moved - own), dtype=np.float32)
    rgb: ImageArray = _rgb(blended[None])[0]
    return rgb


def _lab(rgb: ImageArray) -> NDArray[np.float32]:
    lab: NDArray[np.float32] = cv2.cvtColor(rgb / np.float32(255.0), cv2.COLOR_RGB2LAB)
    return lab


def _rgb(lab: NDArray[np.float32]) -> ImageArray:
    levels = np.rint(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255.0)
    pixels: ImageArray = np.clip(levels, 0, 255).astype(np.uint8)
    return pixels
