"""The grain of a picture: measured where it is flat, added where a result lacks it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask, bounds
from singan_core.pixels.noise import derive_seed, noise
from singan_core.pixels.resize import Window

Floats = NDArray[np.float32]

# Orthonormal: grey, red to blue, green to purple. Cameras and JPEG treat brightness and colour
# apart, and so does what is left of their noise.
_OPPONENT = np.array(
    [[1, 1, 1], [1, 0, -1], [1, -2, 1]] / np.sqrt([[3.0], [2.0], [6.0]]), np.float32
)
_FINE_SIGMA, _COARSE_SIGMA = 1.0, 2.0
_REACH_PX = 16
_BOX_PX = 9
_STRIPE_ROWS = 256
_FEWEST_PIXELS = 256
# The flattest part of a picture shows its grain and hardly any of its structure ...
_FLAT_QUANTILE = 0.1
# ... and less than the mean of even grain: energies over 81 pixels scatter, those of the coarse
# band by more.
_QUANTILE_OF_MEAN = np.array([[0.74], [0.6]])
# Clipped blacks and whites have lost their grain.
_DARKEST, _LIGHTEST = 6, 249
_MEASURED_ROWS, _MEASURED_PIXELS = 32, 1_000_000
_ENOUGH = 1.25
_MATCHING = 0.75
# What is stronger in the flattest parts of a photo is its texture; of the grey channel, which is
# 1.7 times as large as brightness.
_STRONGEST_LEVELS = 10.0
_FAINTEST_ENERGY = 0.05


@dataclass(frozen=True, slots=True)
class _Filters:
    """Energy that noise of variance 1 leaves in the two bands.

    Attributes:
        response: (2, 2) float64; rows are the fine and the coarse band, columns white noise and
            white noise blurred as the fine band's limit is.
    """

    response: NDArray[np.float64]

    @classmethod
    def measured(cls) -> _Filters:
        """Return the energies of the filters' own kernels."""
        point = np.zeros((65, 65), np.float32)
        point[32, 32] = 1.0
        blurred = np.asarray(cv2.GaussianBlur(point, (0, 0), _FINE_SIGMA), np.float32)
        columns = [[float((band**2).sum()) for band in _bands(each)] for each in (point, blurred)]
        return cls(np.array(columns, np.float64).T)


def with_grain(base: ImageArray, result: ImageArray, soft: Mask, seed: int) -> ImageArray:
    """Return a result with the grain of its surroundings where it is smoother than they are.

    Grain is what two bands of detail (finer than a Gaussian of 1 px, and from there to 2 px) hold
    in the flattest parts outside the mask. What a place lacks of it is added as noise that depends
    on seed and place only, so that a recipe makes it again.

    Args:
        base: (H, W, 3) uint8, what stays outside the mask.
        result: (H, W, 3) uint8.
        soft: (H, W) uint8, the mask with its soft rim; what lies outside it is not touched.
        seed: of the grain.

    Returns:
        (H, W, 3) uint8; ``result`` itself where there is nothing to compare with, or no grain.
    """
    outside = cv2.erode((soft == 0).astype(np.uint8), np.ones((_BOX_PX, _BOX_PX))) > 0
    wanted = _energy_of(base, outside)
    filters = _Filters.measured()
    if wanted is None or wanted[0, 0] > filters.response[0, 0] * _STRONGEST_LEVELS**2:
        return result
    there = _energy_of(result, soft > 0)
    there = np.zeros_like(wanted) if there is None else there
    wanted[(wanted < _FAINTEST_ENERGY) | (there >= _MATCHING * wanted)] = 0.0
    if not wanted.any():
        return result
    window = bounds(soft)
    grained: ImageArray = result.copy()
    for top in range(window.top, window.bottom, _STRIPE_ROWS):
        bottom = min(window.bottom, top + _STRIPE_ROWS)
        part = Window(top, window.left, bottom, window.right)
        grain = _grain(result, part, wanted, filters, seed)
        inside = soft[part.slices] > 0
        levels = np.rint(np.clip(result[part.slices] + grain, 0.0, 255.0)).astype(np.uint8)
        grained[part.slices] = np.where(inside[..., None], levels, result[part.slices])
    return grained


