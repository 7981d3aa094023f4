"""Mouse and pen events at document points of a canvas, as Qt would send them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView
from app.document.compositing import flatten
from app.session import Session

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def widget_point(canvas: CanvasView, x: float, y: float) -> QPointF:
    """Where a document point lies on the widget."""
    return canvas.viewport.to_device(x, y) / canvas.devicePixelRatioF()


def send_mouse(
    canvas: CanvasView,
    kind: QEvent.Type,
    x: float,
    y: float,
    keys: Qt.KeyboardModifier = NO_KEY,
    held: Qt.MouseButton = LEFT,
) -> None:
    """Send a mouse event; ``held`` is the button that stays down after it."""
    at = widget_point(canvas, x, y)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, keys)
    QApplication.sendEvent(canvas, event)


def press(canvas: CanvasView, x: float, y: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    """Put the left button down."""
    send_mouse(canvas, QEvent.Type.MouseButtonPress, x, y, keys)


def move(canvas: CanvasView, x: float, y: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    """Move with the left button down."""
    send_mouse(canvas, QEvent.Type.MouseMove, x, y, keys)


def hover(canvas: CanvasView, x: float, y: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    """Move without a button."""
    send_mouse(canvas, QEvent.Type.MouseMove, x, y, keys, Qt.MouseButton.NoButton)


def release(canvas: CanvasView, x: float, y: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    """Let the left button go."""
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, x, y, keys, Qt.MouseButton.NoButton)


def drag(
    canvas: CanvasView, *points: tuple[float, float], keys: Qt.KeyboardModifier = NO_KEY
) -> None:
    """Press at the first point, move through all, release at the last."""
    press(canvas, *points[0], keys)
    for point in points[1:]:
        move(canvas, *point, keys)
    release(canvas, *points[-1], keys)


def pixel(session: Session, x: int, y: int) -> tuple[int, ...]:
    """What the document shows at a pixel, RGBA."""
    return tuple(int(value) for value in flatten(session.document)[y, x])


class Pen:
    """A tablet with a pen; ``is_eraser`` turns it around."""

    def __init__(self, canvas: CanvasView, is_eraser: bool = False) -> None:
        kinds = QPointingDevice.PointerType
        self._canvas = canvas
        self._device = QPointingDevice(
            "pen",
            1,
            QInputDevice.DeviceType.Stylus,
            kinds.Eraser if is_eraser else kinds.Pen,
            QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
            1,
            1,
        )

    def send(self, kind: QEvent.Type, x: float, y: float, pressure: float, keys=NO_KEY) -> bool:
        """Send an event; returns whether it was accepted, else Qt sends a mouse event too."""
        at = widget_point(self._canvas, x, y)
        is_move, is_release = kind is QEvent.Type.TabletMove, kind is QEvent.Type.TabletRelease
        none = Qt.MouseButton.NoButton
        event = QTabletEvent(
            kind,
            self._device,
            at,
            self._canvas.mapToGlobal(at),
            pressure,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            keys,
            none if is_move else LEFT,
            none if is_release or (is_move and pressure == 0) else LEFT,
        )
        QApplication.sendEvent(self._canvas, event)
        return event.isAccepted()

    def press(self, x: float, y: float, pressure: float) -> bool:
        """Touch the tablet."""
        return self.send(QEvent.Type.TabletPress, x, y, pressure)

    def move(self, x: float, y: float, pressure: float) -> bool:
        """Move; pressure 0 hovers."""
        return self.send(QEvent.Type.TabletMove, x, y, pressure)

    def release(self, x: float, y: float) -> bool:
        """Lift the pen."""
        return self.send(QEvent.Type.TabletRelease, x, y, 0.0)

    def draw(self, *points: tuple[float, float, float]) -> list[bool]:
        """Draw through (x, y, pressure); returns which events were accepted."""
        accepted = [self.press(*points[0]), *(self.move(*point) for point in points[1:])]
        return [*accepted, self.release(*points[-1][:2])]
