"""Searchable sheet of every shortcut, read from the one table of actions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.actions.registry import ActionSpec, Gesture, shown_keys, translated
from app.controls.labels import label
from app.dialogs.dialog_frame import dialog_column
from app.theme import GRID_PX


class ShortcutSheet(QDialog):
    """Lists actions by menu, then gestures; typing narrows the list.

    Args:
        parent: the window.
        specs: rows of the action table; those without wording or keys are left out.
        gestures: what is no action.
    """

    def __init__(
        self, parent: QWidget, specs: Iterable[ActionSpec], gestures: Iterable[Gesture]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(560, 600)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.nothing = label("muted", self.tr("No action and no key is called that."))
        self.nothing.hide()
        self._groups: list[QTreeWidgetItem] = []
        self._rows: list[QTreeWidgetItem] = []
        self.tree = self._build_tree()
        for spec in specs:
            if spec.text and spec.keys:
                group = spec.id.split(".")[0].capitalize()
                text = translated(spec.text).replace("&", "").rstrip(" …")
                self._add(translated(group), text, shown_keys(spec.keys))
        for gesture in gestures:
            self._add(self.tr("Gestures"), translated(gesture.text), translated(gesture.keys))
        self.tree.expandAll()
        column = dialog_column(self)
        column.setSpacing(GRID_PX)
        column.addWidget(self.search)
        column.addWidget(self.tree)
        column.addWidget(self.nothing)

    def shown_rows(self) -> list[tuple[str, str]]:
        """Return wording and keys of every row that the search leaves."""
        return [(row.text(0), row.text(1)) for row in self._rows if not row.isHidden()]

    def _build_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels([self.tr("Action"), self.tr("Shortcut")])
        tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setRootIsDecorated(False)
        tree.setIndentation(16)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        return tree

    def _add(self, group_name: str, text: str, keys: str) -> None:
        group = next((g for g in self._groups if g.text(0) == group_name), None)
        if group is None:
            group = QTreeWidgetItem(self.tree, [group_name])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = group.font(0)
            font.setBold(True)
            group.setFont(0, font)
            self._groups.append(group)
        self._rows.append(QTreeWidgetItem(group, [text, keys]))

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().replace("+", " ").split() or [""]
        for row in self._rows:
            is_meant = all(_is_meant(word, row.text(0), row.text(1)) for word in wanted)
            row.setHidden(not is_meant)
        for group in self._groups:
            rows = [row for row in self._rows if row.parent() is group]
            group.setHidden(all(row.isHidden() for row in rows))
        self.nothing.setVisible(all(group.isHidden() for group in self._groups))


def _is_meant(word: str, text: str, keys: str) -> bool:
    """Whether a word of the search means a row: a key of it, or a part of its wording.

    A single letter means a key or the start of a word: nearly every row has it somewhere.
    """
    text, keys = text.casefold(), keys.casefold()
    if len(word) == 1:
        starts = [each[:1] for each in text.split()]
        return word in starts or word in re.split(r"[+, ]+", keys)
    return word in text or word in keys