def _energy_of(image: ImageArray, where: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """Return the grain of some pixels, its energy per band and channel (2, 3).

    Grain is a property of the whole photo: what the flattest parts of textured surroundings hold
    is texture.

    Returns:
        None where too few of the pixels tell anything.
    """
    rows, columns = (np.flatnonzero(where.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return None
    found: list[Floats] = []
    step = _MEASURED_ROWS * max(1, round(rows.size * columns.size / _MEASURED_PIXELS))
    for top in range(int(rows[0]), int(rows[-1]) + 1, step):
        bottom = min(int(rows[-1]) + 1, top + _MEASURED_ROWS)
        part = Window(top, int(columns[0]), bottom, int(columns[-1]) + 1)
        middle = cv2.blur(image[part.slices], (_BOX_PX, _BOX_PX))
        is_clear = (middle.min(axis=2) > _DARKEST) & (middle.max(axis=2) < _LIGHTEST)
        found.append(_energies(image, part)[where[part.slices] & is_clear])
    energies = np.concatenate(found)
    if energies.shape[0] < _FEWEST_PIXELS:
        return None
    flat = np.quantile(energies, _FLAT_QUANTILE, axis=0)
    return np.asarray(flat / _QUANTILE_OF_MEAN, np.float64)


def _grain(
    result: ImageArray,
    part: Window,
    wanted: NDArray[np.float64],
    filters: _Filters,
    seed: int,
) -> Floats:
    """Return the noise that a part of a result lacks: (h, w, 3) float32 RGB levels."""
    lacking = np.maximum(0.0, wanted - _ENOUGH * _energies(result, part))
    fine, coarse = lacking[:, :, 0], lacking[:, :, 1]
    (white_fine, blurred_fine), (white_coarse, blurred_coarse) = filters.response
    determinant = white_fine * blurred_coarse - blurred_fine * white_coarse
    blurred = np.maximum(0.0, (white_fine * coarse - white_coarse * fine) / determinant)
    white = np.maximum(0.0, fine - blurred_fine * blurred) / white_fine
    grown = Window(
        part.top - _REACH_PX, part.left - _REACH_PX, part.bottom + _REACH_PX, part.right + _REACH_PX
    )
    inner = (slice(_REACH_PX, -_REACH_PX), slice(_REACH_PX, -_REACH_PX))
    first, second = (_drawn(seed, kind, grown) for kind in (0, 1))
    softened = cv2.GaussianBlur(second, (0, 0), _FINE_SIGMA)
    made = np.sqrt(white) * first[inner] + np.sqrt(blurred) * softened[inner]
    return np.asarray(made, np.float32) @ _OPPONENT


def _drawn(seed: int, kind: int, window: Window) -> Floats:
    drawn = noise(derive_seed(seed, "grain"), kind, window)[0].permute(1, 2, 0)
    return np.ascontiguousarray(drawn.numpy())


def _energies(image: ImageArray, part: Window) -> Floats:
    """Return the mean squared detail around each pixel: (h, w, 2, 3), per band and channel."""
    read = part.grown(_REACH_PX, (image.shape[0], image.shape[1]))
    opponent = image[read.slices].astype(np.float32) @ _OPPONENT.T
    averaged = [cv2.blur(band**2, (_BOX_PX, _BOX_PX)) for band in _bands(opponent)]
    rows = slice(part.top - read.top, part.bottom - read.top)
    columns = slice(part.left - read.left, part.right - read.left)
    return np.stack([each[rows, columns] for each in averaged], axis=2)


def _bands(image: Floats) -> tuple[Floats, Floats]:
    fine = cv2.GaussianBlur(image, (0, 0), _FINE_SIGMA)
    coarse = cv2.GaussianBlur(image, (0, 0), _COARSE_SIGMA)
    return np.asarray(image - fine, np.float32), np.asarray(fine - coarse, np.float32)
