"""Rendered results of one session: the request on its way, the preview, the kept list."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.files.project.project_contents import StoredResult
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.planes import Plane
from app.jobs.analogy_requests import AnalogyRequest
from app.jobs.requests import RenderRequest, SampleRequest, SuperResolutionRequest
from app.jobs.results import RenderResult
from app.session.files import restored_result

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded
    from app.session.services import SessionServices


ResultRequest = RenderRequest | SampleRequest | SuperResolutionRequest | AnalogyRequest
"""What a session waits for the results of, one at a time."""


@dataclasses.dataclass(frozen=True, slots=True)
class RenderStatus:
    """How far the newest render is: ``done`` of ``total`` steps, over all results it makes."""

    is_busy: bool = False
    done: int = 0
    total: int = 0


@dataclasses.dataclass(frozen=True)
class ResultListener:
    """Whom the results tell what happened; each is called on the UI thread.

    ``result_made`` also hears whether it is the first one of its request.
    """

    status_changed: Callable[[], None]
    result_made: Callable[[RenderResult, bool], None]
    notice: Callable[[str], None]


def mask_bounds(mask: NDArray[np.uint8]) -> Rect:
    """Return the smallest rectangle around all values above 0 of (H, W) uint8."""
    return Rect(*cv2.boundingRect(mask))


def result_layer(result: RenderResult, name: str) -> Layer:
    """Return the result as a layer that shows nothing where its mask is 0.

    Only the mask's bounds are stored; beyond them the layer is transparent.
    """
    bounds = mask_bounds(result.mask)
    rows, columns = bounds.slices_in(Rect.of_size(result.mask.shape[1], result.mask.shape[0]))
    rgba = cv2.cvtColor(np.ascontiguousarray(result.generated[rows, columns]), cv2.COLOR_RGB2RGBA)
    return Layer(
        name,
        Plane.from_rgba(np.asarray(rgba, np.uint8), bounds.x, bounds.y),
        LayerKind.RESULT,
        mask=Plane.from_grey(result.mask[rows, columns], bounds.x, bounds.y, fill=0),
        recipe=result.recipe.to_dict(),
    )


class SessionResults:
    """Owns the newest render of a session and the results it kept.

    Attributes:
        status: progress of the newest render.
        kept: results in the order they were made.
    """

    def __init__(
        self, session_id: str, services: SessionServices, listener: ResultListener
    ) -> None:
        self._session_id = session_id
        self._services = services
        self._listener = listener
        self._request_id = 0
        self._answered_id = 0
        self._job_id: int | None = None
        self.status = RenderStatus()
        self.kept: tuple[RenderResult, ...] = ()

    def request(self, make: Callable[[int], ResultRequest]) -> int:
        """Queue a request that supersedes every earlier one; returns its id.

        Args:
            make: builds the request of that id from snapshots, off the UI thread; a
                ``DocumentError`` of it becomes a notice.
        """
        self._request_id += 1
        self.status = RenderStatus(is_busy=True)
        self._services.edits.submit(
            partial(make, self._request_id), self._submit, partial(self._failed, self._request_id)
        )
        self._listener.status_changed()
        return self._request_id

    def cancel(self) -> None:
        """Give up the newest render; whatever of it still arrives is dropped."""
        self._request_id += 1
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
        self._settle()

    def take(self, job_id: int, event: object) -> None:
        """Follow one event of a render job."""
        if isinstance(event, RenderResult):
            if event.id == self._request_id:
                is_first, self._answered_id = event.id != self._answered_id, event.id
                self._listener.result_made(event, is_first)
        elif job_id == self._job_id:
            done, total = getattr(event, "done", 0), getattr(event, "total", 0)
            self.status = RenderStatus(True, done, total)
            self._listener.status_changed()

    def end(self, ended: JobEnded) -> None:
        """Follow the end of a render job."""
        if ended.job_id != self._job_id:
            return
        self._settle()
        if ended.outcome == "failed":
            self._listener.notice(ended.message)

    def restore(self, stored: Sequence[StoredResult]) -> None:
        """Take over the results of a project; those without a whole recipe are left out."""
        for place, each in enumerate(stored, start=1):
            with suppress(KeyError):
                self.keep(restored_result(each, self._session_id, -place))

    def keep(self, result: RenderResult) -> None:
        """Add a result to the list."""
        self.kept = (*self.kept, result)

    def remove(self, result: RenderResult) -> int:
        """Take a result off the list; returns its place."""
        place = self.place_of(result)
        self.kept = (*self.kept[:place], *self.kept[place + 1 :])
        return place

    def insert(self, place: int, result: RenderResult) -> None:
        """Put a result back onto the list."""
        self.kept = (*self.kept[:place], result, *self.kept[place:])

    def place_of(self, result: RenderResult) -> int:
        """Return where in the list a kept result stands."""
        return next(i for i, kept in enumerate(self.kept) if kept is result)

    def _submit(self, request: ResultRequest) -> None:
        if request.id == self._request_id:
            self._job_id = self._services.worker.submit(request)

    def _failed(self, request_id: int, message: str) -> None:
        if request_id == self._request_id:
            self._settle()
            self._listener.notice(message)

    def _settle(self) -> None:
        self._job_id = None
        self.status = RenderStatus()
        self._listener.status_changed()
