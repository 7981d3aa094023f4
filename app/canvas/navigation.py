"""Which part of a document the canvas shows: zoom, pan and fit, remembered for each session."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.viewport import Viewport
from app.session import Session


class Navigation(QObject):
    """Moves the viewport of one view; each session keeps its own zoom and place.

    Attributes:
        session: the one shown, or None.
        viewport: where its document lies, in device pixels.

    Signals:
        moved: ``viewport`` is another one.
        zoom_changed: device pixels per document pixel.
    """

    moved = Signal()
    zoom_changed = Signal(float)

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.session: Session | None = None
        self.viewport = Viewport()
        self._is_fitted = True
        self._places: WeakKeyDictionary[Session, Viewport] = WeakKeyDictionary()

    @property
    def view_size(self) -> QPointF:
        """Width and height of the view in device pixels."""
        return QPointF(self._view.width(), self._view.height()) * self._view.devicePixelRatioF()

    def show_session(self, session: Session | None) -> None:
        """Go to where the user left a session; one not seen before is fitted."""
        if self.session is not None and not self._is_fitted:
            self._places[self.session] = self.viewport
        self.session = session
        if session is not None:
            known = self._places.get(session)
            self._is_fitted = known is None
            self._set_viewport(self._fitted() if known is None else known)

    def set_zoom(self, zoom: float) -> None:
        """Zoom around the middle of the view."""
        self.zoom_to(zoom, self.view_size / 2)

    def zoom_in(self) -> None:
        """One half octave closer."""
        self.set_zoom(self.viewport.stepped(1))

    def zoom_out(self) -> None:
        """One half octave away."""
        self.set_zoom(self.viewport.stepped(-1))

    def zoom_at(self, position: QPointF, steps: int) -> None:
        """Zoom by half octaves, keeping the document point under a device point."""
        self.zoom_to(self.viewport.stepped(steps), position)

    def zoom_to(self, zoom: float, position: QPointF) -> None:
        """Zoom to device pixels per document pixel, keeping what is under a device point."""
        self._move(self.viewport.zoomed(zoom, position.x(), position.y()))

    def actual_size(self) -> None:
        """One document pixel on one device pixel."""
        self.set_zoom(1.0)

    def fit(self) -> None:
        """Show the whole document, also when the view is resized afterwards."""
        self._is_fitted = True
        self._set_viewport(self._fitted())

    def follow_size(self) -> None:
        """The view was resized: what was fitted is fitted again."""
        if self._is_fitted:
            self.fit()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the document by device pixels."""
        self._move(self.viewport.panned(dx, dy))

    def _move(self, viewport: Viewport) -> None:
        self._is_fitted = False
        self._set_viewport(viewport)

    def _set_viewport(self, viewport: Viewport) -> None:
        is_zoomed = viewport.zoom != self.viewport.zoom
        self.viewport = viewport
        if is_zoomed:
            self.zoom_changed.emit(viewport.zoom)
        self.moved.emit()

    def _fitted(self) -> Viewport:
        if self.session is None:
            return Viewport()
        document, size = self.session.document, self.view_size
        return Viewport.fitted(document.width, document.height, round(size.x()), round(size.y()))
