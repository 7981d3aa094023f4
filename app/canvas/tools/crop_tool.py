"""Crop: a frame around what stays; Enter cuts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.canvas.tools.box_handles import HANDLES, draw_box, handle_at, handle_cursor
from app.canvas.tools.tool import CanvasTool, Pointer
from app.canvas.viewport import Viewport
from app.document.geometry import Point, Rect
from app.document.transforming.crop_frame import dragged_frame, fitted_frame, new_frame, snapped
from app.session import Session
from app.tool_settings import CropSettings
from app.tool_state import Tool, ToolState

# A drag shorter than this, device pixels, is a click and makes no frame.
_CLICK_PX = 4.0
_SNAP_PX = 7.0
_SHADE = QColor(0, 0, 0, 150)
_THIRDS = QColor(255, 255, 255, 90)
_FAR = 1e6
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier

Drag = Callable[[Pointer], Rect]


class CropTool(CanvasTool):
    """Shows handles around the whole picture; a drag anywhere draws a frame.

    The frame may be larger than the picture. The ratio set in the options bar is kept; Shift keeps
    the one there is, Alt keeps the middle. Anything but Enter leaves the picture as it was.
    """

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._frame: Rect | None = None
        self._drag: Drag | None = None
        self._start: Pointer | None = None
        self._before: Rect | None = None
        self._ratio = self._chosen_ratio()
        self._viewport = Viewport()

    @property
    def is_pending(self) -> bool:
        """Whether a frame is drawn."""
        return self._frame is not None

    @property
    def frame(self) -> Rect | None:
        """The document pixels that shall stay; None = no frame is drawn."""
        return self._frame

    def take(self, session: Session) -> None:
        """Show handles around the picture."""
        self._session, self._frame = session, None
        self._ratio = self._chosen_ratio()

    def follow_settings(self) -> None:
        """Give the frame another ratio as soon as it is chosen."""
        ratio = self._chosen_ratio()
        if ratio != self._ratio and self._session is not None and ratio is not None:
            self._frame = fitted_frame(self._frame or self._session.document.rect, ratio)
        self._ratio = ratio

    def press(self, session: Session, pointer: Pointer) -> None:
        """Begin to drag a handle, the frame, or a new one."""
        self._session, self._start, self._before = session, pointer, self._frame
        area = self._frame or session.document.rect
        index = self._handle_at(area, pointer)
        if index is not None:
            handle = HANDLES[index]
            self._drag = lambda to: dragged_frame(
                area, handle, self._snapped(to), self._ratio_for(area, to), to.holds(_ALT)
            )
        elif self._frame is not None and self._frame.contains_point(pointer.x, pointer.y):
            self._drag = lambda to: area.translated(
                round(to.x - pointer.x), round(to.y - pointer.y)
            )
        else:
            start = self._snapped(pointer)
            square = Rect(0, 0, 1, 1)
            self._drag = lambda to: new_frame(
                start, self._snapped(to), self._ratio_for(square, to), to.holds(_ALT)
            )

    def move(self, pointer: Pointer) -> None:
        """Bring the frame to the pointer."""
        start = self._start
        if self._drag is None or start is None:
            return
        far = max(abs(pointer.x - start.x), abs(pointer.y - start.y)) * pointer.zoom
        if far >= _CLICK_PX or self._frame is not self._before:
            self._frame = self._drag(pointer)

    def release(self, pointer: Pointer) -> None:
        """Leave the frame; it waits for Enter."""
        self.move(pointer)
        self._drag = self._start = None

    def double_click(self, session: Session, pointer: Pointer) -> None:
        """A double click inside is like Enter."""
        if self._frame is not None and self._frame.contains_point(pointer.x, pointer.y):
            self.commit()

    def nudge(self, session: Session, dx: int, dy: int) -> bool:
        """Move the frame."""
        if self._frame is not None:
            self._frame = self._frame.translated(dx, dy)
        return self._frame is not None

    def commit(self) -> None:
        """Make the frame the whole picture: one undo step."""
        frame = self._frame
        self.cancel()
        if frame is not None and self._session is not None:
            settings = self.tool_state.settings(Tool.CROP, CropSettings)
            self._session.geometry.crop(frame, settings.deletes_pixels)

    def leave(self) -> None:
        """Drop the frame: a cut that nobody confirmed would be a surprise."""
        self.cancel()

    def cancel(self) -> None:
        """Drop the frame."""
        self._frame = self._drag = self._start = None

    def cursor_at(self, pointer: Pointer) -> Qt.CursorShape | None:
        """Return arrows along the handle under the pointer, a cross inside the frame."""
        if self._session is None:
            return self.cursor
        area = self._frame or self._session.document.rect
        index = self._handle_at(area, pointer)
        if index is not None:
            to_device = self._viewport.to_device
            middle = area.x + area.width / 2, area.y + area.height / 2
            return handle_cursor(to_device(*_places(area)[index]), to_device(*middle))
        is_inside = self._frame is not None and self._frame.contains_point(pointer.x, pointer.y)
        return Qt.CursorShape.SizeAllCursor if is_inside else self.cursor

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the frame, darken what is cut off, and say how large the rest is."""
        self._viewport = viewport
        if self._session is None:
            return
        area = self._frame or self._session.document.rect
        if self._frame is not None:
            _draw_shade(painter, area, viewport)
            _draw_thirds(painter, area, viewport)
        draw_box(painter, _places(area), viewport)
        if self._frame is not None:
            _draw_size(painter, area, viewport)

    def _chosen_ratio(self) -> float | None:
        settings = self.tool_state.settings(Tool.CROP, CropSettings)
        if settings.ratio_width <= 0 or settings.ratio_height <= 0:
            return None
        return settings.ratio_width / settings.ratio_height

    def _ratio_for(self, area: Rect, pointer: Pointer) -> float | None:
        """The ratio to keep: the chosen one, else with Shift that of a frame."""
        held = area.width / area.height if pointer.holds(_SHIFT) else None
        return self._chosen_ratio() or held

    def _snapped(self, pointer: Pointer) -> Point:
        assert self._session is not None
        reach = _SNAP_PX / pointer.zoom
        return snapped((pointer.x, pointer.y), self._session.document.rect, reach)

    def _handle_at(self, area: Rect, pointer: Pointer) -> int | None:
        is_inside = area.contains_point(pointer.x, pointer.y)
        return handle_at(_places(area), pointer.x, pointer.y, pointer.zoom, is_inside)


