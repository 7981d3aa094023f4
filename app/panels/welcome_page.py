"""Shown while nothing is open: how to begin, an example, and the files used last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.controls.file_cards import CARD_SIZE, FileCards
from app.controls.labels import label, main_button
from app.settings import Settings
from app.storage.recent_looks import RecentLooks, filling
from app.theme import GRID_PX, icon

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
EXAMPLE = RESOURCES / "examples" / "dandelions.jpg"
"""The photo that the example shows."""
COLUMNS = 5
START_HEIGHT_PX = 176
_ICON_PX = 32


class WelcomePage(QScrollArea):
    """Two cards to begin with, and recent files.

    Args:
        settings: the recent files.
        looks: what they look like.

    Signals:
        open_wanted(): the user wants to choose a file.
        example_wanted(): the user wants to try the example.
        path_picked(object): a recent file (``Path``) was clicked.
    """

    open_wanted = Signal()
    example_wanted = Signal()
    path_picked = Signal(object)

    def __init__(
        self, settings: Settings, looks: RecentLooks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._looks = looks
        self.setObjectName("welcomePage")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recent_title = label("heading", self.tr("Recent files"))
        self.recent = FileCards()
        self.recent.setAccessibleName(self.tr("Recent files"))
        self.recent.picked.connect(self.path_picked)
        self.recent.removal_wanted.connect(settings.remove_recent)
        self.setWidget(self._build_body())
        settings.recent_changed.connect(self.refresh)
        looks.look_changed.connect(self._show_look)
        self.refresh()

    def refresh(self) -> None:
        """List the recent files anew; what they look like follows one by one."""
        paths = self._settings.recent_files
        self.recent.show_files(paths)
        for path in paths:
            self._show_look(path)
        for part in (self.recent, self.recent_title):
            part.setVisible(bool(paths))
        if self.isVisible():
            self._looks.refresh(paths)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._looks.refresh(self._settings.recent_files)
        self.open_button.setFocus()

    def _show_look(self, path: Path) -> None:
        self.recent.show_look(path, self._looks.look_of(path))

    def _build_body(self) -> QWidget:
        column = QWidget()
        column.setMaximumWidth(COLUMNS * CARD_SIZE.width() + GRID_PX)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID_PX)
        rows.addStretch(2)
        rows.addWidget(label("title", self.tr("SinGAN Studio")))
        rows.addWidget(self._introduction())
        rows.addSpacing(GRID_PX)
        start = QHBoxLayout()
        start.setSpacing(2 * GRID_PX)
        start.addWidget(self._open_card(), 1)
        start.addWidget(self._example_card(), 1)
        rows.addLayout(start)
        rows.addSpacing(2 * GRID_PX)
        rows.addWidget(self.recent_title)
        rows.addWidget(self.recent)
        rows.addStretch(3)
        body = QWidget()
        body.setObjectName("welcomeBody")
        middle = QHBoxLayout(body)
        middle.setContentsMargins(3 * GRID_PX, GRID_PX, 3 * GRID_PX, GRID_PX)
        middle.addStretch(1)
        middle.addWidget(column, 100)
        middle.addStretch(1)
        return body

    def _introduction(self) -> QLabel:
        text = label(
            "muted",
            self.tr(
                "Open one photo, train on it, then paint, move or paste:\n"
                "your edit is redrawn in the photo's own textures. Nothing leaves this computer."
            ),
        )
        text.setWordWrap(True)
        return text

    def _open_card(self) -> QWidget:
        card = _card("dropArea")
        self.open_button = main_button(self.tr("Open a photo or project …"))
        self.open_button.clicked.connect(self.open_wanted)
        rows = QVBoxLayout(card)
        rows.addStretch()
        centre = Qt.AlignmentFlag.AlignHCenter
        rows.addWidget(_Symbol(), 0, centre)
        rows.addSpacing(GRID_PX)
        rows.addWidget(self.open_button, 0, centre)
        rows.addWidget(label("muted", self.tr("or drop a file anywhere here")), 0, centre)
        rows.addStretch()
        return card

    def _example_card(self) -> QWidget:
        card = _card("exampleCard")
        self.example_button = QPushButton(self.tr("Try the example"))
        self.example_button.clicked.connect(self.example_wanted)
        foot = QHBoxLayout()
        foot.setContentsMargins(GRID_PX, 0, GRID_PX, GRID_PX)
        foot.addWidget(label("muted", self.tr("Public domain")), 1)
        foot.addWidget(self.example_button)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(1, 1, 1, 0)
        rows.addWidget(_Picture(QImage(str(EXAMPLE))), 1)
        rows.addLayout(foot)
        return card


def _card(name: str) -> QFrame:
    """Return a card that is as wide as its neighbour, whatever is in them."""
    card = QFrame()
    card.setObjectName(name)
    card.setFixedHeight(START_HEIGHT_PX)
    card.setMinimumWidth(CARD_SIZE.width())
    card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return card


class _Symbol(QWidget):
    """A picture as such, in the colour of the theme on screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_ICON_PX, _ICON_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            icon("ph.image", "muted").paint(painter, self.rect())


class _Picture(QWidget):
    """A picture that fills its place, in the pixels of the screen."""

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self._image = image
        self._scaled = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        wanted = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._scaled.size() != wanted:
            self._scaled = filling(self._image, wanted)
        with QPainter(self) as painter:
            painter.drawImage(self.rect(), self._scaled)
