"""A large view of a result that has a size of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.controls.labels import label, set_main
from app.controls.picture_view import PictureView
from app.controls.texts import size_text
from app.controls.zoom_box import ZoomBox
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

SIZE = QSize(960, 720)


class PictureDialog(QDialog):
    """Shows a picture to look at closely, and leads on to a document or a file.

    Args:
        parent: the window.
        result: what is shown.

    Signals:
        open_wanted(object), export_wanted(object): the result shall become a document, a file.
    """

    open_wanted = Signal(object)
    export_wanted = Signal(object)

    def __init__(self, parent: QWidget | None, result: RenderResult) -> None:
        super().__init__(parent)
        self._result = result
        height, width = result.image.shape[:2]
        self.setWindowTitle(self.tr("Result, {size}").format(size=size_text(width, height)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view, self.zoom = PictureView(), ZoomBox()
        self.zoom.zoom_wanted.connect(self.view.set_zoom)
        self.zoom.fit_wanted.connect(self.view.fit)
        self.view.zoom_changed.connect(self.zoom.show_zoom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(self.view, 1)
        column.addLayout(self._buttons(size_text(width, height)))
        self.resize(SIZE)
        self.view.show_picture(result.image)

    def _buttons(self, size: str) -> QHBoxLayout:
        self.open_button = QPushButton(self.tr("Open as document"))
        self.export_button = QPushButton(self.tr("Export…"))
        self.close_button = QPushButton(self.tr("Close"))
        set_main(self.open_button, True)
        self.open_button.clicked.connect(self._open)
        self.export_button.clicked.connect(self._export)
        self.close_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(GRID_PX, 0, GRID_PX, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(self.zoom)
        row.addWidget(label("muted", size))
        row.addStretch(1)
        for button in (self.close_button, self.export_button, self.open_button):
            row.addWidget(button)
        return row

    def _open(self) -> None:
        self.accept()
        self.open_wanted.emit(self._result)

    def _export(self) -> None:
        self.export_wanted.emit(self._result)
