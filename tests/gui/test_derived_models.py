"""Paint colours and tuned edits through the panel: trained first, rendered then."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document.painting.brush import BrushSettings
from app.jobs.recipe import Application
from app.jobs.rendering import edit_injection
from app.jobs.replay import ReplayInputs, replay_request
from app.jobs.requests import FinetuneRequest, JobRequest, QuantizeRequest, TrainRequest
from app.jobs.results import RenderResult
from app.jobs.streams import job_events
from app.main_window import MainWindow
from app.panels.generate import GeneratePanel
from app.session import Session
from singan_core import events
from singan_core.config import TrainConfig
from singan_core.model.derivation import Derivation
from singan_core.model.trained import TrainedPyramid
from singan_core.training import derived_training
from singan_core.training.derived_training import finetune_derivation
from tests.gui.picture_panel import panel_for
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
RED = BrushSettings(size_px=14, hardness=1, color=(255, 0, 0))
PALETTE = ((0, 0, 0), (255, 255, 255))


class DerivingJobs(ScriptedJobs):
    """Trains by the script; a derived model says where it comes from, as the engine's do."""

    def _steps(self, request: TrainRequest, first: int) -> Iterator[Any]:
        for event in super()._steps(request, first):
            if isinstance(event, events.TrainingDone):
                yield events.TrainingDone(derived(request, event.model))
            else:
                yield event


def derived(request: TrainRequest, model: TrainedPyramid) -> TrainedPyramid:
    derivation = None
    if isinstance(request, QuantizeRequest):
        derivation = Derivation(request.parent.model_id, request.scale, PALETTE)
    elif isinstance(request, FinetuneRequest):
        derivation = finetune_derivation(edit_injection(request.render))
    return dataclasses.replace(model, derivation=derivation)


@pytest.fixture
def jobs() -> DerivingJobs:
    return DerivingJobs()


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


@pytest.fixture
def panel(window: MainWindow, trained: Session) -> GeneratePanel:
    """Paint to image, with an edit and paint colours to be matched."""
    trained.edits.add_layer()
    paint(trained, 30, 20)
    shown = panel_for(window, Application.PAINT)
    shown.injection.derived_box.colours.click()
    return shown


@pytest.fixture
def tuning(window: MainWindow, trained: Session) -> GeneratePanel:
    """Editing, with an edit."""
    trained.edits.add_layer()
    paint(trained, 30, 20)
    return panel_for(window, Application.EDIT)


def quantizing(jobs: ScriptedJobs) -> list[QuantizeRequest]:
    return [each for each in jobs.requests if isinstance(each, QuantizeRequest)]


def finetuning(jobs: ScriptedJobs) -> list[FinetuneRequest]:
    return [each for each in jobs.requests if isinstance(each, FinetuneRequest)]


def test_the_switch_is_for_paints_and_comes_back_with_undo(
    panel: GeneratePanel, trained: Session
) -> None:
    box = panel.injection.derived_box
    assert trained.document.render_settings.is_quantized
    assert panel.render_button.text() == "Train and render"
    trained.undo()
    assert not box.colours.isChecked()
    assert panel.render_button.text() == "Render"
    panel.choose_application(Application.EDIT)
    assert not box.colours.isVisible()
    assert box.tune.isVisible()


def test_it_trains_the_colours_then_renders_with_them(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: "about" in panel.injection.derived_box.text.text())
    assert not quantizing(jobs)
    jobs.scales_allowed = 1
    panel.render_button.click()
    qtbot.waitUntil(lambda: trained.kinds.status("quantized").scale == 1)
    assert panel.progress.isVisible()
    assert not panel.render_button.isEnabled()
    assert "paint colours" in panel.reason.text()
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    (training,), (request,) = quantizing(jobs), jobs.renders
    model = trained.model
    assert model is not None
    assert (training.parent.model_id, training.config.kind) == (model.model_id, "quantized")
    assert (request.model.kind, request.scale) == ("quantized", training.scale)
    # the result arrives a moment before its job ends
    qtbot.waitUntil(lambda: panel.render_button.text() == "Render")
    panel.render_button.click()
    qtbot.waitUntil(lambda: len(trained.results) == 2)
    assert len(quantizing(jobs)) == 1


