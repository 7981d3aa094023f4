"""The box of a free transform: what it does to the pixels, and what dragging its parts does."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from app.document.geometry import Point, Rect
from app.document.transforming.projection import Projection

MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class TransformBox:
    """A rectangle of pixels and where it goes.

    A place on the box is given as (u, v), 0 to 1 across and down the rectangle as it was: its
    handles are at 0, 0.5 and 1.

    Attributes:
        rect: document pixels before the transform.
        projection: what happens to them.
    """

    rect: Rect
    projection: Projection = field(default_factory=Projection)

    @property
    def corners(self) -> list[Point]:
        """The corners, clockwise from where the top left one went."""
        return self.projection.corners(self.rect)

    @property
    def center(self) -> Point:
        """Where the middle went."""
        return self.at(MIDDLE, MIDDLE)

    @property
    def place(self) -> Point:
        """Left and top edge of all of it."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys)

    @property
    def angle(self) -> float:
        """Degrees it is turned clockwise, above -180 to 180."""
        return self._parts()[0]

    @property
    def scales(self) -> Point:
        """How many times as wide and as high it is; negative where it is mirrored."""
        return self._parts()[1]

    def at(self, u: float, v: float) -> Point:
        """Where a place on the box went."""
        return self.projection.map(*self._source(u, v))

    def contains(self, x: float, y: float) -> bool:
        """Whether a document point lies inside."""
        corners = self.corners
        sides = [
            (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True)
        ]
        return min(sides) >= 0 or max(sides) <= 0

    def then(self, projection: Projection) -> TransformBox:
        """The box after another map of the document plane."""
        return replace(self, projection=self.projection.then(projection))

    def moved(self, dx: float, dy: float) -> TransformBox:
        """Moved by pixels."""
        return self.then(Projection.translation(dx, dy))

    def placed_at(self, x: float | None, y: float | None) -> TransformBox:
        """Moved so that its left and top edge lie there; None leaves one where it is."""
        left, top = self.place
        return self.moved(0 if x is None else x - left, 0 if y is None else y - top)

    def rotated(self, degrees: float) -> TransformBox:
        """Turned clockwise around its middle."""
        return self.then(Projection.rotation(degrees, self.center))

    def with_angle(self, degrees: float) -> TransformBox:
        """Turned around its middle to an angle."""
        return self.rotated(degrees - self.angle)

    def flipped(self, is_vertical: bool = False) -> TransformBox:
        """Left and right, or top and bottom, exchanged as they are seen."""
        signs = (1, -1) if is_vertical else (-1, 1)
        return self.then(Projection.scaling(*signs, self.center))

    def scaled(self, factor_x: float, factor_y: float, anchor: Point) -> TransformBox:
        """Scaled along its own sides; the place `anchor` (u, v) on the box stays."""
        scaling = Projection.scaling(factor_x, factor_y, self._source(*anchor))
        return replace(self, projection=scaling.then(self.projection))

    def with_scales(self, scale_x: float, scale_y: float) -> TransformBox:
        """Scaled around its middle to so many times its first width and height."""
        now_x, now_y = self.scales
        return self.scaled(scale_x / now_x, scale_y / now_y, (MIDDLE, MIDDLE))

    def fitted(self, width: int, height: int) -> TransformBox:
        """Shrunk, if it is larger, and moved into the middle of a document."""
        scale = min(1.0, width / self.rect.width, height / self.rect.height)
        size = max(1, round(self.rect.width * scale)), max(1, round(self.rect.height * scale))
        factors = size[0] / self.rect.width, size[1] / self.rect.height
        left, top = (width - size[0]) // 2, (height - size[1]) // 2
        scaled = TransformBox(self.rect, Projection.scaling(*factors))
        return scaled.placed_at(left, top)

    def dragged(
        self, handle: Point, to: Point, *, keeps_ratio: bool, is_from_center: bool
    ) -> TransformBox:
        """Scaled so that a handle comes to a document point.

        Args:
            handle: (u, v); a corner, or the middle of a side, which scales one way only.
            to: where it is dragged.
            keeps_ratio: of a corner, scale both sides alike.
            is_from_center: the middle stays instead of the place across from the handle.
        """
        u, v = handle
        anchor = (MIDDLE, MIDDLE) if is_from_center else (1 - u, 1 - v)
        is_corner = MIDDLE not in handle
        if is_corner and keeps_ratio:
            factor_x = factor_y = _along(self.at(*anchor), self.at(u, v), to)
        else:
            aim, start = self.projection.inverted().map(*to), self._source(*anchor)
            end = self._source(u, v)
            factor_x = 1.0 if u == MIDDLE else (aim[0] - start[0]) / (end[0] - start[0])
            factor_y = 1.0 if v == MIDDLE else (aim[1] - start[1]) / (end[1] - start[1])
        scale_x, scale_y = self.projection.scales_at(*self._source(MIDDLE, MIDDLE))
        return self.scaled(
            _kept_visible(factor_x, self.rect.width * scale_x),
            _kept_visible(factor_y, self.rect.height * scale_y),
            anchor,
        )

    def with_corner(self, handle: Point, to: Point) -> TransformBox:
        """Distorted so that one corner lies at a document point and the others stay.

        Where that would fold the box over, it stays as it is.
        """
        order = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
        targets = self.corners
        targets[order.index(handle)] = to
        projection = Projection.between([self._source(u, v) for u, v in order], targets)
        is_kept = projection is None or not _is_convex(targets) or not projection.shows(self.rect)
        return self if is_kept or projection is None else replace(self, projection=projection)

    def _source(self, u: float, v: float) -> Point:
        return self.rect.x + u * self.rect.width, self.rect.y + v * self.rect.height

    def _parts(self) -> tuple[float, Point]:
        right, down = self.projection.jacobian(*self._source(MIDDLE, MIDDLE))
        area = right[0] * down[1] - right[1] * down[0]
        width = math.hypot(*right)
        angle = math.degrees(math.atan2(right[1], right[0]))
        if area < 0 and not -90 < angle <= 90:
            # mirrored sideways rather than upside down and turned by half a circle
            turned = angle - 180 if angle > 0 else angle + 180
            return turned, (-width, -area / width)
        return angle, (width, area / width)


def _along(start: Point, end: Point, to: Point) -> float:
    """How far `to` lies along the way from start (0) to end (1)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return ((to[0] - start[0]) * dx + (to[1] - start[1]) * dy) / max(1e-9, dx * dx + dy * dy)


def _kept_visible(factor: float, length: float) -> float:
    """The factor, or one of its sign that leaves a pixel of a length."""
    least = 1 / max(1.0, length)
    return factor if abs(factor) >= least else math.copysign(least, factor)


def _is_convex(corners: list[Point]) -> bool:
    turns = [
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        for a, b, c in zip(
            corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True
        )
    ]
    return min(turns) > 0 or max(turns) < 0
