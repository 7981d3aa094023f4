"""Gradients: one colour turns into another, or into nothing, along a line or around a point."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Point, Rect
from app.document.painting.painting import Painting, PaintTarget, bands_of
from app.document.pixels import Pixels, RgbColor

Weights = NDArray[np.float32]

_NOISE_SIDE = 64


class GradientKind(str, Enum):
    """Along which lines a gradient has one colour."""

    LINEAR = "linear"
    RADIAL = "radial"


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient between two points.

    Attributes:
        start: document point (x, y) up to which there is only the first colour.
        end: document point from which there is only the last one.
        kind: straight, or around `start`.
        first: red, green, blue, 0..255; None = transparent.
        last: red, green, blue, 0..255; None = transparent. One of the two is a colour.
        opacity: 0..1.
    """

    start: Point
    end: Point
    kind: GradientKind
    first: RgbColor | None
    last: RgbColor | None
    opacity: float = 1.0

    @property
    def is_empty(self) -> bool:
        """Whether the two points are too near to each other to mean a direction."""
        return _distance(self.start, self.end) < 1

    def places(self, cells: Rect, level: int = 0) -> Weights:
        """How far along the gradient each cell's middle lies: (h, w) float32, 0..1.

        Args:
            cells: at that level.
            level: a cell is 2**level document pixels wide and high.
        """
        side = 1 << level
        xs = (np.arange(cells.x, cells.right, dtype=np.float32) + np.float32(0.5)) * side
        ys = (np.arange(cells.y, cells.bottom, dtype=np.float32) + np.float32(0.5)) * side
        xs -= np.float32(self.start[0])
        ys -= np.float32(self.start[1])
        length = _distance(self.start, self.end)
        if self.kind is GradientKind.RADIAL:
            places = np.add.outer(np.square(ys / length), np.square(xs / length))
            np.sqrt(places, out=places)
        else:
            dx, dy = self.end[0] - self.start[0], self.end[1] - self.start[1]
            places = np.add.outer(ys * np.float32(dy / length**2), xs * np.float32(dx / length**2))
        clipped: Weights = np.clip(places, 0, 1, out=places)
        return clipped

    def drawn(self, target: PaintTarget, cells: Rect, level: int = 0) -> tuple[Weights, Pixels]:
        """What `Painting.blend` needs for cells of the target.

        Roundings are spread by a noise below one step of 8 bits, so that no bands show; both ends
        are exact.

        Returns:
            The weights, (h, w) float32, and the paint: one pixel, or (h, w, 4) or (h, w) uint8.
        """
        places, noise = self.places(cells, level), _noise_of(cells)
        if self.first is not None and self.last is not None:
            first, last = target.value_of(self.first), target.value_of(self.last)
            paint = np.empty((*places.shape, *first.shape), np.uint8)
            channels = paint.reshape(*places.shape, -1)
            for index, (low, high) in enumerate(zip(first.ravel(), last.ravel(), strict=True)):
                values = places * np.float32(float(high) - float(low))
                values += noise
                values += np.float32(float(low) + 0.5)
                channels[..., index] = values
            return np.full(places.shape, self.opacity, np.float32), paint
        color = self.last if self.first is None else self.first
        assert color is not None
        weights = places if self.first is None else 1 - places
        weights *= np.float32(self.opacity)
        weights += noise * np.float32(1 / 255)
        return np.clip(weights, 0, 1, out=weights), target.value_of(color)

    def paint(self, painting: Painting) -> Rect:
        """Paint it over the whole area of a target; returns what may have changed."""
        area = painting.target.area
        for band in bands_of(area):
            painting.blend(band, *self.drawn(painting.target, band))
        return area


def _distance(start: Point, end: Point) -> float:
    return float(np.hypot(end[0] - start[0], end[1] - start[1]))


def _noise_of(cells: Rect) -> Weights:
    """(h, w) float32 between -0.5 and 0.5, the same wherever a cell is drawn from."""
    rows = _noise_rows(cells.x % _NOISE_SIDE, cells.width)
    top = cells.y % _NOISE_SIDE
    if top + cells.height <= _NOISE_SIDE:
        return rows[top : top + cells.height]
    return rows[np.arange(top, top + cells.height) % _NOISE_SIDE]


@lru_cache(maxsize=4)
def _noise_rows(x: int, width: int) -> Weights:
    repeats = -(-(x + width) // _NOISE_SIDE)
    tiled: Weights = np.tile(_noise_tile(), repeats)
    return np.ascontiguousarray(tiled[:, x : x + width])


@lru_cache(maxsize=1)
def _noise_tile() -> Weights:
    """Interleaved gradient noise (Jimenez 2014), whose neighbours differ much."""
    rows, columns = np.mgrid[0:_NOISE_SIDE, 0:_NOISE_SIDE]
    wave = np.mod(52.9829189 * np.mod(0.06711056 * columns + 0.00583715 * rows, 1.0), 1.0)
    tile: Weights = ((wave - 0.5) * 0.998).astype(np.float32)
    return tile
