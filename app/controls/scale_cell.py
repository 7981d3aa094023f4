"""How one cell of the scale strip is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.document.geometry import Rect
from app.document.planes import qimage_of
from app.theme import colors, icon

RADIUS_PX = 3.0
_STALE_OPACITY = 0.45
# Around the focus, in parts of its size.
_MARGIN = 0.25
_CHIP = QColor(0, 0, 0, 165)
_ON_CHIP = QColor(255, 255, 255)
_ICON_PX = 12


class ScaleCell:
    """A small picture of one scale's result.

    Attributes:
        image: (h, w, 3) uint8 RGB.
        focus: pixels of it that are of interest; what is around them is shown as far as there
            is room, and left out where they would come out too small.
        is_part: whether it is drawn pixel for pixel.
        is_stale: whether it shows an edit that is another by now.
        is_quick: whether it is a first look, which the true picture follows.
    """

    def __init__(
        self,
        image: NDArray[np.uint8],
        focus: Rect,
        *,
        is_part: bool,
        is_stale: bool,
        is_quick: bool = False,
    ) -> None:
        self.image = image
        self.focus = focus
        self.is_part = is_part
        self.is_stale = is_stale
        self.is_quick = is_quick
        self._drawn: tuple[tuple[int, int], QImage] | None = None

    def fitted(self, room: QSizeF, ratio: float) -> QImage:
        """Return what a cell of that size shows, in device pixels, as large as it fits."""
        size = (round(room.width() * ratio), round(room.height() * ratio))
        if self._drawn is None or self._drawn[0] != size:
            image = self.image[self.shown(size).slices_in(self._rect)]
            if not self.is_part:
                image = _inside(image, size)
            image = np.ascontiguousarray(image)
            if self.is_stale:
                grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
                image = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
            made = qimage_of(image, QImage.Format.Format_RGB888)
            made.setDevicePixelRatio(ratio)
            self._drawn = (size, made)
        return self._drawn[1]

    def shown(self, size: tuple[int, int]) -> Rect:
        """Return the pixels of the image that a cell of (width, height) device pixels shows."""
        width, height = size
        if not self.is_part:
            around = 1 + 2 * _MARGIN
            zoom = max(1.0, self.focus.width * around / width, self.focus.height * around / height)
            width, height = math.ceil(width * zoom), math.ceil(height * zoom)
        width, height = min(width, self._rect.width), min(height, self._rect.height)
        x = self.focus.x + (self.focus.width - width) // 2
        y = self.focus.y + (self.focus.height - height) // 2
        x = min(max(0, x), self._rect.width - width)
        y = min(max(0, y), self._rect.height - height)
        return Rect(x, y, width, height)

    @property
    def _rect(self) -> Rect:
        return Rect.of_size(self.image.shape[1], self.image.shape[0])


@dataclass(frozen=True, slots=True)
class CellLook:
    """What a cell shows; ``cell`` is None while there is no picture."""

    text: str
    cell: ScaleCell | None
    is_usable: bool
    is_chosen: bool
    is_default: bool
    is_hovered: bool
    has_focus: bool


def paint_cell(painter: QPainter, rect: QRectF, look: CellLook, font: QFont) -> None:
    """Paint a cell: its picture or a quiet place for it, its number, its frame."""
    theme = colors()
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(QColor(theme.line), 1, _line_style(look.is_usable)))
    painter.setBrush(QColor(theme.sunken) if look.is_usable else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(inner, RADIUS_PX, RADIUS_PX)
    small = QFont(font)
    small.setPixelSize(10)
    painter.setFont(small)
    if look.cell is None:
        painter.setPen(QColor(theme.muted if look.is_usable else theme.disabled))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, look.text)
    else:
        _paint_picture(painter, inner, look.cell)
        _paint_chip(painter, rect, look.text, is_left=True)
        if look.cell.is_part:
            _paint_chip(painter, rect, "1:1", is_left=False)
        elif look.cell.is_quick and not look.cell.is_stale:
            _paint_chip(painter, rect, "…", is_left=False)
    if look.is_default:
        _paint_mark(painter, rect, has_ground=look.cell is not None)
    _paint_frame(painter, rect, look)


def paint_ends(painter: QPainter, line: QRectF, first: str, last: str, is_enabled: bool) -> None:
    """Paint the names of both ends with an arrow from one to the other."""
    theme = colors()
    painter.setPen(QColor(theme.muted if is_enabled else theme.disabled))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, first)
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, last)
    metrics = painter.fontMetrics()
    left = line.left() + metrics.horizontalAdvance(first) + 8
    right = line.right() - metrics.horizontalAdvance(last) - 8
    if right - left > 24:
        y = round(line.center().y()) + 0.5
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(left, y), QPointF(right - 4, y))
        painter.setBrush(QColor(theme.line))
        tip = [QPointF(right, y), QPointF(right - 5, y - 3), QPointF(right - 5, y + 3)]
        painter.drawPolygon(QPolygonF(tip))


def _line_style(is_usable: bool) -> Qt.PenStyle:
    return Qt.PenStyle.SolidLine if is_usable else Qt.PenStyle.DotLine


def _paint_picture(painter: QPainter, room: QRectF, cell: ScaleCell) -> None:
    image = cell.fitted(room.size(), painter.device().devicePixelRatioF())
    size = image.deviceIndependentSize()
    corner = room.center() - QPointF(size.width() / 2, size.height() / 2)
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(room, RADIUS_PX, RADIUS_PX)
    painter.setClipPath(clip)
    if cell.is_stale:
        painter.setOpacity(_STALE_OPACITY)
    painter.drawImage(QRectF(corner, size), image)
    painter.restore()


def _paint_chip(painter: QPainter, rect: QRectF, text: str, *, is_left: bool) -> None:
    width = max(13, painter.fontMetrics().horizontalAdvance(text) + 6)
    x = rect.left() + 3 if is_left else rect.right() - 3 - width
    chip = QRectF(x, rect.bottom() - 3 - 13, width, 13)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_CHIP)
    painter.drawRoundedRect(chip, 3, 3)
    painter.setPen(_ON_CHIP)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _paint_mark(painter: QPainter, rect: QRectF, *, has_ground: bool) -> None:
    """Paint the mark of the application's own scale into the upper right corner."""
    place = QRectF(rect.right() - 17, rect.top() + 3, 14, 14)
    if has_ground:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_CHIP)
        painter.drawRoundedRect(place, 3, 3)
    corner = place.center() - QPointF(_ICON_PX / 2, _ICON_PX / 2)
    target = QRect(round(corner.x()), round(corner.y()), _ICON_PX, _ICON_PX)
    icon("ph.star-fill", "on_accent" if has_ground else "muted").paint(painter, target)


def _paint_frame(painter: QPainter, rect: QRectF, look: CellLook) -> None:
    theme = colors()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if look.is_chosen:
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
        if look.has_focus:
            painter.setPen(QPen(QColor(theme.text), 1))
            painter.drawRoundedRect(rect.adjusted(2.5, 2.5, -2.5, -2.5), 2, 2)
    elif look.is_hovered:
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)


def _inside(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return an image reduced or enlarged to the largest size inside (width, height)."""
    height, width = image.shape[:2]
    zoom = min(size[0] / width, size[1] / height)
    # a cell has the picture's proportions but for rounding: it is filled
    wanted = (max(1, round(width * zoom)), max(1, round(height * zoom)))
    wanted = tuple(max(w, s if s - w <= 2 else w) for w, s in zip(wanted, size, strict=True))
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, wanted, interpolation=method), np.uint8)
