"""The animation of one session: the frames made so far, and the job that makes more."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.requests import AnimationRequest
from app.jobs.results import FrameReady
from app.session.results import RenderStatus

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices
    from singan_core.model.trained import TrainedPyramid

PREVIEW_FRAMES = 24


@dataclasses.dataclass(frozen=True, slots=True)
class FilmOrder:
    """An animation the user asked for; see ``AnimationRequest``."""

    start_scale: int = 0
    alpha: float = 0.45
    beta: float = 0.9
    frame_count: int = 100
    is_loop: bool = False
    seed: int = 0
    device: str = "auto"

    def shortened(self) -> FilmOrder:
        """Return a short animation that shows how this one moves."""
        return dataclasses.replace(self, frame_count=min(self.frame_count, PREVIEW_FRAMES))


class SessionFilm:
    """Owns the newest animation of a session.

    Attributes:
        status: progress of the job.
        order: what the frames show; None = there are none.
        model: that made them.
        frames: those made so far, (H, W, 3) uint8 RGB each.
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
        self._number = 0
        self._job_id: int | None = None
        self.status = RenderStatus()
        self.order: FilmOrder | None = None
        self.model: TrainedPyramid | None = None
        self.frames: tuple[NDArray[np.uint8], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every frame of the order is there."""
        return self.order is not None and len(self.frames) == self.order.frame_count

    def start(self, model: TrainedPyramid, order: FilmOrder) -> None:
        """Make another animation; the one on its way is given up."""
        self._number += 1
        self.order, self.model, self.frames = order, model, ()
        self.status = RenderStatus(is_busy=True)
        request = AnimationRequest(
            id=self._number,
            session_id=self._session_id,
            model=model,
            **{field.name: getattr(order, field.name) for field in dataclasses.fields(order)},
        )
        self._job_id = self._services.worker.submit(request)
        self._changed()

    def cancel(self) -> None:
        """Give up what is on its way; the frames made so far stay."""
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
            self._settle()

    def take_progress(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of this job; returns whether it was."""
        if progress.job_id != self._job_id:
            return False
        event = progress.event
        if isinstance(event, FrameReady):
            self.frames = (*self.frames, event.image)
        else:
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

    def _settle(self) -> None:
        self._job_id = None
        self.status = RenderStatus()
        self._changed()
