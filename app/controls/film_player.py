"""Plays frames: play and pause, scrub, repeat; new frames may come while it plays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from app.controls.labels import icon_button, label
from app.document.planes import qimage_of
from app.theme import GRID_PX, colors, icon

HEIGHT_PX = 128
Frame = NDArray[np.uint8]


class FilmScreen(QWidget):
    """Shows one frame, as large as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_frame(self, frame: Frame | None) -> None:
        """Show (H, W, 3) uint8 RGB, or nothing."""
        kept = QImage() if frame is None else qimage_of(frame, QImage.Format.Format_RGB888)
        self._image = kept
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * HEIGHT_PX, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRectF(0, 0, size.width(), size.height())
        frame.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(frame, self._image)
        painter.setPen(QPen(QColor(colors().line), 1))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))


class FilmPlayer(QWidget):
    """A screen, and the controls below it; it rests while nobody sees it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: Sequence[Frame] = ()
        self._is_playing = True
        self._timer = QTimer(self, interval=100)
        self._timer.timeout.connect(self._advance)
        self.film_screen = FilmScreen()
        self._build_controls()
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.play_button)
        row.addWidget(self.slider, 1)
        row.addWidget(self.count)
        row.addWidget(self.repeat_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self.film_screen)
        column.addLayout(row)

    @property
    def index(self) -> int:
        """The frame shown."""
        return self.slider.value()

    @property
    def is_playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._is_playing

    def show_frames(self, frames: Sequence[Frame], frame_count: int) -> None:
        """Show another film, or the same one with more frames.

        Args:
            frames: those there are, (H, W, 3) uint8 RGB each.
            frame_count: of the whole film.
        """
        is_other = not frames or not self._frames or frames[0] is not self._frames[0]
        self._frames = frames
        was_blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, frame_count - 1))
        if is_other:
            self.slider.setValue(0)
        self.slider.blockSignals(was_blocked)
        self._show_frame()
        self._run()

    def set_speed(self, frames_per_second: int) -> None:
        """Play at another speed."""
        self._timer.setInterval(round(1000 / max(1, frames_per_second)))

    def play(self, is_wanted: bool) -> None:
        """Go on, or stop; at the end it begins again."""
        self._is_playing = is_wanted
        self.play_button.setIcon(icon("ph.pause" if is_wanted else "ph.play"))
        if is_wanted and self.index >= len(self._frames) - 1:
            self.slider.setValue(0)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def _build_controls(self) -> None:
        self.play_button = icon_button("ph.pause", self.tr("Play or pause"))
        self.play_button.clicked.connect(lambda: self.play(not self._is_playing))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Frame"))
        self.slider.valueChanged.connect(self._show_frame)
        self.slider.sliderPressed.connect(lambda: self.play(False))
        self.count = label("muted")
        self.repeat_button = icon_button("ph.repeat", self.tr("Begin again at the end"))
        self.repeat_button.setCheckable(True)
        self.repeat_button.setChecked(True)

    def _run(self) -> None:
        if self._is_playing and self._frames and self.isVisible():
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()

    def _advance(self) -> None:
        is_whole = len(self._frames) > self.slider.maximum()
        if self.index < len(self._frames) - 1:
            self.slider.setValue(self.index + 1)
        elif is_whole and not self.repeat_button.isChecked():
            self.play(False)
        elif is_whole:
            self.slider.setValue(0)

    def _show_frame(self) -> None:
        count = len(self._frames)
        shown = min(self.index, count - 1)
        self.film_screen.show_frame(self._frames[shown] if count else None)
        whole = self.slider.maximum() + 1
        self.count.setText(f"{shown + 1} / {whole}" if count else "")
