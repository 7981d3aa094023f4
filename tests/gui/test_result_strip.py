"""The strip of results: stars, the filter, the menu, settings copied back, variations."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.controls import result_strip
from app.controls.result_strip import ResultStrip
from app.controls.result_texts import caption_of, detail_text, draft_text
from app.document.render_settings import RenderSettings
from app.engine_facts import load_engine_facts
from app.jobs.recipe import Application, Recipe
from app.jobs.results import RenderResult
from app.panels.generate import GeneratePanel
from app.session import Session
from app.session.repeating import settings_of
from app.workspace import Workspace
from tests.gui.scripted_jobs import ScriptedJobs


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def panel(
    host: QWidget, workspace: Workspace, trained: Session, monkeypatch: pytest.MonkeyPatch
) -> GeneratePanel:
    """The panel over an edited document with a model; the first seed is 0."""
    monkeypatch.setattr("app.controls.seed_row.ROLLED_SEED_LIMIT", 200)
    trained.edits.clear()
    host.resize(304, 800)
    made = GeneratePanel(workspace)
    made.setParent(host)
    made.resize(host.size())
    host.show()
    made.show_engine(load_engine_facts())
    return made


def rendered(panel: GeneratePanel, session: Session, qtbot: QtBot, count: int = 1) -> None:
    for _ in range(count):
        panel.render_button.click()
        qtbot.waitUntil(lambda: not session.render_status.is_busy)


def click_star(panel: GeneratePanel, row: int) -> None:
    strip = panel.results.strip
    place = strip.star_rect(row).center()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)


def stars(session: Session) -> list[bool]:
    return [result.is_starred for result in session.results]


def result_of(image: np.ndarray, seed: int = 0) -> RenderResult:
    recipe = Recipe("edit", "model", 2, 3, seed, 0, 0, None, 1, "cpu")
    mask = np.full(image.shape[:2], 255, np.uint8)
    size = (image.shape[0], image.shape[1])
    return RenderResult(seed, "one", image, image, mask, recipe, size, is_draft=False)


def test_the_star_on_a_thumbnail_is_an_undoable_step(
    panel: GeneratePanel, trained: Session, qtbot: QtBot
) -> None:
    rendered(panel, trained, qtbot, 2)
    shown, steps = trained.preview, trained.history.index
    click_star(panel, 0)
    assert stars(trained) == [True, False]
    assert trained.preview is shown
    assert trained.history.index == steps + 1
    click_star(panel, 1)
    assert stars(trained) == [True, True]
    assert trained.preview is trained.results[1]
    trained.undo()
    assert stars(trained) == [True, False]
    assert trained.preview is trained.results[1]
    click_star(panel, 0)
    assert stars(trained) == [False, False]


def test_the_star_is_drawn_on_its_thumbnail(
    panel: GeneratePanel, trained: Session, qtbot: QtBot
) -> None:
    rendered(panel, trained, qtbot)
    strip = panel.results.strip
    rect = strip.star_rect(0)
    before = strip.viewport().grab(rect).toImage()
    panel.results.star()
    assert strip.viewport().grab(rect).toImage() != before
    trained.undo()
    assert strip.viewport().grab(rect).toImage() == before


def test_a_star_changes_no_pixel_of_the_picture(
    panel: GeneratePanel, trained: Session, qtbot: QtBot
) -> None:
    rendered(panel, trained, qtbot)
    heard: list[object] = []
    trained.document_changed.connect(lambda change: heard.append(change.pixels))
    panel.results.star()
    assert heard == [None]


def test_only_starred_results_are_listed_and_stepped_through(
    panel: GeneratePanel, trained: Session, qtbot: QtBot
) -> None:
    rendered(panel, trained, qtbot, 3)
    box = panel.results
    click_star(panel, 0)
    click_star(panel, 2)
    box.starred_button.click()
    first, _, third = trained.results
    assert list(box.strip.results) == [first, third]
    assert box.title.text() == "Results: 2 of 3"
    box.put_away()
    for expected in (first, third, None):
        box.step(1)
        assert trained.preview is expected
    box.starred_button.click()
    assert len(box.strip.results) == 3
    assert box.title.text() == "Results"


def test_all_but_the_starred_go_in_one_step(
    panel: GeneratePanel, trained: Session, qtbot: QtBot
) -> None:
    rendered(panel, trained, qtbot, 4)
    click_star(panel, 1)
    before, steps = trained.results, trained.history.index
    panel.results.discard_unstarred()
    assert list(trained.results) == [before[1]]
    assert trained.preview is None
    assert trained.history.index == steps + 1
    assert trained.history.byte_count > 3 * before[0].generated.nbytes
    trained.undo()
    assert trained.results == before
    assert panel.results.strip.count() == 4
    trained.redo()
    assert trained.results == (before[1],)


def test_undoing_a_discard_keeps_what_was_made_since(
    panel: GeneratePanel, trained: Session, qtbot: QtBot
) -> None:
    rendered(panel, trained, qtbot, 2)
    before = trained.results
    panel.results.discard_unstarred()
    rendered(panel, trained, qtbot)
    made = trained.results[-1]
    trained.undo()
    assert trained.results == (*before, made)


def test_stars_survive_saving(
    panel: GeneratePanel,
    trained: Session,
    make_workspace: Callable[[], Workspace],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    rendered(panel, trained, qtbot, 2)
    click_star(panel, 1)
    path = tmp_path / "starred.singan"
    with qtbot.waitSignal(trained.file_written):
        trained.save(path)
    opened = make_workspace().open_path(path)
    assert stars(opened) == [False, True]
    assert not opened.is_modified


def test_the_menu_of_a_thumbnail_shows_its_result_first(
    panel: GeneratePanel, trained: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered(panel, trained, qtbot, 2)
    strip = panel.results.strip
    opened: list[QPoint] = []
    monkeypatch.setattr(panel.results.menu, "popup", opened.append)
    strip.customContextMenuRequested.emit(strip.visualItemRect(strip.item(0)).center())
    assert trained.preview is trained.results[0]
    assert len(opened) == 1
    strip.customContextMenuRequested.emit(QPoint(-5, -5))
    assert len(opened) == 1


def test_settings_of_a_result_come_back_with_its_seed(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    panel.choose_application(Application.HARMONIZE)
    panel.choose_scale(1)
    panel.seed.field.show_value(77)
    rendered(panel, trained, qtbot)
    panel.choose_application(Application.PAINT)
    panel.choose_scale(2)
    rendered(panel, trained, qtbot)
    panel.results.strip.itemClicked.emit(panel.results.strip.item(0))
    steps = trained.history.index
    panel.results.copy_settings()
    assert trained.history.index == steps + 1
    settings = trained.document.render_settings
    assert (settings.application, settings.scale) == ("harmonize", 1)
    assert panel.application is Application.HARMONIZE
    rendered(panel, trained, qtbot)
    request = jobs.renders[-1]
    assert (request.application, request.scale, request.seed) == (Application.HARMONIZE, 1, 77)
    recipe = trained.results[0].recipe
    assert (request.grow_px, request.feather_px) == (recipe.grow_px, recipe.feather_px)
    trained.undo()
    assert trained.document.render_settings.application == "paint"


def test_settings_of_other_applications_come_back() -> None:
    recipe = Recipe("sample", "model", 3, 9, 5, 0, 0, None, 1, "cpu", parameters={"size": [40, 60]})
    settings = settings_of(recipe, RenderSettings(sample_likeness=0.3))
    assert (settings.application, settings.sample_scale) == ("sample", 3)
    assert settings.sample_likeness == 0.0
    assert (settings.sample_width, settings.sample_height) == (60, 40)


def test_rendering_again_takes_the_recipe_and_the_document_as_it_is(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    panel.choose_application(Application.HARMONIZE)
    panel.seed.field.show_value(9)
    rendered(panel, trained, qtbot)
    panel.choose_application(Application.PAINT)
    panel.results.render_again()
    qtbot.waitUntil(lambda: len(trained.results) == 2)
    first, again = jobs.renders
    assert (again.application, again.seed) == (first.application, 9)
    assert (again.scale, again.model) == (first.scale, trained.model)
    assert trained.preview is trained.results[1]
    assert trained.document.render_settings.application == "paint"


def test_variations_show_the_first_and_fill_the_strip(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    panel.seed.field.show_value(20)
    panel.variations_button.click()
    qtbot.waitUntil(lambda: not trained.render_status.is_busy)
    assert [result.recipe.seed for result in trained.results] == [20, 21, 22, 23]
    assert trained.preview is trained.results[0]
    assert len(jobs.renders) == 1
    nine = panel.variations_button.menu().actions()[1]
    nine.trigger()
    qtbot.waitUntil(lambda: not trained.render_status.is_busy)
    assert len(trained.results) == 4 + 9
    assert panel.variations_button.text() == "×9"


def test_cancelled_variations_keep_what_is_made(
    panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.renders_allowed = 2
    panel.variations_button.click()
    qtbot.waitUntil(lambda: len(trained.results) == 2)
    assert panel.progress.isVisible()
    panel.cancel_button.click()
    assert not trained.render_status.is_busy
    jobs.renders_allowed = 100
    qtbot.wait(50)
    assert len(trained.results) == 2


def test_a_page_without_variations_has_no_button(panel: GeneratePanel, trained: Session) -> None:
    assert panel.variations_button.isVisible()
    panel.choose_application(Application.SAMPLE)
    assert not panel.variations_button.isVisible()


def test_badges() -> None:
    result = result_of(np.zeros((48, 64, 3), np.uint8))
    assert detail_text(result) == "detail 1:1"
    assert detail_text(dataclasses.replace(result, detail_size=(16, 21))) == "upsampled ×3"
    assert draft_text(result, 9) == ""
    assert draft_text(dataclasses.replace(result, is_draft=True), 9) == "draft 3/9"
    assert caption_of(result) == "scale 2"
    recipe = Recipe("superres", "m", 8, 9, 0, 0, 0, None, 1, "cpu", parameters={"factor": 2.0})
    assert caption_of(dataclasses.replace(result, recipe=recipe)) == "×2"


def test_thumbnails_of_many_results_are_made_when_seen_and_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    make = result_strip.result_pixmap

    def counted(image: np.ndarray) -> object:
        made.append(int(image[0, 0, 0]))
        return make(image)

    monkeypatch.setattr(result_strip, "result_pixmap", counted)
    strip = ResultStrip()
    qtbot.addWidget(strip)
    strip.resize(300, strip.height())
    results = [result_of(np.full((60, 80, 3), n, np.uint8), n) for n in range(150)]
    strip.show_results(results, None)
    strip.show()
    qtbot.waitExposed(strip)
    strip.grab()
    assert 0 < len(made) < 20
    results[1] = dataclasses.replace(results[1], is_starred=True)
    strip.show_results(results, results[1])
    strip.grab()
    strip.show_results(results[:-1], None)
    strip.grab()
    assert len(made) == len(set(made)) < 20
    strip.show_results(results, results[-1])
    strip.grab()
    assert 149 in made
