"""Levels of detail: level k has a cell for every 2**k x 2**k document pixels."""

from __future__ import annotations

from app.document.geometry import Rect

# Levels end when the longer side of the document is at most this many cells.
_SMALLEST_PX = 256


def level_count(document: Rect) -> int:
    """How many levels a document has, the pixels themselves (level 0) included."""
    count, side = 1, max(document.width, document.height)
    while side > _SMALLEST_PX:
        count, side = count + 1, -(-side // 2)
    return count


def cells_of(rect: Rect, level: int) -> Rect:
    """The cells of a level, 2**level document pixels wide, that cover document pixels."""
    step = 2**level
    return Rect.from_edges(
        rect.x // step, rect.y // step, -(-rect.right // step), -(-rect.bottom // step)
    )


def pixels_of(cells: Rect, level: int) -> Rect:
    """The document pixels of cells."""
    step = 2**level
    return Rect(cells.x * step, cells.y * step, cells.width * step, cells.height * step)
