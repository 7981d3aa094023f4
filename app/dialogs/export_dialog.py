"""Export dialog: where to, as PNG or JPEG, and how much quality."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.labels import sentence_label
from app.controls.value_slider import ValueSlider
from app.settings import Settings
from app.theme import GRID_PX

FORMATS = (("PNG", ".png"), ("JPEG", ".jpg"))
JPEG_SUFFIXES = (".jpg", ".jpeg")
DEFAULT_QUALITY = 95


class ExportDialog(QDialog):
    """Asks for a file name whose suffix is the format.

    Args:
        parent: the window.
        proposed: name to start with.
        settings: remembers format and quality.
    """

    def __init__(self, parent: QWidget, proposed: Path, settings: Settings) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Export image"))
        self.setMinimumWidth(480)
        self._build_fields(proposed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(2 * GRID_PX)
        column.addLayout(self._field_grid())
        column.addWidget(self._buttons())
        self.format.setCurrentIndex(
            max(0, self.format.findData(settings.text("export/suffix", ".png")))
        )
        self._follow_format()
        self._check()

    @property
    def path(self) -> Path:
        """The file to write."""
        return Path(self.name.text().strip()).expanduser()

    @property
    def quality(self) -> int:
        """JPEG quality, 1 to 100."""
        return self.quality_slider.value()

    def accept(self) -> None:
        """Remember the choices and close."""
        self._settings.set_text("export/suffix", self.format.currentData())
        self._settings.set_text("export/quality", str(self.quality))
        super().accept()

    def _build_fields(self, proposed: Path) -> None:
        self.name = QLineEdit(str(proposed))
        self.name.setAccessibleName(self.tr("File name"))
        self.name.textChanged.connect(self._check)
        self.name.editingFinished.connect(self._follow_name)
        self.browse = QPushButton(self.tr("Browse …"))
        self.browse.clicked.connect(self._browse)
        self.format = QComboBox()
        for text, suffix in FORMATS:
            self.format.addItem(text, suffix)
        self.format.currentIndexChanged.connect(self._follow_format)
        self.quality_slider = ValueSlider(self.tr("Quality"), 1, 100, self.tr(" %"))
        self.quality_slider.show_value(self._settings.number("export/quality", DEFAULT_QUALITY))
        self.sentence = sentence_label()

    def _field_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(GRID_PX)
        grid.setColumnStretch(1, 1)
        for row, (text, field) in enumerate(
            ((self.tr("&File"), self.name), (self.tr("F&ormat"), self.format))
        ):
            caption = QLabel(text)
            caption.setBuddy(field)
            grid.addWidget(caption, row, 0)
        names = QHBoxLayout()
        names.addWidget(self.name, 1)
        names.addWidget(self.browse)
        grid.addLayout(names, 0, 1)
        formats = QHBoxLayout()
        formats.addWidget(self.format)
        formats.addWidget(self.quality_slider, 1)
        grid.addLayout(formats, 1, 1)
        grid.addWidget(self.sentence, 2, 1)
        return grid

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = box.addButton(
            self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.export_button.setProperty("main", True)
        self.export_button.setDefault(True)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _browse(self) -> None:
        suffix = self.format.currentData()
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export image"),
            str(self.path),
            f"{self.format.currentText()} (*{suffix})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.name.setText(name)

    def _follow_name(self) -> None:
        suffix = self.path.suffix.lower()
        index = self.format.findData(".jpg" if suffix in JPEG_SUFFIXES else suffix)
        if index >= 0:
            self.format.setCurrentIndex(index)

    def _follow_format(self) -> None:
        suffix = self.format.currentData()
        is_jpeg = suffix in JPEG_SUFFIXES
        self.quality_slider.setEnabled(is_jpeg)
        if self.path.suffix.lower() not in (suffix, *(JPEG_SUFFIXES if is_jpeg else ())):
            self.name.setText(str(self.path.with_suffix(suffix)))
        self._check()

    def _check(self) -> None:
        path = self.path
        known = [known for _, known in FORMATS] + list(JPEG_SUFFIXES)
        text = ""
        if path.suffix.lower() not in known:
            text = self.tr("The name must end in .png or .jpg.")
        elif not path.parent.is_dir():
            text = self.tr("This folder does not exist.")
        self.export_button.setEnabled(not text)
        if not text and path.exists():
            text = self.tr("The file exists and will be replaced.")
        elif not text and path.suffix.lower() in JPEG_SUFFIXES:
            text = self.tr("JPEG has no transparency; transparent parts become white.")
        self.sentence.setText(text)
