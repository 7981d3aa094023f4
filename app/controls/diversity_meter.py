"""How varied the layouts are that a pyramid makes up: a bar of segments and a word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.theme import GRID_PX, colors

SEGMENT_COUNT = 5
_SEGMENT = QSize(14, 6)
_GAP_PX = 2
_STEP = 0.12
VARIED = 0.4


class DiversityBar(QWidget):
    """Segments that fill with the score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filled = 0
        self.is_warning = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(SEGMENT_COUNT * (_SEGMENT.width() + _GAP_PX) - _GAP_PX, _SEGMENT.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = colors()
        full = QColor(theme.warning if self.is_warning else theme.accent)
        for index in range(SEGMENT_COUNT):
            painter.setBrush(full if index < self.filled else QColor(theme.line))
            left = index * (_SEGMENT.width() + _GAP_PX)
            painter.drawRoundedRect(QRectF(left, 0, _SEGMENT.width(), _SEGMENT.height()), 2, 2)


class DiversityMeter(QWidget):
    """Shows a score; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self.word = DiversityBar(), QLabel()
        self.word.setProperty("role", "muted")
        caption = QLabel(self.tr("Variety of layouts"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(caption)
        row.addWidget(self.bar)
        row.addWidget(self.word, 1)
        self.setVisible(False)

    def show_score(self, score: float | None) -> None:
        """Show a diversity score, or nothing."""
        self.setVisible(score is not None)
        if score is None:
            return
        # not at the top: it brings in torch, which is there once there is a score
        from singan_core.rendering.diversity import REPEATING

        self.bar.filled = max(1, min(SEGMENT_COUNT, round(score / _STEP)))
        self.bar.is_warning = score < REPEATING
        self.word.setText(self._word(score))
        self.setToolTip(self._hint(score))
        self.setAccessibleDescription(self.word.text())
        self.bar.update()

    def _word(self, score: float) -> str:
        if self.bar.is_warning:
            return self.tr("repeats the photo")
        return self.tr("moderate") if score < VARIED else self.tr("varied")

    def _hint(self, score: float) -> str:
        text = self.tr(
            "Score {score}: how much random samples differ in layout, against the photo's contrast."
        ).format(score=f"{score:.2f}")
        if self.bar.is_warning:
            text += "\n" + self.tr(
                "The coarse scales only repeat the photo: samples and paintings at coarse scales "
                "will look like it. Train with another seed, or inject at a finer scale."
            )
        return text
