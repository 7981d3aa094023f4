"""Which conditions hold now; the action table says what each action needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.tool_state import Tool

if TYPE_CHECKING:
    from app.session import Session

PAINTING_TOOLS = (Tool.BRUSH, Tool.ERASER)


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
    if session is None:
        return held
    facts = {
        "document": True,
        "layer": session.document.active_layer is not None,
        "selection": session.document.selection is not None,
        "undo": session.history.can_undo,
        "redo": session.history.can_redo,
        "can_train": can_train,
        **_training_facts(session),
        **_result_facts(session),
    }
    return held | {name for name, is_held in facts.items() if is_held}


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
        "no_preview": session.preview is None,
        "results": bool(session.results),
    }
