"""Panels on their own: the user acts on widgets, the documents tell what happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.engine_facts import EngineFacts, load_engine_facts
from app.jobs.recipe import Application
from app.panels.color_panel import ColorPanel
from app.panels.generate import GeneratePanel
from app.panels.history_panel import HistoryPanel
from app.panels.training_panel import TrainingPanel
from app.session import Session
from app.settings import Settings
from app.workspace import Workspace
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture(scope="module")
def engine() -> EngineFacts:
    return load_engine_facts()


def names(session: Session) -> list[str]:
    return [layer.name for layer in session.document.layers]


# ---- history


def test_history_is_clickable(qtbot: QtBot, workspace: Workspace, session: Session) -> None:
    panel = HistoryPanel(workspace)
    qtbot.addWidget(panel)
    session.edits.add_layer()
    session.edits.select_all()
    assert panel.list.count() == 3
    assert panel.list.currentRow() == 2
    panel.list.setCurrentRow(0)
    assert session.history.index == 0
    assert names(session) == ["Photo"]
    assert panel.list.count() == 3
    panel.list.setCurrentRow(1)
    assert names(session) == ["Photo", "Layer 1"]
    session.edits.add_layer()
    assert panel.list.count() == 3


# ---- colour and tool options


@pytest.fixture
def color_panel(qtbot: QtBot, workspace: Workspace, tmp_path: Path) -> ColorPanel:
    panel = ColorPanel(workspace, Settings(tmp_path / "own.ini"))
    qtbot.addWidget(panel)
    panel.resize(300, 240)
    panel.show()
    return panel


def test_rgb_hsv_and_hex_agree(color_panel: ColorPanel, workspace: Workspace) -> None:
    state = workspace.tool_state
    color_panel.hex_field.setText("3366cc")
    color_panel.hex_field.editingFinished.emit()
    assert state.color == (0x33, 0x66, 0xCC)
    assert [s.value() for s in color_panel.rgb_sliders] == [0x33, 0x66, 0xCC]
    assert [s.value() for s in color_panel.hsv_sliders] == [220, 75, 80]
    color_panel.rgb_sliders[0].setValue(0xCC)
    assert state.color == (0xCC, 0x66, 0xCC)
    assert color_panel.hex_field.text() == "#cc66cc"


def test_wrong_hex_is_put_back(color_panel: ColorPanel, workspace: Workspace) -> None:
    color_panel.hex_field.setText("green-ish")
    color_panel.hex_field.editingFinished.emit()
    assert workspace.tool_state.color == (0, 0, 0)
    assert color_panel.hex_field.text() == "#000000"


def test_hsv_numbers_stay_where_they_are_put(color_panel: ColorPanel, workspace: Workspace) -> None:
    hue, saturation, value = color_panel.hsv_sliders
    hue.setValue(200)
    assert hue.value() == 200
    value.setValue(60)
    saturation.setValue(50)
    assert (hue.value(), saturation.value(), value.value()) == (200, 50, 60)
    assert workspace.tool_state.color == (76, 127, 153)


def test_the_square_picks(color_panel: ColorPanel, workspace: Workspace, qtbot: QtBot) -> None:
    area = color_panel.area
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(area, left, pos=QPoint(1, 0))
    assert min(workspace.tool_state.color) >= 252
    square_right = area.width() - 25
    qtbot.mouseClick(area, left, pos=QPoint(square_right, 0))
    red, green, blue = workspace.tool_state.color
    assert red == 255
    assert max(green, blue) < 6
    qtbot.mouseClick(area, left, pos=QPoint(area.width() - 4, area.height() // 3))
    red, green, blue = workspace.tool_state.color
    assert green > 240
    assert red < 16


# ---- training


@pytest.fixture
def training_panel(qtbot: QtBot, workspace: Workspace, engine: EngineFacts) -> TrainingPanel:
    panel = TrainingPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(300, 480)
    panel.show()
    panel.show_engine(engine)
    return panel


def test_without_a_photo_training_says_why_not(training_panel: TrainingPanel) -> None:
    assert not training_panel.train_button.isEnabled()
    assert "photo" in training_panel.reason.text()


def test_each_preset_says_what_it_costs(training_panel: TrainingPanel, session: Session) -> None:
    sentences = set()
    for index in range(training_panel.choices.preset.count()):
        training_panel.choices.preset.setCurrentIndex(index)
        sentences.add(training_panel.sentence.text())
        assert training_panel.choices.config.preset == training_panel.choices.preset.currentData()
    assert len(sentences) == training_panel.choices.preset.count() == 4
    assert "" not in sentences


def test_the_plan_is_shown_before_training(training_panel: TrainingPanel, session: Session) -> None:
    plan = training_panel.pyramid.picture
    assert plan.sizes[-1] == (48, 64)
    assert plan.done_count == 0
    assert f"{len(plan.sizes)} scales" in training_panel.status.text()


def test_a_photo_that_is_too_small_is_refused(
    training_panel: TrainingPanel, session: Session
) -> None:
    session.photo = session.photo[:20]
    training_panel.refresh()
    assert not training_panel.train_button.isEnabled()
    assert training_panel.reason.text().endswith(".")


def test_size_and_device_reach_the_request(
    training_panel: TrainingPanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    training_panel.choices.size_px.setValue(128)
    training_panel.device.setCurrentIndex(training_panel.device.findData("cpu"))
    training_panel.train_button.click()
    qtbot.waitUntil(lambda: session.training.state == "done")
    (request,) = jobs.trainings
    assert (request.config.max_size_px, request.device) == (128, "cpu")


def test_native_size_reaches_the_request(
    training_panel: TrainingPanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    native_px = max(session.photo.shape[:2])
    training_panel.choices.native.click()
    assert training_panel.choices.size_px.value() == native_px
    training_panel.train_button.click()
    qtbot.waitUntil(lambda: session.training.state == "done")
    assert jobs.trainings[0].config.max_size_px == native_px


def test_sizes_are_offered_up_to_that_of_the_photo(
    training_panel: TrainingPanel, session: Session
) -> None:
    choices = training_panel.choices
    choices.show_photo_size((3000, 4000))
    choices.native.click()
    assert choices.size_px.value() == choices.config.max_size_px == 4000
    choices.show_photo_size(None)
    assert not choices.native.isEnabled()


def test_pause_resume_cancel(
    training_panel: TrainingPanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    training_panel.train_button.click()
    qtbot.waitUntil(lambda: session.training.scale == 1)
    assert not training_panel.train_button.isVisible()
    assert not training_panel.choices.preset.isEnabled()
    assert training_panel.pyramid.picture.current == 1
    assert training_panel.pyramid.picture.done_count == 1
    training_panel.pause_button.click()
    assert session.training.state == "paused"
    assert "Paused" in training_panel.status.text()
    assert not training_panel.pause_button.isVisible()
    training_panel.resume_button.click()
    assert session.training.state == "running"
    training_panel.cancel_button.click()
    assert not session.training.is_active
    assert training_panel.train_button.isVisible()
    assert session.model is not None
    assert session.model.scale_count == 1


def test_progress_and_time_left(
    training_panel: TrainingPanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    training_panel.train_button.click()
    qtbot.waitUntil(lambda: "left" in training_panel.status.text())
    assert "iteration" in training_panel.status.text()
    assert training_panel.progress.value() > 0
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: session.training.state == "done")
    assert training_panel.pyramid.picture.done_count == 3
    assert set(training_panel.pyramid.picture.previews) == {0, 1, 2}
    assert training_panel.train_button.isEnabled()


# ---- generate


@pytest.fixture
def generate_panel(
    qtbot: QtBot, workspace: Workspace, engine: EngineFacts, monkeypatch: pytest.MonkeyPatch
) -> GeneratePanel:
    # The scripted renders show their seed as a grey level.
    monkeypatch.setattr("app.controls.seed_row.ROLLED_SEED_LIMIT", 200)
    panel = GeneratePanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(300, 600)
    panel.show()
    panel.show_engine(engine)
    return panel


def rendered(panel: GeneratePanel, session: Session, qtbot: QtBot) -> None:
    count = len(session.results)
    panel.render_button.click()
    qtbot.waitUntil(lambda: len(session.results) == count + 1)


def test_the_reason_why_nothing_renders(
    generate_panel: GeneratePanel, workspace: Workspace, session: Session
) -> None:
    assert not generate_panel.render_button.isEnabled()
    assert "Train" in generate_panel.reason.text()
    workspace.close(session)
    assert "Open" in generate_panel.reason.text()


def test_two_scales_unlock_the_panel(
    generate_panel: GeneratePanel,
    training_panel: TrainingPanel,
    session: Session,
    jobs: ScriptedJobs,
    qtbot: QtBot,
) -> None:
    jobs.scales_allowed = 2
    training_panel.train_button.click()
    qtbot.waitUntil(generate_panel.render_button.isEnabled)
    assert generate_panel.injection.scale_box.strip.maximum() == 1
    session.edits.clear()
    rendered(generate_panel, session, qtbot)
    assert generate_panel.results.draft_badge.text() == "draft 2/3"
    assert generate_panel.results.draft_badge.isVisible()
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: generate_panel.injection.scale_box.strip.maximum() == 2)


def test_each_application_has_its_sentence_and_marked_default(
    generate_panel: GeneratePanel, trained: Session
) -> None:
    sentences = set()
    for application in generate_panel.applications:
        generate_panel.choose_application(application)
        assert generate_panel.application is application
        sentences.add(generate_panel.sentence.text())
        if application.is_injection:
            scale_box = generate_panel.injection.scale_box
            assert scale_box.strip.value() == scale_box.strip.default
            assert "default" in scale_box.text.text()
    assert len(sentences) == len(generate_panel.applications)


def test_a_scale_of_ones_own_stays(generate_panel: GeneratePanel, trained: Session) -> None:
    default = generate_panel.injection.scale_box.strip.default
    other = 3 - (default or 1)
    generate_panel.choose_scale(other)
    trained.model_changed.emit()
    assert generate_panel.injection.scale_box.strip.value() == other
    assert generate_panel.injection.scale_box.default_button.isEnabled()
    generate_panel.injection.scale_box.default_button.click()
    assert generate_panel.injection.scale_box.strip.value() == default


def test_choices_are_steps_that_can_be_undone(
    generate_panel: GeneratePanel, trained: Session, engine: EngineFacts
) -> None:
    panel, steps = generate_panel, trained.history.index
    default, grow = panel.injection.scale_box.value(), panel.injection.mask_box.grow.value()
    panel.choose_application(Application.PAINT)
    panel.choose_scale(1)
    panel.choose_scale(2)
    panel.injection.mask_box.grow.setValue(grow + 1)
    panel.injection.mask_box.grow.setValue(grow + 2)
    assert trained.history.index == steps + 3
    trained.undo()
    assert panel.injection.mask_box.choice() == (None, None)
    assert panel.injection.mask_box.grow.value() == grow
    trained.undo()
    assert panel.injection.scale_box.strip.value() == panel.injection.scale_box.strip.default
    trained.undo()
    assert (panel.application, panel.injection.scale_box.value()) == (Application.EDIT, default)
    trained.go_to_history(steps + 3)
    assert (panel.application, panel.injection.scale_box.value()) == (Application.PAINT, 2)
    assert panel.injection.mask_box.choice() == (grow + 2, engine.default_feather_px(48, 64))


def test_every_document_keeps_its_own_choices(
    generate_panel: GeneratePanel, trained: Session, workspace: Workspace, photo_path: Path
) -> None:
    generate_panel.choose_application(Application.HARMONIZE)
    generate_panel.choose_scale(2)
    other = workspace.open_path(photo_path)
    assert generate_panel.application is Application.EDIT
    workspace.set_active(trained)
    assert (generate_panel.application, generate_panel.injection.scale_box.value()) == (
        Application.HARMONIZE,
        2,
    )
    workspace.close(other)


def test_choices_reach_the_request(
    generate_panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    trained.edits.clear()
    generate_panel.choose_application(Application.HARMONIZE)
    generate_panel.choose_scale(2)
    generate_panel.seed.field.show_value(77)
    generate_panel.injection.mask_box.grow.setValue(3)
    generate_panel.injection.mask_box.feather.setValue(2)
    rendered(generate_panel, trained, qtbot)
    (request,) = jobs.renders
    assert request.application is Application.HARMONIZE
    assert (request.scale, request.seed) == (2, 77)
    assert (request.grow_px, request.feather_px) == (3, 2)


def test_the_mask_keeps_its_defaults_until_touched(
    generate_panel: GeneratePanel,
    trained: Session,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    engine: EngineFacts,
) -> None:
    assert generate_panel.injection.mask_box.grow.value() == engine.default_grow_px(48, 64)
    assert generate_panel.injection.mask_box.feather.value() == engine.default_feather_px(48, 64)
    trained.edits.clear()
    rendered(generate_panel, trained, qtbot)
    assert (jobs.renders[0].grow_px, jobs.renders[0].feather_px) == (None, None)


def test_a_locked_seed_is_kept_and_a_free_one_rolls(
    generate_panel: GeneratePanel,
    trained: Session,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seeds = iter([11, 22, 33])
    monkeypatch.setattr("app.controls.seed_row.random.randrange", lambda _limit: next(seeds))
    trained.edits.clear()
    generate_panel.seed.lock.click()
    rendered(generate_panel, trained, qtbot)
    rendered(generate_panel, trained, qtbot)
    generate_panel.seed.lock.click()
    rendered(generate_panel, trained, qtbot)
    generate_panel.seed.dice.click()
    rendered(generate_panel, trained, qtbot)
    assert [request.seed for request in jobs.renders] == [0, 0, 11, 22]


def test_cancelling_a_render(
    generate_panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_renders_held = True
    trained.edits.clear()
    generate_panel.render_button.click()
    qtbot.waitUntil(lambda: bool(jobs.renders))
    assert generate_panel.cancel_button.isVisible()
    generate_panel.cancel_button.click()
    assert not trained.render_status.is_busy
    assert not generate_panel.cancel_button.isVisible()
    jobs.are_renders_held = False
    assert trained.results == ()


def test_strip_compare_apply_and_discard(
    generate_panel: GeneratePanel, trained: Session, qtbot: QtBot
) -> None:
    trained.edits.clear()
    rendered(generate_panel, trained, qtbot)
    rendered(generate_panel, trained, qtbot)
    box = generate_panel.results
    assert box.strip.count() == 2
    assert box.strip.currentRow() == 1
    box.strip.itemClicked.emit(box.strip.item(0))
    assert trained.preview is trained.results[0]
    qtbot.mousePress(box.compare_button, Qt.MouseButton.LeftButton)
    assert trained.is_preview_hidden
    qtbot.mouseRelease(box.compare_button, Qt.MouseButton.LeftButton)
    assert not trained.is_preview_hidden
    steps = trained.history.index
    box.apply_button.click()
    assert trained.history.index == steps + 1
    assert not box.apply_button.isEnabled()
    box.step(1)
    box.discard_button.click()
    assert len(trained.results) == 1
    assert box.strip.count() == 1


def test_matching_colours_and_grain_is_a_choice_of_the_document(
    generate_panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    trained.edits.clear()
    page, steps = generate_panel.injection, trained.history.index
    assert not page.match.isChecked()
    rendered(generate_panel, trained, qtbot)
    assert (jobs.renders[-1].is_matched, jobs.renders[-1].colour_match) == (None, None)
    page.match.click()
    assert trained.history.index == steps + 1
    rendered(generate_panel, trained, qtbot)
    assert (jobs.renders[-1].is_matched, jobs.renders[-1].colour_match) == (True, None)
    trained.undo()
    assert not page.match.isChecked()


def test_harmonizing_moves_the_colours_of_the_object_unless_it_is_told_not_to(
    generate_panel: GeneratePanel, trained: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    trained.edits.clear()
    page = generate_panel.injection
    generate_panel.choose_application(Application.HARMONIZE)
    assert page.match.checkState() is Qt.CheckState.PartiallyChecked
    for is_matched, colour_match in ((False, 0.0), (True, None), (False, 0.0)):
        page.match.click()
        assert page.match.isChecked() == is_matched
        rendered(generate_panel, trained, qtbot)
        request = jobs.renders[-1]
        assert (request.is_matched, request.colour_match) == (is_matched, colour_match)
    generate_panel.choose_application(Application.PAINT)
    assert page.match.checkState() is Qt.CheckState.Unchecked
    generate_panel.choose_application(Application.HARMONIZE)
    assert page.match.checkState() is Qt.CheckState.PartiallyChecked
