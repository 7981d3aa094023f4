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
from app.document.files.images.image_export import ExportChoices
from app.settings import Settings


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


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


@pytest.mark.parametrize(
    ("search", "found", "left_out"),
    [
        ("w", "Magic Wand", "Lasso"),
        ("shift ctrl z", "Redo", "Undo"),
        ("layer new", "New Layer", "Delete Layer"),
        ("[", "Smaller Brush", "Larger Brush"),
    ],
)
def test_words_and_single_keys_are_understood(
    owner: QWidget, search: str, found: str, left_out: str
) -> None:
    sheet = ShortcutSheet(owner, ACTIONS, GESTURES)
    sheet.search.setText(search)
    shown = [text for text, _ in sheet.shown_rows()]
    assert found in shown
    assert left_out not in shown
    assert sheet.nothing.isHidden()
    sheet.search.setText("quux")
    assert sheet.shown_rows() == []
    assert not sheet.nothing.isHidden()


def choose(dialog: ExportDialog, suffix: str) -> None:
    dialog.format.setCurrentIndex(dialog.format.findData(suffix))


def test_the_format_decides_the_suffix(export: ExportDialog) -> None:
    assert export.path.name == "picture.png"
    assert export.quality_slider.isHidden()
    for suffix in (".jpg", ".webp", ".avif"):
        choose(export, suffix)
        assert export.path.name == f"picture{suffix}"
        assert not export.quality_slider.isHidden()
    for suffix in (".tif", ".bmp", ".ora", ".png"):
        choose(export, suffix)
        assert export.path.name == f"picture{suffix}"
        assert export.quality_slider.isHidden()


@pytest.mark.parametrize("suffix", [".jpg", ".bmp"])
def test_what_becomes_of_transparency_is_said(export: ExportDialog, suffix: str) -> None:
    choose(export, suffix)
    assert "become white" in export.sentence.text()


def test_the_format_of_the_proposed_name_is_chosen(
    owner: QWidget, tmp_path: Path, settings: Settings
) -> None:
    settings.set_text("export/suffix", ".webp")
    assert ExportDialog(owner, tmp_path / "a.jpeg", settings).path.name == "a.jpeg"
    assert ExportDialog(owner, tmp_path / "a.tiff", settings).format.currentData() == ".tif"
    assert ExportDialog(owner, tmp_path / "a.heic", settings).path.name == "a.webp"


def test_export_remembers_the_choices(
    export: ExportDialog, owner: QWidget, tmp_path: Path, settings: Settings
) -> None:
    choose(export, ".jpg")
    export.quality_slider.setValue(80)
    export.profile.setChecked(False)
    export.metadata.setChecked(False)
    assert export.choices == ExportChoices(80, has_profile=False, has_metadata=False)
    export.accept()
    again = ExportDialog(owner, tmp_path / "other", settings)
    assert (again.path.name, again.choices) == ("other.jpg", export.choices)


def test_only_what_a_format_holds_can_be_chosen(export: ExportDialog) -> None:
    for suffix, has_profile, has_metadata in (
        (".png", True, True),
        (".bmp", False, False),
        (".ora", False, False),
    ):
        choose(export, suffix)
        assert export.profile.isEnabled() == has_profile
        assert export.metadata.isEnabled() == has_metadata


def test_a_missing_extra_is_named(
    owner: QWidget, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    export = ExportDialog(owner, tmp_path / "a.psd", settings)
    assert not export.export_button.isEnabled()
    assert "“psd”" in export.sentence.text()


def test_a_name_without_a_suffix_gets_that_of_the_format(
    export: ExportDialog, tmp_path: Path
) -> None:
    export.name.setText(str(tmp_path / "bare"))
    assert export.path.name == "bare.png"
    assert export.export_button.isEnabled()


@pytest.mark.parametrize(
    "name", ["", "picture.gif", "picture.png.exe", "nowhere/picture.png", "folder.png"]
)
def test_export_refuses_what_cannot_be_written(
    export: ExportDialog, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    export.name.setText(str(tmp_path / name) if name else "")
    assert not export.export_button.isEnabled()
    assert export.sentence.text().endswith(".")


def test_a_name_without_a_folder_stays_in_the_proposed_one(
    export: ExportDialog, tmp_path: Path
) -> None:
    """Not in the folder that the program happened to be started in."""
    (tmp_path / "sub").mkdir()
    for typed, meant in (("a.png", "a.png"), ("b", "b.png"), ("sub/c.png", "sub/c.png")):
        export.name.setText(typed)
        assert export.path == tmp_path / meant
        assert export.export_button.isEnabled()


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
    assert not export.quality_slider.isHidden()


def test_the_version_is_text() -> None:
    assert installed_version() == "" or installed_version()[0].isdigit()
