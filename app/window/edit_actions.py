"""Edit, layer and select menus: each action is one call on the active session."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.document.commands import SetActive
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.session import Session
    from app.workspace import Workspace

SIZE_STEP = 1.2
HARDNESS_STEP = 0.1


class EditActions:
    """Handlers that change the active document or the brush in hand."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tool_state = workspace.tool_state

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "edit.undo": self._on_session(lambda s: s.undo()),
            "edit.redo": self._on_session(lambda s: s.redo()),
            "edit.cut": self._on_session(lambda s: s.edits.cut()),
            "edit.copy": self._on_session(lambda s: s.edits.copy()),
            "edit.copy_merged": self._on_session(lambda s: s.edits.copy_merged()),
            "edit.paste": self._on_session(lambda s: s.edits.paste_from_clipboard()),
            "edit.clear": self._on_session(lambda s: s.edits.clear()),
            "edit.swap_colors": self._tool_state.swap_colors,
            "edit.default_colors": self._tool_state.reset_colors,
            "edit.brush_smaller": lambda: self._scale_size(1 / SIZE_STEP),
            "edit.brush_larger": lambda: self._scale_size(SIZE_STEP),
            "edit.brush_softer": lambda: self._step_hardness(-HARDNESS_STEP),
            "edit.brush_harder": lambda: self._step_hardness(HARDNESS_STEP),
            "layer.new": self._on_session(lambda s: s.edits.add_layer()),
            "layer.duplicate": self._on_session(duplicate),
            "layer.delete": self._on_session(lambda s: s.edits.remove_layer()),
            "layer.raise": self._on_session(lambda s: s.edits.move_layer(1)),
            "layer.lower": self._on_session(lambda s: s.edits.move_layer(-1)),
            "layer.above": self._on_session(lambda s: step_active(s, 1)),
            "layer.below": self._on_session(lambda s: step_active(s, -1)),
            "select.all": self._on_session(lambda s: s.edits.select_all()),
            "select.none": self._on_session(lambda s: s.edits.select_none()),
            "select.invert": self._on_session(lambda s: s.edits.invert_selection()),
            **{f"opacity.{digit}": self._opacity(digit) for digit in range(10)},
            **{f"tool.{tool.value}": self._take(tool) for tool in Tool},
        }

    def _on_session(self, work: Callable[[Session], object]) -> Callable[[], None]:
        def handler() -> None:
            if self._workspace.active is not None:
                self._workspace.active.finish_gestures()
                work(self._workspace.active)

        return handler

    def _take(self, tool: Tool) -> Callable[[], None]:
        return lambda: self._tool_state.set_tool(tool)

    def _opacity(self, digit: int) -> Callable[[], None]:
        return lambda: self._change_brush(opacity=(digit or 10) / 10)

    def _scale_size(self, factor: float) -> None:
        size = self._tool_state.active_settings.size_px
        step = max(1.0, abs(size * factor - size))
        self._tool_state.set_active_size(size + (step if factor > 1 else -step))

    def _step_hardness(self, step: float) -> None:
        hardness = self._tool_state.active_settings.hardness + step
        self._change_brush(hardness=min(1.0, max(0.0, round(hardness, 2))))

    def _change_brush(self, **changes: float) -> None:
        state = self._tool_state
        settings = dataclasses.replace(state.active_settings, **changes)  # type: ignore[arg-type]
        state.set_active_settings(settings)


def duplicate(session: Session) -> None:
    """Copy the selected pixels to a layer of their own, or the whole layer."""
    if session.document.selection is None:
        session.edits.duplicate_layer()
    else:
        session.edits.lift(cut=False)


def step_active(session: Session, step: int) -> None:
    """Make the layer above (1) or below (-1) the active one."""
    document = session.document
    if document.active_id is None:
        return
    index = document.index_of(document.active_id) + step
    if 0 <= index < len(document.layers):
        session.run(SetActive(document.layers[index].id))
