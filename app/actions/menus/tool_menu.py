"""The tools, as they stand in the tool bar."""

from __future__ import annotations

from app.actions.menus.needs import LAYER
from app.actions.registry import ActionSpec

TOOLS = (
    ActionSpec("tool.brush", "Brush", ("B",), "ph.paint-brush", "edit/tool", choice="tool"),
    ActionSpec("tool.eraser", "Eraser", ("E",), "ph.eraser", "edit/tool", choice="tool"),
    ActionSpec("tool.clone", "Clone", ("S",), "stamp", "edit/tool", choice="tool"),
    ActionSpec("tool.fill", "Fill", ("G",), "ph.paint-bucket", "edit/tool", choice="tool"),
    ActionSpec("tool.gradient", "Gradient", ("Shift+G",), "gradient", "edit/tool", choice="tool"),
    ActionSpec("tool.shape", "Shape", ("U",), "shapes", "edit/tool", choice="tool"),
    ActionSpec(
        "tool.rect_select",
        "Rectangle Select",
        ("M",),
        "ph.selection",
        "edit/tool",
        choice="tool",
        starts_group=True,
    ),
    ActionSpec(
        "tool.ellipse_select",
        "Ellipse Select",
        ("Shift+M",),
        "ph.circle-dashed",
        "edit/tool",
        choice="tool",
    ),
    ActionSpec("tool.lasso", "Lasso", ("L",), "lasso", "edit/tool", choice="tool"),
    ActionSpec(
        "tool.polygon_select",
        "Polygon Select",
        ("Shift+L",),
        "ph.polygon",
        "edit/tool",
        choice="tool",
    ),
    ActionSpec("tool.wand", "Magic Wand", ("W",), "ph.magic-wand", "edit/tool", choice="tool"),
    ActionSpec("tool.move", "Move", ("V",), "ph.arrows-out-cardinal", "edit/tool", choice="tool"),
    ActionSpec(
        "tool.transform",
        "Free Transform",
        ("Ctrl+T",),
        "ph.bounding-box",
        "edit/tool",
        LAYER,
        "Scale, turn and distort the layer or the selected pixels",
        choice="tool",
    ),
    ActionSpec("tool.crop", "Crop", ("C",), "ph.crop", "edit/tool", choice="tool"),
    ActionSpec(
        "tool.eyedropper",
        "Eyedropper",
        ("I",),
        "ph.eyedropper",
        "edit/tool",
        choice="tool",
        starts_group=True,
    ),
    ActionSpec("tool.hand", "Hand", ("H",), "ph.hand", "edit/tool", choice="tool"),
    ActionSpec("tool.zoom", "Zoom", ("Z",), "ph.magnifying-glass", "edit/tool", choice="tool"),
)
