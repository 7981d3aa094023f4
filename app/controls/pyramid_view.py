"""The pyramid while it is trained: frames filling from coarse to fine, each with its sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.document.planes import qimage_of
from app.theme import GRID_PX, Colors, colors

GAP_PX = 4
STRIP_SHARE = 0.34
SMALLEST_FRAME = 0.35


@dataclass(frozen=True, slots=True)
class PyramidPicture:
    """What the view shows.

    Attributes:
        sizes: (H, W) of every planned scale, coarsest first; empty = nothing planned.
        done_count: finished scales.
        current: scale in training, or None.
        current_share: how much of it is done, 0 to 1.
        previews: newest sample by scale, (H, W, 3) uint8 RGB.
    """

    sizes: Sequence[tuple[int, int]] = ()
    done_count: int = 0
    current: int | None = None
    current_share: float = 0.0
    previews: Mapping[int, NDArray[np.uint8]] = field(default_factory=dict)


class PyramidView(QWidget):
    """One large frame with the sample of one scale above a strip with all of them.

    The large frame shows the newest sample, or the scale under the pointer.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = PyramidPicture()
        self._hovered: int | None = None
        self._images: dict[int, tuple[NDArray[np.uint8], QImage]] = {}
        self.setMouseTracking(True)
        self.setMinimumSize(160, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Pyramid of scales"))

    @property
    def picture(self) -> PyramidPicture:
        """What is shown."""
        return self._picture

    def show_picture(self, picture: PyramidPicture) -> None:
        """Show another state of the pyramid."""
        self._picture = picture
        kept = picture.previews
        self._images = {k: v for k, v in self._images.items() if kept.get(k) is v[0]}
        text = self.tr("{done} of %n scales are trained", "", len(picture.sizes))
        self.setAccessibleDescription(text.format(done=picture.done_count))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(288, 168)

    def frames(self) -> list[QRectF]:
        """Return the frames of the strip in widget coordinates, coarsest first."""
        sizes = self._picture.sizes
        if not sizes:
            return []
        aspect = sizes[-1][1] / sizes[-1][0]
        shares = np.linspace(SMALLEST_FRAME, 1.0, len(sizes))
        room = self.width() - GAP_PX * (len(sizes) - 1)
        height = min(self.height() * STRIP_SHARE, room / (aspect * float(shares.sum())))
        x = (room - height * aspect * float(shares.sum())) / 2
        made = []
        for share in shares:
            size = QPointF(height * aspect * share, height * share)
            made.append(QRectF(x, self.height() - size.y() - 0.5, size.x(), size.y()))
            x += size.x() + GAP_PX
        return made

    def scale_at(self, position: QPointF) -> int | None:
        """Return the scale whose frame lies under a point."""
        for scale, frame in enumerate(self.frames()):
            if frame.adjusted(-2, -2, 2, 2).contains(position):
                return scale
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        frames, theme = self.frames(), colors()
        if frames:
            self._paint_large(painter, min(frame.top() for frame in frames) - GRID_PX, theme)
        for scale, frame in enumerate(frames):
            self._paint_frame(painter, scale, frame, theme)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.scale_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            scale = self.scale_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if scale is None else self.text_of(scale), self)
            return True
        return super().event(event)

    def text_of(self, scale: int) -> str:
        """Return what there is to say about a scale."""
        height, width = self._picture.sizes[scale]
        text = self.tr("Scale {scale}: {width} × {height} px, {state}")
        return text.format(scale=scale, width=width, height=height, state=self._state_of(scale))

    def _state_of(self, scale: int) -> str:
        if scale < self._picture.done_count:
            return self.tr("trained")
        if scale == self._picture.current:
            percent = round(self._picture.current_share * 100)
            return self.tr("in training, {percent} %").format(percent=percent)
        return self.tr("not trained yet")

    def _hover(self, scale: int | None) -> None:
        if scale != self._hovered:
            self._hovered = scale
            self.update()

    def _shown_scale(self) -> int | None:
        if self._hovered is not None and self._hovered in self._picture.previews:
            return self._hovered
        return max(self._picture.previews, default=None)

    def _image(self, scale: int) -> QImage | None:
        array = self._picture.previews.get(scale)
        if array is None:
            return None
        if scale not in self._images:
            self._images[scale] = (array, qimage_of(array, QImage.Format.Format_RGB888))
        return self._images[scale][1]

    def _paint_large(self, painter: QPainter, bottom: float, theme: Colors) -> None:
        height, width = self._picture.sizes[-1]
        zoom = min(self.width() / width, (bottom - 1) / height)
        if zoom <= 0:
            return
        frame = QRectF(0, 0, width * zoom - 1, height * zoom - 1)
        frame.moveTopLeft(QPointF((self.width() - frame.width()) / 2, 0.5))
        scale = self._shown_scale()
        image = None if scale is None else self._image(scale)
        if image is None or scale is None:
            painter.fillRect(frame, QColor(theme.sunken))
            painter.setPen(QColor(theme.muted))
            text = self.tr("Samples appear here while the pyramid is trained")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            room = frame.adjusted(GRID_PX, 2, -GRID_PX, -2)
            if room.contains(painter.boundingRect(room, int(flags), text)):
                painter.drawText(room, int(flags), text)
        else:
            painter.drawImage(frame, image)
            self._paint_caption(painter, frame, scale)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawRect(frame)

    def _paint_caption(self, painter: QPainter, frame: QRectF, scale: int) -> None:
        text = self.tr("sample of scale {scale}").format(scale=scale)
        width = painter.fontMetrics().horizontalAdvance(text) + 12
        if width > frame.width():
            return
        ground = QRectF(frame.left(), frame.bottom() - 20, width, 20)
        painter.fillRect(ground, QColor(0, 0, 0, 160))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_frame(self, painter: QPainter, scale: int, frame: QRectF, theme: Colors) -> None:
        image = self._image(scale)
        is_done, is_current = scale < self._picture.done_count, scale == self._picture.current
        painter.fillRect(frame, QColor(theme.accent_fill if is_done else theme.sunken))
        if image is not None:
            painter.drawImage(frame, image)
        if is_current:
            done = QRectF(frame)
            done.setTop(frame.bottom() - max(3.0, frame.height() * 0.08))
            painter.fillRect(done, QColor(theme.sunken))
            done.setWidth(frame.width() * self._picture.current_share)
            painter.fillRect(done, QColor(theme.accent))
        strong = is_current or is_done or scale == self._hovered
        pen = QPen(QColor(theme.accent if strong else theme.line), 2 if is_current else 1)
        if not is_done and not is_current:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
