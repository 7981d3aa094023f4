"""Every word that the user sees can be translated: shown through a translator that marks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.actions.table import ACTIONS, GESTURES
from app.dialogs.shortcut_sheet import ShortcutSheet
from app.main_window import MainWindow
from app.session import Session
from app.tool_state import Tool
from tests.marking import MARK, texts_marked

# Names of colour models and devices, and what is said by signs alone, are the same everywhere.
PLAIN = re.compile(r"(SinGAN Studio|RGB|HSV|[HSVRGB]|CPU \(\d+ threads?\)|[^A-Za-z]*)")


@pytest.fixture(autouse=True)
def marking(qapp: QCoreApplication) -> Iterator[None]:
    with texts_marked():
        yield


def texts_of(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.windowTitle(), widget.accessibleName())
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QComboBox():
            yield from (widget.itemText(index) for index in range(widget.count()))
        case QTabBar():
            yield from (widget.tabText(index) for index in range(widget.count()))
            yield from (widget.tabToolTip(index) for index in range(widget.count()))
        case QDockWidget():
            yield widget.windowTitle()


def unmarked(root: QWidget, known: tuple[str, ...] = ()) -> list[str]:
    """Return every text under a widget that did not come through the translator."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        for text in texts_of(widget):
            if MARK in text or PLAIN.fullmatch(text) or any(name in text for name in known):
                continue
            found.append(f"{type(widget).__name__}: {text}")
    for action in root.findChildren(QAction):
        for text in (action.text(), action.toolTip()):
            if MARK not in text and not PLAIN.fullmatch(text):
                found.append(f"action {action.objectName()}: {text}")
    return sorted(set(found))


def test_the_window_before_anything_is_open(window: MainWindow) -> None:
    assert unmarked(window) == []


def test_the_window_with_a_model_and_a_result(
    window: MainWindow, trained: Session, qtbot: QtBot
) -> None:
    brush = window.workspace.tool_state.brush
    trained.strokes.begin(brush)
    trained.strokes.add(20, 20, 1.0)
    trained.strokes.finish()
    trained.request_render("edit", 1, 200)
    qtbot.waitUntil(lambda: trained.preview is not None)
    qtbot.wait(20)
    assert unmarked(window, ("photo.png",)) == []
    for dock in ("generate", "history", "color", "layers"):
        window.docks.reveal(dock)
        assert unmarked(window, ("photo.png",)) == []


def test_every_row_of_the_table_of_actions(window: MainWindow) -> None:
    sheet = ShortcutSheet(window, ACTIONS, GESTURES)
    assert all(text.startswith(MARK) for text, _ in sheet.shown_rows())
    assert unmarked(sheet) == []
    sheet.deleteLater()


def test_the_steps_of_the_history(window: MainWindow, session: Session) -> None:
    edits = session.edits
    edits.add_layer()
    edits.duplicate_layer()
    edits.select_all()
    edits.clear()
    steps = window.history.list
    shown = [steps.item(row).text() for row in range(steps.count())]
    assert len(shown) == 5
    assert all(text.startswith(MARK) for text in shown)


def test_the_options_of_every_tool(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    for tool in Tool:
        window.workspace.tool_state.set_tool(tool)
        qtbot.wait(5)
        assert unmarked(window, ("photo.png",)) == [], tool


APP = Path(__file__).resolve().parents[2] / "app"
SHOWING = {
    "setText", "setToolTip", "setWindowTitle", "setPlaceholderText", "setAccessibleName",
    "setTitle", "setInformativeText", "setHeaderLabels", "setSuffix", "setPrefix", "setTabText",
    "addAction", "addMenu", "addItem", "addItems", "addTab", "addRow", "show_notice", "emit",
    "QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction", "QMenu",
    "QDockWidget", "QToolBar", "label", "main_button", "icon_button", "ValueSlider",
}  # fmt: skip
# What reads the same in every language, and words that are no text: roles, icons, names of parts.
ALLOWED = re.compile(r"SinGAN Studio|HSV|RGB|muted|heading|title|badge|ph\.[\w.-]+|[a-z_/]+|\W*")


def bare_texts(path: Path) -> Iterator[str]:
    """Return what a module hands to a showing call as a literal."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        for argument in node.args if name in SHOWING else ():
            for part in ast.walk(argument) if isinstance(argument, ast.JoinedStr) else (argument,):
                is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
                if is_text and not ALLOWED.fullmatch(part.value.strip()):
                    yield f"{path.name}:{node.lineno} {name}({part.value!r})"


def test_no_literal_is_shown_without_being_translated() -> None:
    rooms = ("canvas", "controls", "dialogs", "panels", "session", "window")
    paths = [path for room in rooms for path in (APP / room).rglob("*.py")]
    found = [text for path in (*paths, APP / "main_window.py") for text in bare_texts(path)]
    assert found == []


def test_labels_of_commands_are_words_a_translator_can_know() -> None:
    """The document knows no translation: its labels are fixed texts that the panel translates."""
    for path in (APP / "document").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_keyword = isinstance(node, ast.keyword) and node.arg == "label"
            if is_keyword and isinstance(node.value, ast.JoinedStr):
                pytest.fail(f"{path.name}: a label is put together")
