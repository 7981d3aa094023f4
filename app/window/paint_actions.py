"""Tools, brushes and fills: what the keys change while painting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.tool_settings import with_setting
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.document.pixels import RgbColor
    from app.workspace import Workspace

SIZE_STEP = 1.2
HARDNESS_STEP = 0.1


class PaintActions:
    """Handlers that change the tool in hand, or fill with one of the two colours."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tool_state = workspace.tool_state

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        state = self._tool_state
        return {
            "edit.swap_colors": state.swap_colors,
            "edit.default_colors": state.reset_colors,
            "edit.fill_foreground": lambda: self._fill(state.color),
            "edit.fill_background": lambda: self._fill(state.background),
            "edit.brush_smaller": lambda: self._scale_size(1 / SIZE_STEP),
            "edit.brush_larger": lambda: self._scale_size(SIZE_STEP),
            "edit.brush_softer": lambda: self._step_hardness(-HARDNESS_STEP),
            "edit.brush_harder": lambda: self._step_hardness(HARDNESS_STEP),
            **{
                f"opacity.{digit}": partial(self._set_opacity, (digit or 10) / 10)
                for digit in range(10)
            },
            **{f"tool.{tool.value}": partial(state.set_tool, tool) for tool in Tool},
        }

    def _fill(self, color: RgbColor) -> None:
        if self._workspace.active is not None:
            self._workspace.active.paint.fill_all(color)

    def _set_opacity(self, opacity: float) -> None:
        is_brush_inside = self._tool_state.tool is Tool.CLONE
        self._tool_state.set_setting("brush.opacity" if is_brush_inside else "opacity", opacity)

    def _scale_size(self, factor: float) -> None:
        size = self._tool_state.active_settings.size_px
        step = max(1.0, abs(size * factor - size))
        self._tool_state.set_active_size(size + (step if factor > 1 else -step))

    def _step_hardness(self, step: float) -> None:
        settings = self._tool_state.active_settings
        hardness = round(settings.hardness + step, 2)
        self._tool_state.set_active_settings(with_setting(settings, "hardness", hardness))
