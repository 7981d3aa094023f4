"""What of the canvas is painted anew, and when: changes, marching ants, what was drawn coarsely."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QTimer
from PySide6.QtWidgets import QWidget

from app.canvas.document_painter import DocumentPainter
from app.canvas.navigation import Navigation
from app.document.geometry import Rect

_ANTS_INTERVAL_MS = 120
# Device pixels around a changed document rectangle that smooth scaling may change too.
_UPDATE_MARGIN_PX = 3
# How long the picture must rest before what was drawn coarsely is drawn exactly.
_REFINE_DELAY_MS = 60


class Repaints(QObject):
    """Has no more of a widget painted than looks different.

    Args:
        widget: shows the document.
        navigation: where the document lies on the widget.
    """

    def __init__(self, widget: QWidget, navigation: Navigation) -> None:
        super().__init__(widget)
        self._widget = widget
        self._navigation = navigation
        self._painter: DocumentPainter | None = None
        self._ants = QTimer(self, interval=_ANTS_INTERVAL_MS)
        self._ants.timeout.connect(self._march)
        self._refining = QTimer(self, singleShot=True)
        self._refining.timeout.connect(self._refine)

    def follow(self, painter: DocumentPainter | None) -> None:
        """Another document is painted, or none."""
        self._painter = painter

    def update_document(self, pixels: Rect) -> None:
        """Have document pixels that changed painted soon."""
        self.put_refining_off()
        self.update_device(self._navigation.viewport.device_rect(pixels))

    def update_device(self, device: QRectF) -> None:
        """Have a rectangle of device pixels painted soon."""
        margin, ratio = _UPDATE_MARGIN_PX, self._widget.devicePixelRatioF()
        device = device.adjusted(-margin, -margin, margin, margin)
        size = self._navigation.view_size
        device = device.intersected(QRectF(0, 0, size.x(), size.y()))
        if not device.isEmpty():
            logical = QRectF(device.topLeft() / ratio, device.size() / ratio)
            self._widget.update(logical.toAlignedRect())

    # ---- marching ants

    def refresh_ants(self) -> None:
        """Let the ants march where there are any and the widget is seen; paint all anew."""
        painter = self._painter
        if painter is not None and painter.has_ants and self._widget.isVisible():
            self._ants.start()
        else:
            self._ants.stop()
        self._widget.update()

    def stop_ants(self) -> None:
        """Nobody sees them."""
        self._ants.stop()

    def _march(self) -> None:
        if self._painter is not None:
            self._painter.ants_phase += 1
            self.update_device(self._painter.ants_rect(self._navigation.viewport))

    # ---- what was drawn coarsely

    def note_painted(self) -> None:
        """The widget was painted: what is coarse in it is drawn exactly once the picture rests."""
        is_coarse = self._painter is not None and self._painter.composite.is_coarse
        if is_coarse and not self._refining.isActive():
            self._refining.start(_REFINE_DELAY_MS)

    def put_refining_off(self) -> None:
        """More of the same is likely to follow: a slider, a stroke, a pan."""
        if self._refining.isActive():
            self._refining.start(_REFINE_DELAY_MS)

    def _refine(self) -> None:
        """Work off what was drawn coarsely, a little at a time: input comes first."""
        if self._painter is None:
            return
        done = self._painter.composite.refine()
        if not done.is_empty:
            self.update_device(self._navigation.viewport.device_rect(done))
        if self._painter.composite.is_coarse:
            self._refining.start(0)
