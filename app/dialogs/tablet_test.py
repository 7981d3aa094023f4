"""Tablet test: what arrives from the pen, live, and a patch of paper to try it on."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.controls.labels import sentence_label
from app.controls.pressure_curve import PressureCurve
from app.dialogs.dialog_frame import dialog_column
from app.document.painting.brush import BrushSettings
from app.theme import GRID_PX, colors

# Events are counted over this time.
_RATE_WINDOW_S = 1.0
_WIDEST_PX = 24.0
_PRESSURE_STEPS = 1000
_FACTS_PX = 240


class TabletPaper(QWidget):
    """Draws lines as wide as the pressure; pen and mouse both draw.

    Signals:
        pen_heard(QTabletEvent): an event of the pen.
        mouse_heard(): an event of the mouse, not of the pen.
    """

    pen_heard = Signal(QTabletEvent)
    mouse_heard = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(320, 220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Drawing area"))
        self.setTabletTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.curve = BrushSettings()
        self._image = QImage()
        self._last: QPointF | None = None
        self._is_drawn = False

    def clear(self) -> None:
        """Take a fresh sheet."""
        self._image.fill(Qt.GlobalColor.transparent)
        self._is_drawn = False
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 300)

    def resizeEvent(self, event: QResizeEvent) -> None:
        ratio = self.devicePixelRatioF()
        grown = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        grown.setDevicePixelRatio(ratio)
        grown.fill(Qt.GlobalColor.transparent)
        with QPainter(grown) as painter:
            painter.drawImage(QPointF(0, 0), self._image)
        self._image = grown

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, frame = colors(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.sunken))
            painter.drawRoundedRect(frame, 4, 4)
            if not self._is_drawn:
                painter.setPen(QColor(theme.muted))
                middle = Qt.AlignmentFlag.AlignCenter
                painter.drawText(self.rect(), middle, self.tr("Draw here with the pen"))
            painter.drawImage(QPointF(0, 0), self._image)

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()
        kind = event.type()
        if kind is QTabletEvent.Type.TabletPress:
            self._last = event.position()
        if self._last is not None:
            is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
            self._draw_to(event.position(), event.pressure(), is_eraser)
        if kind is QTabletEvent.Type.TabletRelease:
            self._last = None
        self.pen_heard.emit(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = event.position()
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._draw_to(event.position(), 1.0, False)
        self.mouse_heard.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None

    def _draw_to(self, point: QPointF, pressure: float, is_eraser: bool) -> None:
        assert self._last is not None
        width = _WIDEST_PX * self.curve.response(pressure)
        pen = QPen(QColor(colors().text), max(0.5, width))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        with QPainter(self._image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if is_eraser:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.setPen(pen)
            painter.drawLine(self._last, point)
        self._last, self._is_drawn = point, True
        self.update()


class TabletTest(QDialog):
    """Shows device, kind of pen, pressure, tilt and how many events come in a second.

    Args:
        parent: of the dialog.
        brush: its pressure curve is shown and used.

    Attributes:
        paper: where the pen draws.
        device, pointer, pressure, tilt, rate: what arrived last.
    """

    def __init__(self, parent: QWidget, brush: BrushSettings) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tablet Test"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._times: deque[float] = deque()
        self.paper = TabletPaper()
        self.paper.curve = brush
        self.paper.pen_heard.connect(self._show_pen)
        self.paper.mouse_heard.connect(self._show_mouse)
        self.curve = PressureCurve()
        # wide enough for every text beside it, so that nothing moves while drawing
        self.curve.setFixedWidth(_FACTS_PX)
        self.curve.show_curve(brush.pressure_minimum, brush.pressure_gamma)
        sides = QHBoxLayout()
        sides.setSpacing(2 * GRID_PX)
        sides.addLayout(self._facts())
        sides.addWidget(self.paper, 1)
        column = dialog_column(self)
        column.addLayout(sides, 1)
        column.addWidget(self._buttons())

    def _facts(self) -> QVBoxLayout:
        self.device, self.pointer = QLabel("–"), QLabel("–")
        self.tilt, self.rate = QLabel("–"), QLabel("–")
        self.pressure = QProgressBar()
        self.pressure.setRange(0, _PRESSURE_STEPS)
        self.pressure.setTextVisible(False)
        self.pressure.setFixedHeight(GRID_PX)
        self.pressure_text = QLabel("–")
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID_PX)
        form.addRow(self.tr("Device"), self.device)
        form.addRow(self.tr("Pointer"), self.pointer)
        form.addRow(self.tr("Pressure"), self.pressure_text)
        form.addRow(self.pressure)
        form.addRow(self.tr("Tilt"), self.tilt)
        form.addRow(self.tr("Events"), self.rate)
        self.sentence = sentence_label()
        self.sentence.setText(
            self.tr("No pen was heard yet. A tablet that only moves the mouse has no pressure.")
        )
        column = QVBoxLayout()
        column.setSpacing(GRID_PX)
        column.addLayout(form)
        column.addWidget(self.curve)
        column.addWidget(self.sentence)
        column.addStretch()
        return column

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        clear = QPushButton(self.tr("Clear"))
        clear.clicked.connect(self.paper.clear)
        box.addButton(clear, QDialogButtonBox.ButtonRole.ActionRole)
        box.rejected.connect(self.reject)
        return box

    def _show_pen(self, event: QTabletEvent) -> None:
        self.device.setText(event.pointingDevice().name() or self.tr("unnamed"))
        self.pointer.setText(self._pointer_name(event.pointerType()))
        self.pressure.setValue(round(event.pressure() * _PRESSURE_STEPS))
        self.pressure_text.setText(
            self.tr("{value} %").format(value=f"{event.pressure():.1%}"[:-1])
        )
        self.curve.show_pressure(event.pressure())
        tilt = self.tr("{x}° across, {y}° down")
        self.tilt.setText(tilt.format(x=round(event.xTilt()), y=round(event.yTilt())))
        self._count()
        self.sentence.setText(self.tr("The pen is heard."))

    def _show_mouse(self) -> None:
        self.pointer.setText(self.tr("Mouse"))
        self.curve.show_pressure(None)
        self.pressure.setValue(0)
        self.pressure_text.setText("–")
        self.sentence.setText(
            self.tr(
                "This came from a mouse. If it was the pen, look at the settings of its driver: "
                "on Windows, “Windows Ink” has to be on."
            )
        )

    def _count(self) -> None:
        now = time.monotonic()
        self._times.append(now)
        while self._times[0] < now - _RATE_WINDOW_S:
            self._times.popleft()
        self.rate.setText(self.tr("{count} in a second").format(count=len(self._times)))

    def _pointer_name(self, pointer: QPointingDevice.PointerType) -> str:
        names = {
            QPointingDevice.PointerType.Pen: self.tr("Pen"),
            QPointingDevice.PointerType.Eraser: self.tr("Eraser end"),
            QPointingDevice.PointerType.Cursor: self.tr("Puck"),
        }
        return names.get(pointer, self.tr("Unknown"))
