"""Super-resolution through the panel: cost, training, enlarging, cancelling, other documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document.compositing import flatten
from app.document.painting.brush import BrushSettings
from app.jobs.recipe import Application
from app.jobs.requests import SuperResolutionRequest
from app.main_window import MainWindow
from app.panels.generate import GeneratePanel
from app.session import Session
from app.session.document_session import DocumentSession
from tests.gui.picture_panel import panel_for, wait_until
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def panel(session: Session, window: MainWindow) -> GeneratePanel:
    return panel_for(window, Application.SUPER_RESOLUTION)


@pytest.fixture
def ready(panel: GeneratePanel, session: Session, qtbot: QtBot) -> GeneratePanel:
    """With a model, and the result of its first use discarded."""
    panel.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    # the result comes a moment before its job has ended
    wait_until(qtbot, lambda: not session.render_status.is_busy)
    session.discard_preview()
    return panel


def requests(jobs: ScriptedJobs) -> list[SuperResolutionRequest]:
    return [each for each in jobs.requests if isinstance(each, SuperResolutionRequest)]


def test_the_cost_is_shown_before_anything_is_trained(
    panel: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    page = panel.super_resolution
    page.quick_buttons[2].click()
    assert session.document.render_settings.factor == 4.0
    assert page.size_label.text() == "64 × 48 px → 256 × 192 px"
    wait_until(qtbot, lambda: "about" in page.cost_text.text())
    assert "5 scales" in page.cost_text.text()
    assert "GB" in page.cost_text.text()
    assert panel.render_button.text() == "Train and enlarge"
    assert not jobs.trainings


def test_it_trains_then_enlarges_and_shows_the_picture_beside_the_canvas(
    panel: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    panel.render_button.click()
    page = panel.super_resolution
    wait_until(qtbot, lambda: session.kinds.status("sr").scale == 1)
    wait_until(qtbot, page.training_box.isVisible)
    assert page.training_box.pyramid.picture.done_count == 1
    assert panel.progress.isVisible()
    assert not panel.render_button.isEnabled()
    jobs.scales_allowed = 3
    wait_until(qtbot, lambda: session.preview is not None)
    (training,), (request,) = jobs.trainings, requests(jobs)
    assert training.config.kind == "sr"
    assert np.array_equal(request.picture, session.photo)
    assert (request.factor, request.fine_noise) == (2.0, 1.0)
    assert not session.is_preview_on_canvas
    assert panel.picture_box.isVisible()
    assert "128 × 96" in panel.picture_box.picture.text()
    wait_until(qtbot, lambda: panel.render_button.text() == "Enlarge")
    assert session.model is None


def test_a_second_picture_needs_no_training(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    ready.super_resolution.factor.setValue(2.5)
    assert "is trained" in ready.super_resolution.cost_text.text()
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert len(jobs.trainings) == 1
    assert session.results[0].image.shape == (120, 160, 3)


def test_what_the_document_shows_can_be_enlarged_without_grain(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    session.strokes.begin(BrushSettings(size_px=12, hardness=1, color=(255, 0, 0)))
    session.strokes.add(30, 20, 1.0)
    session.strokes.finish()
    ready.super_resolution.source.setCurrentIndex(1)
    ready.super_resolution.source.activated.emit(1)
    ready.super_resolution.noise.click()
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    request = requests(jobs)[-1]
    assert np.array_equal(request.picture, flatten(session.document)[..., :3])
    assert (request.is_document, request.fine_noise) == (True, 0.0)
    assert session.results[0].composite is not None


def test_another_thoroughness_is_trained_anew(ready: GeneratePanel) -> None:
    box = ready.super_resolution.preset_box
    box.setCurrentIndex(box.findData("standard"))
    box.activated.emit(box.currentIndex())
    assert ready.render_button.text() == "Train and enlarge"


def test_choices_come_back_with_undo(panel: GeneratePanel, session: Session) -> None:
    page = panel.super_resolution
    page.factor.setValue(3.3)
    page.noise.click()
    session.undo()
    assert page.noise.isChecked()
    session.undo()
    assert page.factor.value() == 2.0


def test_pictures_that_are_too_large_are_refused_with_a_sentence(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.workspace.open_picture(np.zeros((3000, 4000, 3), np.uint8), "large")
    panel = panel_for(window, Application.SUPER_RESOLUTION)
    panel.super_resolution.factor.setValue(8.0)
    assert not panel.render_button.isEnabled()
    assert "megapixels" in panel.reason.text()


def test_cancelling_the_training_forgets_the_picture(
    panel: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    panel.render_button.click()
    wait_until(qtbot, lambda: session.kinds.status("sr").scale == 1)
    panel.cancel_button.click()
    assert not session.kinds.status("sr").is_active
    assert not session.is_waiting_for("sr")
    assert panel.render_button.isEnabled()
    assert panel.render_button.text() == "Train and enlarge"
    jobs.scales_allowed = 3
    panel.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert len(requests(jobs)) == 1


def test_cancelling_while_it_enlarges_leaves_the_model(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_renders_held = True
    ready.render_button.click()
    wait_until(qtbot, lambda: len(requests(jobs)) == 2)
    ready.cancel_button.click()
    assert not session.render_status.is_busy
    jobs.are_renders_held = False
    assert session.results == ()
    assert session.kinds.model("sr") is not None
    assert ready.render_button.text() == "Enlarge"


@pytest.mark.logs_expected
def test_a_failed_training_is_told_and_leaves_nothing_waiting(
    panel: GeneratePanel,
    session: Session,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    notices: Callable[[DocumentSession], list[str]],
) -> None:
    heard = notices(session)
    jobs.scales_allowed, jobs.training_error = 1, RuntimeError("x")
    panel.render_button.click()
    wait_until(qtbot, lambda: bool(heard))
    assert not session.is_waiting_for("sr")
    assert panel.render_button.isEnabled()


@pytest.mark.parametrize("is_training", [True, False])
def test_the_picture_lands_in_the_document_that_asked(
    ready: GeneratePanel,
    session: Session,
    window: MainWindow,
    photo_path: Path,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    is_training: bool,
) -> None:
    if is_training:
        box = ready.super_resolution.preset_box
        box.setCurrentIndex(box.findData("standard"))
        box.activated.emit(box.currentIndex())
        jobs.scales_allowed = 1
    else:
        jobs.are_renders_held = True
    ready.render_button.click()
    other = window.workspace.open_path(photo_path)
    assert not ready.super_resolution.training_box.isVisible()
    jobs.scales_allowed, jobs.are_renders_held = 3, False
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert other.results == ()
    assert other.kinds.model("sr") is None


@pytest.mark.parametrize("is_training", [True, False])
def test_the_window_closes_in_each_phase(
    ready: GeneratePanel,
    session: Session,
    window: MainWindow,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    is_training: bool,
) -> None:
    if is_training:
        box = ready.super_resolution.preset_box
        box.setCurrentIndex(box.findData("standard"))
        box.activated.emit(box.currentIndex())
        jobs.scales_allowed = 1
        ready.render_button.click()
        wait_until(qtbot, lambda: session.kinds.status("sr").scale == 1)
    else:
        jobs.are_renders_held = True
        ready.render_button.click()
        wait_until(qtbot, lambda: len(requests(jobs)) == 2)
    window.leave()
    assert not window.workspace.worker.is_running


def test_the_model_and_the_picture_are_in_the_project(
    ready: GeneratePanel, session: Session, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    session.save(tmp_path / "p.singan")
    wait_until(qtbot, lambda: not session.is_saving)
    window.workspace.close(session)
    again = window.workspace.open_path(tmp_path / "p.singan")
    assert again.kinds.model("sr") is not None
    assert again.results[0].image.shape == (96, 128, 3)
    assert ready.render_button.text() == "Enlarge"
