"""The one table of actions, and what is built from it."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.actions.registry import ActionRegistry, ActionSpec
from app.actions.table import ACTIONS, MENUS
from app.session import Session
from app.tool_state import Tool
from app.window.conditions import conditions_of


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_ids_are_unique_and_menus_exist() -> None:
    assert max(Counter(spec.id for spec in ACTIONS).values()) == 1
    assert {spec.menu.split("/")[0] for spec in ACTIONS if spec.menu} <= set(MENUS)


def test_a_letter_chooses_one_row_of_a_menu_only() -> None:
    """Two rows of one letter would only be marked in turn, and nothing would happen."""
    letters = [
        (spec.menu, spec.text[spec.text.index("&") + 1].lower())
        for spec in ACTIONS
        if spec.menu and "&" in spec.text
    ]
    assert [each for each, count in Counter(letters).items() if count > 1] == []


def test_every_shortcut_is_a_key_sequence(qapp: object) -> None:
    for spec in ACTIONS:
        for keys in spec.keys:
            assert not QKeySequence(keys).isEmpty(), keys


def test_one_key_never_serves_two_actions_at_once() -> None:
    """Two rows may share a key only when their needs exclude each other."""
    exclusive = [
        {"preview", "no_preview"},
        {"rendering", "not_rendering"},
        {"painting_tool", "other_tool"},
        {"pending", "no_pending"},
    ]
    for i, first in enumerate(ACTIONS):
        for second in ACTIONS[i + 1 :]:
            if set(first.keys) & set(second.keys):
                needs = first.needs | second.needs
                assert any(pair <= needs for pair in exclusive), (first.id, second.id)


def test_an_action_without_a_handler_is_refused(owner: QWidget) -> None:
    with pytest.raises(KeyError, match=r"a\.b"):
        ActionRegistry(owner, [ActionSpec("a.b", "Text")], {})


def test_needs_decide_what_is_enabled(owner: QWidget) -> None:
    done: list[str] = []
    specs = [ActionSpec("a.one", "One", needs=frozenset({"x"})), ActionSpec("a.two", "Two")]
    handlers = {spec.id: (lambda name=spec.id: done.append(name)) for spec in specs}
    registry = ActionRegistry(owner, specs, handlers)
    registry.refresh(set())
    registry.trigger("a.one")
    registry.trigger("a.two")
    registry.refresh({"x", "y"})
    registry.trigger("a.one")
    assert done == ["a.two", "a.one"]


def test_menus_and_submenus_come_from_the_table(owner: QWidget) -> None:
    specs = [
        ActionSpec("a.one", "One", menu="a"),
        ActionSpec("a.deep", "Deep", menu="a/more"),
        ActionSpec("a.two", "Two", menu="a", starts_group=True),
        ActionSpec("b.other", "Other", menu="b"),
    ]
    registry = ActionRegistry(owner, specs, dict.fromkeys([s.id for s in specs], lambda: None))
    menu = QMenu(owner)
    registry.fill_menu(menu, "a")
    assert [a.text() for a in menu.actions() if not a.isSeparator()] == ["One", "More", "Two"]
    submenu = menu.actions()[1].menu()
    assert isinstance(submenu, QMenu)
    assert [a.text() for a in submenu.actions()] == ["Deep"]


def test_tooltips_name_the_shortcut(owner: QWidget) -> None:
    spec = ActionSpec("a.one", "&Do It …", ("Ctrl+K",), hint="Because.")
    registry = ActionRegistry(owner, [spec], {"a.one": lambda: None})
    assert registry.tooltip("a.one") == "Do It (Ctrl+K)\nBecause."


def test_conditions_without_a_document() -> None:
    assert conditions_of(None, Tool.FILL, False) == {"painting_tool", "no_pending"}
    assert conditions_of(None, Tool.HAND, True) == {"other_tool", "no_pending"}


def test_conditions_follow_the_document(session: Session) -> None:
    before = conditions_of(session, Tool.BRUSH, True)
    assert {"document", "layer", "no_preview", "not_rendering", "can_train"} <= before
    assert not before & {"undo", "redo", "selection", "preview", "usable_model", "training"}
    session.edits.select_all()
    assert {"undo", "selection"} <= conditions_of(session, Tool.BRUSH, True)
    session.undo()
    assert "redo" in conditions_of(session, Tool.BRUSH, True)


def test_conditions_follow_the_model(trained: Session) -> None:
    assert "usable_model" in conditions_of(trained, Tool.BRUSH, True)
