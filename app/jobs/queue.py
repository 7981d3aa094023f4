"""The one queue of the program: which job gets the next step. Plain Python, no Qt."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from app.jobs.analogy_requests import AnalogyStripRequest, SwitchScaleRequest
from app.jobs.requests import JobRequest, LiveRequest, SpeedRequest, StripRequest, TrainRequest
from app.jobs.video_request import VideoRequest

if TYPE_CHECKING:
    from app.jobs.results import JobStream


class Priority(IntEnum):
    """Lower values go first."""

    LIVE_RENDER = 0
    RENDER = 1
    STRIP = 2
    FILM = 3
    TRAINING = 4
    MEASURING = 5


def priority_of(request: JobRequest) -> Priority:
    """Return the priority of a request: live > render > strip > film > training > speed."""
    if isinstance(request, TrainRequest | SwitchScaleRequest):
        return Priority.TRAINING
    if isinstance(request, SpeedRequest):
        return Priority.MEASURING
    if isinstance(request, VideoRequest):
        return Priority.FILM
    if isinstance(request, StripRequest | AnalogyStripRequest):
        return Priority.STRIP
    return Priority.LIVE_RENDER if isinstance(request, LiveRequest) else Priority.RENDER


@dataclass(slots=True)
class Job:
    """One entry of the queue; its flags are written under the queue's lock.

    Attributes:
        stream: the suspended computation; None until its first step.
        is_paused: gets no steps.
        is_cancelled: is to be closed and forgotten.
        is_checkpoint_wanted: hands over its state before anything else happens to it.
        last_update_s: time its last ``UpdateDone`` was passed on (worker thread only).
    """

    id: int
    request: JobRequest
    priority: Priority
    stream: JobStream | None = None
    is_paused: bool = False
    is_cancelled: bool = False
    is_checkpoint_wanted: bool = False
    last_update_s: float = float("-inf")

    @property
    def session_id(self) -> str:
        """The document the job belongs to."""
        return self.request.session_id

    @property
    def recovery_id(self) -> str:
        """Name of the job's checkpoint: the session's own, unless the request says another."""
        request = self.request
        named = request.recovery_id if isinstance(request, TrainRequest) else ""
        return named or request.session_id

    @property
    def is_training(self) -> bool:
        """Whether it trains (and so has a state worth keeping)."""
        return isinstance(self.request, TrainRequest)

    @property
    def urgency(self) -> tuple[int, int]:
        """Sort key: what ends or hands over goes first, then priority, then age."""
        return (-1 if self.needs_attention else int(self.priority), self.id)

    @property
    def needs_attention(self) -> bool:
        """Whether the worker has something to do with it besides computing."""
        return self.is_cancelled or self.is_checkpoint_wanted

    @property
    def has_work(self) -> bool:
        """Whether the worker should pick it up at all."""
        return self.needs_attention or not self.is_paused


class JobQueue:
    """Jobs waiting, running and paused; every method may be called from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count(1)
        lock = threading.RLock()
        self._changed = threading.Condition(lock)
        self._removed = threading.Condition(lock)
        self._is_stopped = False

    def put(self, request: JobRequest) -> Job:
        """Add a request at the end of its priority class.

        Raises:
            RuntimeError: after ``stop``.
        """
        with self._changed:
            if self._is_stopped:
                raise RuntimeError("The job queue is stopped.")
            job = Job(next(self._numbers), request, priority_of(request))
            self._jobs[job.id] = job
            self._changed.notify()
            return job

    def superseded_by(self, newer: Job) -> tuple[Job, ...]:
        """Return the older jobs of the session and channel that nobody waits for any more."""
        if isinstance(newer.request, TrainRequest):
            return ()
        channel = newer.request.channel
        return tuple(
            job
            for job in self._of_session(newer.session_id)
            if not isinstance(job.request, TrainRequest)
            and job.request.channel == channel
            and job.id < newer.id
        )

    def pause(self, job_id: int) -> bool:
        """Give the job no more steps; a training hands over its state first."""
        with self._changed:
            job = self._active(job_id)
            if job is None or job.is_paused:
                return False
            job.is_paused = True
            job.is_checkpoint_wanted = job.is_training
            self._changed.notify()
            return True

    def resume(self, job_id: int) -> bool:
        """Give a paused job steps again."""
        with self._changed:
            job = self._active(job_id)
            if job is None or not job.is_paused:
                return False
            job.is_paused = False
            self._changed.notify()
            return True

    def is_behind_another(self, job_id: int) -> bool:
        """Whether a training waits for an older one that is not paused."""
        with self._changed:
            return any(
                job.is_training and job.id < job_id and not (job.is_paused or job.is_cancelled)
                for job in self._jobs.values()
            )

    def cancel(self, job_id: int, keep_checkpoint: bool = True) -> bool:
        """Mark the job for closing; False when it has ended or is cancelled already."""
        with self._changed:
            job = self._active(job_id)
            if job is None:
                return False
            self._mark_cancelled(job, keep_checkpoint)
            self._changed.notify()
            return True

    def stop(self) -> None:
        """Cancel everything, keeping the states of trainings; ``take`` then runs dry."""
        with self._changed:
            self._is_stopped = True
            for job in self._jobs.values():
                if not job.is_cancelled:
                    self._mark_cancelled(job, keep_checkpoint=True)
            self._changed.notify()

    def take(self) -> Job | None:
        """Wait for a job with work and return the most urgent one; None once stopped."""
        with self._changed:
            while True:
                ready = [job for job in self._jobs.values() if job.has_work]
                if ready:
                    return min(ready, key=lambda job: job.urgency)
                if self._is_stopped:
                    return None
                self._changed.wait()

    def checkpoint_handed_over(self, job: Job) -> None:
        """Note that the state of ``job`` was asked for."""
        with self._changed:
            job.is_checkpoint_wanted = False

    def remove(self, job: Job) -> None:
        """Forget a job that has ended."""
        with self._removed:
            self._jobs.pop(job.id, None)
            self._removed.notify_all()

    def wait_for_checkpoints(self) -> None:
        """Return once no training is left that was cancelled: all have handed over their states."""
        with self._removed:
            self._removed.wait_for(
                lambda: not any(job.is_training and job.is_cancelled for job in self._jobs.values())
            )

    def _active(self, job_id: int) -> Job | None:
        job = self._jobs.get(job_id)
        return None if job is None or job.is_cancelled else job

    def _of_session(self, session_id: str) -> Iterator[Job]:
        with self._changed:
            jobs = tuple(self._jobs.values())
        return (job for job in jobs if job.session_id == session_id and not job.is_cancelled)

    @staticmethod
    def _mark_cancelled(job: Job, keep_checkpoint: bool) -> None:
        is_saved_by_pause = job.is_paused and not job.is_checkpoint_wanted
        job.is_cancelled = True
        job.is_checkpoint_wanted = keep_checkpoint and job.is_training and not is_saved_by_pause
