"""Points and integer rectangles in document pixels."""

from __future__ import annotations

import math
from typing import NamedTuple

Point = tuple[float, float]
"""(x, y) in document pixels, or in parts of something; pixel i spans i to i + 1."""

_EIGHTH = math.pi / 4


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

    @classmethod
    def dragged(
        cls, start: Point, end: Point, ratio: float | None = None, is_centred: bool = False
    ) -> Rect:
        """The whole pixels of a drag; one along an axis gives a side of 0 pixels.

        Args:
            start: where the button went down.
            end: where the pointer is now.
            ratio: of width to height, reached by lengthening one side; None = free.
            is_centred: `start` is the middle, not a corner.
        """
        across, down = end[0] - start[0], end[1] - start[1]
        if ratio is not None:
            height = max(abs(down), abs(across) / ratio)
            across, down = math.copysign(height * ratio, across), math.copysign(height, down)
        x, y = round(start[0]), round(start[1])
        # measured from the rounded corner, so that the free corner is the pixel under the pointer
        dx, dy = round(start[0] + across) - x, round(start[1] + down) - y
        if ratio == 1:
            # rounded once for both sides
            dy = int(math.copysign(dx, down))
        left, right = (x - abs(dx), x + abs(dx)) if is_centred else sorted((x, x + dx))
        top, bottom = (y - abs(dy), y + abs(dy)) if is_centred else sorted((y, y + dy))
        return cls(left, top, right - left, bottom - top)

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


def in_eighths(start: Point, end: Point) -> Point:
    """The point nearest to `end` on a line from `start` in a direction of a multiple of 45°."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    angle = round(math.atan2(dy, dx) / _EIGHTH) * _EIGHTH
    along = dx * math.cos(angle) + dy * math.sin(angle)
    return start[0] + along * math.cos(angle), start[1] + along * math.sin(angle)
