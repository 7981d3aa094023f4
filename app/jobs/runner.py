"""Runs the jobs of a queue, one step at a time, on the thread that calls it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.document.errors import DocumentError
from app.document.wording import sentence_of_error, translate
from app.jobs.queue import Job, JobQueue
from app.jobs.requests import JobRequest
from app.jobs.streams import CHECKPOINT_REQUEST, job_events
from singan_core.errors import EngineError, OutOfMemoryError

if TYPE_CHECKING:
    from app.jobs.results import JobEvent, JobStream
    from singan_core.model.trained import TrainState

logger = logging.getLogger(__name__)

Outcome = Literal["done", "failed", "cancelled"]
CheckpointSink = Callable[[str, "TrainState"], None]
"""Takes the name of the checkpoint and the state; called on the worker thread."""
UPDATE_INTERVAL_S = 0.05
"""``UpdateDone`` is passed on at most 20 times a second; every other event always."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """One event of a job's stream."""

    job_id: int
    session_id: str
    event: JobEvent | CheckpointNotWritten | TrainingOvertaken


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The last word about a job.

    Attributes:
        message: one sentence, empty unless it failed.
        is_out_of_memory: whether it failed because the device's memory ran out.
    """

    job_id: int
    session_id: str
    outcome: Outcome
    message: str = ""
    is_out_of_memory: bool = False


@dataclass(frozen=True, slots=True)
class CheckpointNotWritten:
    """A training state could not be stored; the training goes on. One sentence says why."""

    message: str


@dataclass(frozen=True, slots=True)
class TrainingOvertaken:
    """A training waits from now on: an older one was resumed and goes first."""


def sentence_of(error: Exception) -> str:
    """Return the one sentence a user reads about an error; unknown ones go to the log."""
    if isinstance(error, (EngineError, DocumentError)):
        return sentence_of_error(error)
    if is_memory_exhausted(error):
        return translate(
            "Errors",
            "The device ran out of memory; finished scales stay usable, and a smaller size needs "
            "less.",
        )
    logger.error("Unexpected error in a job", exc_info=error)
    return translate(
        "Errors", "Something went wrong that should not have; the details are in the log."
    )


def is_memory_exhausted(error: Exception) -> bool:
    """Whether a job failed because its device has no memory left."""
    # Not at the top: it brings in torch, and the window comes first.
    from singan_core.device import is_out_of_memory

    return isinstance(error, OutOfMemoryError) or is_out_of_memory(error)


class JobRunner:
    """Takes jobs off a queue and gives each one step, until the queue is stopped.

    Args:
        queue: where jobs come from.
        report: receives every ``JobProgress`` and ``JobEnded``, on the running thread.
        checkpoint_sink: stores training states; None drops them.
        streams: makes the stream of a request (tests pass scripted ones).
    """

    def __init__(
        self,
        queue: JobQueue,
        report: Callable[[JobProgress | JobEnded], None],
        checkpoint_sink: CheckpointSink | None = None,
        streams: Callable[[JobRequest], JobStream] = job_events,
    ) -> None:
        self._queue = queue
        self._report = report
        self._checkpoint_sink = checkpoint_sink
        self._streams = streams
        self._training: Job | None = None

    def run(self) -> None:
        """Run until the queue is stopped and every stream is closed."""
        while (job := self._queue.take()) is not None:
            self._step(job)

    def _step(self, job: Job) -> None:
        try:
            self._advance(job)
        except StopIteration:
            self._end(job, "done")
        except Exception as error:  # noqa: BLE001 - one failed job must not block the next
            self._end(job, "failed", sentence_of(error), is_memory_exhausted(error))

    def _advance(self, job: Job) -> None:
        if job.is_checkpoint_wanted:
            self._queue.checkpoint_handed_over(job)
            if job.stream is not None:
                self._handle(job, job.stream.send(CHECKPOINT_REQUEST))
        elif job.is_cancelled:
            self._end(job, "cancelled")
        else:
            if job.stream is None:
                job.stream = self._streams(job.request)
            if job.is_training:
                self._note_turn(job)
            self._handle(job, next(job.stream))

    def _note_turn(self, job: Job) -> None:
        """Tell the training whose turn ended, unless it is paused and knows."""
        before, self._training = self._training, job
        if before is not None and before is not job and not before.is_paused:
            self._report(JobProgress(before.id, before.session_id, TrainingOvertaken()))

    def _end(
        self, job: Job, outcome: Outcome, message: str = "", is_out_of_memory: bool = False
    ) -> None:
        self._queue.remove(job)
        if job is self._training:
            self._training = None
        if job.stream is not None:
            job.stream.close()
            job.stream = None
        self._report(JobEnded(job.id, job.session_id, outcome, message, is_out_of_memory))

    def _handle(self, job: Job, event: JobEvent) -> None:
        # Not at the top: these bring in torch, and the window comes first.
        from singan_core.events import CheckpointDue, UpdateDone

        if isinstance(event, CheckpointDue):
            self._store(job, event.state)
        if isinstance(event, UpdateDone) and not self._is_update_due(job):
            return
        self._report(JobProgress(job.id, job.session_id, event))

    @staticmethod
    def _is_update_due(job: Job) -> bool:
        now = time.monotonic()
        if now - job.last_update_s < UPDATE_INTERVAL_S:
            return False
        job.last_update_s = now
        return True

    def _store(self, job: Job, state: TrainState) -> None:
        if self._checkpoint_sink is None:
            return
        try:
            self._checkpoint_sink(job.recovery_id, state)
        except Exception as error:  # noqa: BLE001 - a full disk must not end hours of training
            failure = CheckpointNotWritten(sentence_of(error))
            self._report(JobProgress(job.id, job.session_id, failure))
