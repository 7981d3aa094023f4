"""Where the document lies on the screen, in device pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF

from app.document.geometry import Rect

MIN_ZOOM = 1 / 64
MAX_ZOOM = 64.0
FIT_MARGIN_PX = 16


@dataclass(frozen=True, slots=True)
class Viewport:
    """A zoom and the place of the document's corner; immutable.

    Attributes:
        zoom: device pixels per document pixel.
        left: device column of the document's left edge; whole, so that 100 % is exact.
        top: device row of the document's top edge.
    """

    zoom: float = 1.0
    left: int = 0
    top: int = 0

    @classmethod
    def fitted(cls, width: int, height: int, view_width: int, view_height: int) -> Viewport:
        """Show the whole document in the middle of the view, as large as it goes.

        Args:
            width: of the document, pixels.
            height: of the document, pixels.
            view_width: device pixels.
            view_height: device pixels.
        """
        zoom = min(
            max(1, view_width - 2 * FIT_MARGIN_PX) / width,
            max(1, view_height - 2 * FIT_MARGIN_PX) / height,
        )
        return cls(min(MAX_ZOOM, max(MIN_ZOOM, zoom))).centred(
            width, height, view_width, view_height
        )

    def centred(self, width: int, height: int, view_width: int, view_height: int) -> Viewport:
        """Put the document's middle into the middle of the view; arguments as ``fitted``."""
        return replace(
            self,
            left=round((view_width - width * self.zoom) / 2),
            top=round((view_height - height * self.zoom) / 2),
        )

    def panned(self, dx: float, dy: float) -> Viewport:
        """Move by device pixels."""
        return replace(self, left=round(self.left + dx), top=round(self.top + dy))

    def zoomed(self, zoom: float, x: float, y: float) -> Viewport:
        """Zoom so that the document point under the device point (x, y) stays there."""
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
        scale = zoom / self.zoom
        left, top = x - (x - self.left) * scale, y - (y - self.top) * scale
        return Viewport(zoom, round(left), round(top))

    def stepped(self, steps: int) -> float:
        """Return the zoom ``steps`` places up (or down) the ladder of half octaves."""
        place = 2 * math.log2(self.zoom)
        place = math.floor(place + 1e-6) if steps > 0 else math.ceil(place - 1e-6)
        return float(2.0 ** ((place + steps) / 2))

    def to_document(self, x: float, y: float) -> tuple[float, float]:
        """Return the document point under a device point."""
        return (x - self.left) / self.zoom, (y - self.top) / self.zoom

    def to_device(self, x: float, y: float) -> QPointF:
        """Return the device point of a document point."""
        return QPointF(x * self.zoom + self.left, y * self.zoom + self.top)

    def device_rect(self, rect: Rect) -> QRectF:
        """Return a document rectangle in device pixels."""
        corner = self.to_device(rect.x, rect.y)
        return QRectF(corner.x(), corner.y(), rect.width * self.zoom, rect.height * self.zoom)

    def covered(self, device: QRect) -> Rect:
        """Return the document pixels that a device rectangle shows at least a part of."""
        left, top = self.to_document(device.x(), device.y())
        right, bottom = self.to_document(device.x() + device.width(), device.y() + device.height())
        return Rect.around(left, top, right, bottom)
