"""View menu: zoom, turn, mirror, documents, docks, full screen, theme."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QToolBar

from app.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from app.actions.registry import ActionRegistry
    from app.canvas.canvas_view import CanvasView
    from app.settings import Settings
    from app.window.docks import Docks
    from app.workspace import Workspace


TURN_DEGREES = 15.0


class ViewActions(QObject):
    """Handlers of the view menu.

    Args:
        window: goes full screen, and its tool bars are hidden with the docks.
        workspace: the open documents.
        canvas: zoomed and turned.
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
        workspace: Workspace,
        canvas: CanvasView,
        docks: Docks,
        theme: Theme,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._canvas = canvas
        self._docks = docks
        self._theme = theme
        self._settings = settings
        docks.visibility_changed.connect(self.changed)
        canvas.navigation.turned.connect(self.changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        navigation = self._canvas.navigation
        turns: dict[str, Callable[[], object]] = {
            "view.turn_left": partial(navigation.turn_by, -TURN_DEGREES),
            "view.turn_right": partial(navigation.turn_by, TURN_DEGREES),
            "view.upright": partial(navigation.turn_to, 0.0),
            "view.actual": navigation.actual_size,
        }
        return {
            **turns,
            **{f"{name}_digit": handler for name, handler in turns.items()},
            "view.zoom_in": navigation.zoom_in,
            "view.zoom_out": navigation.zoom_out,
            "view.fit": navigation.fit,
            "view.selection": self.zoom_to_selection,
            "view.mirror": navigation.mirror,
            "view.next_document": partial(self.step_document, 1),
            "view.previous_document": partial(self.step_document, -1),
            "view.hide_panels": self.toggle_panels,
            "view.full_screen": self.toggle_full_screen,
            "view.reset_panels": self.reset_panels,
            **{f"view.{name}": partial(self.toggle_dock, name) for name in self._docks.docks},
            **{f"view.theme_{c.value}": partial(self.choose_theme, c) for c in ThemeChoice},
        }

    def show_switches(self, registry: ActionRegistry) -> None:
        """Show in the menu what is on."""
        registry.check(f"view.theme_{self._theme.choice.value}")
        registry.check("view.mirror", self._canvas.viewport.is_mirrored)
        registry.check("view.hide_panels", self._docks.are_hidden)
        registry.check("view.full_screen", self._window.isFullScreen())
        for name, dock in self._docks.docks.items():
            registry.check(f"view.{name}", not dock.isHidden())

    def zoom_to_selection(self) -> None:
        """Show what is selected as large as it goes."""
        session = self._workspace.active
        if session is not None and session.document.selection is not None:
            self._canvas.navigation.show_rect(session.document.selection.bounds)

    def step_document(self, step: int) -> None:
        """Show the next document (1) or the one before (-1), round and round."""
        sessions, active = self._workspace.sessions, self._workspace.active
        if active is not None:
            index = (sessions.index(active) + step) % len(sessions)
            self._workspace.set_active(sessions[index])

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

    def reset_panels(self) -> None:
        """Show every panel where it was at first."""
        if self._docks.are_hidden:
            self.toggle_panels()
        self._docks.arrange(self._window.height())
        # the docks have their tabs, which take room too, only after this
        QTimer.singleShot(0, self, lambda: self._docks.share_height(self._window.height()))

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Show and remember a theme."""
        self._settings.theme = choice
        self._theme.choose(choice)
        self.changed.emit()