def _places(area: Rect) -> list[Point]:
    return [(area.x + u * area.width, area.y + v * area.height) for u, v in HANDLES]


def _draw_shade(painter: QPainter, area: Rect, viewport: Viewport) -> None:
    inside, around = QPainterPath(), QPainterPath()
    inside.addRect(QRectF(*area))
    around.addRect(QRectF(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR))
    painter.fillPath(around.subtracted(viewport.transform().map(inside)), _SHADE)


def _draw_thirds(painter: QPainter, area: Rect, viewport: Viewport) -> None:
    painter.setPen(QPen(_THIRDS, 1))
    for part in (1 / 3, 2 / 3):
        x, y = area.x + part * area.width, area.y + part * area.height
        for start, end in (((x, area.y), (x, area.bottom)), ((area.x, y), (area.right, y))):
            painter.drawLine(viewport.to_device(*start), viewport.to_device(*end))


def _draw_size(painter: QPainter, area: Rect, viewport: Viewport) -> None:
    """Write the size under the frame."""
    text = f"{area.width} × {area.height} px"
    place = QRectF(painter.fontMetrics().boundingRect(text)).adjusted(-6, -3, 6, 3)
    box = viewport.device_rect(area)
    place.moveCenter(QPointF(box.center().x(), box.bottom() + 20))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 180))
    painter.drawRoundedRect(place, 4, 4)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
