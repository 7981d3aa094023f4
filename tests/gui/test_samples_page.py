"""Random samples through the panel: count, size, grid, cancelling, other documents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document.compositing import flatten
from app.document.picture_grid import GAP_PX, picture_grid
from app.jobs.recipe import Application
from app.jobs.requests import SampleRequest
from app.main_window import MainWindow
from app.panels.generate import GeneratePanel
from app.session import Session
from app.session.repeating import render_again
from tests.gui.picture_panel import panel_for, wait_until
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def panel(trained: Session, window: MainWindow) -> GeneratePanel:
    made = panel_for(window, Application.SAMPLE)
    made.samples.count.setValue(3)
    return made


def requests(jobs: ScriptedJobs) -> list[SampleRequest]:
    return [each for each in jobs.requests if isinstance(each, SampleRequest)]


def test_without_a_model_it_says_what_is_missing(window: MainWindow, session: Session) -> None:
    panel = panel_for(window, Application.SAMPLE)
    assert not panel.render_button.isEnabled()
    assert "Train" in panel.reason.text()


def test_samples_of_the_documents_size_lie_over_the_canvas(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    assert panel.samples.size_row.size_px == (64, 48)
    panel.samples.start_scale.setValue(1)
    panel.render_button.click()
    wait_until(qtbot, lambda: len(trained.results) == 3)
    (request,) = requests(jobs)
    assert (request.count, request.start_scale, request.size) == (3, 1, (48, 64))
    assert trained.preview is not None
    assert trained.is_preview_on_canvas
    assert not panel.picture_box.isVisible()
    seeds = [result.recipe.seed for result in trained.results]
    assert seeds == [request.seed, request.seed + 1, request.seed + 2]


def test_how_like_the_photo_samples_are_is_chosen_and_undone(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    usual = panel.samples.likeness.value()
    panel.samples.likeness.setValue(75)
    panel.render_button.click()
    wait_until(qtbot, lambda: bool(requests(jobs)))
    assert requests(jobs)[0].likeness == 0.75
    wait_until(qtbot, lambda: len(trained.results) == 3)
    wait_until(qtbot, lambda: not trained.render_status.is_busy)
    render_again(trained, trained.results[0])
    wait_until(qtbot, lambda: len(requests(jobs)) == 2)
    assert (requests(jobs)[1].likeness, requests(jobs)[1].device) == (0.75, "cpu")
    # of a result from before layouts were chosen between, there is one
    assert (requests(jobs)[0].layouts, requests(jobs)[1].layouts) == (None, 1)
    trained.undo()
    assert panel.samples.likeness.value() == usual
    assert trained.document.render_settings.sample_likeness is None
    panel.samples.start_scale.setValue(1)
    assert not panel.samples.likeness.isEnabled()


def test_a_linked_size_keeps_its_ratio_and_is_a_step_of_the_history(
    panel: GeneratePanel, trained: Session
) -> None:
    size = panel.samples.size_row
    size.width_field.setValue(128)
    assert size.size_px == (128, 96)
    assert trained.document.render_settings.sample_height == 96
    size.link.click()
    size.height_field.setValue(50)
    assert size.size_px == (128, 50)
    trained.undo()
    assert size.size_px == (64, 48)
    trained.redo()
    size.reset.click()
    assert size.size_px == (64, 48)
    assert not size.reset.isEnabled()


def test_samples_of_another_size_are_shown_beside_the_canvas(
    panel: GeneratePanel, trained: Session, window: MainWindow, qtbot: QtBot
) -> None:
    panel.samples.size_row.width_field.setValue(128)
    panel.samples.count.setValue(1)
    panel.render_button.click()
    wait_until(qtbot, lambda: trained.preview is not None)
    assert not trained.is_preview_on_canvas
    assert panel.picture_box.isVisible()
    assert "128 × 96" in panel.picture_box.picture.text()
    before = flatten(trained.document)
    trained.apply_preview()
    assert np.array_equal(flatten(trained.document), before)
    panel.picture_box.picture.click()
    assert window.pictures.dialog is not None
    window.pictures.dialog.open_button.click()
    opened = window.workspace.active
    assert opened is not None
    assert opened is not trained
    assert (opened.document.width, opened.document.height) == (128, 96)
    assert opened.is_modified
    assert opened.path is None
    assert np.array_equal(opened.photo, trained.results[0].image)


def test_a_grid_of_the_newest_samples_opens_as_a_document(
    panel: GeneratePanel, trained: Session, window: MainWindow, qtbot: QtBot
) -> None:
    assert not panel.samples.grid_button.isVisible()
    panel.render_button.click()
    wait_until(qtbot, lambda: len(trained.results) == 3 and not trained.render_status.is_busy)
    panel.render_button.click()
    wait_until(qtbot, lambda: len(trained.results) == 6)
    panel.samples.grid_button.click()
    opened = window.workspace.active
    assert opened is not None
    assert np.array_equal(opened.photo, picture_grid([r.image for r in trained.results[3:]]))


def test_the_grid_keeps_every_pixel() -> None:
    pictures = [np.full((4, 6, 3), value, np.uint8) for value in (1, 2, 3)]
    grid = picture_grid(pictures)
    assert grid.shape == (2 * 4 + 3 * GAP_PX, 2 * 6 + 3 * GAP_PX, 3)
    for value in (1, 2, 3):
        assert np.count_nonzero(np.all(grid == value, axis=2)) == 24


def test_sizes_that_do_not_fit_are_refused_with_a_sentence(panel: GeneratePanel) -> None:
    panel.samples.size_row.width_field.setValue(20_000)
    assert not panel.render_button.isEnabled()
    assert "megapixels" in panel.reason.text()


def test_cancelling_keeps_the_samples_made_so_far(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_renders_held = True
    panel.render_button.click()
    wait_until(qtbot, lambda: bool(requests(jobs)))
    panel.cancel_button.click()
    assert not trained.render_status.is_busy
    jobs.are_renders_held = False
    panel.render_button.click()
    wait_until(qtbot, lambda: not trained.render_status.is_busy)
    assert len(trained.results) == 3
    assert len({result.id for result in trained.results}) == 1


def test_samples_land_in_the_document_that_asked(
    panel: GeneratePanel,
    trained: Session,
    window: MainWindow,
    photo_path: Path,
    jobs: ScriptedJobs,
    qtbot: QtBot,
) -> None:
    jobs.are_renders_held = True
    panel.render_button.click()
    wait_until(qtbot, lambda: bool(requests(jobs)))
    other = window.workspace.open_path(photo_path)
    jobs.are_renders_held = False
    wait_until(qtbot, lambda: len(trained.results) == 3)
    assert other.results == ()
    assert panel.session is other


def test_the_window_closes_while_samples_are_made(
    panel: GeneratePanel, window: MainWindow, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_renders_held = True
    panel.render_button.click()
    wait_until(qtbot, lambda: bool(requests(jobs)))
    window.leave()
    assert not window.workspace.worker.is_running
