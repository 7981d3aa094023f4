"""Ask for another size: of the picture, or of the canvas it stands on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QToolButton,
    QWidget,
)

from app.controls.labels import icon_button, sentence_label
from app.controls.number_field import number_field
from app.controls.texts import size_text
from app.dialogs.dialog_frame import add_caption, answer_buttons, dialog_column, field_grid
from app.document.commands.geometry_commands import check_document_size
from app.document.errors import DocumentError
from app.document.geometry import Rect
from app.document.transforming.resampling import Resampling
from app.theme import icon

ANCHOR_PX = 30
LONGEST_PX = 100_000.0
MOST_PERCENT = 10_000.0
_PIXELS, _PERCENT = "px", "%"

# Where the arrows point that stand around the anchored place, by how far it is from there.
_ARROWS = {
    (-1, -1): "ph.arrow-up-left",
    (0, -1): "ph.arrow-up",
    (1, -1): "ph.arrow-up-right",
    (-1, 0): "ph.arrow-left",
    (0, 0): "ph.image-square",
    (1, 0): "ph.arrow-right",
    (-1, 1): "ph.arrow-down-left",
    (0, 1): "ph.arrow-down",
    (1, 1): "ph.arrow-down-right",
}


class SizeDialog(QDialog):
    """Width and height in pixels or per cent; refuses sizes that a picture cannot have.

    Args:
        parent: the window.
        document: all pixels of the picture now.

    Attributes:
        width_field, height_field: in the unit chosen.
        unit: pixels or per cent.
        sentence: what the size will be, or why it cannot.
    """

    def __init__(self, parent: QWidget, document: Rect) -> None:
        super().__init__(parent)
        self._document = document
        self.setMinimumWidth(360)
        self.width_field = number_field(QDoubleSpinBox())
        self.height_field = number_field(QDoubleSpinBox())
        self.unit = QComboBox()
        self.unit.addItem(self.tr("Pixels"), _PIXELS)
        self.unit.addItem(self.tr("Per cent"), _PERCENT)
        self.sentence = sentence_label()
        self.grid = field_grid()
        for row, (text, field) in enumerate(
            ((self.tr("&Width"), self.width_field), (self.tr("&Height"), self.height_field))
        ):
            field.setAccelerated(True)
            self.add_row(row, text, field)
            field.valueChanged.connect(self._check)
        self.add_row(2, self.tr("&Unit"), self.unit)
        self.unit.activated.connect(self._show_unit)
        column = dialog_column(self)
        column.addLayout(self.grid)
        column.addWidget(self.sentence)
        column.addStretch()
        box, self.ok = answer_buttons(self)
        column.addWidget(box)
        self._show_size(document.width, document.height)
        self.width_field.selectAll()
        self.width_field.setFocus()

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height chosen, pixels."""
        width, height = self.width_field.value(), self.height_field.value()
        if self.unit.currentData() == _PERCENT:
            width *= self._document.width / 100
            height *= self._document.height / 100
        return round(width), round(height)

    def add_row(self, row: int, text: str, field: QWidget) -> None:
        """Put a caption and a field into the grid."""
        add_caption(self.grid, row, text, field)
        self.grid.addWidget(field, row, 1)

    def _show_size(self, width: float, height: float) -> None:
        is_percent = self.unit.currentData() == _PERCENT
        for field, value, whole in (
            (self.width_field, width, self._document.width),
            (self.height_field, height, self._document.height),
        ):
            with QSignalBlocker(field):
                field.setDecimals(2 if is_percent else 0)
                field.setSuffix(" %" if is_percent else " px")
                field.setRange(
                    0.01 if is_percent else 1, MOST_PERCENT if is_percent else LONGEST_PX
                )
                field.setValue(value / whole * 100 if is_percent else value)
        self._check()

    def _show_unit(self) -> None:
        is_percent = self.unit.currentData() == _PERCENT
        values = self.width_field.value(), self.height_field.value()
        whole = self._document.width, self._document.height
        if is_percent:
            self._show_size(*values)
        else:
            self._show_size(*(part * side / 100 for part, side in zip(values, whole, strict=True)))

    def _check(self) -> None:
        before, after = self._document, self.size_px
        try:
            check_document_size(*after)
        except DocumentError as error:
            self.ok.setEnabled(False)
            self.sentence.setText(str(error))
            return
        self.ok.setEnabled(True)
        text = self.tr("Now {before}, then {after}.")
        sizes = size_text(before.width, before.height), size_text(*after)
        self.sentence.setText(text.format(before=sizes[0], after=sizes[1]))


