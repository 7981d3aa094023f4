"""New documents: the dialog, what is made, and training one without a photo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.new_document_dialog import DEFAULT_SIZE, NewDocumentDialog
from app.document.commands import CropDocument
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import LayerKind
from app.document.masking.edit_mask import edit_of
from app.document.painting.brush import BrushSettings
from app.engine_facts import load_engine_facts
from app.main_window import MainWindow
from app.panels.training_panel import TrainingPanel
from app.session import Session
from app.settings import Settings
from app.workspace import Workspace
from singan_core.config import TrainConfig
from tests.gui.scripted_jobs import ScriptedJobs

RED = BrushSettings(size_px=12, hardness=1, color=(255, 0, 0))
DRAFT = TrainConfig(preset="draft")


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


@pytest.fixture
def ask(qtbot: QtBot, tmp_path: Path) -> Callable[[tuple[int, int] | None], NewDocumentDialog]:
    owner = QWidget()
    qtbot.addWidget(owner)
    settings = Settings(tmp_path / "own.ini")
    return lambda clipboard: NewDocumentDialog(owner, settings, (1, 2, 3), (4, 5, 6), clipboard)


Ask = Callable[[tuple[int, int] | None], NewDocumentDialog]


def test_the_dialog_starts_with_the_last_choice_or_the_clipboard(ask: Ask) -> None:
    first = ask(None)
    assert first.size_px == DEFAULT_SIZE
    assert first.color == (255, 255, 255)
    first.width_px.setValue(300)
    first.turn_button.click()
    assert first.size_px == (DEFAULT_SIZE[1], 300)
    assert first.preset.currentText() == "Custom"
    first.background.setCurrentIndex(first.background.findData("second"))
    first.accept()
    second = ask(None)
    assert second.size_px == (DEFAULT_SIZE[1], 300)
    assert second.color == (4, 5, 6)
    third = ask((123, 45))
    assert third.size_px == (123, 45)
    assert third.preset.currentText() == "Clipboard, 123 × 45 px"


def test_a_preset_sets_the_size_and_too_many_pixels_are_refused(ask: Ask) -> None:
    dialog = ask(None)
    dialog.preset.setCurrentIndex(dialog.preset.findText("4K, 3840 × 2160 px"))
    dialog.preset.activated.emit(dialog.preset.currentIndex())
    assert dialog.size_px == (3840, 2160)
    dialog.width_px.setValue(30_000)
    dialog.height_px.setValue(30_000)
    assert not dialog.create_button.isEnabled()
    assert "at most 100" in dialog.sentence.text()
    dialog.height_px.setValue(10)
    assert dialog.create_button.isEnabled()


def test_a_new_document_shows_its_background(workspace: Workspace) -> None:
    session = workspace.create(40, 30, (10, 20, 30))
    assert (session.document.width, session.document.height) == (40, 30)
    assert np.array_equal(
        flatten(session.document), np.full((30, 40, 4), (10, 20, 30, 255), np.uint8)
    )
    clear = workspace.create(40, 30, None)
    assert not flatten(clear.document).any()
    assert (session.title, clear.title) == ("Untitled", "Untitled 2")
    assert not session.is_modified
    for each in (session, clear):
        paint(each, 10, 10)
        assert tuple(flatten(each.document)[10, 10]) == (255, 0, 0, 255)


@pytest.mark.parametrize("color", [None, (255, 255, 255)])
def test_training_takes_the_picture_as_it_is_then(
    workspace: Workspace, jobs: ScriptedJobs, qtbot: QtBot, color: tuple[int, int, int] | None
) -> None:
    session = workspace.create(64, 48, color)
    session.edits.add_layer()
    paint(session, 20, 20)
    session.start_training(DRAFT, "cpu")
    qtbot.waitUntil(lambda: session.training.state == "done")
    picture = flatten(session.document)
    assert picture[..., 3].min() == 255
    assert tuple(picture[40, 60]) == (255, 255, 255, 255)
    assert np.array_equal(jobs.trainings[0].photo, picture[..., :3])
    assert np.array_equal(session.photo, picture[..., :3])
    top = session.document.layers[-1]
    assert (top.name, top.kind) == ("Photo", LayerKind.PHOTO)
    assert not edit_of(session.document, session.photo).mask.any()
    session.edits.add_layer()
    paint(session, 50, 30)
    mask = edit_of(session.document, session.photo).mask
    assert mask[30, 50]
    assert not mask[20, 20]


def test_after_a_crop_the_picture_lies_where_it_is_seen(workspace: Workspace, qtbot: QtBot) -> None:
    session = workspace.create(90, 70, (255, 255, 255))
    paint(session, 40, 40)
    session.run(CropDocument(Rect(20, 10, 60, 50)))
    session.start_training(DRAFT, "cpu")
    qtbot.waitUntil(lambda: session.training.state == "done")
    assert session.photo.shape == (50, 60, 3)
    assert not edit_of(session.document, session.photo).mask.any()


def test_the_pyramid_to_come_follows_the_size_of_the_picture(
    workspace: Workspace, qtbot: QtBot
) -> None:
    panel = TrainingPanel(workspace, "draft", "cpu")
    qtbot.addWidget(panel)
    panel.show_engine(load_engine_facts())
    session = workspace.create(800, 600, (255, 255, 255))
    assert "250 × 188 px" in panel.status.text()
    session.run(CropDocument(Rect(0, 0, 800, 400)))
    assert "250 × 125 px" in panel.status.text()
    session.undo()
    assert "250 × 188 px" in panel.status.text()


def test_the_train_button_is_in_sight_in_a_low_window(
    window: MainWindow, workspace: Workspace, qtbot: QtBot
) -> None:
    window.resize(1280, 780)
    workspace.create(1600, 1000, (255, 255, 255))
    button = window.training.train_button
    qtbot.waitUntil(button.isEnabled)
    qtbot.waitUntil(lambda: button.visibleRegion().boundingRect() == button.rect())


def test_a_plain_picture_is_not_trained_on(
    workspace: Workspace,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    notices: Callable[[Session], list[str]],
) -> None:
    session = workspace.create(64, 48, (9, 9, 9))
    heard = notices(session)
    session.start_training(DRAFT, "cpu")
    qtbot.waitUntil(lambda: bool(heard))
    assert "plain colour" in heard[0]
    assert jobs.trainings == []
    assert not session.has_photo


def test_a_saved_new_document_still_has_no_photo(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    session = workspace.create(64, 48, None)
    paint(session, 20, 20)
    path = tmp_path / "new.singan"
    session.save(path)
    qtbot.waitUntil(lambda: not session.is_saving)
    workspace.close(session)
    again = workspace.open_path(path)
    assert not again.has_photo
    again.start_training(DRAFT, "cpu")
    qtbot.waitUntil(lambda: again.training.state == "done")
    assert again.has_photo
    assert tuple(again.photo[20, 20]) == (255, 0, 0)


@pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
def test_the_menu_makes_one_of_the_clipboards_size(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    window = MainWindow(workspace, Settings(tmp_path / "own.ini"))
    qtbot.addWidget(window)
    window.show()
    workspace.tool_state.set_color((7, 8, 9))
    QGuiApplication.clipboard().setImage(QImage(31, 17, QImage.Format.Format_RGB32))

    def create() -> None:
        dialog = window.findChild(NewDocumentDialog)
        assert isinstance(dialog, NewDocumentDialog)
        dialog.background.setCurrentIndex(dialog.background.findData("painting"))
        dialog.create_button.click()

    QTimer.singleShot(0, create)
    window.registry.trigger("file.new")
    session = workspace.active
    assert session is not None
    assert (session.document.width, session.document.height) == (31, 17)
    assert tuple(flatten(session.document)[0, 0]) == (7, 8, 9, 255)
    assert window.windowTitle().startswith("Untitled")
    window.close()
