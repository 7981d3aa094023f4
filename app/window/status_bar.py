"""Status bar: zoom, size of the document, pixel under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QStatusBar

from app.controls.texts import size_text

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.document.change import Change
    from app.session import Session


class StatusBar(QStatusBar):
    """Follows the canvas and the document it shows."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__()
        self._session: Session | None = None
        self._canvas = canvas
        self.setSizeGripEnabled(False)
        self.zoom, self.size_label, self.cursor_label = QLabel(), QLabel(), QLabel()
        self.zoom.setToolTip(self.tr("Zoom"))
        self.size_label.setToolTip(self.tr("Size of the document"))
        self.cursor_label.setToolTip(self.tr("Pixel under the pointer"))
        self.zoom.setMinimumWidth(72)
        for part in (self.zoom, self.size_label, self.cursor_label):
            self.addWidget(part)
        canvas.navigation.zoom_changed.connect(self._show_zoom)
        canvas.cursor_moved.connect(self._show_cursor)

    def show_session(self, session: Session | None) -> None:
        """Show facts of another document, or none."""
        if self._session is not None:
            self._session.document_changed.disconnect(self._take_change)
        self._session = session
        if session is not None:
            session.document_changed.connect(self._take_change)
        self._show_size()
        self._show_cursor(None)
        self._show_zoom(self._canvas.zoom)

    def _take_change(self, change: Change) -> None:
        if change.geometry:
            self._show_size()

    def _show_size(self) -> None:
        if self._session is None:
            self.size_label.clear()
        else:
            document = self._session.document
            self.size_label.setText(size_text(document.width, document.height))

    def _show_zoom(self, zoom: float) -> None:
        percent = f"{zoom * 100:.1f}".removesuffix(".0")
        text = self.tr("{percent} %").format(percent=percent)
        self.zoom.setText("" if self._session is None else text)

    def _show_cursor(self, place: tuple[int, int] | None) -> None:
        document = None if self._session is None else self._session.document
        if place is None or document is None:
            self.cursor_label.clear()
            return
        x, y = place
        is_inside = 0 <= x < document.width and 0 <= y < document.height
        self.cursor_label.setText(f"{x}, {y}" if is_inside else "")
