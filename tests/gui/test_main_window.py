"""The window: what the user does with keys, menus, tabs and panels, seen in the documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QMenuBar,
    QScrollBar,
    QTabBar,
    QToolBar,
)
from pytestqt.qtbot import QtBot

from app.actions.table import ACTIONS
from app.dialogs import questions
from app.dialogs.questions import CloseAnswer
from app.document.layers import LayerKind
from app.jobs.recipe import Application
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.theme import ThemeChoice
from app.tool_state import Tool
from app.window import file_actions
from app.workspace import Workspace
from tests.gui.keyboard import press_key
from tests.gui.scripted_jobs import ScriptedJobs

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(tmp_path / "own.ini")
    made.theme = ThemeChoice.DARK
    return made


@pytest.fixture(autouse=True)
def _grey_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted renders show their seed as a grey level."""
    monkeypatch.setattr("app.controls.seed_row.ROLLED_SEED_LIMIT", 200)


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot, photo_path: Path) -> Session:
    """A photo opened the way the user does it."""
    window.open_paths([photo_path])
    qtbot.waitUntil(lambda: window.workspace.active is not None)
    settle(qtbot)
    session = window.workspace.active
    assert session is not None
    return session


@pytest.fixture
def usable(opened: Session, window: MainWindow, qtbot: QtBot) -> Session:
    """With a complete model, trained by the button."""
    window.training.train_button.click()
    qtbot.waitUntil(lambda: opened.training.state == "done")
    settle(qtbot)
    return opened


def settle(qtbot: QtBot) -> None:
    """Let the window bring its actions up to date."""
    qtbot.wait(10)


