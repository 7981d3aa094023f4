"""Training from a session: states, previews, models, pause, cancel, cache, checkpoints."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.jobs.requests import TrainRequest
from app.jobs.runner import JobProgress
from app.session import Session
from app.session.training_progress import TrainingClock, TrainingProgress
from app.storage.recovery import RecoveryFolder
from app.workspace import Workspace
from singan_core import events
from singan_core.config import TrainConfig
from singan_core.errors import OutOfMemoryError, TrainingDivergedError
from tests.gui.scripted_jobs import PLAN, ScriptedJobs

CONFIG = TrainConfig(preset="draft")


def is_checkpoint(progress: JobProgress) -> bool:
    """Whether it is the last event of a training that was paused."""
    return isinstance(progress.event, events.CheckpointDue)


def test_a_training_runs_to_a_complete_model(
    session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    states: list[str] = []
    scale_counts: list[int] = []
    session.training_changed.connect(lambda: states.append(session.training.state))
    session.model_changed.connect(
        lambda: scale_counts.append(session.model.scale_count if session.model else 0)
    )
    session.start_training(CONFIG, "cpu")
    assert session.training.state == "queued"
    qtbot.waitUntil(lambda: session.training.state == "done")
    assert list(dict.fromkeys(states)) == ["queued", "running", "done"]
    assert scale_counts == [1, 2, 3, 3]
    status = session.training
    assert status.plan == PLAN
    assert (status.eta_s, status.cost_done) == (0.0, status.cost_total)
    assert {k: image.shape[:2] for k, image in status.previews.items()} == dict(
        enumerate(PLAN.sizes)
    )
    assert session.model is not None
    assert session.model.is_complete
    assert session.is_modified
    assert jobs.trainings[0].photo is not session.photo
    assert np.array_equal(jobs.trainings[0].photo, session.photo)


def test_the_model_is_usable_after_two_scales(
    session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 2
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.model is not None and session.model.is_usable)
    assert session.training.state == "running"
    qtbot.waitUntil(lambda: session.training.eta_s is not None)


def test_pause_stops_the_events_and_resume_goes_on(
    session: Session, workspace: Workspace, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.model is not None)
    with qtbot.waitSignal(workspace.worker.progressed, check_params_cb=is_checkpoint):
        session.pause_training()
        assert session.training.state == "paused"
    assert workspace.recovery.read(session.id) is not None
    changes: list[str] = []
    session.training_changed.connect(lambda: changes.append(session.training.state))
    qtbot.wait(80)
    assert changes == []
    jobs.scales_allowed = 3
    session.resume_training()
    assert session.training.state == "running"
    qtbot.waitUntil(lambda: session.training.state == "done")
    assert len(jobs.trainings) == 1


def test_cancel_shows_at_once_and_can_be_resumed_from_its_checkpoint(
    session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 2
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.scale == 2)
    session.cancel_training()
    status = session.training
    assert (status.state, status.can_resume, status.eta_s) == ("idle", True, None)
    assert session.model is not None
    assert session.model.scale_count == 2
    jobs.scales_allowed = 3
    scales: list[int] = []
    session.training_changed.connect(lambda: scales.append(session.training.scale))
    session.resume_training()
    assert session.training.can_resume is False
    qtbot.waitUntil(lambda: session.training.state == "done")
    resumed = jobs.trainings[1].resume
    assert resumed is not None
    assert resumed.scale == 2
    assert set(scales) == {2}, "the last known scale is shown until the first event"


@pytest.fixture
def may_go_on(jobs: ScriptedJobs, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is cleared, the update of a training lasts."""
    event, steps = threading.Event(), jobs._steps
    event.set()

    def lasting(request: TrainRequest, first: int) -> Iterator[object]:
        for each in steps(request, first):
            yield each
            event.wait(30)

    monkeypatch.setattr(jobs, "_steps", lasting)
    yield event
    event.set()


@pytest.mark.parametrize("how", ["resumed", "anew"])
def test_what_follows_a_stop_at_once_waits_for_the_state_it_leaves(
    session: Session,
    workspace: Workspace,
    jobs: ScriptedJobs,
    may_go_on: threading.Event,
    qtbot: QtBot,
    how: str,
) -> None:
    jobs.scales_allowed = 2
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.scale == 2)
    may_go_on.clear()
    session.cancel_training()
    if how == "resumed":
        session.resume_training()
    else:
        session.start_training(CONFIG.changed(seed=9), "cpu")
    qtbot.wait(50)
    may_go_on.set()
    qtbot.waitUntil(lambda: len(jobs.trainings) == 2)
    resumed = jobs.trainings[1].resume
    assert (None if resumed is None else resumed.scale) == (2 if how == "resumed" else None)
    assert workspace.recovery.holds(session.id) == (how == "resumed")


