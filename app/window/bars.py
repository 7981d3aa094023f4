"""Menus and tool bars, all filled from the registry of actions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton, QWidget

from app.actions.table import MENUS, TOOLS
from app.controls.texts import look_text
from app.document.wording import translate
from app.theme import ICON_PX, icon

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.actions.registry import ActionRegistry
    from app.settings import Settings
    from app.storage.recent_looks import RecentLooks


def add_tool_bars(
    window: QMainWindow, registry: ActionRegistry, options: QWidget, pair: QWidget
) -> None:
    """Put tools and colours at the left of the window, the tool's options above the picture."""
    tools = QToolBar(translate("Bars", "Tools"), window)
    tools.setObjectName("toolBar")
    tools.setIconSize(QSize(ICON_PX + 2, ICON_PX + 2))
    for spec in TOOLS:
        if spec.starts_group:
            tools.addSeparator()
        tools.addAction(registry.action(spec.id))
    tools.addSeparator()
    tools.addWidget(pair)
    above = QToolBar(translate("Bars", "Tool options"), window)
    above.setObjectName("optionsBar")
    above.addWidget(options)
    window.addToolBar(Qt.ToolBarArea.TopToolBarArea, above)
    window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, tools)
    for bar in (tools, above):
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        _show_extension(bar)


def _show_extension(bar: QToolBar) -> None:
    """Give the button for what has no room an icon: the style's own is black in both themes."""
    button = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    if button is not None:
        is_tall = bar.orientation() is Qt.Orientation.Vertical
        button.setIcon(icon("ph.caret-double-down" if is_tall else "ph.caret-double-right"))
        button.setToolTip(translate("Bars", "More"))
        button.setAccessibleName(translate("Bars", "More"))


class Menus(QObject):
    """The menu bar.

    Args:
        window: gets the menus.
        registry: their actions.
        settings: the recent files.
        looks: what is known of their models.
        open_path: opens one of them.
    """

    def __init__(
        self,
        window: QMainWindow,
        registry: ActionRegistry,
        settings: Settings,
        looks: RecentLooks,
        open_path: Callable[[Path], object],
    ) -> None:
        super().__init__(window)
        self._settings = settings
        self._looks = looks
        self._open_path = open_path
        menus = {}
        for path, title in zip(MENUS, self._titles(), strict=True):
            menus[path] = window.menuBar().addMenu(title)
            registry.fill_menu(menus[path], path)
        self.recent = QMenu(self.tr("Open &Recent"), window)
        self.recent.setToolTipsVisible(True)
        self.recent.aboutToShow.connect(self._fill_recent)
        looks.look_changed.connect(self._show_look)
        menus["file"].insertMenu(registry.action("file.place"), self.recent)

    def _titles(self) -> tuple[str, ...]:
        return (
            self.tr("&File"),
            self.tr("&Edit"),
            self.tr("&Image"),
            self.tr("&Layer"),
            self.tr("&Select"),
            self.tr("&View"),
            self.tr("&Generate"),
            self.tr("&Help"),
        )

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._settings.recent_files:
            action = self.recent.addAction(path.name.replace("&", "&&"))
            action.setData(path)
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._open, path))
            self._show_look(path)
        self._looks.refresh(self._settings.recent_files)
        is_empty = self.recent.isEmpty()
        self.recent.addSeparator()
        clear = self.recent.addAction(self.tr("Clear List"))
        clear.setEnabled(not is_empty)
        clear.triggered.connect(self._settings.clear_recent)

    def _show_look(self, path: Path) -> None:
        """Write behind a file's name how its model stands, as soon as it is known."""
        look = self._looks.look_of(path)
        for action in self.recent.actions():
            if action.data() == path:
                name, state = path.name.replace("&", "&&"), look_text(look)
                action.setText(f"{name}\t{state}" if state else name)
                action.setEnabled(not look.is_missing)

    def _open(self, path: Path, _checked: bool = False) -> None:
        self._open_path(path)
