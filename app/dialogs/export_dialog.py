"""Export dialog: where to, in which format, how good, and what is embedded."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.controls.labels import sentence_label
from app.controls.value_slider import ValueSlider
from app.dialogs.dialog_frame import add_caption, answer_buttons, dialog_column, field_grid
from app.document.files.images.image_export import DEFAULT_CHOICES, ExportChoices, can_write_avif
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A row of the dialog's list.

    Attributes:
        name: as it is listed.
        suffixes: the first one is proposed.
        sentence: what is lost in it.
        is_lossy: a quality can be chosen.
        has_profile, has_metadata: what it can hold.
        problem: why it cannot be written here.
    """

    name: str
    suffixes: tuple[str, ...]
    sentence: str = ""
    is_lossy: bool = False
    has_profile: bool = True
    has_metadata: bool = True
    problem: str = ""


class ExportDialog(QDialog):
    """Asks for a file name whose suffix is the format.

    Args:
        parent: the window.
        proposed: name to start with; where its suffix is no format, that of the last export. Names
            without a folder are in its folder.
        settings: remembers the choices.
        projects: files of the open documents; an export would lose what only they hold.
    """

    def __init__(
        self,
        parent: QWidget,
        proposed: Path,
        settings: Settings,
        projects: Collection[Path] = (),
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._folder = proposed.parent
        self._projects = {os.path.realpath(path) for path in projects}
        self._formats = [each for each in self._known_formats() if each is not None]
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(480)
        self._build_fields()
        column = dialog_column(self)
        column.addLayout(self._field_grid())
        column.addStretch()
        box, self.export_button = answer_buttons(self, self.tr("Export"))
        column.addWidget(box)
        self._propose(proposed)

    @property
    def path(self) -> Path:
        """The file to write; a name without a suffix gets that of the format."""
        path = Path(self.name.text().strip()).expanduser()
        if not path.name:
            return path
        path = self._folder / path
        return path if path.suffix else path.with_suffix(self._format.suffixes[0])

    @property
    def choices(self) -> ExportChoices:
        """How to write it."""
        return ExportChoices(
            self.quality_slider.value(), self.profile.isChecked(), self.metadata.isChecked()
        )

    def accept(self) -> None:
        """Remember the choices and close."""
        self._settings.set_text("export/suffix", self._format.suffixes[0])
        self._settings.set_text("export/quality", str(self.choices.quality))
        self._settings.set_text("export/profile", str(int(self.choices.has_profile)))
        self._settings.set_text("export/metadata", str(int(self.choices.has_metadata)))
        super().accept()

    @property
    def _format(self) -> ExportFormat:
        return self._formats[max(0, self.format.currentIndex())]

    def _known_formats(self) -> list[ExportFormat | None]:
        opaque = self.tr("Transparent parts become white.")
        layers = self.tr("Layers, groups and clipping are kept.")
        psd = "" if importlib.util.find_spec("psd_tools") else self._psd_problem()
        avif = ExportFormat(self.tr("AVIF"), (".avif",), is_lossy=True)
        return [
            ExportFormat(self.tr("PNG"), (".png",)),
            ExportFormat(self.tr("JPEG"), (".jpg", ".jpeg"), opaque, is_lossy=True),
            ExportFormat(self.tr("TIFF"), (".tif", ".tiff")),
            ExportFormat(self.tr("WebP"), (".webp",), self.tr("Lossless at 100 %."), is_lossy=True),
            avif if can_write_avif() else None,
            ExportFormat(self.tr("BMP"), (".bmp",), opaque, has_profile=False, has_metadata=False),
            ExportFormat(
                self.tr("OpenRaster, with layers"),
                (".ora",),
                layers + " " + self.tr("Masks of layers are applied to their pixels."),
                has_profile=False,
                has_metadata=False,
            ),
            ExportFormat(
                self.tr("Photoshop, with layers"),
                (".psd",),
                layers + " " + self.tr("Masks too; opacity in 255 steps."),
                has_metadata=False,
                problem=psd,
            ),
        ]

    def _psd_problem(self) -> str:
        return self.tr(
            "Writing Photoshop files needs the optional extra “psd” "
            "(pip install singan-studio[psd])."
        )

    def _build_fields(self) -> None:
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("File name"))
        self.name.textChanged.connect(self._check)
        self.name.editingFinished.connect(self._follow_name)
        self.browse = QPushButton(self.tr("Browse …"))
        self.browse.clicked.connect(self._browse)
        self.format = QComboBox()
        for each in self._formats:
            self.format.addItem(each.name, each.suffixes[0])
        self.format.currentIndexChanged.connect(self._follow_format)
        self.quality_slider = ValueSlider(self.tr("Quality"), 1, 100, self.tr(" %"))
        policy = self.quality_slider.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.quality_slider.setSizePolicy(policy)
        self.quality_slider.show_value(
            self._settings.number("export/quality", DEFAULT_CHOICES.quality)
        )
        self.profile = QCheckBox(self.tr("Embed the sRGB colour profile"))
        self.metadata = QCheckBox(self.tr("Keep the photo's metadata: camera, date, place"))
        self.profile.setChecked(self._settings.number("export/profile", 1) != 0)
        self.metadata.setChecked(self._settings.number("export/metadata", 1) != 0)
        self.sentence = sentence_label()
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentence.setMinimumHeight(2 * self.fontMetrics().lineSpacing())

    def _field_grid(self) -> QGridLayout:
        grid = field_grid()
        for row, (text, field) in enumerate(
            ((self.tr("&File"), self.name), (self.tr("F&ormat"), self.format))
        ):
            add_caption(grid, row, text, field)
        names = QHBoxLayout()
        names.addWidget(self.name, 1)
        names.addWidget(self.browse)
        grid.addLayout(names, 0, 1)
        formats = QHBoxLayout()
        formats.addWidget(self.format)
        formats.addWidget(self.quality_slider, 1)
        grid.addLayout(formats, 1, 1)
        for row, widget in enumerate((self.profile, self.metadata, self.sentence), start=2):
            grid.addWidget(widget, row, 1)
        return grid

    def _propose(self, proposed: Path) -> None:
        index = self._index_of(proposed.suffix)
        if index < 0:
            index = max(0, self._index_of(self._settings.text("export/suffix", ".png")))
            proposed = proposed.with_suffix(self._formats[index].suffixes[0])
        self.format.setCurrentIndex(index)
        self.name.setText(str(proposed))
        self._follow_format()
        # typing replaces the name, not the folder or the suffix
        start = len(self.name.text()) - len(self.path.name)
        self.name.setSelection(start, len(self.path.stem))

    def _index_of(self, suffix: str) -> int:
        """Place of the format of a suffix in the list, or -1."""
        found = (i for i, each in enumerate(self._formats) if suffix.lower() in each.suffixes)
        return next(found, -1)

    def _browse(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in self._format.suffixes)
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export"),
            str(self.path),
            f"{self._format.name} ({patterns})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.name.setText(name)
            self._follow_name()

    def _follow_name(self) -> None:
        index = self._index_of(self.path.suffix)
        if index >= 0:
            self.format.setCurrentIndex(index)

    def _follow_format(self) -> None:
        chosen = self._format
        self.quality_slider.setVisible(chosen.is_lossy)
        self.profile.setEnabled(chosen.has_profile)
        self.metadata.setEnabled(chosen.has_metadata)
        if self.name.text() and self.path.suffix.lower() not in chosen.suffixes:
            self.name.setText(str(self.path.with_suffix(chosen.suffixes[0])))
        self._check()

    def _check(self) -> None:
        path, problem = self.path, self._problem()
        self.export_button.setEnabled(not problem)
        sentences = [problem]
        if not problem:
            index = self._index_of(path.suffix)
            sentences = [self._formats[index].sentence]
            if path.exists():
                sentences.append(self.tr("The file exists and will be replaced."))
        self.sentence.setText(" ".join(filter(None, sentences)))

    def _problem(self) -> str:
        """Why nothing can be written as it stands, or nothing."""
        path = self.path
        index = self._index_of(path.suffix)
        if not path.name or index < 0:
            suffixes = ", ".join(each.suffixes[0] for each in self._formats)
            return self.tr("The name must end in one of {suffixes}.").format(suffixes=suffixes)
        if not path.parent.is_dir():
            return self.tr("This folder does not exist.")
        if path.is_dir():
            return self.tr("This is a folder, not a file.")
        if os.path.realpath(path) in self._projects:
            return self.tr("This project is open; without its model and results it is not written.")
        return self._formats[index].problem
