"""Patches of colour that can be clicked: the two current colours, and a row of recent ones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.theme import colors

RgbColor = tuple[int, int, int]
SWATCH_PX = 20


class Swatch(QAbstractButton):
    """One patch of colour; a click is an ordinary ``clicked``."""

    def __init__(self, side_px: int = SWATCH_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side_px = side_px
        self._color: RgbColor = (0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def color(self) -> RgbColor:
        """sRGB, 0 to 255 each."""
        return self._color

    def show_color(self, color: RgbColor, name: str) -> None:
        """Show a colour; ``name`` says in the tooltip what it is."""
        self._color = color
        text = f"{name} {QColor(*color).name()}"
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side_px, self._side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors().accent if self.hasFocus() else colors().line), 1))
        painter.setBrush(QColor(*self._color))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


class SwatchRow(QWidget):
    """A row of swatches that shows the colours it is given, as many as fit its count.

    Signals:
        picked(object): an ``(r, g, b)`` was clicked.
    """

    picked = Signal(object)

    def __init__(self, count: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.swatches = [Swatch() for _ in range(count)]
        for swatch in self.swatches:
            swatch.clicked.connect(self._announce)
            row.addWidget(swatch)
        row.addStretch()
        self.setFixedHeight(SWATCH_PX)
        self.show_colors([])

    def show_colors(self, shown: Sequence[RgbColor]) -> None:
        """Show colours from the left; swatches without one are hidden."""
        for index, swatch in enumerate(self.swatches):
            swatch.setVisible(index < len(shown))
            if index < len(shown):
                swatch.show_color(shown[index], self._name)

    def _announce(self) -> None:
        swatch = self.sender()
        if isinstance(swatch, Swatch):
            self.picked.emit(swatch.color)
