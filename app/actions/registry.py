"""ONE registry of actions: menus, tool bars, tooltips and the shortcut sheet all read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.theme import icon

CONTEXT = "Actions"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One row of the action table.

    Attributes:
        id: ``"<menu>.<name>"``, unique.
        text: the wording in menus (English, translated when shown).
        keys: shortcuts, the first one is the one shown; portable text.
        icon: name for ``app.theme.icon``; empty = none.
        menu: path of the menu it stands in (``"edit/brush"``); empty = only a shortcut.
        needs: conditions that must all hold for the action to be enabled.
        hint: one sentence that goes into the tooltip.
        choice: name of the exclusive group it is a member of; makes it checkable.
        is_checkable: a switch of its own.
        starts_group: a separator stands before it.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    menu: str = ""
    needs: frozenset[str] = frozenset()
    hint: str = ""
    choice: str = ""
    is_checkable: bool = False
    starts_group: bool = False


@dataclass(frozen=True, slots=True)
class Gesture:
    """A key or pointer gesture that is no action; the shortcut sheet lists it."""

    text: str
    keys: str


def translated(text: str) -> str:
    """Return the user's wording of a text of the table."""
    return QCoreApplication.translate(CONTEXT, text)


def shown_keys(keys: Iterable[str]) -> str:
    """Return shortcuts as the platform writes them, separated by commas."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys)


class ActionRegistry(QObject):
    """Builds one QAction per row and keeps its enabled state.

    Args:
        window: owner; the shortcuts hold in this window.
        specs: the table.
        handlers: what each action does, by id.

    Raises:
        KeyError: when a row has no handler (a button that does nothing must not exist).
    """

    def __init__(
        self,
        window: QWidget,
        specs: Iterable[ActionSpec],
        handlers: Mapping[str, Callable[[], object]],
    ) -> None:
        super().__init__(window)
        self.specs = {spec.id: spec for spec in specs}
        self._choices: dict[str, QActionGroup] = {}
        self._actions = {
            spec.id: self._build(window, spec, handlers[spec.id]) for spec in self.specs.values()
        }

    def action(self, action_id: str) -> QAction:
        """Return the action of a row."""
        return self._actions[action_id]

    def trigger(self, action_id: str) -> None:
        """Do what the action does, as if it was chosen (nothing while it is disabled)."""
        self._actions[action_id].trigger()

    def refresh(self, conditions: set[str]) -> None:
        """Enable exactly the actions whose needs all hold."""
        for spec in self.specs.values():
            self._actions[spec.id].setEnabled(spec.needs <= conditions)

    def check(self, action_id: str, is_checked: bool = True) -> None:
        """Show a switch as on or off without doing anything else."""
        action = self._actions[action_id]
        if action.isChecked() == is_checked:
            return
        was_blocked = action.blockSignals(True)
        action.setChecked(is_checked)
        action.blockSignals(was_blocked)
        action.changed.emit()

    def fill_menu(self, menu: QMenu, path: str) -> None:
        """Append every action of a menu path, submenus at their first member's place."""
        submenus: dict[str, QMenu] = {}
        for spec in self.specs.values():
            if spec.menu != path and not spec.menu.startswith(f"{path}/"):
                continue
            target = menu
            if spec.menu != path:
                name = spec.menu[len(path) + 1 :]
                if name not in submenus:
                    submenus[name] = menu.addMenu(translated(name.capitalize()))
                target = submenus[name]
            if spec.starts_group:
                target.addSeparator()
            target.addAction(self._actions[spec.id])

    def tooltip(self, action_id: str) -> str:
        """Return wording, shortcut and hint of an action as tooltip text."""
        spec = self.specs[action_id]
        title = translated(spec.text).replace("&", "").rstrip(" …")
        keys = shown_keys(spec.keys[:1])
        first = f"{title} ({keys})" if keys else title
        return f"{first}\n{translated(spec.hint)}" if spec.hint else first

    def _build(self, window: QWidget, spec: ActionSpec, handler: Callable[[], object]) -> QAction:
        action = QAction(translated(spec.text), window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setToolTip(self.tooltip(spec.id))
        action.setCheckable(spec.is_checkable or bool(spec.choice))
        if spec.icon:
            action.setIcon(icon(spec.icon))
            action.setIconVisibleInMenu(False)
        if spec.choice:
            self._group(window, spec.choice).addAction(action)
        action.triggered.connect(lambda _checked=False: handler())
        window.addAction(action)
        return action

    def _group(self, window: QWidget, name: str) -> QActionGroup:
        if name not in self._choices:
            self._choices[name] = QActionGroup(window)
        return self._choices[name]
