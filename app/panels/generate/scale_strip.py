"""Keeps the pictures of the scale strip up to date while somebody sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QTimer

from app.controls.scale_cell import ScaleCell
from app.document.geometry import Rect
from app.panels.generate.scale_box import ScaleBox

if TYPE_CHECKING:
    from app.jobs.results import StripReady
    from app.session import Session
    from app.session.render_orders import RenderOrder

DELAY_MS = 300


class StripPictures(QObject):
    """Asks the session in front for thumbnails a moment after the last change, and shows them.

    Args:
        box: shows them; while it is hidden none are asked for.
        order: what a render would be asked for now, its scale left out.
    """

    def __init__(self, box: ScaleBox, order: Callable[[], RenderOrder]) -> None:
        super().__init__(box)
        self._box = box
        self._order = order
        self._session: Session | None = None
        self._cells: dict[int, tuple[StripReady, ScaleCell]] = {}
        self._is_unseen = False
        self._wanted: tuple[int, RenderOrder] | None = None
        box.strip.installEventFilter(self)
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._request)

    def show_session(self, session: Session | None) -> None:
        """Show the thumbnails of another session, or of the same one anew."""
        if session is not self._session:
            if self._session is not None:
                self._session.strip_changed.disconnect(self._show)
                self._session.edit_changed.disconnect(self._take_edit)
            self._session, self._wanted = session, None
            self._timer.stop()
            if session is not None:
                session.strip_changed.connect(self._show)
                session.edit_changed.connect(self._take_edit)
        self.refresh()

    def refresh(self) -> None:
        """Something that a render depends on may be another."""
        session = self._session
        if session is not None and self._is_usable(session):
            wanted = (id(session.model_of(self._order())), self._order())
            if session.is_strip_of(wanted[1]):
                self._timer.stop()
            elif wanted != self._wanted or not self._timer.isActive():
                self._wanted = wanted
                session.strip.outdate()
                self._timer.start()
        else:
            self._timer.stop()
            if session is not None:
                session.strip.clear()
        self._show()

    def _take_edit(self) -> None:
        self._wanted = None
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make up for what was left undone while the strip was out of sight."""
        if self._is_unseen and event.type() is QEvent.Type.Paint:
            self._is_unseen = False
            self._timer.start()
        return super().eventFilter(watched, event)

    def _request(self) -> None:
        session = self._session
        if session is None or not self._is_usable(session):
            return
        # a dock behind another one counts as visible, but nothing of it is seen
        self._is_unseen = self._box.strip.visibleRegion().isEmpty()
        if session.strokes.is_active:
            self._timer.start()
        elif not self._is_unseen:
            session.request_strip(self._order())

    def _is_usable(self, session: Session) -> bool:
        model = session.model_of(self._order())
        return model is not None and model.is_usable

    def _show(self) -> None:
        session = self._session
        if session is None:
            self._box.show_cells({}, "")
            return
        self._box.strip.show_aspect(session.document.width / session.document.height)
        cells = {scale: self._cell(made) for scale, made in session.strip.thumbnails.items()}
        self._cells = {scale: (session.strip.thumbnails[scale], cells[scale]) for scale in cells}
        self._box.show_cells(cells, session.strip.reason)

    def _cell(self, made: StripReady) -> ScaleCell:
        """Return the cell of a thumbnail, the one before where it shows the same."""
        assert self._session is not None
        is_stale = self._session.strip.is_stale(made.scale)
        before = self._cells.get(made.scale)
        if before is not None and before[0] is made and before[1].is_stale is is_stale:
            return before[1]
        is_part = made.part is not None
        focus = _focus(made, self._session.strip.mask)
        return ScaleCell(made.image, focus, is_part=is_part, is_stale=is_stale)


def _focus(made: StripReady, mask: NDArray[np.uint8] | None) -> Rect:
    """Return where in a thumbnail the edit lies; all of it where that is not known."""
    height, width = made.image.shape[:2]
    whole = Rect.of_size(width, height)
    if made.part is not None or mask is None:
        return whole
    left, top, across, down = cv2.boundingRect(mask)
    x, y = width / mask.shape[1], height / mask.shape[0]
    focus = Rect.around(left * x, top * y, (left + across) * x, (top + down) * y)
    return focus.intersected(whole)
