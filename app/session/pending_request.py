"""A request for the worker that is built off the UI thread, and takes the place of the last one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.document.errors import NothingToRenderError

if TYPE_CHECKING:
    from app.jobs.analogy_requests import AnalogyStripRequest
    from app.jobs.requests import LiveRequest, StripRequest
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices

    PendingJob = LiveRequest | StripRequest | AnalogyStripRequest


class PendingRequest:
    """The newest request of one purpose, from its making to the end of its job.

    Args:
        services: where it is built and run.
        failed: gets the reason, as one sentence, why nothing comes of it.
    """

    def __init__(self, services: SessionServices, failed: Callable[[str], None]) -> None:
        self._services = services
        self._failed = failed
        self._number = 0
        self._job_id: int | None = None

    def send(self, make: Callable[[int], PendingJob]) -> None:
        """Send a request in place of the one on its way.

        Args:
            make: builds the request of that id from snapshots, off the UI thread.
        """
        self.drop()
        number = self._number
        self._services.edits.submit(
            partial(self._made, make, number),
            partial(self._submit, number),
            partial(self._fail, number),
        )

    def drop(self) -> None:
        """Give up the request on its way; nothing of it is heard any more."""
        self._number += 1
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
            self._job_id = None

    def is_source(self, progress: JobProgress) -> bool:
        """Whether an event is of the request on its way."""
        return progress.job_id == self._job_id

    def end(self, ended: JobEnded) -> bool:
        """Follow the end of a job, if it is this request's; returns whether it was."""
        if ended.job_id != self._job_id:
            return False
        self._job_id = None
        if ended.outcome == "failed":
            self._failed(ended.message)
        return True

    def _made(self, make: Callable[[int], PendingJob], number: int) -> PendingJob | str:
        """Return the request, or why there is nothing to render; on any thread."""
        if number != self._number:
            return ""
        try:
            return make(number)
        except NothingToRenderError as error:
            return str(error)

    def _submit(self, number: int, made: PendingJob | str) -> None:
        if number != self._number:
            return
        if isinstance(made, str):
            self._failed(made)
        else:
            self._job_id = self._services.worker.submit(made)

    def _fail(self, number: int, message: str) -> None:
        if number == self._number:
            self._failed(message)
