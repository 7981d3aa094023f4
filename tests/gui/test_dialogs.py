"""Dialogs that ask or show something."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.actions.table import ACTIONS, GESTURES
from app.dialogs.about_dialog import installed_version
from app.dialogs.export_dialog import ExportDialog
from app.dialogs.shortcut_sheet import ShortcutSheet
from app.settings import Settings


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "own.ini")


@pytest.fixture
def export(owner: QWidget, tmp_path: Path, settings: Settings) -> ExportDialog:
    return ExportDialog(owner, tmp_path / "picture.png", settings)


def test_the_sheet_lists_every_shortcut(owner: QWidget) -> None:
    rows = dict(ShortcutSheet(owner, ACTIONS, GESTURES).shown_rows())
    assert rows["Undo"] == "Ctrl+Z"
    assert rows["Redo"] == "Ctrl+Shift+Z, Ctrl+Y"
    assert rows["Brush"] == "B"
    expected = sum(bool(spec.text and spec.keys) for spec in ACTIONS) + len(GESTURES)
    assert len(ShortcutSheet(owner, ACTIONS, GESTURES).shown_rows()) == expected


@pytest.mark.parametrize(("search", "found"), [("lasso", "Lasso"), ("ctrl+s", "Save Project")])
def test_the_sheet_can_be_searched(owner: QWidget, qtbot: QtBot, search: str, found: str) -> None:
    sheet = ShortcutSheet(owner, ACTIONS, GESTURES)
    qtbot.keyClicks(sheet.search, search)
    texts = [text for text, _ in sheet.shown_rows()]
    assert found in texts
    assert "Zoom In" not in texts
    sheet.search.setText("no such thing")
    assert sheet.shown_rows() == []


def test_the_format_decides_the_suffix(export: ExportDialog) -> None:
    assert export.path.name == "picture.png"
    assert not export.quality_slider.isEnabled()
    export.format.setCurrentIndex(1)
    assert export.path.name == "picture.jpg"
    assert export.quality_slider.isEnabled()


def test_export_remembers_the_choices(
    export: ExportDialog, owner: QWidget, tmp_path: Path, settings: Settings
) -> None:
    export.format.setCurrentIndex(1)
    export.quality_slider.setValue(80)
    export.accept()
    again = ExportDialog(owner, tmp_path / "other.png", settings)
    assert (again.path.name, again.quality) == ("other.jpg", 80)


@pytest.mark.parametrize("name", ["picture", "picture.gif", "nowhere/picture.png"])
def test_export_refuses_what_cannot_be_written(
    export: ExportDialog, tmp_path: Path, name: str
) -> None:
    export.name.setText(str(tmp_path / name))
    assert not export.export_button.isEnabled()
    assert export.sentence.text().endswith(".")


def test_export_says_when_a_file_is_replaced(export: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "there.png").touch()
    export.name.setText(str(tmp_path / "there.png"))
    assert export.export_button.isEnabled()
    assert "replaced" in export.sentence.text()


def test_a_typed_suffix_chooses_the_format(export: ExportDialog, tmp_path: Path) -> None:
    export.name.setText(str(tmp_path / "typed.jpeg"))
    export.name.editingFinished.emit()
    assert export.format.currentData() == ".jpg"
    assert export.path.name == "typed.jpeg"
    assert export.quality_slider.isEnabled()


def test_the_version_is_text() -> None:
    assert installed_version() == "" or installed_version()[0].isdigit()
