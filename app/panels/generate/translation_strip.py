"""Keeps the translations of all scales up to date while somebody sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from app.controls.scale_cell import ScaleCell
from app.document.geometry import Rect
from app.panels.generate.scale_box import ScaleBox

if TYPE_CHECKING:
    from app.jobs.results import StripReady
    from app.session import Session
    from app.session.analogy_orders import AnalogyOrder

DELAY_MS = 300


class TranslationPictures(QObject):
    """Asks the session in front for thumbnails a moment after the last change, and shows them.

    Args:
        box: shows them; while it is hidden none are asked for.
        order: what a translation would be asked for now, its scale left out.
    """

    def __init__(self, box: ScaleBox, order: Callable[[], AnalogyOrder]) -> None:
        super().__init__(box)
        self._box = box
        self._order = order
        self._session: Session | None = None
        self._cells: dict[int, tuple[StripReady, ScaleCell]] = {}
        self._is_unseen = False
        box.strip.installEventFilter(self)
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._request)

    def show_session(self, session: Session | None) -> None:
        """Show the thumbnails of another session, or of the same one anew."""
        if session is not self._session:
            if self._session is not None:
                self._session.analogy_strip_changed.disconnect(self._show)
                self._session.edit_changed.disconnect(self.refresh)
            self._session = session
            self._timer.stop()
            if session is not None:
                session.analogy_strip_changed.connect(self._show)
                session.edit_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Something that a translation depends on may be another."""
        session = self._session
        if session is None or not _is_usable(session):
            self._timer.stop()
            if session is not None:
                session.analogy_strip.clear()
        elif session.is_translation_strip_of(self._order()):
            self._timer.stop()
        else:
            session.analogy_strip.outdate()
            self._timer.start()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make up for what was left undone while the strip was out of sight."""
        if self._is_unseen and event.type() is QEvent.Type.Paint:
            self._is_unseen = False
            self._timer.start()
        return super().eventFilter(watched, event)

    def _request(self) -> None:
        session = self._session
        if session is None or not _is_usable(session):
            return
        # a dock behind another one counts as visible, but nothing of it is seen
        self._is_unseen = self._box.strip.visibleRegion().isEmpty()
        if session.strokes.is_active:
            self._timer.start()
        elif not self._is_unseen:
            session.request_translation_strip(self._order())

    def _show(self) -> None:
        session = self._session
        if session is None:
            self._box.show_cells({}, "")
            return
        strip = session.analogy_strip
        first = next(iter(strip.thumbnails.values()), None)
        if first is not None:
            self._box.strip.show_aspect(first.image.shape[1] / first.image.shape[0])
        cells = {scale: self._cell(session, made) for scale, made in strip.thumbnails.items()}
        self._cells = {scale: (strip.thumbnails[scale], cells[scale]) for scale in cells}
        self._box.show_cells(cells, strip.reason)

    def _cell(self, session: Session, made: StripReady) -> ScaleCell:
        """Return the cell of a thumbnail, the one before where it shows the same."""
        is_stale, is_quick = session.analogy_strip.is_stale(made.scale), made.is_quick
        before = self._cells.get(made.scale)
        if before is not None and before[0] is made and before[1].is_stale is is_stale:
            return before[1]
        focus = Rect.of_size(made.image.shape[1], made.image.shape[0])
        return ScaleCell(made.image, focus, is_part=False, is_stale=is_stale, is_quick=is_quick)


def _is_usable(session: Session) -> bool:
    pair = session.pair.pair
    return pair is not None and pair.is_usable
