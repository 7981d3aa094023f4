"""Bringing the colours of a pasted object towards those of the photo, before injection."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from singan_core.errors import ConfigError
from singan_core.image import ImageArray
from singan_core.mask import Mask

_FLAT = 1e-3


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
    own = _lab(image[inside][None])[0]
    wanted = _lab(reference).reshape(-1, 3)
    spread = wanted.std(axis=0) / (own.std(axis=0) + _FLAT)
    moved = (own - own.mean(axis=0)) * spread + wanted.mean(axis=0)
    blended = np.asarray(own + strength * (moved - own), dtype=np.float32)
    result: ImageArray = image.copy()
    result[inside] = _rgb(blended[None])[0]
    return result


def _lab(rgb: ImageArray) -> NDArray[np.float32]:
    lab: NDArray[np.float32] = cv2.cvtColor(rgb / np.float32(255.0), cv2.COLOR_RGB2LAB)
    return lab


def _rgb(lab: NDArray[np.float32]) -> ImageArray:
    levels = np.rint(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255.0)
    pixels: ImageArray = np.clip(levels, 0, 255).astype(np.uint8)
    return pixels
