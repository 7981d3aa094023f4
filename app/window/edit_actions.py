"""Edit menu: each action is one call on the active session."""

from __future__ import annotations

from collections.abc import Callable

from app.window.session_actions import SessionActions


class EditActions(SessionActions):
    """Handlers that change the active document."""

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "edit.undo": self.on_session(lambda s: s.undo()),
            "edit.redo": self.on_session(lambda s: s.redo()),
            "edit.clear": self.on_session(lambda s: s.edits.clear()),
        }
