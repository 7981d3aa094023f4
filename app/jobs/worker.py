"""The only computing thread of the program, and the QObject that speaks for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, Signal

from app.jobs.queue import JobQueue
from app.jobs.requests import JobRequest
from app.jobs.runner import CheckpointSink, JobEnded, JobProgress, JobRunner
from app.jobs.streams import job_events
from app.jobs.thread_share import ThreadShare

if TYPE_CHECKING:
    from app.jobs.results import JobStream

__all__ = ["JobEnded", "JobProgress", "Worker", "WorkerThread"]


class WorkerThread(QThread):
    """Runs a ``JobRunner`` at low priority until its queue is stopped."""

    def __init__(self, runner: JobRunner, share: ThreadShare, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._share = share

    def run(self) -> None:
        """Lower the thread's share of the machine, then run the jobs."""
        previous = sys.getswitchinterval()
        sys.setswitchinterval(self._share.switch_interval_s)
        try:
            self._share.lower_this_thread()
            self._share.limit_torch()
            self._runner.run()
        finally:
            sys.setswitchinterval(previous)


class Worker(QObject):
    """Submits, pauses and cancels jobs of all documents; they run on ONE thread.

    The object belongs to the thread that made it (the window's): call its methods there.
    Reports cross over before they are announced, so both signals are emitted in that thread,
    and nothing of a job is announced after it was cancelled or superseded.

    Signals:
        progressed(JobProgress): an event of a running job; ``UpdateDone`` at most 20 a second.
        ended(JobEnded): exactly once per job, never from within ``submit`` or ``cancel``.

    Args:
        checkpoint_sink: called on the worker thread with (recovery id, ``TrainState``) for
            every ``CheckpointDue``, also before a pause, a cancel and a stop.
        job_events: makes the stream of a request (tests pass scripted ones).
        share: how much of the machine the thread leaves to the window.
    """

    progressed = Signal(object)
    ended = Signal(object)
    _reported = Signal(object)
    _cancelled = Signal(object)

    def __init__(
        self,
        checkpoint_sink: CheckpointSink | None = None,
        job_events: Callable[[JobRequest], JobStream] = job_events,
        share: ThreadShare | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = JobQueue()
        self._sessions: dict[int, str] = {}
        runner = JobRunner(self._queue, self._reported.emit, checkpoint_sink, job_events)
        self._thread = WorkerThread(runner, share or ThreadShare(), self)
        self._reported.connect(self._announce, Qt.ConnectionType.QueuedConnection)
        self._cancelled.connect(self.ended, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether the thread lives; it starts with the first job and ends with ``stop``."""
        return self._thread.isRunning()

    def submit(self, request: JobRequest) -> int:
        """Queue a request and return its job id; older ones of its channel are dropped.

        Raises:
            RuntimeError: after ``stop``.
        """
        job = self._queue.put(request)
        self._sessions[job.id] = job.session_id
        for older in self._queue.superseded_by(job):
            self.cancel(older.id)
        if not self.is_running:
            self._thread.start(QThread.Priority.LowPriority)
        return job.id

    def pause(self, job_id: int) -> None:
        """Stop asking the job for steps; its training state is stored at once."""
        self._queue.pause(job_id)

    def resume(self, job_id: int) -> None:
        """Go on with a paused job."""
        self._queue.resume(job_id)

    def is_waiting(self, job_id: int) -> bool:
        """Whether a training gets no steps because an older one does."""
        return self._queue.is_behind_another(job_id)

    def cancel(self, job_id: int, keep_checkpoint: bool = True) -> None:
        """Announce the end at once; the computation stops at its next step.

        Args:
            job_id: from ``submit``; one that has ended is ignored.
            keep_checkpoint: hand the training state to the sink first.
        """
        if job_id in self._sessions:
            self._queue.cancel(job_id, keep_checkpoint)
            ended = JobEnded(job_id, self._sessions.pop(job_id), "cancelled")
            self._cancelled.emit(ended)

    def wait_for_checkpoints(self) -> None:
        """Return once the states of all cancelled trainings are stored: at most one update later.

        May be called from any thread but the worker's own.
        """
        if self.is_running:
            self._queue.wait_for_checkpoints()

    def stop(self, wait: bool = True) -> None:
        """Store the training states and end the thread; nothing is announced after this.

        Args:
            wait: return only when the thread has ended (at most one update later).
        """
        self._sessions.clear()
        self._queue.stop()
        if wait:
            self._thread.wait()

    def _announce(self, report: JobProgress | JobEnded) -> None:
        if report.job_id not in self._sessions:
            return
        if isinstance(report, JobEnded):
            del self._sessions[report.job_id]
            self.ended.emit(report)
        else:
            self.progressed.emit(report)
