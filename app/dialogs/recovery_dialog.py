"""Offers the unsaved documents of a program that ended before they were saved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.controls.labels import main_button, sentence_label
from app.controls.texts import size_text
from app.dialogs.dialog_frame import dialog_column
from app.storage.journal import FoundJournal
from app.theme import GRID_PX, icon

THUMBNAIL_SIZE = QSize(96, 72)
ROWS_SHOWN = 4
BUTTON_WIDTH_PX = 88


class OneLine(QLabel):
    """A label of one line that is cut in its middle where there is no room for it."""

    def __init__(self, role: str, text: str = "") -> None:
        super().__init__()
        self._text = ""
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.show_text(text)

    @property
    def whole_text(self) -> str:
        """What it says, however much of it is seen."""
        return self._text

    def show_text(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        middle = Qt.TextElideMode.ElideMiddle
        self.setText(self.fontMetrics().elidedText(self._text, middle, self.width()))


class RecoveryRow(QFrame):
    """One unsaved document.

    Attributes:
        found: its journal.
        is_discarded: whether it shall be forgotten once the dialog is closed.

    Signals:
        recover_wanted(): the document is to be opened.
        changed(): ``is_discarded`` is another one.
    """

    recover_wanted = Signal()
    changed = Signal()

    def __init__(self, found: FoundJournal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        self.is_discarded = False
        self.setObjectName("recoveryRow")
        self.title = OneLine("heading", found.title)
        self.facts = OneLine("muted", self._facts_text())
        self.place = OneLine("muted", self._place_text())
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.clicked.connect(self._toggle)
        self.recover_button = QPushButton(self.tr("Recover"))
        self.recover_button.clicked.connect(self.recover_wanted)
        for button in (self.discard_button, self.recover_button):
            button.setAccessibleDescription(found.title)
            button.setMinimumWidth(BUTTON_WIDTH_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        row.setSpacing(2 * GRID_PX)
        row.addWidget(self._picture())
        row.addLayout(self._words(), 1)
        row.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.discard_button)
        row.addWidget(self.recover_button)
        return row

    def _words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GRID_PX // 2)
        column.addStretch()
        for line in (self.title, self.facts, self.place):
            column.addWidget(line)
        column.addStretch()
        return column

    def _picture(self) -> QLabel:
        picture = QLabel()
        picture.setFixedSize(THUMBNAIL_SIZE)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        picture.setPixmap(icon("ph.image", "muted").pixmap(32, 32))
        pixmap = QPixmap()
        if self.found.thumbnail and pixmap.loadFromData(self.found.thumbnail):
            ratio = self.devicePixelRatioF()
            pixmap = pixmap.scaled(
                THUMBNAIL_SIZE * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            pixmap.setDevicePixelRatio(ratio)
            picture.setPixmap(pixmap)
        return picture

    def _facts_text(self) -> str:
        found, count = self.found, self.found.layer_count
        layers = self.tr("1 layer") if count == 1 else self.tr("%n layers", "", count)
        facts = (_time_text(found.written_at), layers, size_text(found.width, found.height))
        return " · ".join(facts)

    def _place_text(self) -> str:
        if self.is_discarded:
            return self.tr("Will be deleted when this window is closed")
        if self.found.path is None:
            return self.tr("Never saved")
        if self.found.is_outdated:
            return self.tr("Older than its file: {path}").format(path=self.found.path)
        return str(self.found.path)

    def _toggle(self) -> None:
        self.is_discarded = not self.is_discarded
        self.title.setEnabled(not self.is_discarded)
        self.recover_button.setEnabled(not self.is_discarded)
        self.discard_button.setText(self.tr("Keep") if self.is_discarded else self.tr("Discard"))
        self.place.show_text(self._place_text())
        self.changed.emit()


class RecoveryDialog(QDialog):
    """Lists what was found; whatever is neither recovered nor discarded is offered again.

    Signals:
        recover_wanted(object): a ``FoundJournal`` is to be opened.
        discard_wanted(object): a ``FoundJournal`` is to be forgotten; sent when closing.
    """

    recover_wanted = Signal(object)
    discard_wanted = Signal(object)

    def __init__(self, journals: Sequence[FoundJournal], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recover unsaved work"))
        self.setMinimumWidth(640)
        self.rows = [RecoveryRow(found) for found in journals]
        self.later_button = QPushButton()
        self.later_button.clicked.connect(self.reject)
        self.all_button = main_button(self.tr("Recover All"))
        self.all_button.setDefault(True)
        self.all_button.clicked.connect(self.recover_all)
        column = dialog_column(self)
        column.addWidget(self._introduction())
        column.addWidget(self._list(), 1)
        column.addLayout(self._buttons())
        self.finished.connect(self._discard_marked)
        self._refresh()

    def recover_all(self) -> None:
        """Open everything that is not marked to be discarded, and close."""
        for row in [row for row in self.rows if not row.is_discarded]:
            self._recover(row)
        self.accept()

    def _introduction(self) -> QWidget:
        text = sentence_label("plain")
        text.setText(
            self.tr(
                "The program ended before this work was saved. What is recovered opens in a tab "
                "of its own; saved files stay as they are until you save."
            )
        )
        return text

    def _list(self) -> QScrollArea:
        body = QWidget()
        body.setObjectName("panelBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        for row in self.rows:
            row.recover_wanted.connect(partial(self._recover_one, row))
            row.changed.connect(self._refresh)
            column.addWidget(row)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        shown = min(len(self.rows), ROWS_SHOWN)
        area.setMinimumHeight(shown * (THUMBNAIL_SIZE.height() + 3 * GRID_PX))
        return area

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addStretch()
        row.addWidget(self.later_button)
        row.addWidget(self.all_button)
        return row

    def _recover_one(self, row: RecoveryRow) -> None:
        self._recover(row)
        if not self.rows:
            self.accept()

    def _recover(self, row: RecoveryRow) -> None:
        self.rows.remove(row)
        row.hide()
        self.recover_wanted.emit(row.found)
        self._refresh()

    def _discard_marked(self) -> None:
        for row in self.rows:
            if row.is_discarded:
                self.discard_wanted.emit(row.found)

    def _refresh(self) -> None:
        undecided = sum(not row.is_discarded for row in self.rows)
        self.all_button.setEnabled(undecided > 0)
        self.later_button.setText(self.tr("Decide Later") if undecided else self.tr("Close"))


def _time_text(seconds: float) -> str:
    """Return a point in time as people say it: today's by the clock alone."""
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    locale, short = QLocale(), QLocale.FormatType.ShortFormat
    if moment.date() == QDateTime.currentDateTime().date():
        today = QCoreApplication.translate("RecoveryRow", "Today, {time}")
        return today.format(time=locale.toString(moment.time(), short))
    return locale.toString(moment, short)
