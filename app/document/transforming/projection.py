"""Maps of the document plane onto itself: moved, scaled, turned, distorted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Point, Rect

Matrix = NDArray[np.float64]

# Rounding in a chain of maps stays below this (pixels, or parts of the whole).
_TINY = 1e-6


class Turn(NamedTuple):
    """A map that only moves whole pixels: column x, row y goes to (x', y').

    Attributes:
        is_transposed: x' follows y, and y' follows x.
        sign_x: 1, or -1 where x' falls as what it follows grows.
        sign_y: the same of y'.
    """

    is_transposed: bool
    sign_x: int
    sign_y: int


@dataclass(frozen=True, slots=True)
class Projection:
    """An affine or perspective map; pixel i spans i to i + 1.

    Attributes:
        values: the 3 x 3 matrix by rows; it maps the column (x, y, 1), and its last value is 1.
    """

    values: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    @classmethod
    def of_matrix(cls, matrix: Matrix) -> Projection:
        """The map of a 3 x 3 matrix, whatever its last value."""
        scaled = matrix / matrix[2, 2]
        return cls(tuple(float(value) for value in scaled.ravel()))

    @classmethod
    def translation(cls, dx: float, dy: float) -> Projection:
        """Move by pixels."""
        return cls((1.0, 0.0, dx, 0.0, 1.0, dy, 0.0, 0.0, 1.0))

    @classmethod
    def scaling(cls, scale_x: float, scale_y: float, around: Point = (0.0, 0.0)) -> Projection:
        """Scale around a point that stays; a negative factor flips."""
        x, y = around
        moved = (x - scale_x * x, y - scale_y * y)
        return cls((scale_x, 0.0, moved[0], 0.0, scale_y, moved[1], 0.0, 0.0, 1.0))

    @classmethod
    def rotation(cls, degrees: float, around: Point = (0.0, 0.0)) -> Projection:
        """Turn clockwise around a point that stays; exact at right angles."""
        cos, sin = _direction(degrees)
        x, y = around
        moved = (x - cos * x + sin * y, y - sin * x - cos * y)
        return cls((cos, -sin, moved[0], sin, cos, moved[1], 0.0, 0.0, 1.0))

    @classmethod
    def between(cls, corners: Sequence[Point], targets: Sequence[Point]) -> Projection | None:
        """The map that brings four points to four others; None where there is none."""
        source, target = np.array(corners, np.float32), np.array(targets, np.float32)
        try:
            matrix = cv2.getPerspectiveTransform(source, target)
        except cv2.error:
            return None
        is_usable = np.isfinite(matrix).all() and abs(np.linalg.det(matrix)) > _TINY
        return cls.of_matrix(np.asarray(matrix, np.float64)) if is_usable else None

    @property
    def matrix(self) -> Matrix:
        """The 3 x 3 matrix."""
        return np.array(self.values, np.float64).reshape(3, 3)

    @property
    def is_affine(self) -> bool:
        """Whether parallel lines stay parallel."""
        return abs(self.values[6]) < 1e-12 and abs(self.values[7]) < 1e-12

    @property
    def is_identity(self) -> bool:
        """Whether every point stays where it is."""
        wanted = Projection().values
        return all(abs(a - b) < _TINY for a, b in zip(self.values, wanted, strict=True))

    @property
    def is_upright(self) -> bool:
        """Whether rows stay rows and columns stay columns."""
        return self.is_affine and abs(self.values[1]) < 1e-12 and abs(self.values[3]) < 1e-12

    def then(self, later: Projection) -> Projection:
        """This map followed by another."""
        return Projection.of_matrix(later.matrix @ self.matrix)

    def inverted(self) -> Projection:
        """The map back."""
        return Projection.of_matrix(np.asarray(np.linalg.inv(self.matrix), np.float64))

    def map(self, x: float, y: float) -> Point:
        """Where a point goes."""
        a, b, c, d, e, f, g, h, i = self.values
        depth = g * x + h * y + i
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    def corners(self, rect: Rect) -> list[Point]:
        """Where the corners of a rectangle go, clockwise from its top left."""
        left, top, right, bottom = rect.x, rect.y, rect.right, rect.bottom
        return [
            self.map(x, y) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
        ]

    def bounds(self, rect: Rect) -> Rect:
        """The whole pixels around where a rectangle goes; rounding adds none."""
        xs, ys = zip(*self.corners(rect), strict=True)
        return Rect.around(min(xs) + _TINY, min(ys) + _TINY, max(xs) - _TINY, max(ys) - _TINY)

    def shows(self, rect: Rect) -> bool:
        """Whether a rectangle stays in front of the eye, with an area."""
        g, h, i = self.values[6:]
        corners = ((rect.x, rect.y), (rect.right, rect.y), (rect.right, rect.bottom))
        depths = [g * x + h * y + i for x, y in (*corners, (rect.x, rect.bottom))]
        return min(depths) > _TINY and abs(np.linalg.det(self.matrix)) > 1e-12

    def scales_at(self, x: float, y: float) -> Point:
        """How much longer a short step to the right and one down become at a point."""
        columns = self.jacobian(x, y)
        return math.hypot(*columns[0]), math.hypot(*columns[1])

    def jacobian(self, x: float, y: float) -> tuple[Point, Point]:
        """The steps that a short step to the right and one down become, per pixel."""
        a, b, _, d, e, _, g, h, i = self.values
        depth = g * x + h * y + i
        to_x, to_y = self.map(x, y)
        right = (a - g * to_x) / depth, (d - g * to_y) / depth
        down = (b - h * to_x) / depth, (e - h * to_y) / depth
        return right, down

    def turn(self) -> Turn | None:
        """How it moves whole pixels, or None if it does more than that."""
        a, b, c, d, e, f = self.values[:6]
        is_whole = all(abs(value - round(value)) < _TINY for value in (a, b, c, d, e, f))
        if not is_whole or not self.is_affine:
            return None
        straight = (round(a), round(e)), (round(b), round(d))
        if straight[1] == (0, 0) and all(abs(sign) == 1 for sign in straight[0]):
            return Turn(False, *straight[0])
        if straight[0] == (0, 0) and all(abs(sign) == 1 for sign in straight[1]):
            return Turn(True, *straight[1])
        return None


def _direction(degrees: float) -> Point:
    if degrees % 90 == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[round(degrees / 90) % 4]
    radians = math.radians(degrees)
    return math.cos(radians), math.sin(radians)