def test_another_scale_and_another_model_are_asked_for_again(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    panel.choose_scale(1)
    panel.render_button.click()
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    # the result comes a moment before its job has ended
    qtbot.waitUntil(lambda: not trained.render_status.is_busy)
    panel.choose_scale(2)
    assert panel.render_button.text() == "Train and render"
    panel.choose_scale(1)
    assert panel.render_button.text() == "Render"
    trained.start_training(TrainConfig(preset="draft", seed=5), "cpu")
    qtbot.waitUntil(lambda: panel.render_button.text() == "Train and render")


def test_strip_and_live_show_nothing_that_a_render_would_not(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    panel.injection.live_box.switch.click()
    page = panel.injection
    assert not trained.strip.thumbnails
    assert not trained.live.is_on
    panel.render_button.click()
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    qtbot.waitUntil(lambda: bool(jobs.live_pictures) and trained.live.pixels is not None)
    qtbot.waitUntil(lambda: bool(trained.strip.thumbnails))
    assert jobs.live_pictures[-1].render.model.kind == "quantized"
    assert jobs.strips[-1].render.model.kind == "quantized"
    page.derived_box.colours.click()
    qtbot.waitUntil(lambda: jobs.strips[-1].render.model.kind == "single")


@pytest.mark.parametrize("is_tuned", [False, True])
def test_cancelling_the_training_forgets_the_render(
    window: MainWindow, trained: Session, jobs: ScriptedJobs, qtbot: QtBot, is_tuned: bool
) -> None:
    trained.edits.add_layer()
    paint(trained, 30, 20)
    panel = panel_for(window, Application.EDIT if is_tuned else Application.PAINT)
    box = panel.injection.derived_box
    start = box.tune if is_tuned else panel.render_button
    if not is_tuned:
        box.colours.click()
    jobs.scales_allowed = 1
    start.click()
    kind = "finetune" if is_tuned else "quantized"
    qtbot.waitUntil(lambda: trained.kinds.status(kind).scale == 1)
    panel.cancel_button.click()
    assert not trained.is_waiting_for(kind)
    assert not trained.kinds.status(kind).is_active
    assert panel.render_button.isEnabled()
    assert trained.kinds.model(kind) is None
    jobs.scales_allowed = 3
    start.click()
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    assert len(jobs.renders) == 1


def test_undo_of_the_switch_leaves_the_training_and_its_render(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    panel.render_button.click()
    qtbot.waitUntil(lambda: trained.kinds.status("quantized").scale == 1)
    trained.undo()
    assert panel.cancel_button.isVisible()
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    assert jobs.renders[0].model.kind == "quantized"


def test_the_result_lands_in_the_document_that_asked(
    panel: GeneratePanel,
    trained: Session,
    window: MainWindow,
    photo_path: Path,
    jobs: ScriptedJobs,
    qtbot: QtBot,
) -> None:
    jobs.scales_allowed = 1
    panel.render_button.click()
    qtbot.waitUntil(lambda: trained.kinds.status("quantized").scale == 1)
    other = window.workspace.open_path(photo_path)
    assert not panel.cancel_button.isVisible()
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    assert other.results == ()
    assert other.kinds.model("quantized") is None


def test_the_document_closes_while_it_trains(
    panel: GeneratePanel, trained: Session, window: MainWindow, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    panel.render_button.click()
    qtbot.waitUntil(lambda: trained.kinds.status("quantized").scale == 1)
    window.workspace.close(trained)
    jobs.scales_allowed = 3
    assert not panel.cancel_button.isVisible()
    assert not jobs.renders


def test_the_project_keeps_the_model_for_paints(
    panel: GeneratePanel, trained: Session, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    panel.render_button.click()
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    trained.save(tmp_path / "p.singan")
    qtbot.waitUntil(lambda: not trained.is_saving)
    window.workspace.close(trained)
    again = window.workspace.open_path(tmp_path / "p.singan")
    assert again.document.render_settings.is_quantized
    assert again.results[0].recipe.model_id in {each.model_id for each in again.kinds.models}
    assert panel.render_button.text() == "Render"


def test_tuning_trains_on_the_edit_and_renders_it(
    tuning: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    box = tuning.injection.derived_box
    qtbot.waitUntil(lambda: "about" in box.cost.text())
    steps = trained.history.index
    box.tune.click()
    qtbot.waitUntil(lambda: len(trained.results) == 1)
    (training,), (request,) = finetuning(jobs), jobs.renders
    assert request.model.kind == "finetune"
    assert np.array_equal(request.composite, training.render.composite)
    assert trained.history.index == steps
    box.tune.click()
    qtbot.waitUntil(lambda: len(trained.results) == 2)
    assert len(finetuning(jobs)) == 1
    paint(trained, 45, 30)
    box.tune.click()
    qtbot.waitUntil(lambda: len(trained.results) == 3)
    assert len(finetuning(jobs)) == 2
    trained.discard_preview()
    trained.undo()
    assert len(trained.results) == 3


class RealJobs(ScriptedJobs):
    """The engine itself."""

    def __call__(self, request: JobRequest) -> Iterator[Any]:
        self.requests.append(request)
        return job_events(request)


class TestWithTheEngine:
    """One tiny model, trained, derived from, rendered with and made again."""

    @pytest.fixture
    def jobs(self) -> RealJobs:
        return RealJobs()

    @pytest.fixture(autouse=True)
    def short_tuning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As short as the other trainings: a busy machine is long over hundreds of rounds."""
        monkeypatch.setattr(derived_training, "_FINETUNE_ROUNDS", 2)

    def test_a_paint_is_rendered_and_replays(
        self, window: MainWindow, session: Session, jobs: ScriptedJobs, qtbot: QtBot
    ) -> None:
        config = TrainConfig(
            preset="draft", iterations=2, max_size_px=64, scale_count=3, base_channels=4
        )
        session.start_training(config, "cpu")
        qtbot.waitUntil(lambda: session.training.state == "done", timeout=120_000)
        session.edits.add_layer()
        paint(session, 30, 20)
        panel = panel_for(window, Application.PAINT)
        panel.injection.derived_box.colours.click()
        panel.render_button.click()
        qtbot.waitUntil(lambda: len(session.results) == 1, timeout=120_000)
        result, model = session.results[0], session.kinds.model("quantized")
        assert model is not None
        assert model.derivation is not None
        assert result.recipe.model_id == model.model_id
        inputs = ReplayInputs(session.photo, result.composite, result.edit_mask)
        request = replay_request(result.recipe, inputs, {model.model_id: model})
        *_, again = job_events(request)
        assert isinstance(again, RenderResult)
        # Another number of threads may choose the other of two patches equally near.
        assert (np.abs(again.image.astype(int) - result.image) > 1).mean() < 0.1
        panel.choose_application(Application.EDIT)
        panel.injection.derived_box.tune.click()
        qtbot.waitUntil(lambda: len(session.results) == 2, timeout=120_000)
        assert session.results[1].recipe.parameters == {"model_kind": "finetune"}
