"""Which part of a document the canvas shows, and how turned; remembered for each session."""

from __future__ import annotations

import math
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.viewport import Viewport
from app.document.geometry import Rect
from app.session import Session


class Navigation(QObject):
    """Moves the viewport of one view; each session keeps its own zoom, turn and place.

    Attributes:
        session: the one shown, or None.
        viewport: where its document lies, in device pixels.

    Signals:
        moved: ``viewport`` is another one.
        zoom_changed: device pixels per document pixel.
        turned: the picture is turned or mirrored otherwise.
    """

    moved = Signal()
    zoom_changed = Signal(float)
    turned = Signal()

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.session: Session | None = None
        self.viewport = Viewport()
        self._is_fitted = True
        self._places: WeakKeyDictionary[Session, tuple[Viewport, bool]] = WeakKeyDictionary()

    @property
    def view_size(self) -> QPointF:
        """Width and height of the view in device pixels."""
        return QPointF(self._view.width(), self._view.height()) * self._view.devicePixelRatioF()

    def show_session(self, session: Session | None) -> None:
        """Go to where the user left a session; one not seen before is fitted."""
        if self.session is not None:
            self._places[self.session] = (self.viewport, self._is_fitted)
        self.session = session
        if session is not None:
            place, self._is_fitted = self._places.get(session, (Viewport(), True))
            self._set_viewport(self._fitted(place) if self._is_fitted else place)

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
        self._set_viewport(self._fitted(self.viewport))

    def show_rect(self, rect: Rect) -> None:
        """Show a document rectangle as large as it goes, in the middle of the view."""
        size = round(self.view_size.x()), round(self.view_size.y())
        fitted = self.viewport.fitted(rect.width, rect.height, *size)
        corner = fitted.to_device(0, 0) - fitted.to_device(rect.x, rect.y)
        self._move(fitted.panned(corner.x(), corner.y()))

    def turn_to(self, angle: float) -> None:
        """Turn the picture around the middle of the view; degrees, clockwise from upright."""
        self._move(self.viewport.turned(angle, *self._middle()))

    def turn_by(self, degrees: float) -> None:
        """Turn the picture on by degrees, clockwise."""
        self.turn_to(self.viewport.angle + degrees)

    def turn_with(self, before: QPointF, after: QPointF) -> None:
        """Turn as a hand does that moves between two device points around the middle."""
        middle = self.view_size / 2
        angles = [math.atan2(p.y() - middle.y(), p.x() - middle.x()) for p in (before, after)]
        self.turn_by(math.degrees(angles[1] - angles[0]))

    def mirror(self) -> None:
        """Exchange left and right of what is seen; the document stays as it is."""
        self._set_viewport(self.viewport.mirrored(*self._middle()))

    def follow_size(self) -> None:
        """The view was resized: what was fitted is fitted again."""
        if self._is_fitted:
            self.fit()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the document by device pixels."""
        self._move(self.viewport.panned(dx, dy))

    def straighten(self) -> None:
        """Show the picture upright and not mirrored."""
        if self.viewport.is_mirrored:
            self.mirror()
        if self.viewport.angle:
            self.turn_to(0.0)

    def _middle(self) -> tuple[float, float]:
        return self.view_size.x() / 2, self.view_size.y() / 2

    def _move(self, viewport: Viewport) -> None:
        self._is_fitted = False
        self._set_viewport(viewport)

    def _set_viewport(self, viewport: Viewport) -> None:
        before, self.viewport = self.viewport, viewport
        if viewport.zoom != before.zoom:
            self.zoom_changed.emit(viewport.zoom)
        if (viewport.angle, viewport.is_mirrored) != (before.angle, before.is_mirrored):
            self.turned.emit()
        self.moved.emit()

    def _fitted(self, viewport: Viewport) -> Viewport:
        if self.session is None:
            return Viewport()
        document, size = self.session.document, self.view_size
        return viewport.fitted(document.width, document.height, round(size.x()), round(size.y()))
