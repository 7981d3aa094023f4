"""The scale strip of one session: the newest thumbnails, and the request on its way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document.errors import NothingToRenderError
from app.jobs.results import StripReady, StripStarted

if TYPE_CHECKING:
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
        self._services = services
        self._changed = changed
        self._number = 0
        self._key: object = None
        self._job_id: int | None = None
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

    def request(self, make: Callable[[int], StripRequest], key: object) -> None:
        """Have all thumbnails made anew, in place of a request on its way.

        Args:
            make: builds the request of that id from snapshots, off the UI thread.
            key: says what is asked for; see ``is_of``.
        """
        self.outdate()
        self._key, number = key, self._number
        self._services.edits.submit(
            partial(self._made, make, number),
            partial(self._submit, number),
            partial(self._fail, number),
        )

    def take(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of this strip; returns whether it was."""
        if progress.job_id != self._job_id:
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
        if ended.job_id != self._job_id:
            return False
        self._job_id = None
        if ended.outcome == "failed":
            self._give_up(ended.message)
        return True

    def _made(self, make: Callable[[int], StripRequest], number: int) -> StripRequest | str:
        """Return the request, or why there is nothing to render; on any thread."""
        if number != self._number:
            return ""
        try:
            return make(number)
        except NothingToRenderError as error:
            return str(error)

    def _submit(self, number: int, request: StripRequest | str) -> None:
        if number != self._number:
            return
        if isinstance(request, str):
            self._give_up(request)
        else:
            self._job_id = self._services.worker.submit(request)

    def _fail(self, number: int, message: str) -> None:
        if number == self._number:
            self._give_up(message)

    def _give_up(self, reason: str) -> None:
        self._fresh.clear()
        self.thumbnails, self.mask, self.reason = {}, None, reason
        self._changed()

    def _drop_request(self) -> None:
        self._number += 1
        self._key = None
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
            self._job_id = None
