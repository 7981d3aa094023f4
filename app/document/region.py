"""Sets of document pixels, as unions of rectangles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

from app.document.geometry import Rect

# From here on many small rectangles cost more than the pixels they spare.
_MOST_RECTS = 256


class Region:
    """A set of pixels that grows and is worked off."""

    def __init__(self, rect: Rect | None = None) -> None:
        """Start with the pixels of `rect`."""
        self._region = QRegion() if rect is None else _region(rect)

    def add(self, pixels: Rect | Region) -> None:
        """Add pixels."""
        self._region = self._region.united(_region(pixels))

    def cover(self, pixels: Rect | Region) -> None:
        """Add pixels, and those between scattered rectangles when they are many."""
        self.add(pixels)
        if self._region.rectCount() > _MOST_RECTS:
            self._region = QRegion(self._region.boundingRect())

    def remove(self, pixels: Rect | Region) -> None:
        """Take pixels out."""
        self._region = self._region.subtracted(_region(pixels))

    def clip(self, rect: Rect) -> None:
        """Take out everything outside `rect`."""
        self._region = self._region.intersected(_region(rect))

    def taken(self, rect: Rect) -> list[Rect]:
        """Take out what lies inside `rect`.

        Returns:
            Disjoint rectangles of the pixels that were there.
        """
        common = _rects(self._region.intersected(_region(rect)))
        if common:
            self.remove(rect)
        return common

    def common(self, rect: Rect) -> list[Rect]:
        """Disjoint rectangles of the pixels of `rect` that are in the set."""
        return _rects(self._region.intersected(_region(rect)))

    def rects(self) -> list[Rect]:
        """Disjoint rectangles of all pixels."""
        return _rects(self._region)

    def missing(self, rect: Rect) -> list[Rect]:
        """Disjoint rectangles of the pixels of `rect` that are not in the set."""
        return _rects(_region(rect).subtracted(self._region))

    def clear(self) -> None:
        """Hold no pixel any more."""
        self._region = QRegion()


def _region(pixels: Rect | Region) -> QRegion:
    if isinstance(pixels, Region):
        return pixels._region
    rect = pixels
    return QRegion(QRect(*rect))


def _rects(region: QRegion) -> list[Rect]:
    # the type stubs of PySide6 do not know that a QRegion can be iterated
    rects = cast("Iterable[QRect]", region)
    return [Rect(each.x(), each.y(), each.width(), each.height()) for each in rects]
