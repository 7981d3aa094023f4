"""Width and height in pixels, that keep their ratio while they are linked."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from app.controls.labels import icon_button, label
from app.controls.number_field import number_field
from app.theme import icon

SMALLEST_PX, LARGEST_PX = 16, 20_000


class SizeRow(QWidget):
    """Two fields, a link between them, and the way back to the size they begin with.

    Signals:
        chosen(int, int): another width and height.
        reset_wanted(): back to the size they begin with.
    """

    chosen = Signal(int, int)
    reset_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ratio = 1.0
        self.width_field, self.height_field = self._field(), self._field()
        self.width_field.setAccessibleName(self.tr("Width"))
        self.height_field.setAccessibleName(self.tr("Height"))
        self.width_field.valueChanged.connect(self._take_width)
        self.height_field.valueChanged.connect(self._take_height)
        self.link = icon_button("ph.link", self.tr("Keep the ratio of width and height"))
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.toggled.connect(self._show_link)
        self.reset = icon_button("ph.arrow-counter-clockwise", self.tr("The size of the document"))
        self.reset.clicked.connect(self.reset_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.width_field, 1)
        row.addWidget(label("muted", "×"))
        row.addWidget(self.height_field, 1)
        row.addWidget(self.link)
        row.addWidget(self.reset)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height shown."""
        return self.width_field.value(), self.height_field.value()

    def show_size(self, width: int, height: int, is_own: bool) -> None:
        """Show a size, without announcing it.

        Args:
            width: pixels.
            height: pixels.
            is_own: whether it was chosen, so that there is a way back.
        """
        if not (self.link.isChecked() and self.size_px == (width, height)):
            self._ratio = width / height
        for field, value in ((self.width_field, width), (self.height_field, height)):
            with QSignalBlocker(field):
                field.setValue(value)
        self.reset.setEnabled(is_own)

    def _field(self) -> QSpinBox:
        field = number_field(QSpinBox())
        field.setRange(SMALLEST_PX, LARGEST_PX)
        field.setSuffix(self.tr(" px"))
        field.setKeyboardTracking(False)
        field.setAccelerated(True)
        return field

    def _show_link(self, is_linked: bool) -> None:
        self.link.setIcon(icon("ph.link" if is_linked else "ph.link-break"))
        width, height = self.size_px
        self._ratio = width / height

    def _take_width(self, width: int) -> None:
        if self.link.isChecked():
            with QSignalBlocker(self.height_field):
                self.height_field.setValue(round(width / self._ratio))
        self.chosen.emit(*self.size_px)

    def _take_height(self, height: int) -> None:
        if self.link.isChecked():
            with QSignalBlocker(self.width_field):
                self.width_field.setValue(round(height * self._ratio))
        self.chosen.emit(*self.size_px)
