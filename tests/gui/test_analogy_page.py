"""Structural analogy through the panel: the two pictures, training, trials, translating, saving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.document.files.film_folder import FilmFolder
from app.jobs.analogy_requests import AnalogyRequest, AnalogyStripRequest
from app.jobs.recipe import Application
from app.jobs.requests import PairRequest
from app.jobs.video_request import VideoRequest
from app.main_window import MainWindow
from app.panels.generate import GeneratePanel
from app.session import Session
from app.session.document_session import DocumentSession
from app.session.repeating import render_again
from app.storage.journal import Journal
from app.storage.journal.journal import read_journal
from app.window import clips
from app.workspace import Workspace
from singan_core.applications.structural_analogy.piecing import STRUCTURE
from singan_core.presets import preset
from tests.gui.picture_panel import panel_for, wait_until
from tests.gui.scripted_jobs import Photo, ScriptedJobs, tiny_model

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def other(photo: Photo) -> Photo:
    """(60, 50, 3) RGB, of other proportions than the photo."""
    return np.ascontiguousarray(np.resize(photo[::-1], (60, 50, 3)))


@pytest.fixture
def other_path(tmp_path: Path, other: Photo) -> Path:
    path = tmp_path / "other.png"
    path.write_bytes(cv2.imencode(".png", other[..., ::-1])[1].tobytes())
    return path


@pytest.fixture
def panel(session: Session, window: MainWindow) -> GeneratePanel:
    return panel_for(window, Application.ANALOGY)


@pytest.fixture
def filled(panel: GeneratePanel, session: Session, other: Photo) -> GeneratePanel:
    session.set_second_picture(other, "other.png")
    return panel


@pytest.fixture
def ready(filled: GeneratePanel, session: Session, qtbot: QtBot) -> GeneratePanel:
    """With a whole pair."""
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.state == "done")
    return filled


def pairs(jobs: ScriptedJobs) -> list[PairRequest]:
    return [each for each in jobs.requests if isinstance(each, PairRequest)]


def translations(jobs: ScriptedJobs) -> list[AnalogyRequest]:
    return [each for each in jobs.requests if isinstance(each, AnalogyRequest)]


def strips(jobs: ScriptedJobs) -> list[AnalogyStripRequest]:
    return [each for each in jobs.requests if isinstance(each, AnalogyStripRequest)]


def choose(box: object, value: object) -> None:
    """Take an entry as the user does."""
    box.setCurrentIndex(box.findData(value))  # type: ignore[attr-defined]
    box.activated.emit(box.currentIndex())  # type: ignore[attr-defined]


def test_without_a_second_picture_the_panel_says_what_is_missing(panel: GeneratePanel) -> None:
    assert not panel.render_button.isEnabled()
    assert "second picture" in panel.reason.text()
    assert not panel.analogy.slots.second.is_filled
    assert not panel.analogy.pair_box.isVisible()


def test_a_dropped_file_becomes_the_second_picture_and_undo_takes_it_back(
    panel: GeneratePanel, session: Session, other: Photo, other_path: Path, qtbot: QtBot
) -> None:
    slot = panel.analogy.slots.second
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(other_path))])
    words = (mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, *words)
    slot.dragEnterEvent(entering)
    assert entering.isAccepted()
    slot.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, *words))
    wait_until(qtbot, lambda: session.pair.second is not None)
    assert session.pair.second is not None
    assert np.array_equal(session.pair.second.photo, other)
    assert (slot.text(), slot.size_text) == ("other.png", "50 × 60 px")
    assert panel.render_button.isEnabled()
    assert session.is_modified
    session.undo()
    assert not slot.is_filled
    session.redo()
    assert slot.is_filled


def test_a_folder_is_not_taken(panel: GeneratePanel, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    words = (mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, *words)
    entering.ignore()
    panel.analogy.slots.second.dragEnterEvent(entering)
    assert not entering.isAccepted()


def test_the_menu_offers_layers_and_other_documents(
    panel: GeneratePanel,
    session: Session,
    window: MainWindow,
    workspace: Workspace,
    other_path: Path,
    other: Photo,
    qtbot: QtBot,
) -> None:
    workspace.open_path(other_path)
    workspace.set_active(session)
    menu = panel.analogy.slots.second.menu
    menu.aboutToShow.emit()
    _, tabs, layers = menu.actions()
    below, beside = layers.menu(), tabs.menu()
    assert isinstance(below, QMenu)
    assert isinstance(beside, QMenu)
    assert [each.text() for each in below.actions()] == ["Photo"]
    (action,) = beside.actions()
    action.trigger()
    wait_until(qtbot, lambda: session.pair.second is not None)
    assert session.pair.second is not None
    assert session.pair.second.name == "other.png"
    assert np.array_equal(session.pair.second.photo, other)


def test_a_picture_that_is_too_small_is_refused_with_a_sentence(
    panel: GeneratePanel, session: Session
) -> None:
    session.set_second_picture(np.zeros((4, 5, 3), np.uint8), "tiny")
    assert not panel.render_button.isEnabled()
    assert "at least" in panel.reason.text()


def test_the_cost_is_shown_and_the_pair_is_trained(
    filled: GeneratePanel, session: Session, other: Photo, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    page = filled.analogy
    wait_until(qtbot, lambda: "about" in page.pair_box.cost_text.text())
    assert filled.render_button.text() == "Train the pair"
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.state == "done")
    (training,) = pairs(jobs)
    assert np.array_equal(training.photo, session.photo)
    assert np.array_equal(training.photo_b, other)
    assert training.config.kind == "pair"
    assert training.config.residual_scales
    pair = session.pair.pair
    assert pair is not None
    assert pair.is_complete
    assert pair.a.photo_sha256 != pair.b.photo_sha256
    assert filled.render_button.text() == "Translate"
    assert session.model is None


def test_two_scales_are_enough_and_the_training_pauses_and_goes_on(
    filled: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.pair is not None)
    assert "on their way" in filled.reason.text()
    box = filled.analogy.pair_box
    assert box.training_box.isVisible()
    jobs.scales_allowed = 2
    wait_until(qtbot, filled.render_button.isEnabled)
    assert filled.analogy.scale_box.draft_badge.text() == "draft 2/3"
    box.pause_button.click()
    assert session.pair.status.state == "paused"
    box.resume_button.click()
    filled.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert session.results[0].is_draft
    assert session.planned_scales(session.results[0]) == 3
    jobs.scales_allowed = 3
    wait_until(qtbot, lambda: session.pair.status.state == "done")


def test_a_stopped_training_is_gone_on_with(
    filled: GeneratePanel,
    session: Session,
    workspace: Workspace,
    jobs: ScriptedJobs,
    qtbot: QtBot,
) -> None:
    jobs.scales_allowed = 1
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.scale == 1)
    filled.analogy.pair_box.stop_button.click()
    assert filled.render_button.text() == "Resume training"
    second = session.pair.second
    assert second is not None
    wait_until(qtbot, lambda: workspace.recovery.holds(second.recovery_id))
    jobs.scales_allowed = 3
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.state == "done")
    resumed = pairs(jobs)[-1]
    assert resumed.resume is not None
    assert resumed.resume.partner is not None


def test_the_strip_shows_every_scale_and_a_click_uses_it(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    box = ready.analogy.scale_box
    wait_until(qtbot, lambda: set(box.strip.cells) == {0, 1, 2})
    QTest.mouseClick(
        box.strip, Qt.MouseButton.LeftButton, pos=box.strip.cell_rect(0).center().toPoint()
    )
    assert session.document.render_settings.analogy_scale == 0
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    (request,) = translations(jobs)
    assert (request.scale, request.direction) == (0, "a2b")
    assert request.appearance is not None
    assert session.pair.second is not None
    assert np.array_equal(request.appearance, session.pair.second.photo)
    assert np.array_equal(strips(jobs)[-1].render.picture, session.photo)


def test_the_strip_shows_a_first_look_that_is_marked_as_one(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    strip = ready.analogy.scale_box.strip
    wait_until(qtbot, lambda: set(strip.cells) == {0, 1, 2})
    jobs.are_renders_held = True
    ready.analogy.choose("is_analogy_reversed", is_analogy_reversed=True)
    wait_until(qtbot, lambda: [cell.is_quick for cell in strip.cells.values()] == [True] * 3)
    assert not any(cell.is_stale for cell in strip.cells.values())
    marked = strip.grab().toImage()
    jobs.are_renders_held = False
    wait_until(qtbot, lambda: not any(cell.is_quick for cell in strip.cells.values()))
    assert strip.grab().toImage() != marked


def test_other_patches_alone_need_no_first_look(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    strip = ready.analogy.scale_box.strip
    wait_until(qtbot, lambda: len(session.analogy_strip.thumbnails) == 3)
    wait_until(qtbot, lambda: not any(cell.is_quick for cell in strip.cells.values()))
    assert strips(jobs)[-1].is_quick_first
    ready.analogy.translation_box.structure.setValue(25)
    wait_until(qtbot, lambda: strips(jobs)[-1].render.structure == 2.5)
    assert not strips(jobs)[-1].is_quick_first
    ready.seed.show_seed(77)
    wait_until(qtbot, lambda: strips(jobs)[-1].render.seed == 77)
    assert strips(jobs)[-1].is_quick_first


def test_the_scale_under_the_pointer_lies_over_the_canvas(
    ready: GeneratePanel, window: MainWindow, qtbot: QtBot
) -> None:
    strip = ready.analogy.scale_box.strip
    wait_until(qtbot, lambda: set(strip.cells) == {0, 1, 2})
    QTest.mouseMove(strip, strip.cell_rect(1).center().toPoint())
    preview = window.edit_overlays.translation_preview
    wait_until(qtbot, lambda: preview.overlay is not None)
    assert preview.overlay is not None
    assert preview.overlay.rect.size().toTuple() == (64, 48)


def test_a_result_of_the_photo_becomes_a_layer_in_one_step(
    ready: GeneratePanel, session: Session, qtbot: QtBot
) -> None:
    ready.seed.show_seed(7)
    ready.render_button.click()
    wait_until(qtbot, lambda: session.preview is not None)
    assert session.is_preview_on_canvas
    count = len(session.history.labels())
    ready.results.apply_button.click()
    layer = session.document.layers[-1]
    assert layer.recipe is not None
    assert layer.recipe["application"] == "analogy"
    assert len(session.history.labels()) == count + 1
    session.undo()
    assert len(session.document.layers) == 1


def test_exchanged_the_second_picture_is_translated_and_shown_beside_the_canvas(
    ready: GeneratePanel, session: Session, other: Photo, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    ready.analogy.slots.swap.click()
    assert session.document.render_settings.is_analogy_reversed
    ready.render_button.click()
    wait_until(qtbot, lambda: session.preview is not None)
    request = translations(jobs)[-1]
    assert request.direction == "b2a"
    assert np.array_equal(request.picture, other)
    assert request.appearance is not None
    assert np.array_equal(request.appearance, session.photo)
    assert not session.is_preview_on_canvas
    assert ready.picture_box.isVisible()
    ready.results.apply_button.click()
    layer = session.document.layers[-1]
    assert layer.recipe is not None
    # in the middle of 64 x 48
    assert layer.plane.rect == (64 // 2 - 25 // 2 - 1, 48 // 2 - 30 // 2, 25, 30)
    session.undo()
    assert len(session.document.layers) == 1


def test_injection_and_refinement_and_variations_are_asked_for(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    box = ready.analogy.translation_box
    choose(box.inject_box, 0)
    choose(box.refine_box, 2)
    ready.make_variations(4)
    wait_until(qtbot, lambda: len(session.results) == 4)
    request = translations(jobs)[-1]
    assert (request.inject, request.refine, len(request.more_seeds)) == (0, 2, 3)
    session.undo()
    assert box.refine_box.currentData() is None


def test_a_result_is_refined_by_the_second_pictures_own_model(
    panel: GeneratePanel,
    session: Session,
    workspace: Workspace,
    make_workspace: Callable[[], Workspace],
    jobs: ScriptedJobs,
    other: Photo,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    own = tiny_model(other, preset("draft"))
    workspace.cache.store(own)
    session.set_second_picture(other, "other.png")
    panel.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.state == "done")
    box = panel.analogy.translation_box
    wait_until(qtbot, lambda: not box.own_box.isHidden())
    assert not box.own_box.isEnabled()
    choose(box.refine_box, 2)
    box.own_box.click()
    assert session.history.labels()[-2:] == ["Refinement", "Refinement model"]
    panel.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    refiner = translations(jobs)[-1].refiner
    assert refiner is not None
    assert refiner.model_id == own.model_id
    wait_until(qtbot, lambda: bool(strips(jobs)) and strips(jobs)[-1].render.refiner is refiner)
    render_again(session, session.results[0])
    wait_until(qtbot, lambda: len(session.results) == 2)
    assert translations(jobs)[-1].refiner is refiner
    session.save(tmp_path / "a.singan")
    wait_until(qtbot, lambda: not session.is_saving)
    workspace.cache.clear()
    opened = make_workspace().open_path(tmp_path / "a.singan")
    kept = opened.refiner("a2b")
    assert kept is not None
    assert kept.model_id == own.model_id
    # exchanged, the photo gives the appearance, and nothing of it alone is trained
    panel.analogy.choose("is_analogy_reversed", is_analogy_reversed=True)
    assert box.own_box.isHidden()


def test_the_photos_own_model_refines_in_the_other_direction(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    box = ready.analogy.translation_box
    assert box.own_box.isHidden()
    ready.analogy.choose("is_analogy_reversed", is_analogy_reversed=True)
    session.start_training(preset("draft"))
    wait_until(qtbot, lambda: session.model is not None and session.model.is_complete)
    wait_until(qtbot, lambda: not box.own_box.isHidden())
    choose(box.refine_box, 1)
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert translations(jobs)[-1].refiner is None
    box.own_box.click()
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 2)
    assert translations(jobs)[-1].refiner is session.model


def test_the_structure_leads_as_strictly_as_chosen(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    slider = ready.analogy.translation_box.structure
    wait_until(qtbot, lambda: len(session.analogy_strip.thumbnails) == 3)
    assert (slider.value(), slider.minimum(), slider.maximum()) == (round(10 * STRUCTURE), 0, 40)
    steps = len(session.history.labels())
    slider.setValue(20)
    slider.setValue(25)
    assert session.document.render_settings.structure == 2.5
    assert session.history.labels()[steps:] == ["Structure"]
    # the strip is of what was before, and is asked for anew
    assert session.analogy_strip.is_stale(0)
    wait_until(qtbot, lambda: strips(jobs)[-1].render.structure == 2.5)
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert translations(jobs)[-1].structure == 2.5
    session.undo()
    assert slider.value() == round(10 * STRUCTURE)
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 2)
    assert translations(jobs)[-1].structure is None


def test_without_patches_no_structure_leads(ready: GeneratePanel) -> None:
    box = ready.analogy.translation_box
    assert box.structure.isEnabled()
    for count, leads in ((0, False), (1, True), (None, True)):
        choose(box.patches, count)
        assert box.structure.isEnabled() is leads


def test_the_structure_of_a_result_is_taken_over_and_made_again(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    box = ready.analogy.translation_box
    box.structure.setValue(32)
    choose(box.patches, 3)
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    box.structure.setValue(5)
    ready.results.settings_wanted.emit(session.results[0])
    assert session.document.render_settings.structure == 3.2
    assert (box.structure.value(), box.patches.currentData()) == (32, 3)
    box.structure.setValue(5)
    render_again(session, session.results[0])
    wait_until(qtbot, lambda: len(session.results) == 2)
    assert translations(jobs)[-1].structure == 3.2


def test_the_finest_scale_needs_no_seed(ready: GeneratePanel) -> None:
    ready.analogy.scale_box.choose(0)
    assert ready.seed.isVisible()
    ready.analogy.scale_box.choose(2)
    assert not ready.seed.isVisible()
    assert not ready.variations_button.isVisible()


def test_what_the_document_shows_can_be_translated(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    ready.analogy.slots.first.menu.actions()[1].trigger()
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert translations(jobs)[-1].picture.shape == session.photo.shape
    assert session.is_preview_on_canvas


def test_switch_scales_are_tried_and_the_user_picks_one(
    filled: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    page = filled.analogy
    choose(page.pair_box.switch_box, 0)
    assert filled.render_button.text() == "Try switch scales"
    filled.render_button.click()
    assert not filled.render_button.isEnabled()
    # the proposal comes a moment before its job has ended
    wait_until(qtbot, filled.render_button.isEnabled)
    assert filled.render_button.text() == "Train the pair"
    second = session.pair.second
    assert second is not None
    assert second.trials.proposed == 4
    strip = page.pair_box.trials
    wait_until(qtbot, strip.isVisible)
    assert set(strip.cells) == {3, 4, 5}
    assert strip.value() == 4
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell_rect(5).center().toPoint())
    assert session.document.render_settings.switch_scale == 5
    filled.render_button.click()
    wait_until(qtbot, lambda: bool(pairs(jobs)))
    assert pairs(jobs)[0].config.residual_scales == 5


def test_trials_can_be_given_up(
    filled: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    choose(filled.analogy.pair_box.switch_box, 0)
    jobs.are_renders_held = True
    filled.render_button.click()
    wait_until(qtbot, filled.cancel_button.isVisible)
    filled.cancel_button.click()
    jobs.are_renders_held = False
    assert filled.render_button.isEnabled()
    assert not filled.cancel_button.isVisible()


def test_other_choices_offer_to_train_again(
    ready: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    box = ready.analogy.pair_box
    assert not box.again_button.isVisible()
    choose(box.preset_box, "standard")
    assert box.again_button.isVisible()
    assert ready.render_button.text() == "Translate"
    box.again_button.click()
    wait_until(qtbot, lambda: len(pairs(jobs)) == 2)
    assert pairs(jobs)[-1].config.preset == "standard"


def test_the_pair_comes_back_with_the_project_and_the_results_with_it(
    ready: GeneratePanel,
    session: Session,
    make_workspace: Callable[[], Workspace],
    tmp_path: Path,
    other: Photo,
    qtbot: QtBot,
) -> None:
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    session.save(tmp_path / "a.singan")
    wait_until(qtbot, lambda: not session.is_saving)
    opened = make_workspace().open_path(tmp_path / "a.singan")
    second, pair = opened.pair.second, opened.pair.pair
    assert second is not None
    assert pair is not None
    assert session.pair.pair is not None
    assert np.array_equal(second.photo, other)
    assert second.name == "other.png"
    assert pair.model_id == session.pair.pair.model_id
    assert opened.pair.status.state == "done"
    assert opened.results[0].recipe.model_id in opened.pair.models
    assert not opened.is_modified


def test_an_unfinished_pair_goes_on_after_closing(
    filled: GeneratePanel,
    session: Session,
    workspace: Workspace,
    jobs: ScriptedJobs,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    jobs.scales_allowed = 2
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.scale == 2)
    filled.analogy.pair_box.stop_button.click()
    second = session.pair.second
    assert second is not None
    wait_until(qtbot, lambda: workspace.recovery.holds(second.recovery_id))
    session.save(tmp_path / "b.singan")
    wait_until(qtbot, lambda: not session.is_saving)
    workspace.close(session)
    opened = workspace.open_path(tmp_path / "b.singan")
    assert opened.pair.status.can_resume
    assert opened.pair.pair is not None
    assert opened.pair.pair.scale_count == 2
    jobs.scales_allowed = 3
    opened.resume_pair()
    wait_until(qtbot, lambda: opened.pair.status.state == "done")
    assert pairs(jobs)[-1].resume is not None


def test_a_killed_program_leaves_the_pair_in_the_journal(
    ready: GeneratePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    ready.render_button.click()
    wait_until(qtbot, lambda: len(session.results) == 1)
    assert session.is_modified
    Journal(tmp_path / "journal").write(session.unsaved()())
    project = read_journal(tmp_path / "journal").project
    known = session.pair.stored
    assert project.pair is not None
    assert known is not None
    assert not project.notices
    assert np.array_equal(project.pair.photo_b, known.photo_b)
    assert (project.pair.a_id, project.pair.b_id) == (known.a_id, known.b_id)
    assert project.pair.pair is not None
    assert not project.models


def test_a_new_document_becomes_the_photo_as_it_is_drawn(
    window: MainWindow,
    workspace: Workspace,
    other: Photo,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    notices: Callable[[DocumentSession], list[str]],
) -> None:
    drawn = workspace.create(64, 48, (255, 255, 255))
    panel = panel_for(window, Application.ANALOGY)
    drawn.set_second_picture(other, "other.png")
    heard = notices(drawn)
    panel.render_button.click()
    wait_until(qtbot, lambda: bool(heard))
    assert "plain colour" in heard[0]
    drawn.show_second_picture(
        Document.from_photo(np.dstack([other, np.full(other.shape[:2], 255, np.uint8)]), "x"), "x"
    )
    wait_until(qtbot, lambda: panel.render_button.isEnabled())


def test_another_second_picture_keeps_what_was_trained_with_the_first(
    ready: GeneratePanel, session: Session, other: Photo
) -> None:
    trained = session.pair.pair
    session.set_second_picture(other[::-1], "another.png")
    assert session.pair.pair is None
    assert ready.render_button.text() == "Train the pair"
    session.undo()
    assert session.pair.pair is trained


def test_a_clip_is_translated_frame_by_frame(
    ready: GeneratePanel,
    session: Session,
    jobs: ScriptedJobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    clip, film = tmp_path / "clip.gif", tmp_path / "film.gif"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(clip), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(film), ""))
    written: list[str] = []
    session.file_written.connect(written.append)
    box = ready.analogy.clip_box
    ready.analogy.translation_box.structure.setValue(0)
    jobs.are_renders_held = True
    box.button.click()
    wait_until(qtbot, box.frame.isVisible)
    assert "film.gif: frame 1" in box.text.text()
    assert box.button.text() == "Stop the video"
    jobs.are_renders_held = False
    wait_until(qtbot, lambda: bool(written))
    (request,) = [each for each in jobs.requests if isinstance(each, VideoRequest)]
    assert (request.clip_path, request.output_path) == (str(clip), str(film))
    assert (request.existing, request.seed, request.structure) == ("refuse", None, 0.0)
    assert request.appearance is not None
    wait_until(qtbot, lambda: box.button.text() == "Translate a video…")
    assert not box.frame.isVisible()


@pytest.mark.parametrize(("answer", "existing"), [(True, "resume"), (False, "replace")])
def test_kept_frames_of_a_film_are_gone_on_with_or_not(
    ready: GeneratePanel,
    jobs: ScriptedJobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    answer: bool,
    existing: str,
) -> None:
    film = tmp_path / "film.gif"
    FilmFolder(film).path.mkdir()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(film), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(film), ""))
    monkeypatch.setattr(clips, "ask_go_on", lambda *_: answer)
    ready.analogy.clip_box.button.click()
    wait_until(qtbot, lambda: any(isinstance(each, VideoRequest) for each in jobs.requests))
    request = next(each for each in jobs.requests if isinstance(each, VideoRequest))
    assert request.existing == existing


@pytest.fixture
def clip(photo: Photo, tmp_path: Path) -> Path:
    """A folder of three frames, the photo first."""
    folder = tmp_path / "walk"
    folder.mkdir()
    for number in range(3):
        frame = np.roll(photo, 3 * number, axis=1)[..., ::-1]
        (folder / f"{number}.png").write_bytes(cv2.imencode(".png", frame)[1].tobytes())
    return folder


def test_a_pair_is_trained_on_the_frames_of_a_video(
    ready: GeneratePanel,
    session: Session,
    jobs: ScriptedJobs,
    clip: Path,
    photo: Photo,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    again = ready.analogy.pair_box.again_button
    assert pairs(jobs)[-1].more_frames == ()
    assert not again.isVisible()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(clip), ""))
    chosen = next(
        each for each in ready.analogy.slots.first.menu.actions() if "frames" in each.text()
    )
    chosen.trigger()
    wait_until(qtbot, lambda: session.pair.clip == clip)
    assert session.history.labels()[-1] == "Frames of a video"
    assert again.isVisible()
    again.click()
    wait_until(qtbot, lambda: len(pairs(jobs)) == 2)
    first, second = pairs(jobs)[-1].more_frames
    assert np.array_equal(first, np.roll(photo, 3, axis=1))
    assert np.array_equal(second, np.roll(photo, 6, axis=1))
    wait_until(qtbot, lambda: session.pair.status.state == "done")
    assert not again.isVisible()
    session.undo()
    assert session.pair.clip is None
    again.click()
    wait_until(qtbot, lambda: len(pairs(jobs)) == 3)
    assert pairs(jobs)[-1].more_frames == ()


def test_a_stopped_training_goes_on_with_its_frames(
    filled: GeneratePanel,
    session: Session,
    workspace: Workspace,
    jobs: ScriptedJobs,
    clip: Path,
    qtbot: QtBot,
) -> None:
    session.set_photo_clip(clip)
    jobs.scales_allowed = 1
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.scale == 1)
    filled.analogy.pair_box.stop_button.click()
    second = session.pair.second
    assert second is not None
    wait_until(qtbot, lambda: workspace.recovery.holds(second.recovery_id))
    session.set_photo_clip(None)
    jobs.scales_allowed = 3
    filled.render_button.click()
    wait_until(qtbot, lambda: session.pair.status.state == "done")
    assert [len(each.more_frames) for each in pairs(jobs)] == [2, 2]


def test_a_video_of_another_size_is_refused_with_a_sentence(
    filled: GeneratePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "0.png").write_bytes(cv2.imencode(".png", np.zeros((20, 30, 3), np.uint8))[1])
    notices: list[str] = []
    session.notice_raised.connect(notices.append)
    session.read_photo_clip(folder)
    wait_until(qtbot, lambda: bool(notices))
    assert "“small” is 30 x 20 px, but the photo is" in notices[0]
    assert session.pair.clip is None
