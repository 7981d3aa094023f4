"""A result that does not belong on the canvas, shown in the panel: it has a size of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.labels import label
from app.controls.texts import size_text
from app.document.planes import qimage_of
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

WIDTH_PX, HEIGHT_PX = 272, 136
_SHARPNESS = 2


class PictureBox(QWidget):
    """Shows the picture small; a click looks at it closely.

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
        self.picture = QToolButton()
        self.picture.setToolTip(self.tr("Look at it closely"))
        self.picture.setAccessibleName(self.tr("Look at it closely"))
        self.picture.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.picture.clicked.connect(lambda: self.look_wanted.emit(self._result))
        self.size_label = label("muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self.picture)
        column.addLayout(self._row())

    def show_result(self, result: RenderResult | None) -> None:
        """Show a result; None hides the box."""
        self.setVisible(result is not None)
        if result is None or result is self._result:
            return
        self._result = result
        height, width = result.image.shape[:2]
        self.size_label.setText(size_text(width, height))
        pixmap = _pixmap(result)
        self.picture.setIcon(pixmap)
        self.picture.setIconSize(pixmap.deviceIndependentSize().toSize())

    def _row(self) -> QHBoxLayout:
        self.open_button = QPushButton(self.tr("Open as document"))
        self.open_button.setToolTip(self.tr("A new tab with this picture as its photo"))
        self.export_button = QPushButton(self.tr("Export…"))
        self.open_button.clicked.connect(lambda: self.open_wanted.emit(self._result))
        self.export_button.clicked.connect(lambda: self.export_wanted.emit(self._result))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.size_label, 1)
        row.addWidget(self.open_button)
        row.addWidget(self.export_button)
        return row


def _pixmap(result: RenderResult) -> QPixmap:
    height, width = result.image.shape[:2]
    zoom = min(WIDTH_PX / width, HEIGHT_PX / height)
    size = (max(1, round(width * zoom * _SHARPNESS)), max(1, round(height * zoom * _SHARPNESS)))
    is_smaller = zoom * _SHARPNESS < 1.0
    way = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    small = cv2.resize(result.image, size, interpolation=way)
    pixmap = QPixmap.fromImage(qimage_of(small, QImage.Format.Format_RGB888))
    pixmap.setDevicePixelRatio(_SHARPNESS)
    return pixmap
