"""Few colours instead of all: the palette of a photo, and pictures reduced to it.

Colour quantization of the paint-to-image variant of SinGAN (supplement, and
``quantization_flag`` of the authors' code: k-means). Their code clusters triples of neighbouring
values of one channel; ours clusters colours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.errors import ConfigError, PhotoError
from singan_core.image import ImageArray

Palette = tuple[tuple[int, int, int], ...]
"""Colours as 8-bit RGB, darkest first."""

DEFAULT_COLOURS = 8
"""The authors' 5 leave no colour to what is small in a photo, such as a few brown cows."""
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
        paint_colours: centre of the paint's pixels per palette colour, RGB 0 to 255; that of
            a colour without pixels is the palette's own.
        palette: the photo's colours, in the same order.
        shares: share of the paint's pixels per palette colour, 0 to 1.
    """

    paint_colours: tuple[tuple[float, float, float], ...]
    palette: Palette
    shares: tuple[float, ...]

    def applied(self, picture: ImageArray) -> ImageArray:
        """Return a picture of the paint, or any part of it, in the photo's colours.

        Every pixel depends on itself alone; one that has a palette colour exactly where the
        match was found on palette colours keeps it.

        Args:
            picture: (H, W, 3) uint8.
        """
        centres = np.array(self.paint_colours, np.float32)
        colours = np.array(self.palette, np.uint8)
        result: ImageArray = np.empty_like(picture)
        for row, pixels in enumerate(picture.astype(np.float32)):
            distances = np.square(pixels[:, None] - centres).sum(axis=2)
            result[row] = colours[distances.argmin(axis=1)]
        return result


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
    points = _points(photo)
    found = len(np.unique(points, axis=0))
    if found < count:
        raise PhotoError(
            "The photo has only {found} different colours at this scale, "
            "too few for a palette of {count}.",
            found=found,
            count=count,
        )
    random = np.random.default_rng(seed)
    runs = [_moved(points, _drawn(points, count, random)) for _ in range(_RESTARTS)]
    best = min(runs, key=lambda centres: float(_distances(points, centres).min(axis=1).sum()))
    return _as_palette(best[np.argsort(best @ _LUMA, kind="stable")])


def quantized(image: torch.Tensor, palette: Palette) -> torch.Tensor:
    """Replace every pixel by the nearest colour of a palette.

    Args:
        image: (B, 3, H, W) float32 in [-1, 1].
        palette: at least one colour.

    Returns:
        The same shape, device and range.
    """
    centres = _as_tensor(palette, image)
    pixels = image.permute(0, 2, 3, 1)
    distances = (pixels[..., None, :] - centres).square().sum(dim=-1)
    return centres[distances.argmin(dim=-1)].permute(0, 3, 1, 2).contiguous()


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
    centres = _moved(points, np.array(palette, np.float64))
    labels = _distances(points, centres).argmin(axis=1)
    shares = np.bincount(labels, minlength=len(palette)) / len(points)
    return PaletteMatch(
        tuple((float(red), float(green), float(blue)) for red, green, blue in centres),
        palette,
        tuple(float(share) for share in shares),
    )


def _points(picture: ImageArray) -> _Points:
    return np.asarray(picture.reshape(-1, 3), np.float64)


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


def _as_palette(centres: _Points) -> Palette:
    levels = np.rint(centres).astype(int).tolist()
    return tuple((red, green, blue) for red, green, blue in levels)


def _as_tensor(palette: Palette, like: torch.Tensor) -> torch.Tensor:
    return torch.tensor(palette, dtype=like.dtype, device=like.device) / 127.5 - 1.0
