"""Shown while nothing is open: how to begin, and the files used last."""

from __future__ import annotations

import zipfile
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QIcon, QImage, QImageReader, QPixmap, QShowEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.controls.labels import label, main_button
from app.settings import Settings
from app.theme import GRID_PX, icon

THUMBNAIL_PX = 96
COLUMNS = 5
PROJECT_SUFFIXES = (".singan", ".ora")
LARGEST_FILE_BYTES = 20 * 2**20


class WelcomePage(QWidget):
    """Open button, three sentences, recent files.

    Signals:
        open_wanted(): the user wants to choose a file.
        path_picked(object): a recent file (``Path``) was clicked.
    """

    open_wanted = Signal()
    path_picked = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcomePage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._settings = settings
        self._wanted: list[QListWidgetItem] = []
        self._placeholder = icon("ph.image", "muted")
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._load_next)
        self.open_button = main_button(self.tr("Open a photo or project …"))
        self.open_button.clicked.connect(self.open_wanted)
        self.recent_title = label("heading", self.tr("Recent files"))
        self.recent = self._build_recent()
        column = QVBoxLayout(self)
        column.setSpacing(GRID_PX)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(label("title", self.tr("SinGAN Studio")), 0, middle)
        column.addWidget(self._introduction(), 0, middle)
        column.addSpacing(GRID_PX)
        column.addWidget(self.open_button, 0, middle)
        column.addWidget(label("muted", self.tr("or drop a file here")), 0, middle)
        column.addSpacing(3 * GRID_PX)
        column.addWidget(self.recent_title, 0, middle)
        column.addWidget(self.recent, 0, middle)
        column.addStretch(3)
        settings.recent_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the recent files anew; their thumbnails follow one by one."""
        self.recent.clear()
        for path in self._settings.recent_files:
            item = QListWidgetItem(self._placeholder, path.name)
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            item.setToolTip(str(path))
            self.recent.addItem(item)
        count = self.recent.count()
        columns, rows = min(count, COLUMNS), -(-count // COLUMNS)
        cell = self.recent.gridSize()
        self.recent.setFixedSize(columns * cell.width() + 4, rows * cell.height() + 4)
        self.recent.setVisible(count > 0)
        self.recent_title.setVisible(count > 0)
        self._wanted = [self.recent.item(row) for row in range(count)]
        if self.isVisible():
            self._timer.start(0)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start(0)
        self.open_button.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def _introduction(self) -> QWidget:
        text = label(
            "muted",
            self.tr(
                "Open one photo, train on it, then paint, move or paste:\n"
                "your edit is redrawn in the photo's own textures. Nothing leaves this computer."
            ),
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return text

    def _build_recent(self) -> QListWidget:
        view = QListWidget()
        view.setAccessibleName(self.tr("Recent files"))
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX * 3 // 4))
        view.setGridSize(QSize(THUMBNAIL_PX + 32, THUMBNAIL_PX * 3 // 4 + 32))
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.itemClicked.connect(self._announce)
        view.itemActivated.connect(self._announce)
        return view

    def _announce(self, item: QListWidgetItem) -> None:
        self.path_picked.emit(Path(str(item.data(Qt.ItemDataRole.UserRole))))

    def _load_next(self) -> None:
        if not self._wanted:
            self._timer.stop()
            return
        item = self._wanted.pop(0)
        image = thumbnail(Path(str(item.data(Qt.ItemDataRole.UserRole))))
        if not image.isNull():
            item.setIcon(QIcon(QPixmap.fromImage(image)))


def thumbnail(path: Path) -> QImage:
    """Return a small picture of a file, a null image when there is none at hand.

    Nothing is stored for it: a private photo leaves no trace outside its own file.
    """
    size = QSize(THUMBNAIL_PX, THUMBNAIL_PX * 3 // 4)
    if path.suffix.lower() in PROJECT_SUFFIXES:
        image = _stored_thumbnail(path)
    elif path.stat().st_size > LARGEST_FILE_BYTES:
        return QImage()
    else:
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        image = reader.read()
    if image.isNull():
        return image
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, smooth)
    left, top = (scaled.width() - size.width()) // 2, (scaled.height() - size.height()) // 2
    return scaled.copy(left, top, size.width(), size.height())


def _stored_thumbnail(path: Path) -> QImage:
    try:
        with zipfile.ZipFile(path) as archive:
            return QImage.fromData(archive.read("Thumbnails/thumbnail.png"))
    except (OSError, KeyError, zipfile.BadZipFile):
        return QImage()
