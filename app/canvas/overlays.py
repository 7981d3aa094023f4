"""What the canvas draws over the document: ants, rubber bands, the brush's outline, tints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QTransform,
)

from app.canvas.viewport import Viewport
from app.document.planes import qimage_of

ANT_PX = 4
_CROSS_GAP_PX = 4
_CROSS_PX = 15
_COLOR_RING_PX = 72.0
_COLOR_RING_WIDTH_PX = 12.0


def draw_dashed(painter: QPainter, path: QPainterPath, viewport: Viewport, phase: float) -> None:
    """Draw a line of black and white dashes, one device pixel wide, seen on any picture.

    Args:
        painter: in device pixels.
        path: in document coordinates.
        viewport: where the document lies.
        phase: device pixels the dashes are shifted by.
    """
    # half a pixel in: the line lies on pixels, not between them
    line = viewport.transform().map(path).translated(0.5, 0.5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not viewport.is_level)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(Qt.GlobalColor.black, 1))
    painter.drawPath(line)
    pen = QPen(Qt.GlobalColor.white, 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([ANT_PX, ANT_PX])
    pen.setDashOffset(phase)
    painter.setPen(pen)
    painter.drawPath(line)
    painter.restore()


def outline_rect(x: float, y: float, diameter: float) -> QRect:
    """Return the device rectangle that the brush's outline touches."""
    radius = diameter / 2 + 3
    return QRectF(x - radius, y - radius, 2 * radius, 2 * radius).toAlignedRect()


def draw_brush_outline(painter: QPainter, x: float, y: float, diameter: float) -> None:
    """Draw the circle a dab would fill, dark inside light; device pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for grow, color in ((1.0, QColor(255, 255, 255, 200)), (0.0, QColor(0, 0, 0, 220))):
        painter.setPen(QPen(color, 1))
        radius = diameter / 2 + grow
        painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.restore()


def draw_guide(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Draw a thin straight line that is seen on any picture; device pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width in ((QColor(255, 255, 255, 220), 3.5), (QColor(0, 0, 0, 230), 1.5)):
        painter.setPen(QPen(color, width))
        painter.drawLine(start, end)
    painter.restore()


def draw_cross(painter: QPainter, at: QPointF) -> None:
    """Draw a cross that is open in the middle; device pixels."""
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        arm = QPointF(dx, dy)
        draw_guide(painter, at + arm * _CROSS_GAP_PX, at + arm * _CROSS_PX)


def draw_ring(painter: QPainter, at: QPointF, diameter: float) -> None:
    """Draw a small ring that marks a point; device pixels."""
    draw_brush_outline(painter, at.x(), at.y(), diameter)


def draw_color_ring(painter: QPainter, at: QPointF, new: QColor, old: QColor) -> None:
    """Draw a ring whose upper half shows one colour and the lower half another; device pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = _COLOR_RING_PX / 2
    frame = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
    for color, start in ((new, 0), (old, 180 * 16)):
        pen = QPen(color, _COLOR_RING_WIDTH_PX)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(frame, start, 180 * 16)
    painter.restore()
    half = _COLOR_RING_WIDTH_PX / 2
    for edge in (radius - half, radius + half):
        draw_ring(painter, at, 2 * edge)


def tint_image(mask: NDArray[np.uint8], color: QColor) -> QImage:
    """Return a translucent image of a mask.

    Args:
        mask: (H, W) uint8; 255 gets the full tint.
        color: with its alpha as the strength of the tint.
    """
    alpha = mask.astype(np.uint16) * color.alpha() // 255
    pixels = np.empty((*mask.shape, 4), np.uint8)
    channels = (color.blue(), color.green(), color.red())
    for index, channel in enumerate(channels):
        pixels[..., index] = alpha * channel // 255
    pixels[..., 3] = alpha
    return qimage_of(pixels)


def enter_device_pixels(painter: QPainter) -> None:
    """Have the painter count device pixels from the widget's corner, on whole ones."""
    device = painter.deviceTransform()
    inverse, _ = device.inverted()
    corner = QTransform.fromTranslate(round(device.dx()), round(device.dy()))
    painter.setWorldTransform(corner * inverse)
