"""Keys that must not go astray: Alt, letters behind Alt, and keys for fields."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.session import Session

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


def test_alt_let_go_leaves_the_keys_with_the_picture(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    """Alt picks colours and takes from selections; the menus would take the next keys."""
    window.canvas.setFocus()
    qtbot.keyPress(window.canvas, Key.Key_Alt, ALT)
    qtbot.keyRelease(window.canvas, Key.Key_Alt)
    assert window.canvas.hasFocus()
    assert window.menuBar().activeAction() is None


def test_no_two_things_share_a_letter_behind_alt(window: MainWindow, session: Session) -> None:
    titles = [action.text() for action in window.menuBar().actions()]
    for kind in (QLabel, QAbstractButton):
        titles += [widget.text() for widget in window.findChildren(kind)]
    letters = Counter(QKeySequence.mnemonic(title).toString() for title in titles)
    del letters[""]
    assert {letter for letter, count in letters.items() if count > 1} == set()
    assert len(letters) >= len(window.menuBar().actions())
