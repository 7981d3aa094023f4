"""Where the parts of a row stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect

from app.document.layers import Layer
from app.panels.layers.thumbnails import THUMBNAIL_PX

ROW_PX = 38
INDENT_PX = 14
BUTTON_PX = 26
_ARROW_PX = 16
_CLIP_PX = 14
_GAP_PX = 4
_LOCK_PX = 22
_DEEPEST = 6


class Part(Enum):
    """What can be clicked in a row."""

    EYE = "eye"
    ARROW = "arrow"
    THUMBNAIL = "thumbnail"
    MASK = "mask"
    NAME = "name"
    ALPHA_LOCK = "alpha lock"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class RowParts:
    """The rectangles of a row's parts; those that the row does not have are empty.

    Attributes:
        eye: shows and hides.
        arrow: of a group: opens and closes it.
        clip: the mark of a layer that is clipped to the one below.
        thumbnail: the pixels, or the folder of a group.
        mask: the mask.
        name: the name.
        alpha_lock: locks the transparency; groups have none.
        lock: locks the layer.
    """

    eye: QRect
    arrow: QRect
    clip: QRect
    thumbnail: QRect
    mask: QRect
    name: QRect
    alpha_lock: QRect
    lock: QRect

    def at(self, place: QPoint) -> Part:
        """Return the part at a place of the row; what is nothing else is the name."""
        parts = {
            Part.EYE: self.eye,
            Part.ARROW: self.arrow,
            Part.MASK: self.mask,
            Part.THUMBNAIL: self.thumbnail,
            Part.ALPHA_LOCK: self.alpha_lock,
            Part.LOCK: self.lock,
        }
        return next((part for part, rect in parts.items() if rect.contains(place)), Part.NAME)


def row_parts(row: QRect, layer: Layer, depth: int) -> RowParts:
    """Return where the parts of a row stand.

    Args:
        row: the row's rectangle.
        layer: what it shows.
        depth: how many groups stand around the layer.
    """
    left, top, height = row.left(), row.top(), row.height()
    eye = QRect(left, top, BUTTON_PX, height)
    left += BUTTON_PX + indent_of(depth)
    arrow = QRect(left, top, _ARROW_PX if layer.is_group else 0, height)
    left += _ARROW_PX
    clip = QRect(left - _GAP_PX, top, _CLIP_PX + _GAP_PX if layer.is_clipped else 0, height)
    left += _CLIP_PX if layer.is_clipped else 0
    square_top = top + (height - THUMBNAIL_PX) // 2
    thumbnail = QRect(left, square_top, THUMBNAIL_PX, THUMBNAIL_PX)
    left += THUMBNAIL_PX + _GAP_PX
    mask = QRect(left, square_top, THUMBNAIL_PX if layer.mask is not None else 0, THUMBNAIL_PX)
    left += mask.width() + (2 * _GAP_PX if layer.mask is not None else _GAP_PX)
    lock = QRect(row.right() - _LOCK_PX - _GAP_PX, top, _LOCK_PX + _GAP_PX, height)
    alpha = QRect(lock.left() - _LOCK_PX, top, 0 if layer.is_group else _LOCK_PX, height)
    name = QRect(left, top, max(0, alpha.left() - _GAP_PX - left), height)
    return RowParts(eye, arrow, clip, thumbnail, mask, name, alpha, lock)


def indent_of(depth: int) -> int:
    """Return how far a row of that depth is indented, in pixels."""
    return INDENT_PX * min(depth, _DEEPEST)


def depth_at(x: float) -> int:
    """Return the depth that a place along a row stands for, while a layer is dragged."""
    return max(0, round((x - BUTTON_PX - _ARROW_PX) / INDENT_PX))
