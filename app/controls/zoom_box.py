"""Zoom as a field: shows per cent, takes typed ones and offers the usual steps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

STEPS = (6.25, 12.5, 25.0, 50.0, 66.7, 100.0, 200.0, 400.0, 800.0, 1600.0)


class ZoomBox(QComboBox):
    """An editable list of zoom steps; its first entry fits the picture into the window.

    Signals:
        zoom_wanted(float): device pixels per document pixel.
        fit_wanted(): the user chose to see everything.
    """

    zoom_wanted = Signal(float)
    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self.setObjectName("zoomBox")
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(self.tr("Zoom"))
        self.setToolTip(self.tr("Zoom; type per cent or choose"))
        self.addItem(self.tr("Fit"))
        for percent in STEPS:
            self.addItem(self._percent_text(percent), percent)
        self.activated.connect(self._choose)
        field = self.lineEdit()
        assert isinstance(field, QLineEdit)
        self._field = field
        field.setAccessibleName(self.tr("Zoom in per cent"))
        field.returnPressed.connect(self._take_text)
        field.editingFinished.connect(self._show)
        self.setFixedWidth(92)
        self._show()

    def show_zoom(self, zoom: float) -> None:
        """Show a zoom, without announcing it."""
        self._zoom = zoom
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._show()
        super().keyPressEvent(event)

    def _show(self) -> None:
        self.setEditText(self._percent_text(self._zoom * 100))

    def _percent_text(self, percent: float) -> str:
        number = f"{percent:.2f}" if percent < 10 else f"{percent:.1f}"
        number = number.rstrip("0").rstrip(".")
        return self.tr("{percent} %").format(percent=number)

    def _choose(self, index: int) -> None:
        percent = self.itemData(index)
        if percent is None:
            self.fit_wanted.emit()
        else:
            self.zoom_wanted.emit(percent / 100)
        self._show()

    def _take_text(self) -> None:
        text = self._field.text()
        if text == self._percent_text(self._zoom * 100):
            return  # what is shown is rounded: taking it would move the picture
        text = text.replace("%", "").replace(",", ".").strip()
        try:
            percent = float(text)
        except ValueError:
            percent = 0.0
        if 0.0 < percent < float("inf"):
            self.zoom_wanted.emit(percent / 100)
        self._show()
