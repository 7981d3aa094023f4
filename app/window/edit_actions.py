"""Edit menu: each action is one call on the active session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.session import Session
    from app.workspace import Workspace


class EditActions:
    """Handlers that change the active document."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "edit.undo": self._on_session(lambda s: s.undo()),
            "edit.redo": self._on_session(lambda s: s.redo()),
            "edit.clear": self._on_session(lambda s: s.edits.clear()),
        }

    def _on_session(self, work: Callable[[Session], object]) -> Callable[[], None]:
        def handler() -> None:
            if self._workspace.active is not None:
                self._workspace.active.finish_gestures()
                work(self._workspace.active)

        return handler
