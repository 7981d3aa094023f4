"""The middle of the window: tabs over the picture, or the welcome page while there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from app.controls.drop_zones import DropZones


class Center(QWidget):
    """Shows one of two widgets, and over it the notices and the places to drop on.

    Attributes:
        zones: what a dragged picture can become.
    """

    def __init__(self, tabs: QWidget, welcome: QWidget, canvas: QWidget, messages: QWidget) -> None:
        super().__init__()
        self._welcome, self._canvas = welcome, canvas
        self._stack = QStackedWidget()
        self._stack.addWidget(welcome)
        self._stack.addWidget(canvas)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(tabs, 0, 0)
        grid.addWidget(self._stack, 1, 0)
        self.zones = DropZones()
        grid.addWidget(self.zones, 1, 0)
        # over the picture, which would move under the user's hand if it made room
        grid.addWidget(messages, 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(1, 1)
        messages.raise_()

    @property
    def shown(self) -> QWidget | None:
        """The welcome page or the canvas."""
        return self._stack.currentWidget()

    def show_canvas(self, is_wanted: bool) -> None:
        """Show the canvas, or else the welcome page."""
        self._stack.setCurrentWidget(self._canvas if is_wanted else self._welcome)
