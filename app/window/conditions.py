"""Which conditions hold now; the action table says what each action needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.tool_state import Tool

if TYPE_CHECKING:
    from app.session import Session

BRUSH_TOOLS = (Tool.BRUSH, Tool.ERASER, Tool.CLONE)
PAINTING_TOOLS = (*BRUSH_TOOLS, Tool.FILL, Tool.GRADIENT, Tool.SHAPE)


def conditions_of(
    session: Session | None, tool: Tool, can_train: bool, is_pending: bool = False
) -> set[str]:
    """Return the names of all conditions that hold.

    Args:
        session: the document in front.
        tool: the tool in hand.
        can_train: whether a training could start.
        is_pending: whether the tool holds work that waits for Enter or Esc.
    """
    is_painting = tool in PAINTING_TOOLS
    held = {"painting_tool" if is_painting else "other_tool"}
    held.add("pending" if is_pending else "no_pending")
    if tool in BRUSH_TOOLS:
        held.add("brush_tool")
    if session is None:
        return held
    facts = {
        "document": True,
        **_layer_facts(session),
        "selection": session.document.selection is not None,
        "reselect": session.edits.can_reselect,
        "invertible": bool(session.document.selection or session.document.quick_mask),
        "undo": session.history.can_undo,
        "redo": session.history.can_redo,
        "can_train": can_train,
        **_training_facts(session),
        **_result_facts(session),
    }
    return held | {name for name, is_held in facts.items() if is_held}


def _layer_facts(session: Session) -> dict[str, bool]:
    layer = session.document.active_layer
    return {
        "layer": layer is not None,
        "group": layer is not None and layer.is_group,
        "pixels": layer is not None and not layer.is_group,
        "mask": layer is not None and layer.mask is not None,
        "no_mask": layer is not None and layer.mask is None,
    }


def _training_facts(session: Session) -> dict[str, bool]:
    status = session.training
    return {
        "training": status.is_active,
        "can_pause": status.state in ("queued", "running"),
        "can_resume": status.state == "paused" or (status.can_resume and not status.is_active),
        "usable_model": session.model is not None and session.model.is_usable,
    }


def _result_facts(session: Session) -> dict[str, bool]:
    is_rendering = session.render_status.is_busy
    return {
        "rendering": is_rendering,
        "not_rendering": not is_rendering,
        "preview": session.preview is not None,
        "applicable": session.preview is not None or session.is_live_shown,
        "live": session.live.is_on,
        "no_preview": session.preview is None,
        "results": bool(session.results),
        "unstarred_results": any(not result.is_starred for result in session.results),
    }
