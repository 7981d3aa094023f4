"""A job that a session follows beside its renders: how far it is, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.session.results import RenderStatus

if TYPE_CHECKING:
    from app.jobs.requests import JobRequest
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices


class FollowedJob:
    """The newest job of one kind; each kind says what becomes of its events.

    Attributes:
        status: progress of the job.
    """

    def __init__(
        self,
        session_id: str,
        services: SessionServices,
        changed: Callable[[], None],
        notice: Callable[[str], None],
    ) -> None:
        self._session_id = session_id
        self._services = services
        self._changed = changed
        self._notice = notice
        self._job_id: int | None = None
        self.status = RenderStatus()

    def cancel(self) -> None:
        """Give up what is on its way; what was made so far stays."""
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
            self._settle()

    def take_progress(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of this job; returns whether it was."""
        if progress.job_id != self._job_id:
            return False
        event = progress.event
        if not self._is_taken(event):
            done, total = getattr(event, "done", 0), getattr(event, "total", 0)
            self.status = RenderStatus(True, done, total)
        self._changed()
        return True

    def take_end(self, ended: JobEnded) -> bool:
        """Follow the end of a job, if it is this one; returns whether it was."""
        if ended.job_id != self._job_id:
            return False
        self._settle()
        if ended.outcome == "failed":
            self._notice(ended.message)
        return True

    def _submit(self, request: JobRequest) -> None:
        self.status = RenderStatus(is_busy=True)
        self._job_id = self._services.worker.submit(request)
        self._changed()

    def _is_taken(self, event: object) -> bool:
        """Keep what an event brings; False = it only tells how far the job is."""
        del event
        return False

    def _settle(self) -> None:
        self._job_id = None
        self.status = RenderStatus()
        self._changed()
