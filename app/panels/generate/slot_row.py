"""The two pictures of an analogy: the one that gives the structure, and its appearance's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QGridLayout, QWidget

from app.controls.labels import icon_button, label
from app.controls.picture_slot import PICTURE_PX, PictureSlot

if TYPE_CHECKING:
    from app.session import Session

_SWAP_PX = 28


class SlotRow(QWidget):
    """The structure stands on the left, the appearance on the right, whichever picture it is.

    Attributes:
        first: the picture of the document (A).
        second: the other one (B); the window fills its menu.
        swap: exchanges the two.

    Signals:
        swapped(): the other picture shall give the structure.
        clip_wanted(): the pair shall be trained on the frames of a video.
        clip_dropped(): it shall be trained on the photo alone again.
        source_chosen(bool): whether what the document shows stands for its photo.
    """

    swapped = Signal()
    clip_wanted = Signal()
    clip_dropped = Signal()
    source_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_reversed = False
        self.first = PictureSlot(self.tr("No photo is open"), takes_drops=False)
        self.second = PictureSlot(self.tr("Drop the second picture, or click"))
        self.first.setAccessibleName(self.tr("First picture"))
        self.second.setAccessibleName(self.tr("Second picture"))
        self.swap = icon_button(
            "ph.arrows-left-right",
            self.tr("Exchange them: the structure of the one, the appearance of the other"),
        )
        self.swap.clicked.connect(self.swapped)
        self._build_sources()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._grid.addWidget(label("muted", self.tr("Structure")), 0, 0, centre)
        self._grid.addWidget(label("muted", self.tr("Appearance")), 0, 2, centre)
        middle = QWidget()
        middle.setFixedSize(_SWAP_PX, PICTURE_PX)
        inner = QGridLayout(middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.swap, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self._grid.addWidget(middle, 1, 1, Qt.AlignmentFlag.AlignTop)
        self._place()

    def show_session(
        self, session: Session | None, *, is_reversed: bool, is_of_document: bool
    ) -> None:
        """Show the pictures of a document, as chosen."""
        second = None if session is None else session.pair.second
        self.second.show_picture(
            None if second is None else second.photo, "" if second is None else second.name
        )
        self.second.setEnabled(session is not None)
        self.first.setEnabled(session is not None)
        self.swap.setEnabled(second is not None)
        self._show_first(session, is_of_document)
        if is_reversed != self._is_reversed:
            self._is_reversed = is_reversed
            self._place()

    def _show_first(self, session: Session | None, is_of_document: bool) -> None:
        self._photo_action.setChecked(not is_of_document)
        self._document_action.setChecked(is_of_document)
        clip = None if session is None else session.pair.clip
        self._clip_action.setEnabled(session is not None and session.has_photo)
        self._still_action.setVisible(clip is not None)
        if session is None:
            self.first.show_picture(None, "")
        elif is_of_document or not session.has_photo:
            self._photo_action.setEnabled(session.has_photo)
            self.first.show_picture(session.shown_small(), self.tr("As shown now"))
        else:
            self._photo_action.setEnabled(True)
            name = session.title
            if clip is not None:
                name = self.tr("Frames of {name}").format(name=clip.name)
            self.first.show_picture(session.photo, name)

    def _build_sources(self) -> None:
        self._photo_action = self.first.menu.addAction(self.tr("The photo"))
        self._document_action = self.first.menu.addAction(self.tr("What the document shows"))
        group = QActionGroup(self)
        for action in (self._photo_action, self._document_action):
            action.setCheckable(True)
            group.addAction(action)
        self.first.menu.addSeparator()
        self._clip_action = self.first.menu.addAction(self.tr("Train on the frames of a video…"))
        self._still_action = self.first.menu.addAction(self.tr("Train on the photo alone"))
        self._clip_action.triggered.connect(self.clip_wanted)
        self._still_action.triggered.connect(self.clip_dropped)
        self._photo_action.triggered.connect(lambda: self.source_chosen.emit(False))
        self._document_action.triggered.connect(lambda: self.source_chosen.emit(True))

    def _place(self) -> None:
        left, right = (self.first, self.second)
        if self._is_reversed:
            left, right = right, left
        self._grid.addWidget(left, 1, 0)
        self._grid.addWidget(right, 1, 2)
        QWidget.setTabOrder(left, self.swap)
        QWidget.setTabOrder(self.swap, right)