def test_a_document_opened_again_at_once_finds_what_its_training_leaves(
    session: Session,
    workspace: Workspace,
    jobs: ScriptedJobs,
    may_go_on: threading.Event,
    photo_path: Path,
    qtbot: QtBot,
) -> None:
    jobs.scales_allowed = 2
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.scale == 2)
    may_go_on.clear()
    workspace.close(session)
    again = workspace.open_path(photo_path)
    qtbot.wait(50)
    may_go_on.set()
    qtbot.waitUntil(lambda: again.training.can_resume)
    assert again.training.scale == 2


def test_cancelling_before_the_job_exists_starts_nothing(
    session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    session.start_training(CONFIG, "cpu")
    session.cancel_training()
    qtbot.wait(100)
    assert jobs.trainings == []
    assert (session.training.state, session.training.can_resume) == ("idle", False)


def test_a_failure_is_told_in_its_own_sentence(
    session: Session, jobs: ScriptedJobs, qtbot: QtBot, notices: Callable[[Session], list[str]]
) -> None:
    heard = notices(session)
    jobs.scales_allowed = 1
    jobs.training_error = TrainingDivergedError("Scale 1 did not converge, even at half speed.")
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.state == "failed")
    assert session.training.message == heard[0] == "Scale 1 did not converge, even at half speed."
    assert session.model is not None


def test_a_training_without_memory_starts_again_smaller_and_the_model_stays(
    trained: Session, jobs: ScriptedJobs, qtbot: QtBot, notices: Callable[[Session], list[str]]
) -> None:
    heard, before = notices(trained), trained.model
    jobs.scales_allowed, jobs.is_error_once = 1, True
    jobs.training_error = OutOfMemoryError("The device ran out of memory at scale 1.")
    trained.start_training(CONFIG.changed(seed=9), "cpu")
    qtbot.waitUntil(lambda: len(jobs.trainings) == 3)
    assert jobs.trainings[-1].config == CONFIG.changed(seed=9, max_size_px=45)
    assert trained.training.is_active
    assert trained.model is before, "one finished scale cannot render yet"
    assert "45 px" in heard[0]
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: trained.training.state == "done")
    assert trained.model is not before
    assert len(heard) == 1


def test_a_training_without_memory_is_tried_once_more_only(
    session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    exhausted: list[bool] = []
    session.memory_exhausted.connect(lambda: exhausted.append(True))
    jobs.scales_allowed = 2
    jobs.training_error = OutOfMemoryError("The device ran out of memory at scale 2.")
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.state == "failed")
    assert len(jobs.trainings) == 2
    assert exhausted == [True]
    assert session.model is not None
    assert session.model.scale_count == 2
    jobs.training_error, jobs.scales_allowed = None, 3
    session.train_on_processor()
    qtbot.waitUntil(lambda: session.training.state == "done")
    assert jobs.trainings[-1].device == "cpu"


def test_the_same_photo_and_settings_need_no_second_training(
    trained: Session, workspace: Workspace, jobs: ScriptedJobs, photo_path: Path, qtbot: QtBot
) -> None:
    trained.save(photo_path.with_suffix(".singan"))
    qtbot.waitUntil(lambda: not trained.is_saving)
    again = workspace.open_path(photo_path)
    again.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: again.training.state == "done")
    assert again.model is not None
    assert trained.model is not None
    assert again.model.model_id == trained.model.model_id
    assert len(jobs.trainings) == 1
    again.start_training(CONFIG.changed(seed=5), "cpu")
    qtbot.waitUntil(lambda: len(jobs.trainings) == 2)


def test_two_documents_train_one_after_the_other(
    session: Session, workspace: Workspace, photo_path: Path, qtbot: QtBot
) -> None:
    other = workspace.open_path(photo_path)
    session.start_training(CONFIG, "cpu")
    other.start_training(CONFIG.changed(seed=1), "cpu")
    qtbot.waitUntil(lambda: other.training.state == session.training.state == "done")
    assert session.model is not None
    assert other.model is not None
    assert (session.model.config.seed, other.model.config.seed) == (0, 1)


