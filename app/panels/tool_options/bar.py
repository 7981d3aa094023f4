"""Tool options bar: what the tool in hand offers, in one row above the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.panels.tool_options.brush_row import BrushRow, CloneRow
from app.panels.tool_options.paint_rows import EyedropperRow, FillRow, GradientRow, ShapeRow
from app.panels.tool_options.row import OptionsRow
from app.panels.tool_options.selection_rows import BoxSelectRow, SelectionRow, WandRow
from app.panels.tool_options.texts import tool_texts
from app.panels.tool_options.transform_rows import CropRow, MoveRow, TransformRow
from app.theme import GRID_PX
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.workspace import Workspace

_NAME_PX = 84
# Less of a sentence than this says nothing.
_LEAST_SENTENCE_PX = 120

ROWS: dict[Tool, type[OptionsRow]] = {
    Tool.BRUSH: BrushRow,
    Tool.ERASER: BrushRow,
    Tool.CLONE: CloneRow,
    Tool.FILL: FillRow,
    Tool.GRADIENT: GradientRow,
    Tool.SHAPE: ShapeRow,
    Tool.MOVE: MoveRow,
    Tool.TRANSFORM: TransformRow,
    Tool.CROP: CropRow,
    Tool.EYEDROPPER: EyedropperRow,
    Tool.RECT_SELECT: BoxSelectRow,
    Tool.ELLIPSE_SELECT: BoxSelectRow,
    Tool.LASSO: SelectionRow,
    Tool.POLYGON_SELECT: SelectionRow,
    Tool.WAND: WandRow,
}
"""The row of each tool that has something to set; tools of one class share one row."""


class Sentence(QLabel):
    """A sentence in what room the controls leave, shortened to it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        is_whole = shown == self.text()
        self.setToolTip("" if is_whole else self.text())
        if is_whole or self.width() >= _LEAST_SENTENCE_PX:
            painter = QPainter(self)
            painter.setPen(self.palette().color(self.foregroundRole()))
            middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), middle, shown)


class ToolOptions(QWidget):
    """The name of the tool in hand, its row of controls, and a sentence where there is room.

    Attributes:
        sentence: how the tool is used.

    Signals:
        color_wanted(): the user asked to choose the painting colour.
    """

    color_wanted = Signal()

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
        self.sentence = Sentence()
        line.addWidget(self._name)
        self._rows = {kind: kind(workspace) for kind in dict.fromkeys(ROWS.values())}
        for row in self._rows.values():
            row.hide()
            row.color_wanted.connect(self.color_wanted)
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
        name, sentence = tool_texts(tool, self._tool_state.settings(tool))
        self._name.setText(name)
        self.sentence.setText(sentence)
        shown = self.row(tool)
        for row in self._rows.values():
            row.setVisible(row is shown)
        if shown is not None:
            shown.refresh()
