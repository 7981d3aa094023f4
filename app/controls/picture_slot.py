"""A place for one picture: shown small with its name and size, filled by a drop or a menu."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QEnterEvent,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from app.controls.texts import size_text
from app.document.planes import qimage_of
from app.theme import colors, icon

PICTURE_PX = 72
"""Height of the picture; its name and its size stand below."""
RADIUS_PX = 4.0
_LINE_PX = 15
_LARGEST_PX = 512
_ICON_PX = 20


def dropped_picture(mime: QMimeData) -> Path | QImage | None:
    """Return the one picture that a drag carries: a file of this computer, or pixels."""
    urls = mime.urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    if len(paths) == 1 and not paths[0].is_dir():
        return paths[0]
    image = mime.imageData() if mime.hasImage() and not paths else None
    return image if isinstance(image, QImage) and not image.isNull() else None


class PictureSlot(QAbstractButton):
    """Shows a picture, or asks for one; a click opens its menu.

    Attributes:
        menu: where the picture can come from; whoever owns the slot fills it.

    Signals:
        dropped(object): a file's ``Path``, or a ``QImage``.

    Args:
        invitation: shown while there is no picture.
        takes_drops: whether a picture can be dropped here.
        parent: owner.
    """

    dropped = Signal(object)

    def __init__(
        self, invitation: str, takes_drops: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._invitation = invitation
        self._pixels: NDArray[np.uint8] | None = None
        self._pixmap = QPixmap()
        self._size_text = ""
        self._is_dragged_over = False
        self.menu = QMenu(self)
        self.setAcceptDrops(takes_drops)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open_menu)

    @property
    def is_filled(self) -> bool:
        """Whether there is a picture."""
        return self._pixels is not None

    @property
    def size_text(self) -> str:
        """What it says of the picture's size."""
        return self._size_text

    def show_picture(self, rgb: NDArray[np.uint8] | None, name: str) -> None:
        """Show a picture, (H, W, 3) uint8 RGB, and what it is called; None = there is none."""
        if rgb is not self._pixels:
            self._pixels = rgb
            self._pixmap = QPixmap() if rgb is None else _small(rgb)
        self._size_text = "" if rgb is None else size_text(rgb.shape[1], rgb.shape[0])
        self.setText(name)
        self.setToolTip(f"{name}\n{self._size_text}" if rgb is not None else self._invitation)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, PICTURE_PX + 2 * _LINE_PX + 4)

    # ---- events

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            room = QRectF(0.5, 0.5, self.width() - 1, PICTURE_PX - 1)
            self._paint_ground(painter, room)
            if self._pixmap.isNull():
                self._paint_invitation(painter, room)
            else:
                self._paint_picture(painter, room)
                self._paint_writing(painter)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.isEnabled() and dropped_picture(event.mimeData()) is not None:
            self._is_dragged_over = True
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._is_dragged_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._is_dragged_over = False
        self.update()
        picture = dropped_picture(event.mimeData())
        if picture is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(picture)

    def _open_menu(self) -> None:
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    # ---- painting

    def _paint_ground(self, painter: QPainter, room: QRectF) -> None:
        theme, is_empty = colors(), self._pixmap.isNull()
        is_strong = self._is_dragged_over or self.hasFocus()
        line = theme.accent if is_strong else theme.muted if self.underMouse() else theme.line
        if is_empty and not is_strong:
            line = theme.text if self.underMouse() else theme.muted
        style = Qt.PenStyle.DashLine if is_empty else Qt.PenStyle.SolidLine
        painter.setBrush(QColor(theme.hover if self._is_dragged_over else theme.sunken))
        painter.setPen(QPen(QColor(line), 1, style))
        painter.drawRoundedRect(room, RADIUS_PX, RADIUS_PX)

    def _paint_invitation(self, painter: QPainter, room: QRectF) -> None:
        role = "text" if self.underMouse() and self.isEnabled() else "muted"
        box = QRectF(room).adjusted(6, 0, -6, 0)
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        needed = painter.boundingRect(box, int(wrap), self._invitation)
        top = room.center().y() - (_ICON_PX + 4 + needed.height()) / 2
        symbol = QRectF(room.center().x() - _ICON_PX / 2, top, _ICON_PX, _ICON_PX)
        icon("ph.image", role).paint(painter, symbol.toRect())
        painter.setPen(QColor(getattr(colors(), role)))
        box.setTop(top + _ICON_PX + 4)
        painter.drawText(box, int(wrap), self._invitation)

    def _paint_picture(self, painter: QPainter, room: QRectF) -> None:
        inner = room.adjusted(1, 1, -1, -1)
        size = self._pixmap.size().scaled(inner.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRectF(0, 0, size.width(), size.height())
        frame.moveCenter(inner.center())
        clip = QPainterPath()
        clip.addRoundedRect(inner, RADIUS_PX - 1, RADIUS_PX - 1)
        painter.save()
        painter.setClipPath(clip)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.drawPixmap(frame, self._pixmap, QRectF(self._pixmap.rect()))
        painter.restore()

    def _paint_writing(self, painter: QPainter) -> None:
        theme, metrics = colors(), painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter
        line = QRectF(0, PICTURE_PX + 3, self.width(), _LINE_PX)
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter.setPen(QColor(theme.text if self.isEnabled() else theme.disabled))
        painter.drawText(line, middle, name)
        small = QFont(self.font())
        small.setPixelSize(max(9, self.fontInfo().pixelSize() - 2))
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        painter.drawText(line.translated(0, _LINE_PX), middle, self._size_text)


def _small(rgb: NDArray[np.uint8]) -> QPixmap:
    height, width = rgb.shape[:2]
    share = min(1.0, _LARGEST_PX / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = np.ascontiguousarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))
    return QPixmap.fromImage(qimage_of(np.asarray(small, np.uint8), QImage.Format.Format_RGB888))
