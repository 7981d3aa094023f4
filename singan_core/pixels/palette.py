"""Few colours instead of all: the palette of a photo, and pictures reduced to it.

Colour quantization of the paint-to-image variant of SinGAN (supplement, and
``quantization_flag`` of the authors' code: k-means, 5 centres). Their code clusters triples of
neighbouring values of one channel. Ours clusters colours, in CIE L*a*b*: in RGB the many shades
of a meadow leave no centre to a few brown cows.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.errors import ConfigError, PhotoError
from singan_core.pixels.image import ImageArray, to_array, to_tensor

Palette = tuple[tuple[int, int, int], ...]
"""Colours as 8-bit RGB, darkest first."""

DEFAULT_COLOURS = 6
MOST_COLOURS = 64
_ROUNDS = 100
_LOOKED_AT_PX = 256
_RESTARTS = 8
_LUMA = np.array([0.299, 0.587, 0.114])
_Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PaletteMatch:
    """Which colours of a paint stand for which colours of a photo.

    Attributes:
        centres: middle of the paint's pixels per palette colour, L*a*b*; that of a colour without
            pixels is the palette's own.
        palette: the photo's colours, in the same order, 8-bit RGB.
    """

    centres: tuple[tuple[float, float, float], ...]
    palette: Palette

    def applied(self, picture: ImageArray) -> ImageArray:
        """Return a picture of the paint, or any part of it, in the photo's colours.

        Every pixel depends on itself alone.

        Args:
            picture: (H, W, 3) uint8.
        """
        return _replaced(picture, np.array(self.centres), self.palette)


def fitted_palette(photo: ImageArray, count: int = DEFAULT_COLOURS, seed: int = 0) -> Palette:
    """Return the main colours of a picture by k-means.

    Centres are drawn as k-means++ does (Arthur and Vassilvitskii, 2007); of 8 runs the one of
    least distortion is kept.

    Args:
        photo: (H, W, 3) uint8; reduce it first, every pixel counts.
        count: number of colours, 2 to 64.
        seed: of the draws.

    Raises:
        ConfigError: ``count`` is out of range.
        PhotoError: the picture has fewer colours than that.
    """
    if not 2 <= count <= MOST_COLOURS:
        raise ConfigError(
            "A palette has 2 to {most} colours, not {count}.", most=MOST_COLOURS, count=count
        )
    found = len(np.unique(photo.reshape(-1, 3), axis=0))
    if found < count:
        raise PhotoError(
            "The photo has only {found} different colours at this scale, "
            "too few for a palette of {count}.",
            found=found,
            count=count,
        )
    points = _points(photo)
    random = np.random.default_rng(seed)
    runs = [_moved(points, _drawn(points, count, random)) for _ in range(_RESTARTS)]
    best = min(runs, key=lambda centres: float(_distances(points, centres).min(axis=1).sum()))
    return tuple(sorted(_as_palette(best), key=lambda colour: float(np.array(colour) @ _LUMA)))


def quantized(image: torch.Tensor, palette: Palette) -> torch.Tensor:
    """Replace every pixel by the nearest colour of a palette.

    Args:
        image: (1, 3, H, W) float32 in [-1, 1].
        palette: at least one colour.

    Returns:
        The same shape, device and range.
    """
    return to_tensor(_replaced(to_array(image), _centres(palette), palette), image.device)


def palette_match(paint: ImageArray, palette: Palette) -> PaletteMatch:
    """Find which colours of a paint stand for which of a photo.

    The paint's own colours are found by k-means begun at the palette; each stands for the
    palette's colour it began at (``quant2centers`` of the authors' code). Pictures beyond
    256 px are looked at in steps of several pixels.

    Args:
        paint: (H, W, 3) uint8.
        palette: at least one colour.
    """
    step = -(-max(paint.shape[:2]) // _LOOKED_AT_PX)
    points = _points(paint[::step, ::step])
    centres = _moved(points, _centres(palette))
    return PaletteMatch(
        tuple((float(light), float(a), float(b)) for light, a, b in centres), palette
    )


def _points(picture: ImageArray) -> _Points:
    """Return the pixels of a picture as (N, 3) L*a*b*."""
    lab = cv2.cvtColor(np.ascontiguousarray(picture) / np.float32(255.0), cv2.COLOR_RGB2LAB)
    return np.asarray(lab.reshape(-1, 3), np.float64)


def _centres(palette: Palette) -> _Points:
    return _points(np.array([palette], np.uint8))


def _as_palette(centres: _Points) -> Palette:
    rgb = cv2.cvtColor(centres[None].astype(np.float32), cv2.COLOR_LAB2RGB)[0]
    levels = np.clip(np.rint(rgb * 255.0), 0, 255).astype(int).tolist()
    return tuple((red, green, blue) for red, green, blue in levels)


def _replaced(picture: ImageArray, centres: _Points, palette: Palette) -> ImageArray:
    """Give every pixel the palette's colour whose centre is nearest; row by row, to be small."""
    colours = np.array(palette, np.uint8)
    result: ImageArray = np.empty_like(picture)
    for row, pixels in enumerate(picture):
        result[row] = colours[_distances(_points(pixels[None]), centres).argmin(axis=1)]
    return result


def _drawn(points: _Points, count: int, random: np.random.Generator) -> _Points:
    centres: _Points = points[random.integers(len(points))][None]
    while len(centres) < count:
        weight = _distances(points, centres).min(axis=1)
        picked = random.choice(len(points), p=weight / weight.sum())
        centres = np.concatenate([centres, points[picked][None]])
    return centres


def _moved(points: _Points, centres: _Points) -> _Points:
    """Lloyd's rounds; a centre that no pixel belongs to stays where it is."""
    for _ in range(_ROUNDS):
        labels = _distances(points, centres).argmin(axis=1)
        counts = np.bincount(labels, minlength=len(centres))[:, None]
        sums = np.stack(
            [np.bincount(labels, points[:, axis], len(centres)) for axis in range(3)], axis=1
        )
        moved = np.where(counts > 0, sums / np.maximum(counts, 1), centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def _distances(points: _Points, centres: _Points) -> _Points:
    distances: _Points = np.square(points[:, None] - centres[None]).sum(axis=2)
    return distances
