"""The injection scale: one stop per scale, from "new layout" to "only texture"."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from app.theme import colors

MARGIN_PX = 10
TRACK_Y_PX = 12
HEIGHT_PX = 44


class ScaleSlider(QAbstractSlider):
    """Stops 1 to ``planned - 1``; those of scales not trained yet cannot be chosen.

    ``valueChanged`` announces the injection scale.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stop_count = 1
        self._default: int | None = None
        self.setRange(1, 1)
        self.setPageStep(1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(160)
        self.setAccessibleName(self.tr("Injection scale"))
        self.setToolTip(
            self.tr("Scale at which the edit enters the pyramid (Alt+1 to Alt+9, Alt and wheel)")
        )

    @property
    def default(self) -> int | None:
        """The marked stop."""
        return self._default

    def show_scales(self, planned: int, trained: int, default: int | None) -> None:
        """Show the stops of a pyramid.

        Args:
            planned: scales of the whole pyramid.
            trained: finished ones; stops below this number can be chosen.
            default: the application's own choice, marked; None = unknown.
        """
        self._stop_count = max(1, planned - 1)
        self._default = default
        self.setRange(1, max(1, min(trained, planned) - 1))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_track(painter)
        for stop in range(1, self._stop_count + 1):
            self._paint_stop(painter, stop)
        self._paint_ends(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._stop_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._stop_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        super().sliderChange(change)
        self.update()

    def stop_position(self, stop: int) -> QPointF:
        """Return where a stop lies, in widget coordinates."""
        room = self.width() - 2 * MARGIN_PX
        share = 0.5 if self._stop_count == 1 else (stop - 1) / (self._stop_count - 1)
        return QPointF(MARGIN_PX + room * share, TRACK_Y_PX)

    def _stop_at(self, x: float) -> int:
        stops = range(1, self._stop_count + 1)
        return min(stops, key=lambda stop: abs(self.stop_position(stop).x() - x))

    def _paint_track(self, painter: QPainter) -> None:
        first, last = self.stop_position(1), self.stop_position(self._stop_count)
        painter.setPen(QPen(QColor(colors().line), 2))
        painter.drawLine(first, last)
        if self.isEnabled():
            painter.setPen(QPen(QColor(colors().muted), 2))
            painter.drawLine(first, self.stop_position(self.maximum()))

    def _paint_stop(self, painter: QPainter, stop: int) -> None:
        theme, place = colors(), self.stop_position(stop)
        is_usable = self.isEnabled() and stop <= self.maximum()
        is_chosen = self.isEnabled() and stop == self.value()
        if stop == self._default:
            painter.setPen(QPen(QColor(theme.muted if is_usable else theme.line), 1.5))
            painter.setBrush(QColor(theme.window))
            painter.drawEllipse(place, 8, 8)
        painter.setPen(
            QPen(QColor(theme.text if self.hasFocus() and is_chosen else theme.window), 1)
        )
        color = theme.accent if is_chosen else theme.muted if is_usable else theme.line
        painter.setBrush(QColor(color))
        radius = 6.0 if is_chosen else 4.0
        painter.drawEllipse(place, radius, radius)

    def _paint_ends(self, painter: QPainter) -> None:
        painter.setPen(QColor(colors().muted if self.isEnabled() else colors().disabled))
        line = QRectF(0, TRACK_Y_PX + 12, self.width(), HEIGHT_PX - TRACK_Y_PX - 12)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, self.tr("new layout"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, self.tr("only texture"))
