"""The tool in hand and its settings, shared by every tab."""

from __future__ import annotations

import dataclasses
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.document.brush import BrushSettings

RgbColor = tuple[int, int, int]


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


class ToolState(QObject):
    """Which tool is in hand, with which brush and colours.

    Signals:
        changed: any property changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tool = Tool.BRUSH
        self._color: RgbColor = (0, 0, 0)
        self._background: RgbColor = (255, 255, 255)
        self._brush = BrushSettings(color=self._color)
        self._eraser = BrushSettings(is_eraser=True)

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Take another tool in hand."""
        if tool is not self._tool:
            self._tool = tool
            self.changed.emit()

    @property
    def brush(self) -> BrushSettings:
        """Settings of the brush, in the current colour."""
        return self._brush

    def set_brush(self, brush: BrushSettings) -> None:
        """Replace the settings of the brush; its colour stays the current one."""
        self._set_settings(brush, self._eraser)

    @property
    def eraser(self) -> BrushSettings:
        """Settings of the eraser."""
        return self._eraser

    def set_eraser(self, eraser: BrushSettings) -> None:
        """Replace the settings of the eraser."""
        self._set_settings(self._brush, eraser)

    @property
    def active_settings(self) -> BrushSettings:
        """The eraser's settings with the eraser in hand, else the brush's."""
        return self._eraser if self._tool is Tool.ERASER else self._brush

    def set_active_size(self, size_px: float) -> None:
        """Set the diameter of the brush or eraser in hand, clamped to 1 to 2000 px."""
        settings = dataclasses.replace(self.active_settings, size_px=min(2000.0, max(1.0, size_px)))
        if self._tool is Tool.ERASER:
            self.set_eraser(settings)
        else:
            self.set_brush(settings)

    @property
    def color(self) -> RgbColor:
        """Painting colour: sRGB, 0 to 255 each."""
        return self._color

    def set_color(self, color: RgbColor) -> None:
        """Set the painting colour."""
        self._set_colors(color, self._background)

    @property
    def background(self) -> RgbColor:
        """Second colour, reached by swapping."""
        return self._background

    def swap_colors(self) -> None:
        """Exchange painting and second colour."""
        self._set_colors(self._background, self._color)

    def reset_colors(self) -> None:
        """Paint in black, with white as second colour."""
        self._set_colors((0, 0, 0), (255, 255, 255))

    def _set_colors(self, color: RgbColor, background: RgbColor) -> None:
        if (color, background) == (self._color, self._background):
            return
        self._color, self._background = color, background
        self._brush = dataclasses.replace(self._brush, color=color)
        self.changed.emit()

    def _set_settings(self, brush: BrushSettings, eraser: BrushSettings) -> None:
        brush = dataclasses.replace(brush, color=self._color, is_eraser=False)
        eraser = dataclasses.replace(eraser, is_eraser=True)
        if (brush, eraser) != (self._brush, self._eraser):
            self._brush, self._eraser = brush, eraser
            self.changed.emit()
