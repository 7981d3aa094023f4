"""What trainings cost, as the window tells it: measured once, remembered, corrected."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.cost_estimates import CostEstimates, TrainingPace
from app.jobs.requests import SpeedRequest
from app.jobs.worker import JobProgress
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.workspace import Workspace
from singan_core.model.pyramid import plan_pyramid
from singan_core.presets import preset
from singan_core.training.speed import speed_key
from tests.gui.scripted_jobs import Photo, ScriptedJobs, tiny_model
from tests.gui.scripted_pictures import scripted_speed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
CONFIG = preset("draft")
PLAN = plan_pyramid(188, 250, CONFIG)
KEY = f"CPU, {speed_key(PLAN, CONFIG)}"
DEVICES = {"cuda:0": "A card", "cpu": "CPU"}


def requests(jobs: ScriptedJobs) -> list[SpeedRequest]:
    return [each for each in jobs.requests if isinstance(each, SpeedRequest)]


def test_the_first_question_measures_and_the_answer_is_remembered(
    workspace: Workspace, settings: Settings, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    costs = CostEstimates(workspace.worker, settings, DEVICES)
    with qtbot.waitSignal(costs.changed):
        first = costs.training(PLAN, CONFIG, "cpu")
        assert costs.training(PLAN, CONFIG, "cpu").seconds is None
    assert first.seconds is None
    assert 0.2e9 < first.byte_count < 1e9
    told = costs.training(PLAN, CONFIG, "cpu")
    assert told.seconds == scripted_speed(PLAN).training_s(PLAN, CONFIG)
    again = CostEstimates(workspace.worker, settings, DEVICES)
    assert again.training(PLAN, CONFIG, "cpu") == told
    assert len(requests(jobs)) == 1


def test_each_device_preset_and_size_has_a_speed_of_its_own(
    workspace: Workspace, settings: Settings, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    costs = CostEstimates(workspace.worker, settings, DEVICES)
    larger = CONFIG.changed(max_size_px=500)
    for config, device in (
        (CONFIG, "auto"),
        (CONFIG, "cpu"),
        (preset("standard"), "auto"),
        (larger, "auto"),
    ):
        with qtbot.waitSignal(costs.changed):
            costs.training(plan_pyramid(375, 500, config), config, device)
    assert len(requests(jobs)) == 4
    longer = CONFIG.changed(iterations=2000, fine_iterations=None, kind="finetune")
    assert costs.training(plan_pyramid(375, 500, CONFIG), longer, "cpu").seconds is not None
    assert costs.training(plan_pyramid(375, 500, CONFIG), CONFIG, "cuda:0").seconds is not None
    assert len(requests(jobs)) == 4


def test_only_the_newest_speeds_are_kept(
    workspace: Workspace, settings: Settings, qtbot: QtBot
) -> None:
    old = {f"CPU, {number}": [0.0] for number in range(200)}
    settings.set_structure("speed/measured", old)
    costs = CostEstimates(workspace.worker, settings, {"cpu": "CPU"})
    with qtbot.waitSignal(costs.changed):
        costs.training(PLAN, CONFIG, "cpu")
    kept = settings.structure("speed/measured")
    assert isinstance(kept, dict)
    assert len(kept) == 60
    assert KEY in kept


@pytest.mark.parametrize(
    "stored",
    ["no table", {KEY: "fast"}, {KEY: [1.0]}, {KEY: [0.1, [1.0, 1.0, 1.0, 1.0]]}],
)
def test_damaged_settings_count_as_unknown(
    workspace: Workspace, settings: Settings, stored: object, qtbot: QtBot
) -> None:
    settings.set_structure("speed/measured", stored)
    costs = CostEstimates(workspace.worker, settings, {"cpu": "CPU"})
    with qtbot.waitSignal(costs.changed):
        assert costs.training(PLAN, CONFIG, "cpu").seconds is None


def test_a_training_that_took_longer_corrects_the_speed(
    workspace: Workspace, settings: Settings, photo: Photo, qtbot: QtBot
) -> None:
    from singan_core.events import TrainingDone, UpdateDone

    costs = CostEstimates(workspace.worker, settings, {"cpu": "CPU"})
    with qtbot.waitSignal(costs.changed):
        costs.training(PLAN, CONFIG, "cpu")
    before = costs.training(PLAN, CONFIG, "cpu").seconds
    assert before is not None
    clock = 0.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.cost_estimates.time.monotonic", lambda: clock)
        for done in range(0, 301, 20):
            update = UpdateDone(0, done, 400, "generator", 0.0, {})
            workspace.worker.progressed.emit(JobProgress(99, "", update))
            clock += 2.0
    model = dataclasses.replace(tiny_model(photo, CONFIG), plan=PLAN)
    workspace.worker.progressed.emit(JobProgress(99, "", TrainingDone(model)))
    after = costs.training(PLAN, CONFIG, "cpu").seconds
    assert after is not None
    assert after > 5 * before


def test_pauses_and_other_scales_do_not_count() -> None:
    pace = TrainingPace()
    for scale, iteration, now in ((0, 0, 0.0), (0, 2, 1.0), (0, 3, 100.0), (1, 0, 101.0)):
        pace.take(scale, iteration, now)
    assert pace.seconds == 1.0
    scales_s = [0.5 * CONFIG.iterations_at(scale, 3) for scale in range(PLAN.scale_count)]
    assert pace.ratio(scales_s, CONFIG) == pytest.approx(1.0)


def test_a_training_of_two_photos_corrects_the_speed_of_both(
    workspace: Workspace, settings: Settings, photo: Photo, qtbot: QtBot
) -> None:
    from singan_core.events import TrainingDone, UpdateDone

    costs = CostEstimates(workspace.worker, settings, {"cpu": "CPU"})
    config = CONFIG.changed(kind="pair", residual_scales=PLAN.scale_count)
    other = dataclasses.replace(PLAN, sizes=tuple((height, height) for height, _ in PLAN.sizes))
    plans = (PLAN, other)
    assert costs.pair_training(plans, config, "cpu").seconds is None
    qtbot.waitUntil(lambda: costs.pair_training(plans, config, "cpu").seconds is not None)
    before = costs.pair_training(plans, config, "cpu").seconds
    alone = costs.training(other, config, "cpu").seconds
    assert before is not None
    assert alone is not None
    clock = 0.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.cost_estimates.time.monotonic", lambda: clock)
        for done in range(0, 301, 20):
            update = UpdateDone(0, done, 400, "generator", 0.0, {})
            workspace.worker.progressed.emit(JobProgress(98, "", update))
            clock += 2.0
    a, b = (dataclasses.replace(tiny_model(photo, config), plan=plan) for plan in plans)
    workspace.worker.progressed.emit(JobProgress(98, "", TrainingDone(a, b)))
    after, corrected = (
        costs.pair_training(plans, config, "cpu"),
        costs.training(other, config, "cpu"),
    )
    assert after.seconds is not None
    assert corrected.seconds is not None
    ratio = after.seconds / before
    assert ratio > 2.0
    assert corrected.seconds / alone == pytest.approx(ratio)


def test_the_training_panel_tells_size_time_and_memory(
    window: MainWindow, session: Session, photo_path: Path, qtbot: QtBot
) -> None:
    window.docks.reveal("training")
    qtbot.waitUntil(lambda: "About" in window.training.status.text())
    text = window.training.status.text()
    assert "scales, from" in text
    assert "GB of memory" in text
