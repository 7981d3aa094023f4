"""Has the live picture follow the strokes and choices of the user while its switch is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.panels.generate.live_box import LiveBox

if TYPE_CHECKING:
    from app.session import Session
    from app.session.render_orders import RenderOrder

DELAY_MS = 150
"""Between another choice and its picture; a stroke is answered at once."""


class LiveFollowing(QObject):
    """Asks the session in front for its live picture.

    Args:
        box: the switch, and where it says how far the picture is.
        order: what is to be shown; None while nothing is.
    """

    def __init__(self, box: LiveBox, order: Callable[[], RenderOrder | None]) -> None:
        super().__init__(box)
        self._box = box
        self._order = order
        self._session: Session | None = None
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._catch_up)
        box.switch.toggled.connect(self.refresh)
        box.apply_wanted.connect(self._apply)
        box.show_live(None)

    def show_session(self, session: Session | None) -> None:
        """Follow another session; the one before shows no live picture any more."""
        if session is not self._session:
            if self._session is not None:
                self._session.live_changed.disconnect(self._show)
                self._session.edit_changed.disconnect(self._request)
                self._session.live.stop()
            self._session = session
            self._timer.stop()
            if session is not None:
                session.live_changed.connect(self._show)
                session.edit_changed.connect(self._request)
        self.refresh()

    def refresh(self) -> None:
        """What is to be shown may be another."""
        session, order = self._session, self._order()
        if session is not None and order is None:
            self._timer.stop()
            session.live.stop()
        elif session is not None and order is not None:
            is_wanted = not session.is_live_of(order)
            if is_wanted and not self._timer.isActive():
                self._timer.start()
        self._show()

    def _request(self) -> None:
        session, order = self._session, self._order()
        if session is None or order is None:
            return
        if session.strokes.is_active or session.transforms.is_active:
            self._timer.start()
        else:
            session.request_live(order)

    def _catch_up(self) -> None:
        session, order = self._session, self._order()
        if session is not None and order is not None:
            is_current = session.is_live_of(order) and session.live.stale is None
            if not is_current:
                self._request()

    def _show(self) -> None:
        session = self._session
        live = None if session is None else session.live
        self._box.show_live(live)
        if live is not None and live.is_on and live.stale is not None and not live.is_busy:
            # a gesture changed the screen, or was given up
            self._timer.start()

    def _apply(self) -> None:
        if self._session is not None:
            self._session.apply_preview()
