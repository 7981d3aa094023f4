"""Borders of a mask as polygons along pixel edges, for marching ants."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect

# A pixel counts as inside from here on.
_INSIDE = 128


def outline_polygons(mask: NDArray[np.uint8], bounds: Rect) -> list[NDArray[np.int32]]:
    """Trace the edges between pixels inside and outside.

    On every lattice row the corners come in pairs that a horizontal edge joins, and on every
    column in pairs that a vertical edge joins; following the two pairings in turn closes each
    polygon. A point where two pixels touch diagonally is two corners.

    Args:
        mask: (H, W) uint8, inside where >= 128.
        bounds: rectangle outside of which the mask is 0.

    Returns:
        (N, 2) int32 arrays of (x, y) pixel corners; the first point is not repeated.
    """
    corners = _corners(mask, bounds)
    if not len(corners):
        return []
    along_row = _partners(np.lexsort((corners[:, 0], corners[:, 1])))
    along_column = _partners(np.lexsort((corners[:, 1], corners[:, 0])))
    return [corners[loop] for loop in _loops(along_row, along_column)]


def _corners(mask: NDArray[np.uint8], bounds: Rect) -> NDArray[np.int32]:
    """(N, 2) lattice points where a border turns; diagonal touches twice."""
    inside = np.zeros((bounds.height + 2, bounds.width + 2), np.int8)
    rows, columns = slice(bounds.y, bounds.bottom), slice(bounds.x, bounds.right)
    inside[1:-1, 1:-1] = mask[rows, columns] >= _INSIDE
    # +-1 at a simple corner, +-2 at a diagonal touch, 0 on straight edges and inside
    turn = inside[:-1, :-1] - inside[:-1, 1:] - inside[1:, :-1] + inside[1:, 1:]
    y, x = np.nonzero(turn)
    points = np.stack([x + bounds.x, y + bounds.y], axis=1).astype(np.int32)
    return np.repeat(points, np.abs(turn[y, x]), axis=0)


def _partners(order: NDArray[np.intp]) -> list[int]:
    """For each corner the one that it shares an edge with, given the corners in line order."""
    partner = np.empty_like(order)
    partner[order[0::2]] = order[1::2]
    partner[order[1::2]] = order[0::2]
    return [int(index) for index in partner]


def _loops(along_row: list[int], along_column: list[int]) -> list[list[int]]:
    loops: list[list[int]] = []
    seen = [False] * len(along_row)
    for start in range(len(along_row)):
        loop: list[int] = []
        corner = start
        while not seen[corner]:
            across = along_row[corner]
            seen[corner] = seen[across] = True
            loop += [corner, across]
            corner = along_column[across]
        if loop:
            loops.append(loop)
    return loops