def paint(qtbot: QtBot, window: MainWindow) -> None:
    """One stroke across the middle of the picture."""
    canvas = window.canvas
    middle = canvas.rect().center()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(canvas, middle + QPoint(12, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(12, 0))
    settle(qtbot)


def render(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    count = len(session.results)
    window.generate.render_button.click()
    qtbot.waitUntil(lambda: len(session.results) == count + 1)
    settle(qtbot)


def answer_close(monkeypatch: pytest.MonkeyPatch, answer: CloseAnswer) -> list[str]:
    asked: list[str] = []

    def ask(_parent: object, title: str) -> CloseAnswer:
        asked.append(title)
        return answer

    monkeypatch.setattr(file_actions, "ask_unsaved", ask)
    return asked


def test_every_action_has_a_handler(window: MainWindow) -> None:
    assert {window.registry.action(spec.id).objectName() for spec in ACTIONS} == {
        spec.id for spec in ACTIONS
    }


def test_nothing_open_shows_the_welcome_page(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot)
    assert window.center.shown is window.welcome
    assert not window.registry.action("file.save").isEnabled()
    assert window.registry.action("file.open").isEnabled()
    assert not window.tabs.isVisible()


def test_opening_a_photo_shows_it(window: MainWindow, opened: Session, photo_path: Path) -> None:
    assert window.center.shown is window.canvas
    assert window.canvas.session is opened
    assert window.windowTitle() == "photo.png[*] – SinGAN Studio"
    assert window.tabs.tabText(0) == "photo.png"
    assert window.status.size_label.text() == "64 × 48 px"
    assert window.settings.recent_files == (photo_path.resolve(),)


def test_a_missing_file_is_a_notice(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_paths([tmp_path / "gone.png"])
    qtbot.waitUntil(window.messages.isVisible)
    assert "gone.png" in window.messages.text.text()
    assert window.settings.recent_files == ()


@pytest.mark.parametrize(
    ("key", "tool"),
    [
        (Key.Key_E, Tool.ERASER),
        (Key.Key_M, Tool.RECT_SELECT),
        (Key.Key_L, Tool.LASSO),
        (Key.Key_V, Tool.MOVE),
        (Key.Key_I, Tool.EYEDROPPER),
        (Key.Key_H, Tool.HAND),
        (Key.Key_Z, Tool.ZOOM),
    ],
)
def test_a_letter_takes_a_tool(
    window: MainWindow, opened: Session, qtbot: QtBot, key: Qt.Key, tool: Tool
) -> None:
    press_key(qtbot, window, key)
    assert window.workspace.tool_state.tool is tool
    assert window.registry.action(f"tool.{tool.value}").isChecked()
    press_key(qtbot, window, Key.Key_B)
    assert window.workspace.tool_state.tool is Tool.BRUSH


def test_digits_are_opacity_for_a_brush_and_zoom_otherwise(
    window: MainWindow, opened: Session, qtbot: QtBot
) -> None:
    state = window.workspace.tool_state
    press_key(qtbot, window, Key.Key_1)
    assert state.brush.opacity == pytest.approx(0.1)
    press_key(qtbot, window, Key.Key_0)
    assert state.brush.opacity == 1.0
    assert window.canvas.zoom != 1.0
    press_key(qtbot, window, Key.Key_H)
    press_key(qtbot, window, Key.Key_1)
    assert window.canvas.zoom == 1.0
    assert state.brush.opacity == 1.0


def test_brush_keys(window: MainWindow, opened: Session, qtbot: QtBot) -> None:
    state = window.workspace.tool_state
    before = state.brush
    press_key(qtbot, window, Key.Key_BracketRight)
    assert state.brush.size_px > before.size_px
    press_key(qtbot, window, Key.Key_BracketLeft)
    press_key(qtbot, window, Key.Key_BracketLeft)
    assert state.brush.size_px < before.size_px
    state.set_color((1, 2, 3))
    press_key(qtbot, window, Key.Key_X)
    assert (state.color, state.background) == ((255, 255, 255), (1, 2, 3))
    press_key(qtbot, window, Key.Key_D)
    assert (state.color, state.background) == ((0, 0, 0), (255, 255, 255))


def test_painting_undo_and_redo_by_keys(window: MainWindow, opened: Session, qtbot: QtBot) -> None:
    before = opened.document.layers[0].plane.to_rgba()
    paint(qtbot, window)
    painted = opened.document.layers[0].plane.to_rgba()
    assert (painted != before).any()
    assert window.tabs.tabText(0) == "photo.png*"
    assert window.isWindowModified()
    press_key(qtbot, window, Key.Key_Z, CTRL)
    assert np.array_equal(opened.document.layers[0].plane.to_rgba(), before)
    press_key(qtbot, window, Key.Key_Z, CTRL | SHIFT)
    assert np.array_equal(opened.document.layers[0].plane.to_rgba(), painted)


def test_the_menu_names_what_is_undone_and_redone(
    window: MainWindow, opened: Session, qtbot: QtBot
) -> None:
    undo, redo = (window.registry.action(f"edit.{name}") for name in ("undo", "redo"))
    paint(qtbot, window)
    qtbot.wait(10)
    assert (undo.text(), redo.text()) == ("&Undo: Brush stroke", "&Redo")
    press_key(qtbot, window, Key.Key_Z, CTRL)
    assert (undo.text(), redo.text()) == ("&Undo", "&Redo: Brush stroke")


def test_layer_and_selection_keys(window: MainWindow, opened: Session, qtbot: QtBot) -> None:
    press_key(qtbot, window, Key.Key_N, CTRL | SHIFT)
    assert [layer.name for layer in opened.document.layers][1:] == ["Layer 1"]
    press_key(qtbot, window, Key.Key_PageDown)
    assert opened.document.active_id == opened.document.layers[0].id
    press_key(qtbot, window, Key.Key_A, CTRL)
    assert opened.document.selection is not None
    press_key(qtbot, window, Key.Key_J, CTRL)
    assert len(opened.document.layers) == 3
    press_key(qtbot, window, Key.Key_D, CTRL)
    assert opened.document.selection is None
    top = opened.document.active_id
    press_key(qtbot, window, Key.Key_BracketLeft, CTRL)
    assert top is not None
    assert opened.document.index_of(top) == 0


def test_copy_merged_then_paste(window: MainWindow, opened: Session, qtbot: QtBot) -> None:
    press_key(qtbot, window, Key.Key_C, CTRL | SHIFT)
    press_key(qtbot, window, Key.Key_V, CTRL)
    assert len(opened.document.layers) == 2
    assert np.array_equal(
        opened.document.layers[1].plane.to_rgba(), opened.document.layers[0].plane.to_rgba()
    )


def test_tab_hides_the_panels_and_brings_them_back(
    window: MainWindow, opened: Session, qtbot: QtBot
) -> None:
    press_key(qtbot, window, Key.Key_Tab)
    assert not any(dock.isVisible() for dock in window.docks.docks.values())
    press_key(qtbot, window, Key.Key_Tab)
    assert all(not dock.isHidden() for dock in window.docks.docks.values())


def test_tab_in_a_field_only_goes_on(window: MainWindow, opened: Session, qtbot: QtBot) -> None:
    window.docks.reveal("color")
    window.color.hex_field.setFocus()
    press_key(qtbot, window, Key.Key_Tab)
    assert window.color.isVisible()
    assert not window.color.hex_field.hasFocus()


def test_enter_in_a_field_returns_to_the_picture(
    window: MainWindow, opened: Session, qtbot: QtBot
) -> None:
    window.docks.reveal("color")
    field = window.color.hex_field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "#ff8000")
    press_key(qtbot, window, Key.Key_Return)
    assert window.workspace.tool_state.color == (255, 128, 0)
    assert window.canvas.hasFocus()


def test_train_render_and_apply(usable: Session, window: MainWindow, qtbot: QtBot) -> None:
    paint(qtbot, window)
    window.docks.reveal("generate")
    render(qtbot, window, usable)
    assert usable.preview is usable.results[0]
    steps = usable.history.index
    window.canvas.setFocus()
    press_key(qtbot, window, Key.Key_Return)
    assert usable.history.index == steps + 1
    assert usable.document.layers[-1].kind is LayerKind.RESULT
    assert usable.preview is None
    press_key(qtbot, window, Key.Key_Z, CTRL)
    assert usable.document.layers[-1].kind is not LayerKind.RESULT


def test_result_keys(usable: Session, window: MainWindow, qtbot: QtBot) -> None:
    paint(qtbot, window)
    for _ in range(2):
        window.canvas.setFocus()
        press_key(qtbot, window, Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda: not usable.render_status.is_busy)
        settle(qtbot)
    first, second = usable.results
    assert usable.preview is second
    press_key(qtbot, window, Key.Key_Comma)
    assert usable.preview is first
    press_key(qtbot, window, Key.Key_Escape)
    assert usable.preview is None
    assert usable.results == (first, second)
    press_key(qtbot, window, Key.Key_Period)
    assert usable.preview is first
    press_key(qtbot, window, Key.Key_Delete)
    assert usable.results == (second,)


def test_holding_backslash_shows_the_canvas_before(
    usable: Session, window: MainWindow, qtbot: QtBot
) -> None:
    paint(qtbot, window)
    render(qtbot, window, usable)
    window.canvas.setFocus()
    qtbot.keyPress(window.canvas, Key.Key_Backslash)
    assert usable.is_preview_hidden
    qtbot.keyRelease(window.canvas, Key.Key_Backslash)
    assert not usable.is_preview_hidden


def test_delete_clears_pixels_only_without_a_preview(
    usable: Session, window: MainWindow, qtbot: QtBot
) -> None:
    paint(qtbot, window)
    render(qtbot, window, usable)
    window.canvas.setFocus()
    press_key(qtbot, window, Key.Key_Delete)
    assert usable.document.layers[0].plane.to_rgba()[..., 3].all()
    press_key(qtbot, window, Key.Key_Delete)
    assert not usable.document.layers[0].plane.to_rgba()[..., 3].any()


def test_injection_scale_keys(usable: Session, window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.setFocus()
    press_key(qtbot, window, Key.Key_2, ALT)
    assert window.generate.injection.scale_box.value() == 2
    press_key(qtbot, window, Key.Key_1, ALT)
    assert window.generate.injection.scale_box.value() == 1
    press_key(qtbot, window, Key.Key_9, ALT)
    assert window.generate.injection.scale_box.value() == 2


def test_application_menu_and_panel_agree(
    usable: Session, window: MainWindow, qtbot: QtBot
) -> None:
    window.registry.trigger("generate.harmonize")
    assert window.generate.application is Application.HARMONIZE
    window.generate.choose_application(Application.PAINT)
    settle(qtbot)
    assert window.registry.action("generate.paint").isChecked()


def test_training_goes_on_in_a_background_tab(
    window: MainWindow, opened: Session, qtbot: QtBot, jobs: ScriptedJobs, photo_path: Path
) -> None:
    jobs.scales_allowed = 1
    window.training.train_button.click()
    qtbot.waitUntil(lambda: opened.training.state == "running")
    other = window.workspace.open_path(photo_path)
    assert window.workspace.active is other
    assert window.tabs.count() == 2
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: opened.training.state == "done")
    assert window.canvas.session is other
    assert "Trained" in window.tabs.tabToolTip(0)
    window.tabs.setCurrentIndex(0)
    assert window.canvas.session is opened


def test_two_trained_scales_are_announced(
    window: MainWindow, opened: Session, qtbot: QtBot, jobs: ScriptedJobs
) -> None:
    jobs.scales_allowed = 2
    window.training.train_button.click()
    qtbot.waitUntil(window.messages.isVisible)
    assert window.messages.button.text() == "Open Generate"
    window.messages.button.click()
    settle(qtbot)
    assert not window.generate.visibleRegion().isEmpty()
    assert window.generate.render_button.isEnabled()


def test_the_announcement_goes_when_it_has_become_pointless(
    window: MainWindow, opened: Session, qtbot: QtBot, jobs: ScriptedJobs
) -> None:
    jobs.scales_allowed = 2
    window.training.train_button.click()
    qtbot.waitUntil(window.messages.isVisible)
    window.docks.reveal("generate")
    qtbot.waitUntil(lambda: not window.messages.isVisible())
    window.docks.reveal("training")
    window.messages.show_notice("Something else.")
    window.docks.reveal("generate")
    settle(qtbot)
    assert window.messages.isVisible(), "only the announcement goes"


def test_the_announcement_goes_when_the_training_ends(
    window: MainWindow, opened: Session, qtbot: QtBot, jobs: ScriptedJobs
) -> None:
    jobs.scales_allowed = 2
    window.training.train_button.click()
    qtbot.waitUntil(window.messages.isVisible)
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: opened.training.state == "done")
    assert not window.messages.isVisible()


def test_a_notice_names_its_document_once_another_is_in_front(
    window: MainWindow, opened: Session, photo_path: Path, qtbot: QtBot
) -> None:
    opened.notice_raised.emit("Something happened.")
    assert window.messages.text.text() == "Something happened."
    window.workspace.open_path(photo_path)
    assert window.messages.text.text() == "photo.png: Something happened."
    window.messages.show_notice("Something else.")
    window.workspace.set_active(opened)
    assert window.messages.text.text() == "Something else."
    opened.notice_raised.emit("Something happened.")
    window.workspace.close(opened)
    assert not window.messages.isVisible()


def test_a_notice_of_another_tab_names_it(
    window: MainWindow, opened: Session, photo_path: Path
) -> None:
    window.workspace.open_path(photo_path)
    opened.notice_raised.emit("Something happened.")
    assert window.messages.text.text() == "photo.png: Something happened."


@pytest.mark.parametrize("answer", list(CloseAnswer))
def test_closing_a_modified_tab_asks(
    window: MainWindow,
    opened: Session,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    answer: CloseAnswer,
) -> None:
    asked = answer_close(monkeypatch, answer)
    target = tmp_path / "saved.singan"
    monkeypatch.setattr(
        file_actions.QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), "")
    )
    paint(qtbot, window)
    press_key(qtbot, window, Key.Key_W, CTRL)
    assert asked == ["photo.png"]
    if answer is CloseAnswer.CANCEL:
        assert window.workspace.sessions == (opened,)
    else:
        qtbot.waitUntil(lambda: not window.workspace.sessions)
    assert target.exists() == (answer is CloseAnswer.SAVE)


