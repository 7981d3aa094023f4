"""Short trials of switch scales for two pictures, to choose one by eye."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.analogy_requests import SwitchScaleRequest
from app.session.results import RenderStatus

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices
    from singan_core.applications.structural_analogy.switch_scale import SwitchScaleTried
    from singan_core.config import TrainConfig


class SwitchTrials:
    """The newest trials of two pictures; none are kept with the document.

    Attributes:
        status: progress of the job.
        scale_count: scales of the training that they are for; 0 = nothing was tried.
        tried: what came of every switch scale, by scale.
        proposed: the one that measured best; None = not all are tried yet.
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
        self.scale_count = 0
        self.tried: dict[int, SwitchScaleTried] = {}
        self.proposed: int | None = None

    def start(
        self,
        photo_a: NDArray[np.uint8],
        photo_b: NDArray[np.uint8],
        config: TrainConfig,
        device: str,
        scale_count: int,
    ) -> None:
        """Try the switch scales of a training; earlier trials are forgotten.

        Args:
            photo_a: (H, W, 3) uint8 RGB.
            photo_b: (h, w, 3) uint8 RGB.
            config: of the training.
            device: where to compute.
            scale_count: of the training.
        """
        self.cancel()
        self.scale_count, self.tried, self.proposed = scale_count, {}, None
        self.status = RenderStatus(is_busy=True)
        request = SwitchScaleRequest(self._session_id, photo_a, photo_b, config, device)
        self._job_id = self._services.worker.submit(request)
        self._changed()

    def cancel(self) -> None:
        """Give up the trials on their way; what was tried so far stays."""
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
            self._settle()

    def take_progress(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of the trials; returns whether it was."""
        from singan_core.applications.structural_analogy.switch_scale import (
            SwitchScaleChosen,
            SwitchScaleTried,
        )

        if progress.job_id != self._job_id:
            return False
        event = progress.event
        if isinstance(event, SwitchScaleTried):
            self.tried[event.switch_scale] = event
        elif isinstance(event, SwitchScaleChosen):
            self.proposed = event.switch_scale
        else:
            done, total = getattr(event, "done", 0), getattr(event, "total", 0)
            self.status = RenderStatus(True, done, total)
        self._changed()
        return True

    def take_end(self, ended: JobEnded) -> bool:
        """Follow the end of a job, if it is of the trials; returns whether it was."""
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
