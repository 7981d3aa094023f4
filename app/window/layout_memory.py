"""Where the window and its docks were when they were last seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from app.settings import Settings
    from app.window.docks import Docks

FIRST_SIZE = QSize(1280, 800)
SPARE_WIDTH_PX = 100


class LayoutMemory(QObject):
    """Restores the layout, or makes the first one once the window has its real size."""

    def __init__(self, window: QMainWindow, docks: Docks, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._settings = settings
        self._is_known = False

    def restore(self) -> None:
        """Place the window before it is shown; on a small screen it fills it at first."""
        window, settings = self._window, self._settings
        window.resize(FIRST_SIZE)
        if not window.restoreGeometry(settings.blob("window/geometry")):
            room = window.screen().availableSize()
            window.resize(FIRST_SIZE.boundedTo(room))
            if room.width() < FIRST_SIZE.width() + SPARE_WIDTH_PX:
                window.setWindowState(Qt.WindowState.WindowMaximized)
        self._is_known = window.restoreState(settings.blob("window/docks"))

    def complete(self) -> None:
        """Arrange the docks for the size on screen, unless they were restored."""
        if not self._is_known:
            self._is_known = True
            self._docks.arrange(self._window.height())
            QTimer.singleShot(0, self._share_height)

    def remember(self) -> None:
        """Write down where everything is."""
        self._settings.set_blob("window/geometry", self._window.saveGeometry())
        self._settings.set_blob("window/docks", self._window.saveState())

    def _share_height(self) -> None:
        self._docks.share_height(self._window.height())