def test_closing_an_unmodified_tab_asks_nothing(
    window: MainWindow, opened: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_close(monkeypatch, CloseAnswer.CANCEL)
    press_key(qtbot, window, Key.Key_W, CTRL)
    assert not asked
    assert window.workspace.sessions == ()
    assert window.center.shown is window.welcome


def test_quitting_can_be_cancelled(
    window: MainWindow, opened: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(qtbot, window)
    answer_close(monkeypatch, CloseAnswer.CANCEL)
    assert not window.close()
    assert window.isVisible()
    answer_close(monkeypatch, CloseAnswer.DISCARD)
    assert window.close()


def test_quitting_with_save_waits_for_the_file(
    window: MainWindow,
    opened: Session,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    paint(qtbot, window)
    opened.save(tmp_path / "first.singan")
    qtbot.waitUntil(lambda: opened.path is not None)
    paint(qtbot, window)
    stamp = (tmp_path / "first.singan").stat().st_mtime_ns
    answer_close(monkeypatch, CloseAnswer.SAVE)
    assert not window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert (tmp_path / "first.singan").stat().st_mtime_ns > stamp


def test_saving_remembers_the_project(
    window: MainWindow,
    opened: Session,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    target = tmp_path / "project"
    monkeypatch.setattr(
        file_actions.QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), "")
    )
    press_key(qtbot, window, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: opened.path is not None)
    assert opened.path == target.with_suffix(".singan")
    assert window.settings.recent_files[0] == target.with_suffix(".singan").resolve()
    window.open_paths([target.with_suffix(".singan")])
    assert window.workspace.sessions == (opened,)


def test_theme_menu_changes_and_remembers(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    window.registry.trigger("view.theme_light")
    settle(qtbot)
    assert window.palette().window().color().lightness() > 200
    assert settings.theme is ThemeChoice.LIGHT
    window.registry.trigger("view.theme_dark")
    settle(qtbot)
    assert window.palette().window().color().lightness() < 80
    assert window.registry.action("view.theme_dark").isChecked()


def test_docks_are_remembered(
    make_workspace: Callable[[], Workspace], settings: Settings, qtbot: QtBot
) -> None:
    first = MainWindow(make_workspace(), settings)
    qtbot.addWidget(first)
    first.show()
    qtbot.waitExposed(first)
    first.registry.trigger("view.history")
    assert first.docks.docks["history"].isHidden()
    first.close()
    second = MainWindow(make_workspace(), settings)
    qtbot.addWidget(second)
    second.show()
    qtbot.waitExposed(second)
    assert second.docks.docks["history"].isHidden()
    assert not second.docks.docks["layers"].isHidden()
    second.close()


def test_recent_files_in_menu_and_welcome_page(
    window: MainWindow, settings: Settings, qtbot: QtBot, photo_path: Path
) -> None:
    settings.add_recent(photo_path)
    item = window.welcome.recent.item(0)
    assert item.text() == "photo.png"
    window.welcome.recent.itemClicked.emit(item)
    qtbot.waitUntil(lambda: len(window.workspace.sessions) == 1)
    recent = window.menus.recent
    recent.aboutToShow.emit()
    qtbot.waitUntil(lambda: recent.actions()[0].text() == "photo.png\tNo model")
    assert [a.text() for a in recent.actions() if not a.isSeparator()][1:] == ["Clear List"]
    recent.actions()[-1].trigger()
    assert settings.recent_files == ()
    assert window.welcome.recent.count() == 0


def test_kept_models_can_be_switched_off_and_deleted(
    window: MainWindow, usable: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.window.model_actions.ask_clear_models", lambda _parent: True)
    config = usable.train_config
    assert config is not None
    window.registry.trigger("edit.clear_models")
    window.registry.trigger("edit.keep_models")
    settle(qtbot)
    assert not window.workspace.cache.is_enabled
    assert not window.registry.action("edit.keep_models").isChecked()
    assert window.settings.number("models/keep", 1) == 0


@pytest.mark.parametrize("name", [ThemeChoice.DARK, ThemeChoice.LIGHT])
def test_panels_fit_at_1280_by_800(
    window: MainWindow, usable: Session, qtbot: QtBot, name: ThemeChoice
) -> None:
    """Nothing in the docks is wider than its dock, and the main buttons need no scrolling."""
    window.registry.trigger(f"view.theme_{name.value}")
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1280, 800)
    window.docks.arrange(800)
    paint(qtbot, window)
    render(qtbot, window, usable)
    for dock_name, button in (
        ("training", window.training.train_button),
        ("generate", window.generate.results.apply_button),
    ):
        window.docks.reveal(dock_name)
        settle(qtbot)
        assert button.visibleRegion().boundingRect().size() == button.size(), dock_name
    for dock in window.docks.docks.values():
        widget = dock.widget()
        assert widget is not None
        assert widget.minimumSizeHint().width() <= dock.width()


@pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
def test_questions_offer_what_they_say(qtbot: QtBot, window: MainWindow) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QMessageBox

    def press_button(text: str) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if text in b.text().replace("&", "")).click()

    def asked(text: str, question: Callable[[], object]) -> object:
        QTimer.singleShot(50, lambda: press_button(text))
        return question()

    def answered_by(key: Qt.Key) -> object:
        QTimer.singleShot(50, lambda: qtbot.keyClick(QApplication.activeModalWidget(), key, ALT))
        return questions.ask_unsaved(window, "a")

    assert answered_by(Key.Key_S) is CloseAnswer.SAVE
    assert answered_by(Key.Key_D) is CloseAnswer.DISCARD
    assert answered_by(Key.Key_C) is CloseAnswer.CANCEL
    assert asked("Save", lambda: questions.ask_unsaved(window, "a")) is CloseAnswer.SAVE
    assert asked("Discard", lambda: questions.ask_unsaved(window, "a")) is CloseAnswer.DISCARD
    assert asked("Cancel", lambda: questions.ask_unsaved(window, "a")) is CloseAnswer.CANCEL
    assert asked("Delete", lambda: questions.ask_clear_models(window)) is True
    assert asked("Cancel", lambda: questions.ask_clear_models(window)) is False


def test_the_mask_is_tinted_on_demand(usable: Session, window: MainWindow, qtbot: QtBot) -> None:
    paint(qtbot, window)
    plain = window.canvas.grab().toImage()
    heard: list[object] = []
    window.canvas.set_mask_tint = heard.append  # type: ignore[method-assign]
    window.generate.injection.mask_box.switch.click()
    qtbot.waitUntil(lambda: bool(heard))
    mask = heard[-1]
    assert isinstance(mask, np.ndarray)
    assert 0 < (mask > 0).mean() < 1
    del window.canvas.set_mask_tint
    window.canvas.set_mask_tint(mask)
    assert window.canvas.grab().toImage() != plain
    window.generate.injection.mask_box.switch.click()
    qtbot.waitUntil(lambda: window.canvas.grab().toImage() == plain)


def test_the_pointer_brings_the_keys_back_to_the_picture(
    opened: Session, window: MainWindow, qtbot: QtBot
) -> None:
    window.layers.list.setFocus()
    qtbot.mouseMove(window.canvas, window.canvas.rect().center())
    qtbot.waitUntil(window.canvas.hasFocus)
    window.docks.reveal("color")
    window.color.hex_field.setFocus()
    qtbot.mouseMove(window.canvas, window.canvas.rect().center() + QPoint(5, 5))
    settle(qtbot)
    assert window.color.hex_field.hasFocus()


def test_everything_that_can_be_used_has_a_name(
    usable: Session, window: MainWindow, qtbot: QtBot
) -> None:
    paint(qtbot, window)
    render(qtbot, window, usable)
    buddies = {label.buddy() for label in window.findChildren(QLabel)}
    nameless = set()
    for kind in (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QAbstractItemView):
        for widget in window.findChildren(kind):
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            is_named = text or widget.accessibleName() or widget in buddies
            # A plain frame around a list is the popup of a combo box.
            owner = widget.parent()
            is_named = is_named or (isinstance(owner, QAbstractSpinBox) and owner.accessibleName())
            is_internal = isinstance(widget, QScrollBar) or type(owner) in (
                QComboBox,
                QFrame,
                QMenuBar,
                QTabBar,
                QToolBar,
            )
            if not (is_named or is_internal or widget.isHidden()):
                nameless.add(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert not nameless, sorted(nameless)


def test_a_moving_pointer_does_not_lay_out_the_window(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    class Layouts(QObject):
        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.count += event.type() is QEvent.Type.LayoutRequest
            return False

    settle(qtbot)
    layouts = Layouts()
    window.status.installEventFilter(layouts)
    for place in ((1, 1), (12, 7), (63, 47)):
        window.canvas.cursor_moved.emit(place)
        settle(qtbot)
        assert window.status.cursor_label.text() == f"{place[0]}, {place[1]}"
    assert layouts.count == 0
