"""The select menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.dialogs.selection_dialog import SelectionChange, SelectionDialog
from app.document.selection_changes import border, feather, grow, shrink, smooth
from app.document.wording import translate
from app.window.session_actions import SessionActions

if TYPE_CHECKING:
    from app.actions.registry import ActionRegistry
    from app.canvas.canvas_view import CanvasView
    from app.session import Session
    from app.settings import Settings
    from app.workspace import Workspace


class SelectActions(SessionActions):
    """Handlers of the select menu.

    Args:
        window: parent of the dialogs.
        workspace: the open documents.
        canvas: shows what a dialog proposes.
        settings: the numbers chosen last.
    """

    def __init__(
        self, window: QWidget, workspace: Workspace, canvas: CanvasView, settings: Settings
    ) -> None:
        super().__init__(workspace)
        self._window = window
        self._canvas = canvas
        self._settings = settings

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        changes = {f"select.{each.name}": partial(self._ask, each) for each in _changes()}
        return {
            "select.all": self.on_session(lambda s: s.edits.select_all()),
            "select.none": self.on_session(lambda s: s.edits.select_none()),
            "select.invert": self.on_session(lambda s: s.edits.invert_selection()),
            "select.reselect": self.on_session(lambda s: s.edits.reselect()),
            "select.layer": self.on_session(select_active_layer),
            "select.quick_mask": self.on_session(lambda s: s.edits.toggle_quick_mask()),
            **{name: self.on_session(ask) for name, ask in changes.items()},
        }

    def show_switches(self, registry: ActionRegistry) -> None:
        """Show whether the quick mask is on."""
        session = self.workspace.active
        is_on = session is not None and session.document.quick_mask is not None
        registry.check("select.quick_mask", is_on)

    def _ask(self, change: SelectionChange, session: Session) -> None:
        selection = session.document.selection
        if selection is None:
            return
        key = f"select/{change.name}"
        dialog = SelectionDialog(
            self._window, selection, change, self._settings.number(key, change.px)
        )
        dialog.proposed.connect(self._canvas.propose_selection)
        is_accepted = dialog.exec()
        self._canvas.propose_selection(None)
        if is_accepted:
            self._settings.set_text(key, str(dialog.px))
            session.edits.select(dialog.result_selection, change.title)
        dialog.deleteLater()


def select_active_layer(session: Session) -> None:
    """Select what the active layer shows."""
    if session.document.active_id is not None:
        session.edits.select_opaque(session.document.active_id)


def _changes() -> tuple[SelectionChange, ...]:
    return (
        SelectionChange(
            "grow",
            translate("SelectActions", "Grow selection"),
            translate("SelectActions", "Selects what is at most this many pixels away as well."),
            lambda selection, px, _: grow(selection, px),
        ),
        SelectionChange(
            "shrink",
            translate("SelectActions", "Shrink selection"),
            translate("SelectActions", "Takes this many pixels off along the edge."),
            shrink,
            has_edges=True,
        ),
        SelectionChange(
            "feather",
            translate("SelectActions", "Feather selection"),
            translate(
                "SelectActions", "Fades from this many pixels inside the edge to as many outside."
            ),
            feather,
            has_edges=True,
            px=10,
        ),
        SelectionChange(
            "border",
            translate("SelectActions", "Select border"),
            translate("SelectActions", "Selects a band of this width along the edge."),
            border,
            has_edges=True,
            px=8,
        ),
        SelectionChange(
            "smooth",
            translate("SelectActions", "Smooth selection"),
            translate(
                "SelectActions",
                "Rounds corners, fills notches and drops specks of about this size.",
            ),
            lambda selection, px, _: smooth(selection, px),
        ),
    )
