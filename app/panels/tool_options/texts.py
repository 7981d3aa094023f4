"""What each tool is called above the picture, and the one sentence that says how it is used."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.document.painting.shapes import ShapeKind
from app.tool_settings import ShapeSettings, ToolSettings
from app.tool_state import Tool


def _tr(text: str) -> str:
    return QCoreApplication.translate("ToolTexts", text)


def tool_texts(tool: Tool, settings: ToolSettings) -> tuple[str, str]:
    """Return the name and the sentence; brushes need none."""
    if isinstance(settings, ShapeSettings):
        return _tr("Shape"), _shape_sentence(settings.kind)
    return {
        Tool.BRUSH: (_tr("Brush"), ""),
        Tool.ERASER: (_tr("Eraser"), ""),
        Tool.RECT_SELECT: (
            _tr("Rectangle"),
            _tr("Drag to select. Shift adds, Alt takes away; held later: square, from the middle."),
        ),
        Tool.LASSO: (
            _tr("Lasso"),
            _tr("Draw around what you want. Shift adds, Alt takes away."),
        ),
        Tool.MOVE: (
            _tr("Move"),
            _tr("Drag a selection to lift it onto a new layer, or drag the layer itself."),
        ),
        Tool.EYEDROPPER: (
            _tr("Eyedropper"),
            _tr("Click to paint in the colour below."),
        ),
        Tool.CLONE: (_tr("Clone"), _tr("Click with Alt or Ctrl where to take from, then paint.")),
        Tool.FILL: (
            _tr("Fill"),
            _tr("Click to fill pixels of a similar colour. Alt picks a colour."),
        ),
        Tool.GRADIENT: (
            _tr("Gradient"),
            _tr("Drag from the first colour to the second. Shift keeps to 45°."),
        ),
        Tool.ELLIPSE_SELECT: (
            _tr("Ellipse"),
            _tr("Drag to select. Shift adds, Alt takes away; held later: circle, from the middle."),
        ),
        Tool.POLYGON_SELECT: (
            _tr("Polygon"),
            _tr(
                "Click corners; Enter or a double click closes, Backspace takes the last one back."
            ),
        ),
        Tool.WAND: (
            _tr("Magic wand"),
            _tr("Click to select pixels of a similar colour. Shift adds, Alt takes away."),
        ),
        Tool.TRANSFORM: (
            _tr("Transform"),
            _tr("Drag the handles; Enter applies, Esc cancels."),
        ),
        Tool.CROP: (
            _tr("Crop"),
            _tr("Drag the part to keep; Enter crops, Esc cancels."),
        ),
        Tool.HAND: (
            _tr("Hand"),
            _tr("Drag the view. Space does the same in any tool."),
        ),
        Tool.ZOOM: (_tr("Zoom"), _tr("Click to come closer, Alt-click to step back.")),
    }[tool]


def _shape_sentence(kind: ShapeKind) -> str:
    return {
        ShapeKind.RECTANGLE: _tr("Drag to draw. Shift = square, Alt = from the middle."),
        ShapeKind.ELLIPSE: _tr("Drag to draw. Shift = circle, Alt = from the middle."),
        ShapeKind.POLYGON: _tr(
            "Click corners; Enter or a double click closes, Backspace takes the last one back."
        ),
        ShapeKind.FREEHAND: _tr("Draw around what is to be filled."),
    }[kind]
