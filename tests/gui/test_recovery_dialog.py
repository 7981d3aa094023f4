"""The dialog that offers unsaved work: recover, discard, decide later."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.recovery_dialog import RecoveryDialog, RecoveryRow
from app.document.files.png_parts import png_bytes
from app.storage.journal import FoundJournal

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def journal(name: str, path: Path | None = None, written_at: float = 0.0) -> FoundJournal:
    pixels = np.full((60, 80, 4), 255, np.uint8)
    at = written_at or time.time()
    return FoundJournal(Path(name), name, path, at, 3, 800, 600, png_bytes(pixels))


class Heard:
    """What a dialog asked for."""

    def __init__(self, dialog: RecoveryDialog) -> None:
        self.recovered: list[str] = []
        self.discarded: list[str] = []
        dialog.recover_wanted.connect(lambda found: self.recovered.append(found.title))
        dialog.discard_wanted.connect(lambda found: self.discarded.append(found.title))


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> RecoveryDialog:
    saved = tmp_path / "b.singan"
    saved.write_bytes(b"saved")
    found = [journal("a.png"), journal("b", saved), journal("c", saved, written_at=1e9)]
    made = RecoveryDialog(found)
    qtbot.addWidget(made)
    made.open()
    return made


def click(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_row_tells_when_how_much_and_where(dialog: RecoveryDialog, tmp_path: Path) -> None:
    facts = [row.facts.whole_text for row in dialog.rows]
    assert "Today" in facts[0]
    assert "Today" not in facts[2]
    assert all(text.endswith("3 layers · 800 × 600 px") for text in facts)
    first, second, third = (row.place.whole_text for row in dialog.rows)
    assert first == "Never saved"
    assert second == str(tmp_path / "b.singan")
    assert third.startswith("Older than its file")


def test_recovering_one_by_one_ends_the_dialog(dialog: RecoveryDialog, qtbot: QtBot) -> None:
    heard = Heard(dialog)
    for row in list(dialog.rows):
        assert dialog.isVisible()
        click(qtbot, row.recover_button)
    assert heard.recovered == ["a.png", "b", "c"]
    assert heard.discarded == []
    assert not dialog.isVisible()


def test_discarding_can_be_taken_back_until_the_dialog_closes(
    dialog: RecoveryDialog, qtbot: QtBot
) -> None:
    heard = Heard(dialog)
    first, second, third = dialog.rows
    for row in (first, second, first):
        click(qtbot, row.discard_button)
    assert (first.is_discarded, second.is_discarded, third.is_discarded) == (False, True, False)
    assert not second.recover_button.isEnabled()
    assert heard.discarded == []
    click(qtbot, dialog.all_button)
    assert heard.recovered == ["a.png", "c"]
    assert heard.discarded == ["b"]


def test_deciding_later_leaves_everything(dialog: RecoveryDialog, qtbot: QtBot) -> None:
    heard = Heard(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert (heard.recovered, heard.discarded) == ([], [])


def test_with_nothing_left_to_decide_there_is_only_close(
    dialog: RecoveryDialog, qtbot: QtBot
) -> None:
    heard = Heard(dialog)
    assert dialog.later_button.text() == "Decide Later"
    for row in dialog.rows:
        click(qtbot, row.discard_button)
    assert not dialog.all_button.isEnabled()
    assert dialog.later_button.text() == "Close"
    click(qtbot, dialog.later_button)
    assert heard.discarded == ["a.png", "b", "c"]


def test_a_damaged_thumbnail_leaves_its_place_empty(qtbot: QtBot) -> None:
    found = FoundJournal(Path("x"), "x", None, 0.0, 1, 1, 1, b"no picture")
    row = RecoveryRow(found)
    qtbot.addWidget(row)
    assert "1 layer ·" in row.facts.whole_text
