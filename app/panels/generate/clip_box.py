"""The film that a pair makes of a clip: asked for, followed frame by frame, and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.controls.labels import sentence_label
from app.document.planes import qimage_of
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.document.pixels import Pixels
    from app.session.clip_translation import ClipTranslation

FRAME_PX = 104


class ClipBox(QWidget):
    """A button, and while a film is made its newest frame and how far it is.

    Signals:
        wanted(): a clip is to be translated.
        stop_wanted(): the film on its way is to be given up.
    """

    wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Pixels | None = None
        self._is_busy = False
        self.button = QPushButton(self.tr("Translate a video…"))
        self.button.clicked.connect(self._take)
        self.frame, self.text = QLabel(), sentence_label("plain")
        self.frame.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.frame.setAccessibleName(self.tr("Newest frame"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Progress of the video"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        for widget in (self.frame, self.text, self.progress, self.button):
            column.addWidget(widget)
        self.show_clip(None)

    def show_clip(self, clip: ClipTranslation | None) -> None:
        """Show how far a film is."""
        status = None if clip is None else clip.status
        self._is_busy = status is not None and status.is_busy
        for widget in (self.text, self.progress):
            widget.setVisible(self._is_busy)
        self._show_frame(None if clip is None or not self._is_busy else clip.frame)
        self.button.setText(
            self.tr("Stop the video") if self._is_busy else self.tr("Translate a video…")
        )
        self.button.setToolTip(
            self.tr("Its finished frames are kept: the same video can be gone on with later")
            if self._is_busy
            else self.tr("Every frame of a clip is translated with the choices above")
        )
        if clip is None or status is None or not self._is_busy:
            return
        self.progress.setRange(0, status.total)
        self.progress.setValue(status.done)
        name = "" if clip.path is None else clip.path.name
        words = (
            self.tr("{name}: frame {count}") if clip.frame_count else self.tr("Looking at the clip")
        )
        self.text.setText(words.format(name=name, count=clip.frame_count))

    def _show_frame(self, frame: Pixels | None) -> None:
        self.frame.setVisible(frame is not None)
        if frame is None or frame is self._shown:
            return
        self._shown = frame
        zoom = FRAME_PX / frame.shape[0]
        size = (max(1, round(frame.shape[1] * zoom)), FRAME_PX)
        small = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
        image = qimage_of(np.ascontiguousarray(small), QImage.Format.Format_RGB888)
        self.frame.setPixmap(QPixmap.fromImage(image))

    def _take(self) -> None:
        signal = self.stop_wanted if self._is_busy else self.wanted
        signal.emit()
