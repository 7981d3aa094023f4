"""Tool options bar: what the tool in hand offers, in one row above the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.panels.tool_options.brush_row import BrushRow
from app.panels.tool_options.row import OptionsRow
from app.panels.tool_options.texts import tool_texts
from app.theme import GRID_PX
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.workspace import Workspace

_NAME_PX = 72

ROWS: dict[Tool, type[OptionsRow]] = {
    Tool.BRUSH: BrushRow,
    Tool.ERASER: BrushRow,
}
"""The row of each tool that has something to set; tools of one class share one row."""


class ToolOptions(QWidget):
    """The name of the tool in hand, its row of controls, and a sentence where there is room.

    Attributes:
        sentence: how the tool is used.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._tool_state = workspace.tool_state
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 4, 0)
        line.setSpacing(GRID_PX)
        self._name = QLabel()
        self._name.setProperty("role", "heading")
        self._name.setMinimumWidth(_NAME_PX)
        self.sentence = QLabel()
        self.sentence.setProperty("role", "muted")
        # takes only what the controls leave
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(self._name)
        self._rows = {kind: kind(workspace) for kind in dict.fromkeys(ROWS.values())}
        for row in self._rows.values():
            row.hide()
            line.addWidget(row)
        line.addWidget(self.sentence, 1)
        self._tool_state.changed.connect(self._show)
        self._show()

    def row(self, tool: Tool) -> OptionsRow | None:
        """Return the row of a tool, or None where there is nothing to set."""
        kind = ROWS.get(tool)
        return None if kind is None else self._rows[kind]

    def sizeHint(self) -> QSize:
        """The height of the tallest row for every tool, so that the picture never moves."""
        heights = [row.sizeHint().height() for row in self._rows.values()]
        return super().sizeHint().expandedTo(QSize(0, max(heights)))

    def _show(self) -> None:
        tool = self._tool_state.tool
        name, sentence = tool_texts(tool)
        self._name.setText(name)
        self.sentence.setText(sentence)
        self.sentence.setToolTip(sentence)
        shown = self.row(tool)
        for row in self._rows.values():
            row.setVisible(row is shown)
        if shown is not None:
            shown.refresh()
