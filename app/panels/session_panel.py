"""What every panel has in common: it shows the session of the tab in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.session import Session
    from app.workspace import Workspace


class SessionPanel(QWidget):
    """A widget that follows the active session and lets go of the one before.

    Attributes:
        workspace: the open documents.
        session: the one shown, or None.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.session: Session | None = None
        self._listening: list[tuple[SignalInstance, Callable[..., None]]] = []

    def follow(self) -> None:
        """Show the active session, now and whenever it is another one."""
        self.workspace.active_changed.connect(self._show_active)
        self._show_active()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        """Return the session's signals that the panel follows, each with its slot."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show everything anew; ``self.session`` may be None."""
        raise NotImplementedError

    def _show_active(self, _session: object = None) -> None:
        for signal, slot in self._listening:
            signal.disconnect(slot)
        self.session = self.workspace.active
        self._listening = [] if self.session is None else list(self.listened(self.session))
        for signal, slot in self._listening:
            signal.connect(slot)
        self.refresh()
