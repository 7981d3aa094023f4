"""Edit menu: each action is one call on the active session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.actions.registry import translated
from app.document.wording import translate
from app.panels.history_panel import translated_step
from app.window.session_actions import SessionActions

if TYPE_CHECKING:
    from app.actions.registry import ActionRegistry


class EditActions(SessionActions):
    """Handlers that change the active document."""

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "edit.undo": self.on_session(lambda s: s.undo()),
            "edit.redo": self.on_session(lambda s: s.redo()),
            "edit.clear": self.on_session(lambda s: s.edits.clear()),
        }

    def show_steps(self, registry: ActionRegistry) -> None:
        """Name in the menu what would be taken back and done again."""
        session = self.workspace.active
        undone = "" if session is None else session.history.undo_label
        redone = "" if session is None else session.history.redo_label
        wordings = {
            "edit.undo": (translate("EditActions", "&Undo: {step}"), undone),
            "edit.redo": (translate("EditActions", "&Redo: {step}"), redone),
        }
        for action_id, (wording, label) in wordings.items():
            step = translated_step(label).replace("&", "&&") if label else ""
            plain = translated(registry.specs[action_id].text)
            registry.action(action_id).setText(wording.format(step=step) if step else plain)
