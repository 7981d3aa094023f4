"""A bar that shows a name and a number: drag it, scroll it, or type the number."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QIntValidator,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegularExpressionValidator,
    QResizeEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider, QLineEdit, QSizePolicy, QWidget

from app.theme import colors

HEIGHT_PX = 28
RADIUS_PX = 4.0

_COMMAND_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class ValueSlider(QAbstractSlider):
    """A named number in a range.

    Args:
        name: shown at the left and read by screen readers.
        low, high: range, both included.
        unit: written after the number (``" px"``, ``" %"``).
        curve: exponent that maps the bar to the range; 2 or 3 gives small values more room.
        decimals: places behind the point; the range and all values count the last of them.

    Signals:
        settled(int): the user stopped changing the value (released, typed, scrolled).
    """

    settled = Signal(int)

    def __init__(
        self,
        name: str,
        low: int,
        high: int,
        unit: str = "",
        curve: float = 1.0,
        parent: QWidget | None = None,
        *,
        decimals: int = 0,
    ) -> None:
        super().__init__(parent)
        self._name, self._unit, self._curve, self._decimals = name, unit, curve, decimals
        self._is_hovered = False
        self.setAccessibleName(name)
        self.setRange(low, high)
        self.setPageStep(max(1, (high - low) // 10))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._field = QLineEdit(self)
        self._field.setValidator(self._validator())
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._field.setAccessibleName(name)
        self._field.hide()
        self._field.editingFinished.connect(self._take_typed)

    def show_high(self, high: int) -> None:
        """Let the range end elsewhere, without announcing a value that was beyond it."""
        was_blocked = self.blockSignals(True)
        self.setMaximum(high)
        self.blockSignals(was_blocked)
        self._field.setValidator(self._validator())
        self.update()

    def show_value(self, value: int) -> None:
        """Show a value that was set elsewhere, without announcing it."""
        was_blocked = self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(was_blocked)
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widest = f"{self._name}  {self._text(self.maximum())}{self._unit}"
        return QSize(metrics.horizontalAdvance(widest) + 28, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, frame = colors(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(frame, RADIUS_PX, RADIUS_PX)
        painter.fillPath(outline, QColor(theme.sunken))
        self._paint_bar(painter, outline, frame)
        is_strong = self.isEnabled() and (self.hasFocus() or self._is_hovered)
        painter.setPen(QPen(QColor(theme.accent if is_strong else theme.line), 1))
        painter.drawPath(outline)
        painter.setPen(QColor(theme.text if self.isEnabled() else theme.disabled))
        inner = self.rect().adjusted(8, 0, -8, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | middle, self._name)
        value = f"{self._text(self.value())}{self._unit}"
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | middle, value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)
            self.settled.emit(self.value())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self._start_typing(self._text(self.value()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            # before the focus goes, which would take over what was typed
            self._field.hide()
        if _is_digit(event):
            self._start_typing(event.text())
            self._field.deselect()
            return
        before = self.value()
        super().keyPressEvent(event)
        if self.value() != before:
            self.settled.emit(self.value())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() and self._is_scrolled_past():
            event.ignore()
            return
        before = self.value()
        self.setValue(before + (1 if event.angleDelta().y() > 0 else -1) * self.singleStep())
        if self.value() != before:
            self.settled.emit(self.value())
        event.accept()

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() is QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and _is_digit(event):
            event.accept()
            return True
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.Enter, QEvent.Type.Leave):
            self._is_hovered = event.type() is not QEvent.Type.Leave
            self.update()
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._field.setGeometry(self.rect())

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        super().sliderChange(change)
        self.update()

    def _paint_bar(self, painter: QPainter, outline: QPainterPath, frame: QRectF) -> None:
        bar = QRectF(frame)
        bar.setWidth(frame.width() * self._share())
        color = QColor(colors().accent_fill if self.isEnabled() else colors().line)
        color.setAlphaF(0.45 if self.isEnabled() else 0.3)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(bar, color)
        painter.restore()

    def _is_scrolled_past(self) -> bool:
        """Whether a wheel over the bar may be meant to scroll the panel it stands in."""
        widget = self.parentWidget()
        while widget is not None and not isinstance(widget, QAbstractScrollArea):
            widget = widget.parentWidget()
        return widget is not None

    def _share(self) -> float:
        span = max(1, self.maximum() - self.minimum())
        share: float = ((self.value() - self.minimum()) / span) ** (1.0 / self._curve)
        return share

    def _value_at(self, x: float) -> int:
        share = min(1.0, max(0.0, x / max(1, self.width() - 1)))
        span = self.maximum() - self.minimum()
        return self.minimum() + round(float(span * share**self._curve))

    def _text(self, value: int) -> str:
        """Return a value as it is shown and typed."""
        if not self._decimals:
            return str(value)
        return self.locale().toString(value / 10.0**self._decimals, "f", self._decimals)

    def _validator(self) -> QValidator:
        if not self._decimals:
            return QIntValidator(self.minimum(), self.maximum(), self._field)
        # all that is beyond the range is taken for its end
        typed = QRegularExpression(rf"-?\d{{0,6}}[.,]?\d{{0,{self._decimals}}}")
        return QRegularExpressionValidator(typed, self._field)

    def _typed(self) -> int:
        """Return the value that was typed; where it is none, the one there is."""
        try:
            number = float(self._field.text().replace(",", "."))
        except ValueError:
            return self.value()
        return round(number * 10.0**self._decimals)

    def _start_typing(self, text: str) -> None:
        self._field.setText(text)
        self._field.show()
        self._field.setFocus()
        self._field.selectAll()

    def _take_typed(self) -> None:
        if self._field.isHidden():
            return
        self._field.hide()
        self.setValue(self._typed())
        self.settled.emit(self.value())


def _is_digit(event: QKeyEvent) -> bool:
    """Whether a key begins a number, and no shortcut."""
    return event.text().isdigit() and not event.modifiers() & _COMMAND_MODIFIERS
