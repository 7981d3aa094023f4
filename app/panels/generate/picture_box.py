"""A result that does not belong on the canvas, shown in the panel: it has a size of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import cv2
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.controls.scrolling import bring_into_view
from app.controls.texts import size_text
from app.document.planes import qimage_of
from app.theme import GRID_PX, colors

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

HEIGHT_PX = 132
_LARGEST_PX = 640
_CAPTION_PX = 20


class PictureButton(QAbstractButton):
    """Shows a picture small, with its size; a click looks at it closely."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self.setToolTip(self.tr("Look at it closely"))
        self.setAccessibleName(self.tr("Look at it closely"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_result(self, result: RenderResult) -> None:
        """Show a result and its size."""
        height, width = result.image.shape[:2]
        self.setText(size_text(width, height))
        share = min(1.0, _LARGEST_PX / max(height, width))
        size = (max(1, round(width * share)), max(1, round(height * share)))
        small = cv2.resize(result.image, size, interpolation=cv2.INTER_AREA)
        self._pixmap = QPixmap.fromImage(qimage_of(small, QImage.Format.Format_RGB888))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * HEIGHT_PX, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), colors()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRectF(0, 0, size.width(), size.height())
        frame.moveCenter(QRectF(self.rect()).center())
        painter.drawPixmap(frame, self._pixmap, QRectF(self._pixmap.rect()))
        width = painter.fontMetrics().horizontalAdvance(self.text()) + 12
        ground = QRectF(frame.left(), frame.bottom() - _CAPTION_PX, width, _CAPTION_PX)
        painter.fillRect(ground, QColor(0, 0, 0, 160))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, self.text())
        is_strong = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(QColor(theme.accent if is_strong else theme.line), 1))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))


class PictureBox(QWidget):
    """Shows the picture and leads on to a large view, a document or a file.

    Signals:
        look_wanted(object), open_wanted(object), export_wanted(object): a ``RenderResult`` shall
            be seen large, become a document, or a file.
    """

    look_wanted = Signal(object)
    open_wanted = Signal(object)
    export_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: RenderResult | None = None
        self.picture = PictureButton()
        self.open_button = QPushButton(self.tr("Open as document"))
        self.open_button.setToolTip(self.tr("A new tab with this picture as its photo"))
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.setToolTip(self.tr("Write this picture to a file"))
        self.picture.clicked.connect(lambda: self.look_wanted.emit(self._result))
        self.open_button.clicked.connect(lambda: self.open_wanted.emit(self._result))
        self.export_button.clicked.connect(lambda: self.export_wanted.emit(self._result))
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.open_button, 1)
        row.addWidget(self.export_button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        column.addWidget(self.picture)
        column.addLayout(row)
        self.hide()

    def show_result(self, result: RenderResult | None) -> None:
        """Show a result; None hides the box."""
        if result is not None and result is not self._result:
            self._result = result
            self.picture.show_result(result)
            QTimer.singleShot(0, self, partial(bring_into_view, self))
        self.setVisible(result is not None)
