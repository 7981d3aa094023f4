"""A small picture of what pen pressure does."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.document.painting.brush import pressure_response
from app.theme import colors

_STEPS = 48
_MARGIN_PX = 8.0


class PressureCurve(QWidget):
    """Pressure to the right, what is left of size or opacity upwards; a dot at the pen's pressure.

    Attributes:
        minimum: 0..1, what pressure 0 leaves.
        gamma: above 1 light pressure does less.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.minimum, self.gamma = 0.0, 1.0
        self._pressure: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Pressure curve"))

    def show_curve(self, minimum: float, gamma: float) -> None:
        """Draw another curve."""
        self.minimum, self.gamma = minimum, gamma
        self.update()

    def show_pressure(self, pressure: float | None) -> None:
        """Mark a pressure of 0..1 on the curve, or none."""
        self._pressure = pressure
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, frame = colors(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.sunken))
        painter.drawRoundedRect(frame, 4, 4)
        room = frame.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        for part in (0.25, 0.5, 0.75):
            y, x = room.bottom() - part * room.height(), room.left() + part * room.width()
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        path = QPainterPath(self._point(room, 0))
        for step in range(1, _STEPS + 1):
            path.lineTo(self._point(room, step / _STEPS))
        painter.setBrush(QColor(0, 0, 0, 0))
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawPath(path)
        if self._pressure is not None:
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(self._point(room, self._pressure), 4, 4)

    def _point(self, room: QRectF, pressure: float) -> QPointF:
        response = pressure_response(pressure, self.minimum, self.gamma)
        return QPointF(
            room.left() + pressure * room.width(), room.bottom() - response * room.height()
        )
