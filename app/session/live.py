"""The live picture of one session: the edit as it would be rendered, a moment after each stroke."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.document.masking.followed_edit import FollowedEdit
from app.jobs.live_stream import LivePicture
from app.jobs.requests import LiveRequest
from app.jobs.results import LiveReady
from app.session.pending_request import PendingRequest

if TYPE_CHECKING:
    from app.jobs.requests import RenderRequest
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices


class SessionLive:
    """Keeps the pixels that lie over the canvas; they are never a layer and never saved.

    Attributes:
        pixels: (H, W, 4) uint8 BGRA premultiplied of the document's size, transparent where the
            document shows; None while there is no picture.
        stale: document pixels around all that show an older edit; None = none do.
        is_busy: whether the picture is on its way, or is not yet as sharp as it will be.
        reason: why there is no picture, as one sentence; empty = no reason is known.
    """

    def __init__(self, services: SessionServices, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._pending = PendingRequest(services, self._give_up)
        self._picture = LivePicture()
        self._followed = FollowedEdit()
        self._key: object = None
        self.pixels: NDArray[np.uint8] | None = None
        self.stale: Rect | None = None
        self.is_busy = False
        self.reason = ""

    @property
    def is_on(self) -> bool:
        """Whether a picture was asked for and not given up since."""
        return self._key is not None

    def is_of(self, key: object) -> bool:
        """Whether the last ``request`` was called with an equal key."""
        return self._key is not None and self._key == key

    def outdate(self, rect: Rect) -> None:
        """The document changed: what is shown there is older than what lies below."""
        if self.pixels is not None and not rect.is_empty:
            self.stale = rect if self.stale is None else self.stale.united(rect)
            self._changed()

    def request(self, make: Callable[[int, FollowedEdit], RenderRequest], key: object) -> None:
        """Have the picture brought up to date, in place of a request on its way.

        Args:
            make: builds the request of that id from snapshots, off the UI thread; the edit is
                worked out from the last one.
            key: says what is asked for, the strokes aside; see ``is_of``.
        """
        if key != self._key and self.pixels is not None:
            height, width = self.pixels.shape[:2]
            self.stale = Rect.of_size(width, height)
        self._key, self.is_busy = key, True
        picture, followed = self._picture, self._followed
        self._pending.send(lambda number: LiveRequest(make(number, followed), picture))
        self._changed()

    def put_away(self) -> None:
        """Show nothing until the next request."""
        self._pending.drop()
        self.pixels, self.stale, self.is_busy, self.reason = None, None, False, ""
        # what is rendered so far belongs to pixels that are gone
        self._picture, self._followed = LivePicture(), FollowedEdit()
        self._changed()

    def stop(self) -> None:
        """Give the picture up."""
        if self.is_on:
            self._key = None
            self.put_away()

    def take(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of this picture; returns whether it was."""
        if not self._pending.is_source(progress):
            return False
        if isinstance(progress.event, LiveReady):
            self._show(progress.event)
        return True

    def end(self, ended: JobEnded) -> bool:
        """Follow the end of a job, if it is this picture's; returns whether it was."""
        return self._pending.end(ended)

    def _show(self, made: LiveReady) -> None:
        self._picture.seen = made.number
        size = made.size
        if self.pixels is None or self.pixels.shape[:2] != size:
            self.pixels = np.zeros((*size, 4), np.uint8)
        part = self.pixels[made.part.slices_in(Rect.of_size(size[1], size[0]))]
        part[..., :3] = made.image[..., ::-1]
        part[..., 3] = 255
        part[~made.is_shown] = 0
        self.stale, self.reason = None, ""
        self.is_busy = not made.is_exact
        self._changed()

    def _give_up(self, reason: str) -> None:
        self.put_away()
        self.reason = reason
        self._changed()
