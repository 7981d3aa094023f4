"""The size and the background of a new document."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QSpinBox,
    QWidget,
)

from app.controls.labels import icon_button, sentence_label
from app.controls.number_field import number_field
from app.controls.texts import size_text
from app.dialogs.dialog_frame import add_caption, answer_buttons, dialog_column, field_grid
from app.document.files.images.image_files import MAX_MEGAPIXELS
from app.document.pixels import RgbColor
from app.settings import Settings
from app.theme import GRID_PX, checkerboard, colors

LONGEST_SIDE_PX = 30_000
SWATCH_PX = 14
PRESETS = (
    (512, 512),
    (1024, 1024),
    (1536, 1024),
    (1920, 1080),
    (3000, 2000),
    (3840, 2160),
    (2480, 3508),
)
DEFAULT_SIZE = PRESETS[1]


class NewDocumentDialog(QDialog):
    """Asks for a size and a background, starting with what was chosen last.

    Args:
        parent: the window.
        settings: remembers the choices.
        painting: the painting colour, sRGB.
        second: the second colour.
        clipboard: (width, height) of the picture on the clipboard, chosen at first; None = none.
    """

    def __init__(
        self,
        parent: QWidget,
        settings: Settings,
        painting: RgbColor,
        second: RgbColor,
        clipboard: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("New document"))
        self.setMinimumWidth(400)
        self._build_sizes(clipboard)
        self._build_backgrounds(painting, second)
        self.sentence = sentence_label()
        column = dialog_column(self)
        column.addLayout(self._field_grid())
        column.addWidget(self.sentence)
        column.addStretch()
        box, self.create_button = answer_buttons(self, self.tr("Create"))
        column.addWidget(box)
        remembered = (settings.number("new/width", 0), settings.number("new/height", 0))
        self._show_size(*(clipboard or (remembered if min(remembered) > 0 else DEFAULT_SIZE)))
        self.width_px.selectAll()
        self.width_px.setFocus()

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.width_px.value(), self.height_px.value()

    @property
    def color(self) -> RgbColor | None:
        """Colour of the background; None = transparent."""
        data = self.background.currentData()
        return self._colors[data]

    def accept(self) -> None:
        width, height = self.size_px
        self._settings.set_text("new/width", str(width))
        self._settings.set_text("new/height", str(height))
        self._settings.set_text("new/background", self.background.currentData())
        super().accept()

    def _build_sizes(self, clipboard: tuple[int, int] | None) -> None:
        self.preset = QComboBox()
        self.preset.addItem(self.tr("Custom"), None)
        if clipboard is not None:
            text = self.tr("Clipboard, {size}").format(size=size_text(*clipboard))
            self.preset.addItem(text, clipboard)
        for size in PRESETS:
            self.preset.addItem(self._preset_text(size), size)
        self.width_px, self.height_px = _size_field(), _size_field()
        self.turn_button = icon_button("ph.arrows-left-right", self.tr("Swap width and height"))
        self.preset.activated.connect(self._take_preset)
        self.turn_button.clicked.connect(lambda: self._show_size(*reversed(self.size_px)))
        for field in (self.width_px, self.height_px):
            field.valueChanged.connect(self._follow_size)

    def _preset_text(self, size: tuple[int, int]) -> str:
        names = {
            (1920, 1080): self.tr("Full HD"),
            (3840, 2160): self.tr("4K"),
            (2480, 3508): self.tr("A4 at 300 dpi"),
        }
        return f"{names[size]}, {size_text(*size)}" if size in names else size_text(*size)

    def _build_backgrounds(self, painting: RgbColor, second: RgbColor) -> None:
        self._colors: dict[str, RgbColor | None] = {
            "white": (255, 255, 255),
            "transparent": None,
            "painting": painting,
            "second": second,
        }
        texts = {
            "white": self.tr("White"),
            "transparent": self.tr("Transparent"),
            "painting": self.tr("Painting colour"),
            "second": self.tr("Second colour"),
        }
        self.background = QComboBox()
        self.background.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        for name, text in texts.items():
            self.background.addItem(_swatch(self._colors[name]), text, name)
        chosen = self.background.findData(self._settings.text("new/background", "white"))
        self.background.setCurrentIndex(max(0, chosen))

    def _field_grid(self) -> QGridLayout:
        grid = field_grid()
        sizes = QHBoxLayout()
        sizes.setSpacing(GRID_PX)
        sizes.addWidget(self.width_px, 1)
        sizes.addWidget(self.turn_button)
        sizes.addWidget(self.height_px, 1)
        for row, (text, field) in enumerate(
            (
                (self.tr("&Size"), self.preset),
                (self.tr("&Width, height"), self.width_px),
                (self.tr("&Background"), self.background),
            )
        ):
            add_caption(grid, row, text, field)
        self.width_px.setAccessibleName(self.tr("Width"))
        self.height_px.setAccessibleName(self.tr("Height"))
        grid.addWidget(self.preset, 0, 1)
        grid.addLayout(sizes, 1, 1)
        grid.addWidget(self.background, 2, 1)
        return grid

    def _take_preset(self) -> None:
        size = self.preset.currentData()
        if size is not None:
            self._show_size(*size)

    def _show_size(self, width: int, height: int) -> None:
        self.width_px.setValue(width)
        self.height_px.setValue(height)
        self._follow_size()

    def _follow_size(self) -> None:
        sizes = [self.preset.itemData(index) for index in range(self.preset.count())]
        index = next((i for i, size in enumerate(sizes) if size == self.size_px), 0)
        self.preset.setCurrentIndex(index)
        width, height = self.size_px
        megapixels = width * height / 1e6
        is_small_enough = megapixels <= MAX_MEGAPIXELS
        self.create_button.setEnabled(is_small_enough)
        if is_small_enough:
            text = self.tr("{count} megapixels. Training will learn from what you paint or paste.")
        else:
            text = self.tr("{count} megapixels are too many: at most {most}.")
        self.sentence.setText(text.format(count=f"{megapixels:.1f}", most=MAX_MEGAPIXELS))


def _size_field() -> QSpinBox:
    field = number_field(QSpinBox())
    field.setRange(1, LONGEST_SIDE_PX)
    field.setSuffix(" px")
    field.setAccelerated(True)
    return field


def _swatch(color: RgbColor | None) -> QIcon:
    """Return a patch of a colour; a transparent one is a chequer."""
    pixmap = QPixmap(SWATCH_PX, SWATCH_PX)
    ground = checkerboard(SWATCH_PX // 2) if color is None else QBrush(QColor(*color))
    with QPainter(pixmap) as painter:
        painter.fillRect(pixmap.rect(), ground)
        painter.setPen(QColor(colors().line))
        painter.drawRect(0, 0, SWATCH_PX - 1, SWATCH_PX - 1)
    return QIcon(pixmap)
