"""What each tool is called above the picture, and the one sentence that says how it is used."""

from __future__ import annotations

from app.document.painting.shapes import ShapeKind
from app.document.wording import translate
from app.tool_settings import ShapeSettings, ToolSettings
from app.tool_state import Tool

Texts = dict[Tool, tuple[str, str]]


def tool_texts(tool: Tool, settings: ToolSettings) -> tuple[str, str]:
    """Return the name and the sentence; brushes need none."""
    if isinstance(settings, ShapeSettings):
        return translate("ToolTexts", "Shape"), _shape_sentence(settings.kind)
    return {**_painting(), **_selecting(), **_arranging()}[tool]


def _shape_sentence(kind: ShapeKind) -> str:
    return {
        ShapeKind.RECTANGLE: translate(
            "ToolTexts", "Drag to draw. Shift = square, Alt = from the middle."
        ),
        ShapeKind.ELLIPSE: translate(
            "ToolTexts", "Drag to draw. Shift = circle, Alt = from the middle."
        ),
        ShapeKind.POLYGON: translate(
            "ToolTexts",
            "Click corners; Enter or a double click closes, Backspace takes the last one back.",
        ),
        ShapeKind.FREEHAND: translate("ToolTexts", "Draw around what is to be filled."),
    }[kind]


def _painting() -> Texts:
    """What a tool that paints, or picks a colour, is called, and how it is used."""
    return {
        Tool.BRUSH: (translate("ToolTexts", "Brush"), ""),
        Tool.ERASER: (translate("ToolTexts", "Eraser"), ""),
        Tool.CLONE: (
            translate("ToolTexts", "Clone"),
            translate("ToolTexts", "Click with Alt or Ctrl where to take from, then paint."),
        ),
        Tool.FILL: (
            translate("ToolTexts", "Fill"),
            translate("ToolTexts", "Click to fill pixels of a similar colour. Alt picks a colour."),
        ),
        Tool.GRADIENT: (
            translate("ToolTexts", "Gradient"),
            translate("ToolTexts", "Drag from the first colour to the second. Shift keeps to 45°."),
        ),
        Tool.EYEDROPPER: (
            translate("ToolTexts", "Eyedropper"),
            translate("ToolTexts", "Click to paint in the colour below."),
        ),
    }


def _selecting() -> Texts:
    """The same of tools that select."""
    return {
        Tool.RECT_SELECT: (
            translate("ToolTexts", "Rectangle"),
            translate(
                "ToolTexts",
                "Drag to select. Shift adds, Alt takes away; held later: square, from the middle.",
            ),
        ),
        Tool.ELLIPSE_SELECT: (
            translate("ToolTexts", "Ellipse"),
            translate(
                "ToolTexts",
                "Drag to select. Shift adds, Alt takes away; held later: circle, from the middle.",
            ),
        ),
        Tool.LASSO: (
            translate("ToolTexts", "Lasso"),
            translate("ToolTexts", "Draw around what you want. Shift adds, Alt takes away."),
        ),
        Tool.POLYGON_SELECT: (
            translate("ToolTexts", "Polygon"),
            translate(
                "ToolTexts",
                "Click corners; Enter or a double click closes, Backspace takes the last one back.",
            ),
        ),
        Tool.WAND: (
            translate("ToolTexts", "Magic wand"),
            translate(
                "ToolTexts",
                "Click to select pixels of a similar colour. Shift adds, Alt takes away.",
            ),
        ),
    }


def _arranging() -> Texts:
    """The same of tools that move, cut, and look around."""
    return {
        Tool.MOVE: (
            translate("ToolTexts", "Move"),
            translate(
                "ToolTexts",
                "Drag a selection onto a layer of its own, or the layer itself; Ctrl moves a copy.",
            ),
        ),
        Tool.TRANSFORM: (
            translate("ToolTexts", "Transform"),
            translate("ToolTexts", "Drag the handles; Enter applies, Esc cancels."),
        ),
        Tool.CROP: (
            translate("ToolTexts", "Crop"),
            translate("ToolTexts", "Drag the part to keep; Enter crops, Esc cancels."),
        ),
        Tool.HAND: (
            translate("ToolTexts", "Hand"),
            translate("ToolTexts", "Drag the view. Space does the same in any tool."),
        ),
        Tool.ZOOM: (
            translate("ToolTexts", "Zoom"),
            translate("ToolTexts", "Click to come closer, Alt-click to step back."),
        ),
    }
