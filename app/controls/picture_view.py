"""A picture that can be looked at closely: wheel zooms at the pointer, dragging moves it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from app.document.planes import qimage_of
from app.theme import colors

ZOOM_STEP = 1.25
MOST_ZOOM = 16.0
PIXELS_SHOWN_FROM_ZOOM = 2.0


class PictureView(QGraphicsView):
    """Shows one picture; it fits the widget until the user zooms.

    Signals:
        zoom_changed(float): device pixels per pixel of the picture.
    """

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_fitted = True
        self._scene = QGraphicsScene(self)
        self._item = self._scene.addPixmap(QPixmap())
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundBrush(QColor(colors().backdrop))
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setAccessibleName(self.tr("Picture"))

    @property
    def zoom(self) -> float:
        """Device pixels per pixel of the picture."""
        return self.transform().m11() * self.devicePixelRatioF()

    def show_picture(self, rgb: NDArray[np.uint8]) -> None:
        """Show (H, W, 3) uint8 RGB, fitted."""
        pixmap = QPixmap.fromImage(qimage_of(rgb, QImage.Format.Format_RGB888))
        self._item.setPixmap(pixmap)
        self._scene.setSceneRect(self._item.boundingRect())
        self.fit()

    def fit(self) -> None:
        """Show all of it, at most at its own size."""
        self._is_fitted = True
        rect = self._scene.sceneRect()
        if rect.isEmpty() or not self.width() or not self.height():
            return
        room = self.maximumViewportSize()
        zoom = min(room.width() / rect.width(), room.height() / rect.height())
        self._take_scale(min(zoom, 1.0 / self.devicePixelRatioF()))

    def set_zoom(self, zoom: float) -> None:
        """Show it at device pixels per pixel."""
        self._is_fitted = False
        self._take_scale(min(MOST_ZOOM, zoom) / self.devicePixelRatioF())

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = ZOOM_STEP if event.angleDelta().y() > 0 else 1.0 / ZOOM_STEP
        self.set_zoom(max(self._fitted_zoom() / 2, self.zoom * step))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()

    def _fitted_zoom(self) -> float:
        rect, room = self._scene.sceneRect(), self.maximumViewportSize()
        if rect.isEmpty():
            return 1.0
        return min(1.0, room.width() / rect.width(), room.height() / rect.height())

    def _take_scale(self, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        is_close = self.zoom >= PIXELS_SHOWN_FROM_ZOOM
        mode = Qt.TransformationMode
        self._item.setTransformationMode(
            mode.FastTransformation if is_close else mode.SmoothTransformation
        )
        self.zoom_changed.emit(self.zoom)
