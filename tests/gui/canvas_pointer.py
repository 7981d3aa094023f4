"""The mouse over the canvas, in document coordinates at any zoom."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def mouse(
    canvas: CanvasView,
    kind: QEvent.Type,
    x: float,
    y: float,
    keys: Qt.KeyboardModifier = NO_KEY,
) -> None:
    """Send a mouse event at a document point, as Qt would with the left button."""
    at = canvas.viewport.to_device(x, y)
    none = Qt.MouseButton.NoButton
    button = none if kind is QEvent.Type.MouseMove else LEFT
    held = none if kind is QEvent.Type.MouseButtonRelease else LEFT
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, keys)
    QApplication.sendEvent(canvas, event)


def drag(
    canvas: CanvasView, *points: tuple[float, float], keys: Qt.KeyboardModifier = NO_KEY
) -> None:
    """Press at the first document point, move through all, release at the last."""

    mouse(canvas, QEvent.Type.MouseButtonPress, *points[0], keys)
    for point in points[1:]:
        mouse(canvas, QEvent.Type.MouseMove, *point, keys)
    mouse(canvas, QEvent.Type.MouseButtonRelease, *points[-1], keys)
