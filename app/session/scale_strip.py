"""The scale strip of one session: the newest thumbnails, and the request on its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.results import StripReady, StripStarted
from app.session.pending_request import PendingRequest

if TYPE_CHECKING:
    from app.jobs.analogy_requests import AnalogyStripRequest
    from app.jobs.requests import StripRequest
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices


class SessionStrip:
    """Keeps one thumbnail per injection scale; none is kept with the document.

    Attributes:
        thumbnails: the newest of every scale, by scale.
        mask: (H, W) uint8 of the document's size, where results of the newest request show.
        reason: why there is none, as one sentence; empty = no reason is known.
    """

    def __init__(self, services: SessionServices, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._pending = PendingRequest(services, self._give_up)
        self._key: object = None
        self._fresh: set[int] = set()
        self.thumbnails: dict[int, StripReady] = {}
        self.mask: NDArray[np.uint8] | None = None
        self.reason = ""

    def is_stale(self, scale: int) -> bool:
        """Whether the thumbnail of a scale shows an edit, or a seed, that is another by now."""
        return scale not in self._fresh

    def is_of(self, key: object) -> bool:
        """Whether ``request`` was called with an equal key, and nothing changed since."""
        return self._key is not None and self._key == key

    def outdate(self) -> None:
        """The edit is another: every thumbnail is stale, and those on their way are dropped."""
        self._drop_request()
        if self._fresh:
            self._fresh.clear()
            self._changed()

    def clear(self) -> None:
        """Forget every thumbnail."""
        self._drop_request()
        self._fresh.clear()
        if self.thumbnails or self.reason:
            self.thumbnails, self.mask, self.reason = {}, None, ""
            self._changed()

    def request(
        self, make: Callable[[int], StripRequest | AnalogyStripRequest], key: object
    ) -> None:
        """Have all thumbnails made anew, in place of a request on its way.

        Args:
            make: builds the request of that id from snapshots, off the UI thread.
            key: says what is asked for; see ``is_of``.
        """
        self.outdate()
        self._key = key
        self._pending.send(make)

    def take(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of this strip; returns whether it was."""
        if not self._pending.is_source(progress):
            return False
        event = progress.event
        if isinstance(event, StripStarted):
            self.mask, self.reason = event.mask, ""
        elif isinstance(event, StripReady):
            self.thumbnails[event.scale] = event
            self._fresh.add(event.scale)
            self._changed()
        return True

    def end(self, ended: JobEnded) -> bool:
        """Follow the end of a job, if it is this strip's; returns whether it was."""
        return self._pending.end(ended)

    def _give_up(self, reason: str) -> None:
        self._fresh.clear()
        self.thumbnails, self.mask, self.reason = {}, None, reason
        self._changed()

    def _drop_request(self) -> None:
        self._pending.drop()
        self._key = None
