"""The layer menu: each action is one call on the active session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.window.session_actions import SessionActions

if TYPE_CHECKING:
    from app.actions.registry import ActionRegistry
    from app.session import Session


class LayerActions(SessionActions):
    """Handlers that change the layers of the active document."""

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "layer.new": self.on_session(lambda s: s.edits.add_layer()),
            "layer.new_group": self.on_session(lambda s: s.edits.add_group()),
            "layer.duplicate": self.on_session(duplicate),
            "layer.delete": self.on_session(lambda s: s.edits.remove_layer()),
            "layer.group": self.on_session(lambda s: s.edits.group_layers()),
            "layer.ungroup": self.on_session(lambda s: s.edits.ungroup()),
            "layer.clip": self.on_session(lambda s: s.edits.toggle_clipped()),
            "layer.hide": self.on_session(lambda s: s.edits.toggle_visible()),
            "layer.lock": self.on_session(lambda s: s.edits.toggle_locked()),
            "layer.lock_alpha": self.on_session(lambda s: s.edits.toggle_alpha_locked()),
            "layer.raise": self.on_session(lambda s: s.edits.move_layer(1)),
            "layer.lower": self.on_session(lambda s: s.edits.move_layer(-1)),
            "layer.to_top": self.on_session(lambda s: s.edits.move_to_end(True)),
            "layer.to_bottom": self.on_session(lambda s: s.edits.move_to_end(False)),
            "layer.above": self.on_session(lambda s: s.edits.step_active(1)),
            "layer.below": self.on_session(lambda s: s.edits.step_active(-1)),
            "layer.merge_down": self.on_session(lambda s: s.edits.merge_down()),
            "layer.merge_visible": self.on_session(lambda s: s.edits.merge_visible()),
            "layer.flatten": self.on_session(lambda s: s.edits.flatten_image()),
            "layer.stamp": self.on_session(lambda s: s.edits.stamp_visible()),
            "mask.add": self.on_session(lambda s: add_mask(s, False)),
            "mask.add_hiding": self.on_session(lambda s: add_mask(s, True)),
            "mask.paint": self.on_session(switch_target),
            "mask.invert": self.on_session(lambda s: s.edits.invert_mask()),
            "mask.apply": self.on_session(lambda s: s.edits.apply_mask()),
            "mask.delete": self.on_session(lambda s: s.edits.remove_mask()),
        }

    def show_switches(self, registry: ActionRegistry) -> None:
        """Show the properties of the active layer as switches that are on or off."""
        session = self.workspace.active
        layer = None if session is None else session.document.active_layer
        registry.check("layer.clip", layer is not None and layer.is_clipped)
        registry.check("layer.hide", layer is not None and not layer.is_visible)
        registry.check("layer.lock", layer is not None and layer.is_locked)
        registry.check("layer.lock_alpha", layer is not None and layer.is_alpha_locked)
        registry.check("mask.paint", session is not None and session.strokes.is_on_mask)


def duplicate(session: Session) -> None:
    """Copy the selected pixels to a layer of their own, or the whole layer."""
    if session.document.selection is None or len(session.edits.chosen_ids) > 1:
        session.edits.duplicate_layer()
    else:
        session.edits.lift(cut=False)


def add_mask(session: Session, is_hiding: bool) -> None:
    """Give the active layer a mask and paint on it from now."""
    if session.edits.add_mask(is_hiding):
        session.strokes.is_on_mask = True


def switch_target(session: Session) -> None:
    """Paint on the active layer's mask, or on its pixels again."""
    session.strokes.is_on_mask = not session.strokes.is_on_mask
