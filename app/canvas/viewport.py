"""Where the document lies on the screen, in device pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QTransform

from app.document.geometry import Rect

MIN_ZOOM = 1 / 64
MAX_ZOOM = 64.0
FIT_MARGIN_PX = 16


@dataclass(frozen=True, slots=True)
class Viewport:
    """A zoom, a turn and the place of the document's corner; immutable.

    Attributes:
        zoom: device pixels per document pixel.
        left: device column of the document's corner (0, 0); whole, so that 100 % is exact.
        top: device row of that corner.
        angle: degrees the picture is turned clockwise on the screen, 0 <= angle < 360.
        is_mirrored: whether left and right are exchanged, before the turn.
    """

    zoom: float = 1.0
    left: int = 0
    top: int = 0
    angle: float = 0.0
    is_mirrored: bool = False

    @property
    def is_level(self) -> bool:
        """Whether document rows run along device rows or columns."""
        return self.angle % 90 == 0

    def transform(self) -> QTransform:
        """Return the map from document to device pixels."""
        cos, sin = _direction(self.angle)
        across = -self.zoom if self.is_mirrored else self.zoom
        return QTransform(
            across * cos, across * sin, -self.zoom * sin, self.zoom * cos, self.left, self.top
        )

    def fitted(self, width: int, height: int, view_width: int, view_height: int) -> Viewport:
        """Show the whole document in the middle of the view, as large as it goes.

        Args:
            width: of the document, pixels.
            height: of the document, pixels.
            view_width: device pixels.
            view_height: device pixels.
        """
        cos, sin = (abs(part) for part in _direction(self.angle))
        zoom = min(
            max(1, view_width - 2 * FIT_MARGIN_PX) / (width * cos + height * sin),
            max(1, view_height - 2 * FIT_MARGIN_PX) / (width * sin + height * cos),
        )
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
        return replace(self, zoom=zoom).centred(width, height, view_width, view_height)

    def centred(self, width: int, height: int, view_width: int, view_height: int) -> Viewport:
        """Put the document's middle into the middle of the view; arguments as ``fitted``."""
        return self._holding(width / 2, height / 2, view_width / 2, view_height / 2)

    def panned(self, dx: float, dy: float) -> Viewport:
        """Move by device pixels."""
        return replace(self, left=round(self.left + dx), top=round(self.top + dy))

    def zoomed(self, zoom: float, x: float, y: float) -> Viewport:
        """Zoom so that the document point under the device point (x, y) stays there."""
        place = self.to_document(x, y)
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
        return replace(self, zoom=zoom)._holding(*place, x, y)

    def turned(self, angle: float, x: float, y: float) -> Viewport:
        """Turn to ``angle`` degrees around the device point (x, y)."""
        place = self.to_document(x, y)
        return replace(self, angle=_in_circle(angle))._holding(*place, x, y)

    def mirrored(self, x: float, y: float) -> Viewport:
        """Exchange left and right as seen on the screen, around the device point (x, y)."""
        place = self.to_document(x, y)
        flipped = replace(self, angle=_in_circle(-self.angle), is_mirrored=not self.is_mirrored)
        return flipped._holding(*place, x, y)

    def stepped(self, steps: int) -> float:
        """Return the zoom ``steps`` places up (or down) the ladder of half octaves."""
        place = 2 * math.log2(self.zoom)
        place = math.floor(place + 1e-6) if steps > 0 else math.ceil(place - 1e-6)
        return float(2.0 ** ((place + steps) / 2))

    def to_document(self, x: float, y: float) -> tuple[float, float]:
        """Return the document point under a device point."""
        cos, sin = _direction(self.angle)
        dx, dy = (x - self.left) / self.zoom, (y - self.top) / self.zoom
        across = cos * dx + sin * dy
        return -across if self.is_mirrored else across, cos * dy - sin * dx

    def to_device(self, x: float, y: float) -> QPointF:
        """Return the device point of a document point."""
        dx, dy = self._offset(x, y)
        return QPointF(dx + self.left, dy + self.top)

    def device_rect(self, rect: Rect) -> QRectF:
        """Return the device rectangle around a document rectangle."""
        edges = QRectF(*rect)
        return self.transform().mapRect(edges)

    def covered(self, device: QRect) -> Rect:
        """Return the document pixels around all that a device rectangle shows a part of."""
        left, top = device.x(), device.y()
        right, bottom = left + device.width(), top + device.height()
        corners = ((left, top), (right, top), (left, bottom), (right, bottom))
        xs, ys = zip(*(self.to_document(x, y) for x, y in corners), strict=True)
        return Rect.around(min(xs), min(ys), max(xs), max(ys))

    def _offset(self, x: float, y: float) -> tuple[float, float]:
        """Device columns and rows from the document's corner to a document point."""
        cos, sin = _direction(self.angle)
        across, down = (-x if self.is_mirrored else x) * self.zoom, y * self.zoom
        return cos * across - sin * down, sin * across + cos * down

    def _holding(self, x: float, y: float, device_x: float, device_y: float) -> Viewport:
        """Return the view moved so that a document point lies at a device point."""
        dx, dy = self._offset(x, y)
        return replace(self, left=round(device_x - dx), top=round(device_y - dy))


def _in_circle(angle: float) -> float:
    """Return degrees from 0 to below 360; a millionth more or less does not count."""
    return round(angle, 6) % 360.0


def _direction(angle: float) -> tuple[float, float]:
    """Return cosine and sine of degrees, exact at right angles."""
    if angle % 90 == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[round(angle / 90) % 4]
    radians = math.radians(angle)
    return math.cos(radians), math.sin(radians)
