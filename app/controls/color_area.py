"""Picking a colour: a square of saturation and value beside a bar of hues."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import colors

HUE_BAR_PX = 16
GAP_PX = 8
MARK_PX = 7


class ColorArea(QWidget):
    """Square of saturation (right) and value (up), and a bar of hues.

    Signals:
        picked(object): the user chose a ``QColor``; sent while dragging too.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hue, self._saturation, self._value = 0.0, 0.0, 0.0
        self._is_on_hue = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 48)
        self.setAccessibleName(self.tr("Saturation, value and hue"))
        self.setToolTip(self.tr("Saturation and value; the bar holds the hue"))

    def sizeHint(self) -> QSize:
        return QSize(240, 128)

    def color(self) -> QColor:
        """Return the colour shown."""
        return QColor.fromHsvF(self._hue, self._saturation, self._value)

    def show_color(self, color: QColor) -> None:
        """Show a colour chosen elsewhere; greys keep the hue shown so far."""
        if color.rgb() == self.color().rgb():
            return
        hue, saturation, value = color.hsvHueF(), color.hsvSaturationF(), color.valueF()
        if saturation > 0 and value > 0 and hue >= 0:
            self._hue = hue
        if value > 0:
            self._saturation = saturation
        self._value = value
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_square(painter, self._square())
        self._paint_hues(painter, self._hue_bar())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors().accent if self.hasFocus() else colors().line), 1))
        for part in (self._square(), self._hue_bar()):
            painter.drawRect(QRectF(part).adjusted(0.5, 0.5, -0.5, -0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._is_on_hue = event.position().x() > self._square().right() + GAP_PX / 2
            self._pick_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pick_at(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-0.01, 0.0),
            Qt.Key.Key_Right: (0.01, 0.0),
            Qt.Key.Key_Up: (0.0, 0.01),
            Qt.Key.Key_Down: (0.0, -0.01),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._pick(self._hue, self._saturation + step[0], self._value + step[1])

    def _square(self) -> QRect:
        return self.rect().adjusted(0, 0, -(HUE_BAR_PX + GAP_PX), 0)

    def _hue_bar(self) -> QRect:
        return QRect(self.width() - HUE_BAR_PX, 0, HUE_BAR_PX, self.height())

    def _paint_square(self, painter: QPainter, square: QRect) -> None:
        across = QLinearGradient(QPointF(square.topLeft()), QPointF(square.topRight()))
        across.setColorAt(0, Qt.GlobalColor.white)
        across.setColorAt(1, QColor.fromHsvF(self._hue, 1.0, 1.0))
        down = QLinearGradient(QPointF(square.topLeft()), QPointF(square.bottomLeft()))
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, QColor(0, 0, 0))
        painter.fillRect(square, QBrush(across))
        painter.fillRect(square, QBrush(down))
        room = square.adjusted(MARK_PX, MARK_PX, -MARK_PX, -MARK_PX)
        x = square.left() + self._saturation * (square.width() - 1)
        y = square.top() + (1 - self._value) * (square.height() - 1)
        x = min(room.right(), max(room.left(), x))
        y = min(room.bottom(), max(room.top(), y))
        for radius, color in ((6.0, Qt.GlobalColor.black), (5.0, Qt.GlobalColor.white)):
            painter.setPen(QPen(color, 1.5))
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_hues(self, painter: QPainter, bar: QRect) -> None:
        hues = QLinearGradient(QPointF(bar.topLeft()), QPointF(bar.bottomLeft()))
        for step in range(7):
            hues.setColorAt(step / 6, QColor.fromHsvF(step / 6 % 1.0, 1.0, 1.0))
        painter.fillRect(bar, QBrush(hues))
        y = bar.top() + self._hue * (bar.height() - 1)
        mark = QRectF(bar.left() + 1, y - 3, bar.width() - 2, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for grown, color in ((0.0, Qt.GlobalColor.black), (1.0, Qt.GlobalColor.white)):
            painter.setPen(QPen(color, 1))
            painter.drawRect(mark.adjusted(grown, grown, -grown, -grown))

    def _pick_at(self, position: QPointF) -> None:
        y = min(1.0, max(0.0, position.y() / max(1, self.height() - 1)))
        if self._is_on_hue:
            self._pick(min(y, 0.9999), self._saturation, self._value)
        else:
            self._pick(self._hue, position.x() / max(1, self._square().width() - 1), 1 - y)

    def _pick(self, hue: float, saturation: float, value: float) -> None:
        self._hue = hue
        self._saturation = min(1.0, max(0.0, saturation))
        self._value = min(1.0, max(0.0, value))
        self.update()
        self.picked.emit(self.color())
