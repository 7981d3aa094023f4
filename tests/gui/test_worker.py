"""The worker: order of jobs, pause, cancel, failures; scripted streams, one real training."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.jobs.live_stream import LivePicture
from app.jobs.recipe import Application
from app.jobs.requests import JobRequest, LiveRequest, RenderRequest, TrainRequest
from app.jobs.runner import CheckpointNotWritten
from app.jobs.streams import job_events
from app.jobs.thread_share import ThreadShare
from app.jobs.worker import JobEnded, JobProgress, Worker
from singan_core.config import TrainConfig
from singan_core.errors import PhotoError
from singan_core.events import CheckpointDue, TrainingDone, UpdateDone

if TYPE_CHECKING:
    from app.jobs.results import JobStream

PHOTO = np.zeros((30, 40, 3), np.uint8)
STATE: Any = "the state"
OUT_OF_MEMORY = (
    "The device ran out of memory; finished scales stay usable, and a smaller size needs less."
)


def update(iteration: int) -> UpdateDone:
    return UpdateDone(0, iteration, 1000, "critic", float(iteration), {})


def training(session_id: str = "one") -> TrainRequest:
    return TrainRequest(session_id, PHOTO, TrainConfig())


def render(number: int, session_id: str = "one") -> RenderRequest:
    model: Any = None
    return RenderRequest(number, session_id, Application.EDIT, model, PHOTO, PHOTO, None, 1)


def scripted_training(steps: int = 10**9, seconds: float = 0.001) -> JobStream:
    """Updates for ever (or ``steps`` of them), each taking a moment; answers checkpoints."""
    for iteration in range(steps):
        time.sleep(seconds)
        asked = yield update(iteration)
        while asked is not None:
            asked = yield CheckpointDue(STATE)


class Log:
    """What a worker announced, in order, and on which thread."""

    def __init__(self, worker: Worker) -> None:
        self.progress: list[JobProgress] = []
        self.ends: list[JobEnded] = []
        self.threads: set[int] = set()
        worker.progressed.connect(self._progressed)
        worker.ended.connect(self._ended)

    def _progressed(self, progress: JobProgress) -> None:
        self.threads.add(threading.get_ident())
        self.progress.append(progress)

    def _ended(self, ended: JobEnded) -> None:
        self.threads.add(threading.get_ident())
        self.ends.append(ended)

    def outcomes(self) -> dict[int, str]:
        return {ended.job_id: ended.outcome for ended in self.ends}

    def events(self, job_id: int) -> list[object]:
        return [progress.event for progress in self.progress if progress.job_id == job_id]


MakeWorker = Callable[..., tuple[Worker, Log]]


@pytest.fixture
def make_worker(qtbot: QtBot) -> Iterator[MakeWorker]:
    workers: list[Worker] = []

    def make(streams: Callable[[JobRequest], JobStream], **options: Any) -> tuple[Worker, Log]:
        worker = Worker(job_events=streams, share=ThreadShare(niceness=0), **options)
        workers.append(worker)
        return worker, Log(worker)

    yield make
    for worker in workers:
        worker.stop()
        assert not worker.is_running


def test_a_job_runs_to_its_end_and_reports_on_the_window_thread(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    computed_on: list[int] = []

    def stream(request: JobRequest) -> JobStream:
        computed_on.append(threading.get_ident())
        yield from scripted_training(3)

    worker, log = make_worker(stream)
    job_id = worker.submit(training())
    qtbot.waitUntil(lambda: bool(log.ends))
    assert log.ends == [JobEnded(job_id, "one", "done", "")]
    assert log.threads == {threading.get_ident()}
    assert computed_on != [threading.get_ident()]


def test_updates_are_announced_at_most_twenty_times_a_second(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    worker, log = make_worker(lambda request: scripted_training(1000, 0.0005))
    started = time.monotonic()
    job_id = worker.submit(training())
    qtbot.waitUntil(lambda: bool(log.ends), timeout=20000)
    elapsed = time.monotonic() - started
    assert 2 <= len(log.events(job_id)) <= 20 * elapsed + 1


def test_a_render_runs_between_two_updates_of_a_training(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    def stream(request: JobRequest) -> JobStream:
        if isinstance(request, TrainRequest):
            yield from scripted_training()
        else:
            yield TrainingDone(None)  # type: ignore[arg-type]

    worker, log = make_worker(stream)
    train_id = worker.submit(training())
    qtbot.waitUntil(lambda: len(log.events(train_id)) > 1)
    render_id = worker.submit(render(1))
    qtbot.waitUntil(lambda: render_id in log.outcomes())
    seen = len(log.events(train_id))
    qtbot.waitUntil(lambda: len(log.events(train_id)) > seen)
    assert log.outcomes() == {render_id: "done"}


def test_live_renders_go_before_renders_and_these_before_trainings(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    entered, gate = threading.Event(), threading.Event()
    order: list[str] = []

    def stream(request: JobRequest) -> JobStream:
        if request.session_id == "gate":
            entered.set()
            gate.wait(10)
        order.append(request.session_id)
        yield update(0)

    worker, log = make_worker(stream)
    worker.submit(training("gate"))
    qtbot.waitUntil(entered.is_set)
    live = LiveRequest(render(2, "live"), LivePicture())
    for request in (training("training"), render(1, "render"), live):
        worker.submit(request)
    gate.set()
    qtbot.waitUntil(lambda: len(log.ends) == 4)
    assert order == ["gate", "live", "render", "training"]


def test_pause_hands_over_the_state_and_stops_until_resumed(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    stored: list[tuple[str, object]] = []
    worker, log = make_worker(
        lambda request: scripted_training(),
        checkpoint_sink=lambda session_id, state: stored.append((session_id, state)),
    )
    job_id = worker.submit(training())
    qtbot.waitUntil(lambda: bool(log.progress))
    worker.pause(job_id)
    qtbot.waitUntil(lambda: CheckpointDue(STATE) in log.events(job_id))
    assert stored == [("one", STATE)]
    seen = len(log.progress)
    qtbot.wait(200)
    assert len(log.progress) == seen
    worker.resume(job_id)
    qtbot.waitUntil(lambda: len(log.progress) > seen)


@pytest.mark.parametrize(("keep", "expected"), [(True, ["the state"]), (False, [])])
def test_cancel_is_announced_at_once_and_nothing_comes_after(
    make_worker: MakeWorker, qtbot: QtBot, keep: bool, expected: list[str]
) -> None:
    """Also in the middle of an update, however long it lasts."""
    stored: list[object] = []
    updating, may_go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def stream(request: JobRequest) -> JobStream:
        try:
            yield update(0)
            updating.set()
            may_go_on.wait(30)
            yield from scripted_training()
        finally:
            closed.set()

    worker, log = make_worker(stream, checkpoint_sink=lambda _, state: stored.append(state))
    job_id = worker.submit(training())
    qtbot.waitUntil(lambda: bool(log.progress) and updating.is_set())
    worker.cancel(job_id, keep_checkpoint=keep)
    assert log.ends == []
    qtbot.waitUntil(lambda: bool(log.ends))
    assert not closed.is_set()
    seen = len(log.progress)
    may_go_on.set()
    qtbot.waitUntil(closed.is_set)
    qtbot.wait(50)
    assert stored == expected
    assert (len(log.progress), log.outcomes()) == (seen, {job_id: "cancelled"})


def test_a_newer_render_of_the_session_drops_the_older_one(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    def stream(request: JobRequest) -> JobStream:
        time.sleep(0.1)
        yield update(0)
        time.sleep(0.1)
        yield update(1)

    worker, log = make_worker(stream)
    first, other, second = (
        worker.submit(request) for request in (render(1), render(2, "two"), render(3))
    )
    qtbot.waitUntil(lambda: len(log.ends) == 3)
    assert log.outcomes() == {first: "cancelled", other: "done", second: "done"}
    assert log.events(first) == []


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PhotoError("The photo is too small."), "The photo is too small."),
        (RuntimeError("CUDA out of memory. Tried to allocate"), OUT_OF_MEMORY),
        (MemoryError(), OUT_OF_MEMORY),
    ],
)
def test_a_failed_job_says_why_and_the_next_one_runs(
    make_worker: MakeWorker, qtbot: QtBot, error: Exception, message: str
) -> None:
    def stream(request: JobRequest) -> JobStream:
        yield update(0)
        if request.session_id == "bad":
            raise error

    worker, log = make_worker(stream)
    bad, good = worker.submit(training("bad")), worker.submit(training("good"))
    qtbot.waitUntil(lambda: len(log.ends) == 2)
    is_out_of_memory = message == OUT_OF_MEMORY
    assert log.ends[0] == JobEnded(bad, "bad", "failed", message, is_out_of_memory)
    assert log.outcomes()[good] == "done"


@pytest.mark.logs_expected
def test_an_unknown_error_is_logged_and_becomes_one_sentence(
    make_worker: MakeWorker, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def stream(request: JobRequest) -> JobStream:
        yield update(0)
        raise ZeroDivisionError

    worker, log = make_worker(stream)
    worker.submit(training())
    qtbot.waitUntil(lambda: bool(log.ends))
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert (log.ends[0].outcome, log.ends[0].message) == (
        "failed",
        "Something went wrong that should not have; the details are in the log.",
    )


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_training(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    def full_disk(session_id: str, state: object) -> None:
        raise PhotoError("The disk is full.")

    def stream(request: JobRequest) -> JobStream:
        yield CheckpointDue(STATE)
        yield CheckpointDue(STATE)

    worker, log = make_worker(stream, checkpoint_sink=full_disk)
    job_id = worker.submit(training())
    qtbot.waitUntil(lambda: bool(log.ends))
    assert log.outcomes() == {job_id: "done"}
    assert CheckpointNotWritten("The disk is full.") in log.events(job_id)


def test_stop_stores_running_and_paused_trainings_once(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    stored: list[str] = []
    worker, log = make_worker(
        lambda request: scripted_training(),
        checkpoint_sink=lambda session_id, state: stored.append(session_id),
    )
    paused = worker.submit(training("paused"))
    qtbot.waitUntil(lambda: bool(log.events(paused)))
    worker.pause(paused)
    running = worker.submit(training("running"))
    qtbot.waitUntil(lambda: bool(log.events(running)))
    worker.submit(training("never started"))
    worker.stop()
    assert stored == ["paused", "running"]
    assert not worker.is_running
    with pytest.raises(RuntimeError):
        worker.submit(training())


def test_cancelling_ends_one_job_and_leaves_the_others(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    worker, log = make_worker(lambda request: scripted_training(100))
    first, second = worker.submit(training("one")), worker.submit(training("two"))
    worker.cancel(first)
    qtbot.waitUntil(lambda: len(log.ends) == 2)
    assert log.outcomes() == {first: "cancelled", second: "done"}


def test_requests_keep_the_pixels_of_the_moment_they_were_made() -> None:
    canvas = np.zeros((30, 40, 3), np.uint8)
    request = render(1)
    trained = TrainRequest("one", canvas, TrainConfig())
    canvas[:] = 255
    assert not trained.photo.any()
    assert request.composite is not PHOTO


def test_a_real_training_goes_on_from_the_state_that_cancel_left(
    make_worker: MakeWorker, qtbot: QtBot
) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (25, 30, 3), dtype=np.uint8)
    config = TrainConfig(max_size_px=30, scale_count=2, iterations=4, base_channels=4)
    states: list[Any] = []
    worker, log = make_worker(job_events, checkpoint_sink=lambda _, state: states.append(state))

    cancelled = worker.submit(TrainRequest("one", photo, config))
    qtbot.waitUntil(
        lambda: any(isinstance(e, UpdateDone) for e in log.events(cancelled)), timeout=60000
    )
    worker.cancel(cancelled)
    qtbot.waitUntil(lambda: bool(states), timeout=60000)
    resumed = worker.submit(TrainRequest("one", photo, config, resume=states[-1]))
    straight = worker.submit(TrainRequest("two", photo, config))
    qtbot.waitUntil(lambda: len(log.ends) == 3, timeout=120000)

    assert log.outcomes() == {cancelled: "cancelled", resumed: "done", straight: "done"}
    models = [
        next(e.model for e in log.events(job_id) if isinstance(e, TrainingDone))
        for job_id in (resumed, straight)
    ]
    assert models[0].model_id == models[1].model_id
