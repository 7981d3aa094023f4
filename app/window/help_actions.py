"""Help menu: shortcuts, the example, the tablet test, about."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.actions.table import ACTIONS, GESTURES
from app.dialogs.about_dialog import show_about
from app.dialogs.shortcut_sheet import ShortcutSheet
from app.dialogs.tablet_test import TabletTest
from app.panels.welcome_page import RESOURCES

if TYPE_CHECKING:
    from app.workspace import Workspace

DEMO = RESOURCES / "demo" / "dandelions.singan"
"""A project whose pyramid is trained; ``resources/README.md`` says how it was made."""


class HelpActions:
    """Handlers of the help menu.

    Args:
        window: parent of the dialogs.
        workspace: opens the example.
    """

    def __init__(self, window: QWidget, workspace: Workspace) -> None:
        self._window = window
        self._workspace = workspace

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "help.shortcuts": self._show_shortcuts,
            "help.example": self.open_example,
            "help.tablet_test": self._show_tablet_test,
            "help.about": partial(show_about, self._window),
        }

    def open_example(self) -> None:
        """Open the trained example, ready to be edited and rendered, as a document of no file."""
        self._workspace.start_opening(DEMO, is_template=True)

    def _show_shortcuts(self) -> None:
        ShortcutSheet(self._window, ACTIONS, GESTURES).exec()

    def _show_tablet_test(self) -> None:
        TabletTest(self._window, self._workspace.tool_state.brush).show()