class ImageSizeDialog(SizeDialog):
    """Scales the picture with everything in it.

    Attributes:
        link: width and height keep their ratio.
    """

    def __init__(self, parent: QWidget, document: Rect) -> None:
        self.link = icon_button("ph.link", "")
        super().__init__(parent, document)
        self.setWindowTitle(self.tr("Image size"))
        self.link.setToolTip(self.tr("Keep the ratio of width and height"))
        self.link.setAccessibleName(self.link.toolTip())
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.toggled.connect(lambda: self._keep_ratio(self.width_field))
        self.grid.addWidget(self.link, 0, 2, 2, 1)
        self.filter = QComboBox()
        for value, text in (
            (Resampling.BICUBIC, self.tr("Bicubic, for photos")),
            (Resampling.BILINEAR, self.tr("Bilinear, softer")),
            (Resampling.NEAREST, self.tr("Nearest, keeps hard pixels")),
        ):
            self.filter.addItem(text, value.value)
        self.add_row(3, self.tr("&Resampling"), self.filter)
        for field in (self.width_field, self.height_field):
            field.valueChanged.connect(partial(self._keep_ratio, field))

    @property
    def resampling(self) -> Resampling:
        """How new pixels are found."""
        return Resampling(self.filter.currentData())

    def _keep_ratio(self, changed: QDoubleSpinBox, _value: float = 0) -> None:
        if not self.link.isChecked():
            return
        is_width = changed is self.width_field
        other = self.height_field if is_width else self.width_field
        ratio = 1.0
        if self.unit.currentData() == _PIXELS:
            ratio = self._document.height / self._document.width
        with QSignalBlocker(other):
            other.setValue(changed.value() * ratio if is_width else changed.value() / ratio)
        self._check()


class CanvasSizeDialog(SizeDialog):
    """Gives the picture more or less room.

    Attributes:
        anchors: one button for each place the picture may have on the new canvas.
    """

    def __init__(self, parent: QWidget, document: Rect) -> None:
        self._anchor = (1, 1)
        super().__init__(parent, document)
        self.setWindowTitle(self.tr("Canvas size"))
        self.anchors = {(x, y): self._anchor_button(x, y) for y in range(3) for x in range(3)}
        group = QButtonGroup(self)
        places = QWidget()
        grid = QGridLayout(places)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        grid.setColumnStretch(3, 1)
        for (x, y), button in self.anchors.items():
            group.addButton(button)
            grid.addWidget(button, y, x)
        self.add_row(3, self.tr("Picture stays at"), places)
        self._choose((1, 1))

    @property
    def anchor(self) -> tuple[int, int]:
        """The place of the picture: 0 left or top, 1 middle, 2 right or bottom."""
        return self._anchor

    def _anchor_button(self, x: int, y: int) -> QToolButton:
        names = (
            (self.tr("Top left"), self.tr("Top"), self.tr("Top right")),
            (self.tr("Left"), self.tr("Middle"), self.tr("Right")),
            (self.tr("Bottom left"), self.tr("Bottom"), self.tr("Bottom right")),
        )
        button = icon_button("ph.image-square", names[y][x])
        button.setCheckable(True)
        button.setFixedSize(ANCHOR_PX, ANCHOR_PX)
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(partial(self._choose, (x, y)))
        return button

    def _choose(self, anchor: tuple[int, int], _checked: bool = False) -> None:
        self._anchor = anchor
        for (x, y), button in self.anchors.items():
            button.setChecked((x, y) == anchor)
            arrow = _ARROWS.get((x - anchor[0], y - anchor[1]))
            button.setIcon(icon(arrow) if arrow else QIcon())
