"""Round brush tips and where a stroke sets them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect

# Dabs are never closer than this, pixels.
_LEAST_STEP_PX = 0.5


class Dab(NamedTuple):
    """One touch of the brush: a place in document coordinates and the pressure there, 0..1."""

    x: float
    y: float
    pressure: float


def dab_edges(radius_px: float, hardness: float) -> tuple[float, float]:
    """Distances from the centre, pixels, up to which a tip is full and beyond which it is empty.

    The edge is never sharper than one pixel, so that a tip is the same shape wherever it falls.
    """
    inner = min(hardness * radius_px, radius_px - 0.5)
    return inner, max(radius_px, inner + 1)


def dab_rect(x: float, y: float, radius_px: float, hardness: float) -> Rect:
    """The pixels that a tip touches."""
    _, outer = dab_edges(radius_px, hardness)
    return Rect.around(x - outer, y - outer, x + outer, y + outer)


def dab_coverage(
    rect: Rect, x: float, y: float, radius_px: float, hardness: float
) -> NDArray[np.float32]:
    """How much a round tip covers each pixel.

    Args:
        rect: the document pixels wanted.
        x: of the centre, document coordinates; fractions of a pixel count.
        y: of the centre.
        radius_px: of the tip.
        hardness: 0..1, the part of the radius that is full; from there it falls off smoothly.

    Returns:
        (h, w) float32, 0..1.
    """
    inner, outer = dab_edges(radius_px, hardness)
    columns = np.arange(rect.x, rect.right, dtype=np.float32) + np.float32(0.5 - x)
    rows = np.arange(rect.y, rect.bottom, dtype=np.float32) + np.float32(0.5 - y)
    fall: NDArray[np.float32] = np.sqrt(np.square(rows)[:, None] + np.square(columns)[None, :])
    fall -= np.float32(inner)
    fall *= np.float32(1 / (outer - inner))
    np.clip(fall, 0, 1, out=fall)
    # 1 - smoothstep
    square = np.square(fall)
    fall *= 2
    fall -= 3
    fall *= square
    fall += 1
    return fall


class DabPath:
    """Turns the points of a gesture into evenly spaced dabs."""

    def __init__(self, smoothing: float = 0.0) -> None:
        """Start a path; `smoothing` 0..1 makes it lag behind the points, 0 follows exactly."""
        self._smoothing = min(max(smoothing, 0.0), 0.99)
        self._last: Dab | None = None
        self._goal: Dab | None = None
        self._travelled = 0.0

    def add(self, point: Dab, step_px: float) -> list[Dab]:
        """The dabs on the way to `point`, `step_px` apart; the first point is always one."""
        self._goal = point
        if self._last is None:
            self._last = point
            return [point]
        kept = self._smoothing
        pulled = [old * kept + new * (1 - kept) for old, new in zip(self._last, point, strict=True)]
        return self._walked(Dab(*pulled), step_px)

    def finish(self, step_px: float) -> list[Dab]:
        """The dabs on the rest of the way to the last point."""
        if self._goal is None or self._smoothing == 0:
            return []
        return self._walked(self._goal, step_px)

    def _walked(self, end: Dab, step_px: float) -> list[Dab]:
        start = self._last or end
        length = math.hypot(end.x - start.x, end.y - start.y)
        step = max(_LEAST_STEP_PX, step_px)
        dabs = []
        position = step - self._travelled
        while position <= length:
            part = position / length if length else 0.0
            dabs.append(
                Dab(*(old + (new - old) * part for old, new in zip(start, end, strict=True)))
            )
            position += step
        self._travelled = length - (position - step)
        self._last = end
        return dabs
