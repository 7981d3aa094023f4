"""View menu: zoom, docks, full screen, theme."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QToolBar

from app.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from app.actions.registry import ActionRegistry
    from app.canvas.canvas_view import CanvasView
    from app.settings import Settings
    from app.window.docks import Docks


class ViewActions(QObject):
    """Handlers of the view menu.

    Args:
        window: goes full screen, and its tool bars are hidden with the docks.
        canvas: zoomed.
        docks: shown and hidden.
        theme: what colours are shown.
        settings: remembers the theme.

    Signals:
        changed(): a switch of the menu is another way round now.
    """

    changed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        canvas: CanvasView,
        docks: Docks,
        theme: Theme,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._canvas = canvas
        self._docks = docks
        self._theme = theme
        self._settings = settings
        docks.visibility_changed.connect(self.changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        navigation = self._canvas.navigation
        return {
            "view.zoom_in": navigation.zoom_in,
            "view.zoom_out": navigation.zoom_out,
            "view.fit": navigation.fit,
            "view.actual": navigation.actual_size,
            "view.actual_digit": navigation.actual_size,
            "view.hide_panels": self.toggle_panels,
            "view.full_screen": self.toggle_full_screen,
            **{f"view.{name}": partial(self.toggle_dock, name) for name in self._docks.docks},
            **{f"view.theme_{c.value}": partial(self.choose_theme, c) for c in ThemeChoice},
        }

    def show_switches(self, registry: ActionRegistry) -> None:
        """Show in the menu what is on."""
        registry.check(f"view.theme_{self._theme.choice.value}")
        registry.check("view.hide_panels", self._docks.are_hidden)
        registry.check("view.full_screen", self._window.isFullScreen())
        for name, dock in self._docks.docks.items():
            registry.check(f"view.{name}", not dock.isHidden())

    def toggle_panels(self) -> None:
        """Hide docks and tool bars, or bring them back."""
        is_hidden = not self._docks.are_hidden
        self._docks.hide_all(is_hidden)
        for bar in self._window.findChildren(QToolBar):
            bar.setVisible(not is_hidden)
        self.changed.emit()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.changed.emit()

    def toggle_dock(self, name: str) -> None:
        """Show or hide one dock."""
        dock = self._docks.docks[name]
        if dock.isHidden():
            self._docks.reveal(name)
        else:
            dock.hide()

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Show and remember a theme."""
        self._settings.theme = choice
        self._theme.choose(choice)
        self.changed.emit()
