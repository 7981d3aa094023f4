"""The tool in hand and its settings, shared by every tab."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import overload

from PySide6.QtCore import QObject, Signal

from app.document.painting.brush import BrushSettings
from app.document.pixels import RgbColor
from app.tool_settings import (
    AnySettings,
    CloneSettings,
    CropSettings,
    EyedropperSettings,
    FillSettings,
    GradientSettings,
    MoveSettings,
    NoSettings,
    SelectionSettings,
    ShapeSettings,
    ToolSettings,
    TransformSettings,
    WandSettings,
    restored_settings,
    stored_settings,
    with_setting,
)


class Tool(Enum):
    """Tools of the canvas."""

    BRUSH = "brush"
    ERASER = "eraser"
    CLONE = "clone"
    FILL = "fill"
    GRADIENT = "gradient"
    SHAPE = "shape"
    RECT_SELECT = "rect_select"
    ELLIPSE_SELECT = "ellipse_select"
    LASSO = "lasso"
    POLYGON_SELECT = "polygon_select"
    WAND = "wand"
    MOVE = "move"
    TRANSFORM = "transform"
    CROP = "crop"
    EYEDROPPER = "eyedropper"
    HAND = "hand"
    ZOOM = "zoom"


def default_settings() -> dict[Tool, ToolSettings]:
    """Return how every tool works before anything is set."""
    return {
        Tool.BRUSH: BrushSettings(),
        Tool.ERASER: BrushSettings(is_eraser=True),
        Tool.CLONE: CloneSettings(),
        Tool.FILL: FillSettings(),
        Tool.GRADIENT: GradientSettings(),
        Tool.SHAPE: ShapeSettings(),
        Tool.RECT_SELECT: SelectionSettings(),
        Tool.ELLIPSE_SELECT: SelectionSettings(),
        Tool.LASSO: SelectionSettings(),
        Tool.POLYGON_SELECT: SelectionSettings(),
        Tool.WAND: WandSettings(),
        Tool.MOVE: MoveSettings(),
        Tool.TRANSFORM: TransformSettings(),
        Tool.CROP: CropSettings(),
        Tool.EYEDROPPER: EyedropperSettings(),
        Tool.HAND: NoSettings(),
        Tool.ZOOM: NoSettings(),
    }


class ToolState(QObject):
    """Which tool is in hand, how each tool works, and the two colours.

    Signals:
        changed: any property changed.
        commit_wanted, cancel_wanted: pending work of the tool shall become a step, be given up.
    """

    changed = Signal()
    commit_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tool = self._former = Tool.BRUSH
        self._color: RgbColor = (0, 0, 0)
        self._background: RgbColor = (255, 255, 255)
        self._settings = default_settings()

    # ---- the tool

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    @property
    def former_tool(self) -> Tool:
        """The tool that was in hand before."""
        return self._former

    def set_tool(self, tool: Tool) -> None:
        """Take another tool in hand."""
        if tool is not self._tool:
            self._former, self._tool = self._tool, tool
            self.changed.emit()

    # ---- settings

    @overload
    def settings(self, tool: Tool) -> ToolSettings: ...

    @overload
    def settings(self, tool: Tool, kind: type[AnySettings]) -> AnySettings: ...

    def settings(self, tool: Tool, kind: type | None = None) -> ToolSettings:
        """Return how a tool works; ``kind`` is the class of its settings, for readers of types."""
        settings = self._settings[tool]
        assert kind is None or isinstance(settings, kind)
        return settings

    def set_settings(self, tool: Tool, settings: ToolSettings) -> None:
        """Replace how a tool works; a brush keeps the painting colour."""
        if isinstance(settings, BrushSettings):
            color = self._color if tool is Tool.BRUSH else settings.color
            settings = dataclasses.replace(settings, color=color, is_eraser=tool is Tool.ERASER)
        assert type(settings) is type(self._settings[tool])
        if settings != self._settings[tool]:
            self._settings[tool] = settings
            self.changed.emit()

    def set_setting(self, path: str, value: object) -> None:
        """Change one value of the tool in hand, kept within its limits; see ``with_setting``."""
        self.set_settings(self._tool, with_setting(self._settings[self._tool], path, value))

    def stored(self) -> dict[str, object]:
        """Return the settings of all tools as what JSON can hold."""
        return {tool.value: stored_settings(self._settings[tool]) for tool in Tool}

    def restore(self, stored: object) -> None:
        """Take over what ``stored`` returned; what is damaged stays as it is."""
        if not isinstance(stored, Mapping):
            return
        for tool in Tool:
            restored = restored_settings(self._settings[tool], stored.get(tool.value))
            self.set_settings(tool, restored)

    # ---- brushes

    @property
    def brush(self) -> BrushSettings:
        """Settings of the brush, in the current colour."""
        return self.settings(Tool.BRUSH, BrushSettings)

    def set_brush(self, brush: BrushSettings) -> None:
        """Replace the settings of the brush; its colour stays the current one."""
        self.set_settings(Tool.BRUSH, brush)

    @property
    def eraser(self) -> BrushSettings:
        """Settings of the eraser."""
        return self.settings(Tool.ERASER, BrushSettings)

    def set_eraser(self, eraser: BrushSettings) -> None:
        """Replace the settings of the eraser."""
        self.set_settings(Tool.ERASER, eraser)

    @property
    def active_settings(self) -> BrushSettings:
        """The tip of the eraser or the clone brush with one of them in hand, else the brush's."""
        if self._tool is Tool.CLONE:
            return self.settings(Tool.CLONE, CloneSettings).brush
        return self.eraser if self._tool is Tool.ERASER else self.brush

    def set_active_settings(self, brush: BrushSettings) -> None:
        """Replace what ``active_settings`` returns."""
        if self._tool is Tool.CLONE:
            clone = self.settings(Tool.CLONE, CloneSettings)
            self.set_settings(Tool.CLONE, dataclasses.replace(clone, brush=brush))
        else:
            self.set_settings(Tool.ERASER if self._tool is Tool.ERASER else Tool.BRUSH, brush)

    def set_active_size(self, size_px: float) -> None:
        """Set the diameter of the brush in hand, clamped to 1 to 2000 px."""
        self.set_active_settings(with_setting(self.active_settings, "size_px", size_px))

    # ---- colours

    @property
    def color(self) -> RgbColor:
        """Painting colour: sRGB, 0 to 255 each."""
        return self._color

    def set_color(self, color: RgbColor) -> None:
        """Set the painting colour."""
        self.set_colors(color, self._background)

    @property
    def background(self) -> RgbColor:
        """Second colour, reached by swapping."""
        return self._background

    def swap_colors(self) -> None:
        """Exchange painting and second colour."""
        self.set_colors(self._background, self._color)

    def reset_colors(self) -> None:
        """Paint in black, with white as second colour."""
        self.set_colors((0, 0, 0), (255, 255, 255))

    def set_colors(self, color: RgbColor, background: RgbColor) -> None:
        """Set the painting and the second colour."""
        if (color, background) == (self._color, self._background):
            return
        self._color, self._background = color, background
        self._settings[Tool.BRUSH] = dataclasses.replace(self.brush, color=color)
        self.changed.emit()