def test_a_training_behind_another_waits_and_says_so(
    session: Session, workspace: Workspace, jobs: ScriptedJobs, photo_path: Path, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    other = workspace.open_path(photo_path)
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.scale == 1)
    other.start_training(CONFIG.changed(seed=1), "cpu")
    qtbot.wait(80)
    assert (session.training.state, other.training.state) == ("running", "queued")
    session.pause_training()
    qtbot.waitUntil(lambda: other.training.state == "running")
    assert session.training.state == "paused"
    session.resume_training()
    qtbot.waitUntil(lambda: other.training.state == "queued")
    assert session.training.state == "running"
    assert other.training.eta_s is None
    other.pause_training()
    other.resume_training()
    assert other.training.state == "queued", "resumed behind one that runs"
    qtbot.wait(80)
    assert (session.training.state, other.training.state) == ("running", "queued")
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: session.training.state == "done")
    qtbot.waitUntil(lambda: other.training.state == "done")


def test_seconds_left_are_measured_without_the_pauses() -> None:
    now = [100.0]
    clock = TrainingClock(lambda: now[0])
    clock.start()
    assert clock.eta_s(20.0, 100.0) is None
    now[0] += 10
    assert clock.eta_s(40.0, 100.0) == pytest.approx(30.0)
    clock.pause()
    now[0] += 1000
    clock.start()
    now[0] += 10
    assert clock.eta_s(60.0, 100.0) == pytest.approx(20.0)


def test_a_pause_is_not_undone_by_events_that_were_on_their_way() -> None:
    progress = TrainingProgress()
    progress.pause()
    progress.take(events.TrainingStarted(PLAN, 30, 100.0))
    progress.take(events.ScaleStarted(0, PLAN.sizes[0], 32, 10, 0))
    assert progress.status.state == "paused"
    progress.resume()
    assert progress.status.state == "running"


def test_progress_restarts_the_clock_of_each_scale() -> None:
    now = [0.0]
    progress = TrainingProgress(now_s=lambda: now[0])
    progress.take(events.TrainingStarted(PLAN, 30, 100.0))
    for scale in (0, 1):
        progress.take(events.ScaleStarted(scale, PLAN.sizes[scale], 32, 10, 0))
        progress.take(events.UpdateDone(scale, 0, 10, "critic", 10.0 * scale, {}))
        assert progress.status.scale_eta_s is None
        now[0] += 2.0
        progress.take(events.UpdateDone(scale, 5, 10, "critic", 10.0 * scale + 5, {}))
        assert progress.status.scale_eta_s == pytest.approx(2.0)
    assert progress.status.eta_s == pytest.approx(4.0 * 85 / 15)


def kill(recovery: RecoveryFolder) -> None:
    """Let go of the folder as the system does for a program that ended."""
    lock = recovery._lock
    assert lock is not None
    lock.unlock()


def test_the_training_of_a_program_that_died_is_offered_again(
    make_workspace: Callable[[], Workspace], jobs: ScriptedJobs, photo_path: Path, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 2
    first = make_workspace()
    lost = first.open_path(photo_path)
    lost.start_training(CONFIG.changed(seed=9), "cpu")
    qtbot.waitUntil(lambda: lost.training.scale == 2)
    lost.pause_training()
    lost_id = lost.id
    qtbot.waitUntil(lambda: first.recovery.read(lost_id) is not None)
    first.shutdown()
    kill(first.recovery)
    found = make_workspace().open_path(photo_path)
    qtbot.waitUntil(lambda: found.training.can_resume)
    assert found.model is not None
    assert found.model.scale_count == 2
    assert not found.is_modified
    jobs.scales_allowed = 3
    found.resume_training()
    qtbot.waitUntil(lambda: found.training.state == "done")
    assert jobs.trainings[-1].resume is not None
    assert found.model.config.seed == 9


def test_a_tab_that_is_opened_again_finds_its_training(
    session: Session, workspace: Workspace, jobs: ScriptedJobs, photo_path: Path, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.scale == 1)
    session_id = session.id
    workspace.close(session)
    qtbot.waitUntil(lambda: workspace.recovery.read(session_id) is not None)
    again = workspace.open_path(photo_path)
    qtbot.waitUntil(lambda: again.training.can_resume)
    assert again.training.scale == 1


def test_a_trained_photo_is_ready_when_it_is_opened_again(
    trained: Session, workspace: Workspace, photo_path: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: workspace.cache.size_bytes > 0)
    again = workspace.open_path(photo_path)
    qtbot.waitUntil(lambda: again.model is not None)
    assert again.training.state == "done"
    assert not again.is_modified


def test_models_are_not_kept_where_the_user_does_not_want_it(
    session: Session, workspace: Workspace, photo_path: Path, qtbot: QtBot
) -> None:
    workspace.cache.is_enabled = False
    session.start_training(CONFIG, "cpu")
    qtbot.waitUntil(lambda: session.training.state == "done")
    workspace.cache.is_enabled = True
    again = workspace.open_path(photo_path)
    qtbot.wait(80)
    assert again.model is None
