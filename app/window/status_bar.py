"""Status bar: zoom, turn of the view, size of the document, pixel under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton

from app.controls.labels import label
from app.controls.texts import size_text
from app.controls.zoom_box import ZoomBox

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.document.change import Change
    from app.session import Session


_WIDEST_PLACE = "00000, 00000 "


class StatusBar(QStatusBar):
    """Follows the canvas and the document it shows."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__()
        self._session: Session | None = None
        self._canvas = canvas
        self.setSizeGripEnabled(False)
        self.zoom, self.turn = ZoomBox(), QToolButton()
        self.size_label, self.cursor_label = QLabel(), QLabel()
        self.quick_mask = label("badge", self.tr("Quick mask"))
        self.quick_mask.setToolTip(
            self.tr("White paint selects, black and the eraser take away; Q shows the selection")
        )
        self.turn.setToolTip(self.tr("The view is turned or mirrored; click to see it as it is"))
        self.turn.clicked.connect(canvas.navigation.straighten)
        self.size_label.setToolTip(self.tr("Size of the document"))
        self.cursor_label.setToolTip(self.tr("Pixel under the pointer"))
        # of a fixed size: otherwise every move of the pointer would lay out the whole window anew
        metrics = self.cursor_label.fontMetrics()
        widest = metrics.horizontalAdvance(_WIDEST_PLACE)
        self.cursor_label.setFixedSize(widest, metrics.height() + 4)
        for part in (self.zoom, self.turn, self.size_label, self.quick_mask, self.cursor_label):
            self.addWidget(part)
        self.zoom.zoom_wanted.connect(canvas.navigation.set_zoom)
        self.zoom.fit_wanted.connect(canvas.navigation.fit)
        canvas.navigation.zoom_changed.connect(self.zoom.show_zoom)
        canvas.navigation.turned.connect(self._show_turn)
        canvas.cursor_moved.connect(self._show_cursor)

    def show_session(self, session: Session | None) -> None:
        """Show facts of another document, or none."""
        if self._session is not None:
            self._session.document_changed.disconnect(self._take_change)
        self._session = session
        if session is not None:
            session.document_changed.connect(self._take_change)
        self._show_size()
        self._show_quick_mask()
        self._show_cursor(None)
        self.zoom.setVisible(session is not None)
        self.zoom.show_zoom(self._canvas.zoom)
        self._show_turn()

    def _take_change(self, change: Change) -> None:
        if change.geometry:
            self._show_size()
        if change.selection:
            self._show_quick_mask()

    def _show_size(self) -> None:
        if self._session is None:
            self.size_label.clear()
        else:
            document = self._session.document
            self.size_label.setText(size_text(document.width, document.height))

    def _show_quick_mask(self) -> None:
        session = self._session
        self.quick_mask.setVisible(session is not None and session.document.quick_mask is not None)

    def _show_turn(self) -> None:
        viewport = self._canvas.viewport
        angle = round(viewport.angle) % 360
        parts = [self.tr("{angle}°").format(angle=angle - 360 if angle > 180 else angle)]
        if viewport.is_mirrored:
            parts.append(self.tr("mirrored"))
        self.turn.setText(" · ".join(parts if angle else parts[1:]))
        self.turn.setVisible(self._session is not None and bool(self.turn.text()))

    def _show_cursor(self, place: tuple[int, int] | None) -> None:
        document = None if self._session is None else self._session.document
        if place is None or document is None:
            self.cursor_label.clear()
            return
        x, y = place
        is_inside = 0 <= x < document.width and 0 <= y < document.height
        self.cursor_label.setText(f"{x}, {y}" if is_inside else "")
