"""Integer rectangles in document pixels."""

from __future__ import annotations

import math
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle of whole pixels; `right` and `bottom` are exclusive."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of_size(cls, width: int, height: int) -> Rect:
        """The rectangle of an image of `width` x `height` pixels."""
        return cls(0, 0, width, height)

    @classmethod
    def from_edges(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        """The rectangle between four edges; crossed edges give an empty one."""
        if right <= left or bottom <= top:
            return cls(left, top, 0, 0)
        return cls(left, top, right - left, bottom - top)

    @classmethod
    def around(cls, left: float, top: float, right: float, bottom: float) -> Rect:
        """The smallest rectangle of whole pixels that covers four real edges."""
        return cls.from_edges(
            math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)
        )

    @property
    def right(self) -> int:
        """First column beyond the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row beyond the rectangle."""
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    @property
    def area(self) -> int:
        """Number of pixels."""
        return 0 if self.is_empty else self.width * self.height

    def united(self, other: Rect) -> Rect:
        """The smallest rectangle around both; an empty one adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Rect.from_edges(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def intersected(self, other: Rect) -> Rect:
        """The common pixels; empty when there are none."""
        return Rect.from_edges(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def translated(self, dx: int, dy: int) -> Rect:
        """The rectangle moved by whole pixels."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, px: int) -> Rect:
        """The rectangle with `px` more pixels on every side (fewer when negative)."""
        return Rect.from_edges(self.x - px, self.y - px, self.right + px, self.bottom + px)

    def aligned(self, step: int) -> Rect:
        """The smallest rectangle around it whose edges are multiples of `step`."""
        return Rect.from_edges(
            self.x // step * step,
            self.y // step * step,
            -(-self.right // step) * step,
            -(-self.bottom // step) * step,
        )

    def contains(self, other: Rect) -> bool:
        """Whether every pixel of `other` is inside; an empty one always is."""
        return other.is_empty or self.intersected(other) == other

    def contains_point(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def slices_in(self, outer: Rect) -> tuple[slice, slice]:
        """Row and column slices of this rectangle in an array that covers `outer`."""
        return (
            slice(self.y - outer.y, self.bottom - outer.y),
            slice(self.x - outer.x, self.right - outer.x),
        )
