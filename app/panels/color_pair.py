"""The painting colour over the second one, seen with any tool in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.swatches import Swatch

if TYPE_CHECKING:
    from app.tool_state import ToolState

SIDE_PX = 22
SHIFT_PX = 10


class ColorPair(QWidget):
    """Two patches as every editor has them below its tools.

    Signals:
        color_wanted(): the painting colour was clicked, to choose another.
    """

    color_wanted = Signal()

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__()
        self._tool_state = tool_state
        self.second = Swatch(SIDE_PX, self)
        self.first = Swatch(SIDE_PX, self)
        self.second.setGeometry(SHIFT_PX, SHIFT_PX, SIDE_PX, SIDE_PX)
        self.first.setGeometry(0, 0, SIDE_PX, SIDE_PX)
        self.second.clicked.connect(tool_state.swap_colors)
        self.first.clicked.connect(self.color_wanted)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        tool_state.changed.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX + SHIFT_PX, SIDE_PX + SHIFT_PX)

    def _show(self) -> None:
        state = self._tool_state
        self.first.show_color(state.color, self.tr("Painting colour, click chooses another"))
        self.second.show_color(state.background, self.tr("Second colour, click swaps (X)"))
