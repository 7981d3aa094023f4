"""The widget that shows a document and takes the pointer."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.canvas.brush_cursor import BrushCursor
from app.canvas.canvas_keys import CanvasKeys
from app.canvas.document_painter import DocumentPainter
from app.canvas.navigation import Navigation
from app.canvas.overlays import draw_dashed, enter_device_pixels
from app.canvas.picture_overlay import PictureOverlay
from app.canvas.pointer_input import PointerInput
from app.canvas.repaints import Repaints
from app.canvas.veil import Veil
from app.canvas.viewport import Viewport
from app.document.change import Change
from app.document.geometry import Rect
from app.document.selection import Selection
from app.session import Session
from app.tool_state import Tool, ToolState

_WHEEL_STEP = 120
_SIZE_PER_WHEEL_STEP = 1.15
# No screen reaches farther; a driver that says so would draw strokes of millions of dabs.
_FARTHEST_PX = 32768.0


class CanvasView(QWidget):
    """Shows one session at a time.

    Attributes:
        tool_state: the tool in hand.
        navigation: zoom and pan.

    Signals:
        cursor_moved: document pixel under the pointer as (x, y), or None.
        pending_changed: ``is_pending`` is another.
    """

    cursor_moved = Signal(object)
    pending_changed = Signal()

    def __init__(self, tool_state: ToolState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool_state = tool_state
        self.navigation = Navigation(self)
        self._painter: DocumentPainter | None = None
        self._repaints = Repaints(self, self.navigation)
        self._input = PointerInput(self.navigation, tool_state)
        self._keys = CanvasKeys(self._input, self.navigation)
        self._cursor = BrushCursor(self._input, self.navigation, tool_state)
        self._outline = QRect()
        self._veil = Veil()
        self._was_pending = False
        self._has_overlay = False
        self._document_rect = Rect(0, 0, 0, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        tool_state.changed.connect(self._follow_tool)
        tool_state.commit_wanted.connect(self.commit_pending)
        tool_state.cancel_wanted.connect(self.cancel_pending)
        self.navigation.moved.connect(self._on_moved)

    # ---- what is shown

    @property
    def session(self) -> Session | None:
        """The one shown, or None."""
        return self.navigation.session

    def show_session(self, session: Session | None) -> None:
        """Show another session, or nothing, where its user left it."""
        if session is self.session:
            return
        self._leave_session()
        self._veil.show(None)
        self._painter = None if session is None else DocumentPainter(session)
        self._repaints.follow(self._painter)
        self.navigation.show_session(session)
        self._take_size()
        if session is not None:
            session.document_changed.connect(self._on_document_changed)
            session.preview_changed.connect(self._repaints.refresh_ants)
            session.shown_changed.connect(self._repaints.update_document)
            session.layer_placed.connect(self._offer_transform)
            session.gestures_ending.connect(self._leave_pending)
            self._input.take_session()
        self._repaints.refresh_ants()
        self._refresh_cursor()
        self.update()

    def set_mask_tint(self, mask: NDArray[np.uint8] | None) -> None:
        """Tint where a result may differ: (H, W) uint8 of the document's size, or None."""
        if self._painter is not None:
            self._painter.set_tint(mask)
            self.update()

    def show_overlay(self, overlay: PictureOverlay | None) -> None:
        """Lay a picture over the document, or nothing; it hides marching ants."""
        if self._painter is not None and overlay is not self._painter.overlay:
            self._painter.overlay = overlay
            self._repaints.refresh_ants()

    def show_backdrop(self, backdrop: PictureOverlay | None) -> None:
        """Lay a picture faintly under the layers, seen where they are transparent, or nothing."""
        if self._painter is not None and backdrop is not self._painter.backdrop:
            self._painter.backdrop = backdrop
            self.update()

    def set_spotlight(self, region: NDArray[np.uint8] | None, is_light: bool = False) -> None:
        """Cover all of the photo but a region, or nothing.

        Args:
            region: (h, w) uint8 of the photo reduced to any size, 255 = left uncovered.
            is_light: whether to cover with white, against which dark places stand out.
        """
        self._veil.show(region, is_light)
        self.update()

    def propose_selection(self, selection: Selection | None) -> None:
        """Show a selection that may become the document's, in place of the one that is."""
        if self._painter is not None:
            self._painter.proposed_selection = selection
            self._repaints.refresh_ants()

    @property
    def viewport(self) -> Viewport:
        """Where the document lies, in device pixels."""
        return self.navigation.viewport

    @property
    def zoom(self) -> float:
        """Device pixels per document pixel."""
        return self.viewport.zoom

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is in progress."""
        return self._input.gesture is not None

    @property
    def is_pending(self) -> bool:
        """Whether the tool in hand holds work that waits for Enter or Esc."""
        return self._input.is_pending

    def commit_pending(self) -> bool:
        """Make pending work a step, as Enter does; returns whether there was any."""
        is_done = self._input.commit()
        self._follow_input()
        return is_done

    def cancel_pending(self) -> bool:
        """Give up the gesture or pending work, as Esc does; returns whether there was any."""
        is_done = self._input.cancel()
        self._follow_input()
        return is_done

    def _leave_pending(self) -> None:
        self._input.leave()
        self._follow_input()

    def _offer_transform(self) -> None:
        """A layer was pasted: it comes with handles, and fitted in if it is too large."""
        session = self.session
        assert session is not None
        self.tool_state.set_tool(Tool.TRANSFORM)
        if session.transforms.is_active:
            box, document = session.transforms.box, session.document
            if box.rect.width > document.width or box.rect.height > document.height:
                session.transforms.show(box.fitted(document.width, document.height))

    def _follow_tool(self) -> None:
        self._input.follow_tool()
        self._follow_input()

    def _on_moved(self) -> None:
        self._outline = self._cursor.rect
        self._repaints.put_refining_off()
        self.update()

    def _leave_session(self) -> None:
        self._input.leave()
        self._input.cancel()
        if self.session is None:
            return
        self.session.gestures_ending.disconnect(self._leave_pending)
        self.session.layer_placed.disconnect(self._offer_transform)
        self.session.shown_changed.disconnect(self._repaints.update_document)
        self.session.document_changed.disconnect(self._on_document_changed)
        self.session.preview_changed.disconnect(self._repaints.refresh_ants)

    # ---- changes

    def _on_document_changed(self, change: Change) -> None:
        if change.geometry and self._take_size():
            self.navigation.fit()
        if change.selection:
            self._repaints.refresh_ants()
        if change.pixels is not None:
            self._repaints.update_document(change.pixels)

    def _take_size(self) -> bool:
        """Remember the document's size; returns whether it is another one."""
        before = self._document_rect
        self._document_rect = (
            Rect(0, 0, 0, 0) if self.session is None else self.session.document.rect
        )
        return before != self._document_rect

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.palette().dark())
            if self._painter is not None:
                painter.setClipRect(event.rect())
                self._paint_session(self._painter, painter, event.rect())
        self._repaints.note_painted()

    def _paint_session(self, document: DocumentPainter, painter: QPainter, logical: QRect) -> None:
        ratio = self.devicePixelRatioF()
        corner, size = QPointF(logical.topLeft()) * ratio, QSizeF(logical.size()) * ratio
        enter_device_pixels(painter)
        document.paint(painter, QRectF(corner, size).toAlignedRect(), self.viewport)
        self._veil.draw(painter, self.session, self.viewport)
        band = None if self._input.gesture is None else self._input.gesture.rubber_band()
        if band is not None:
            draw_dashed(painter, band, self.viewport, 0)
        tool = self._input.gesture or self._input.in_hand
        if tool is not None:
            tool.paint(painter, self.viewport)
        if not self._outline.isEmpty():
            self._cursor.draw(painter)

    def _refresh_outline(self) -> None:
        before, self._outline = self._outline, self._cursor.rect
        for rect in {before, self._outline} if before != self._outline else ():
            self._repaints.update_device(QRectF(rect))

    def _refresh_cursor(self) -> None:
        self.setCursor(self._cursor.shape)
        self._refresh_outline()

    # ---- events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._input.press(self._device(event.position()), event.button(), event.modifiers())
        self._follow_pointer()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._input.double_click(self._device(event.position()), event.button(), event.modifiers())
        self._follow_pointer()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._input.move(self._device(event.position()), event.modifiers())
        self._follow_pointer()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._input.release(self._device(event.position()), event.button(), event.modifiers())
        self._follow_pointer()

    def tabletEvent(self, event: QTabletEvent) -> None:
        self._input.take_tablet(event, self._device(event.position()))
        self._follow_pointer()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / _WHEEL_STEP
        if event.modifiers() & Qt.KeyboardModifier.AltModifier or steps == 0:
            event.ignore()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            size = self.tool_state.active_settings.size_px
            self.tool_state.set_active_size(_stepped_size(size, steps))
        else:
            at = self._device(event.position())
            self.navigation.zoom_to(self.zoom * 2 ** (steps / 2), at)

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() is QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and self._keys.is_ending(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_taken = self._keys.press(event)
        self._follow_input()
        if not is_taken:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        is_taken = self._keys.release(event)
        self._refresh_cursor()
        if not is_taken:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._keys.let_go()
        if event.reason() is Qt.FocusReason.ActiveWindowFocusReason:
            self._input.interrupt()
            self._follow_input()
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._input.position = None if self._input.gesture is None else self._input.position
        self._refresh_outline()
        self.cursor_moved.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.navigation.follow_size()

    def showEvent(self, event: QShowEvent) -> None:
        self._repaints.refresh_ants()

    def hideEvent(self, event: QHideEvent) -> None:
        self._repaints.stop_ants()

    def _follow_pointer(self) -> None:
        self._follow_input()
        position = self._input.position
        if position is not None:
            x, y = self.viewport.to_document(position.x(), position.y())
            self.cursor_moved.emit((math.floor(x), math.floor(y)))

    def _follow_input(self) -> None:
        """Show what the tool in hand is about now."""
        self._refresh_cursor()
        gesture, tool = self._input.gesture, self._input.gesture or self._input.in_hand
        has_band = gesture is not None and gesture.rubber_band() is not None
        had_overlay = self._has_overlay
        self._has_overlay = has_band or (tool is not None and tool.has_overlay)
        if had_overlay or self._has_overlay or self._was_pending != self.is_pending:
            self.update()
        if self._was_pending != self.is_pending:
            self._was_pending = self.is_pending
            self.pending_changed.emit()

    def _device(self, position: QPointF) -> QPointF:
        """Return a place in device pixels; where a driver tells none, the place before."""
        place = position * self.devicePixelRatioF()
        if not math.isfinite(place.x() + place.y()):
            return self._input.position or self.navigation.view_size / 2
        x, y = (min(_FARTHEST_PX, max(-_FARTHEST_PX, each)) for each in place.toTuple())
        return QPointF(x, y)


def _stepped_size(size_px: float, steps: float) -> float:
    """Return a brush size some wheel steps away, at least one pixel."""
    scaled = size_px * math.pow(_SIZE_PER_WHEEL_STEP, steps)
    return max(scaled, size_px + 1) if steps > 0 else min(scaled, size_px - 1)
