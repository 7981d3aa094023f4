"""The docks on the right: generating above, layers and colour below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget
from shiboken6 import isValid

from app.controls.scrolling import scrolled

RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
WIDTH_PX = 320
TALL_PX = 1000


@dataclass(frozen=True, slots=True)
class DockSpec:
    """One dock: its id, its title, what stands in it, and whether it scrolls."""

    name: str
    title: str
    panel: QWidget
    is_scrolled: bool = False


class Docks(QObject):
    """Builds the docks and hides or shows them together.

    Signals:
        visibility_changed(): a dock was shown or hidden.
    """

    visibility_changed = Signal()

    def __init__(self, window: QMainWindow, specs: tuple[DockSpec, ...]) -> None:
        super().__init__(window)
        self._window = window
        self._before_hiding: list[QDockWidget] = []
        self._layout_before = QByteArray()
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.GroupedDragging
        )
        window.setDocumentMode(True)
        self.docks: Mapping[str, QDockWidget] = {spec.name: self._build(spec) for spec in specs}

    def arrange(self, height_px: int) -> None:
        """Put the docks at their first places; a tall window shows three groups."""
        docks, window = self.docks, self._window
        for dock in docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        window.addDockWidget(RIGHT, docks["training"])
        window.splitDockWidget(docks["training"], docks["layers"], Qt.Orientation.Vertical)
        if height_px >= TALL_PX:
            window.splitDockWidget(docks["layers"], docks["color"], Qt.Orientation.Vertical)
        window.tabifyDockWidget(docks["training"], docks["generate"])
        window.tabifyDockWidget(docks["layers"], docks["history"])
        if height_px < TALL_PX:
            window.tabifyDockWidget(docks["history"], docks["color"])
        for dock in docks.values():
            dock.show()
        docks["training"].raise_()
        docks["layers"].raise_()
        self.share_height(height_px)

    def share_height(self, height_px: int) -> None:
        """Give the upper group what its panels need and the rest to those below."""
        shown = [self.docks["training"], self.docks["layers"]]
        shares = [height_px * 68 // 100, height_px * 32 // 100]
        if height_px >= TALL_PX:
            shown.append(self.docks["color"])
            shares = [height_px * 48 // 100, height_px * 30 // 100, height_px * 22 // 100]
        self._window.resizeDocks(shown[:1], [WIDTH_PX], Qt.Orientation.Horizontal)
        self._window.resizeDocks(shown, shares, Qt.Orientation.Vertical)

    def reveal(self, name: str) -> None:
        """Show a dock in front of those it shares its place with."""
        self.docks[name].show()
        self.docks[name].raise_()

    @property
    def are_hidden(self) -> bool:
        """Whether the docks were hidden together."""
        return bool(self._before_hiding)

    def hide_all(self, is_hidden: bool) -> None:
        """Hide every dock, or show again those that were there before."""
        if is_hidden:
            self._before_hiding = [d for d in self.docks.values() if not d.isHidden()]
            self._layout_before = self._window.saveState()
        for dock in self._before_hiding:
            dock.setVisible(not is_hidden)
        if not is_hidden and self._before_hiding:
            self._before_hiding = []
            # shown one by one they share the room anew, and not as the user had shared it
            self._window.restoreState(self._layout_before)

    def _follow_visibility(self) -> None:
        if not isValid(self._window):
            return  # docks are hidden once more while their window is taken apart
        for dock in self.docks.values():
            is_tabbed = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            has_bar = dock.titleBarWidget() is None
            if is_tabbed and has_bar:
                dock.setTitleBarWidget(QWidget(dock))
            elif not is_tabbed and not has_bar:
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]
        self.visibility_changed.emit()

    def _build(self, spec: DockSpec) -> QDockWidget:
        dock = QDockWidget(spec.title, self._window)
        dock.setObjectName(spec.name)
        dock.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | RIGHT)
        dock.setWidget(scrolled(spec.panel) if spec.is_scrolled else spec.panel)
        dock.setMinimumWidth(WIDTH_PX - 32)
        dock.visibilityChanged.connect(self._follow_visibility)
        return dock
