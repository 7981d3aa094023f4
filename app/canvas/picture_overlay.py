"""A picture laid over the document on the canvas: shown, never part of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from app.canvas.composite_painter import NEAREST_FROM_ZOOM
from app.canvas.viewport import Viewport

_FADED_OPACITY = 0.35


@dataclass(frozen=True, slots=True)
class PictureOverlay:
    """An image and where it lies.

    Attributes:
        image: of any size, with alpha.
        rect: what it covers, document pixels.
        stale: a part of it that shows an older edit and is drawn faintly, document pixels.
    """

    image: QImage
    rect: QRectF
    stale: QRectF | None = None

    def draw(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw it; the painter counts device pixels."""
        painter.save()
        is_enlarged = self.image.width() < self.rect.width()
        is_smooth = is_enlarged or viewport.zoom < NEAREST_FROM_ZOOM or not viewport.is_level
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.setWorldTransform(viewport.transform() * painter.worldTransform())
        if self.stale is None:
            painter.drawImage(self.rect, self.image)
        else:
            self._draw_in_parts(painter, self.stale)
        painter.restore()

    def _draw_in_parts(self, painter: QPainter, stale: QRectF) -> None:
        whole, faint = QPainterPath(), QPainterPath()
        whole.addRect(self.rect)
        faint.addRect(stale)
        for path, opacity in ((whole.subtracted(faint), 1.0), (faint, _FADED_OPACITY)):
            painter.save()
            painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            painter.setOpacity(opacity)
            painter.drawImage(self.rect, self.image)
            painter.restore()
