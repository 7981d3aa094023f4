"""Shortcuts and gestures that stand in no menu."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT, LIVE, MODEL, NO_PENDING, PAINTING
from app.actions.registry import ActionSpec, Gesture

INJECTION_KEYS = range(1, 10)
OPACITY_KEYS = range(10)
VIEW_KEYS = (("actual", "1"), ("turn_left", "4"), ("upright", "5"), ("turn_right", "6"))

HIDDEN = (
    *(ActionSpec(f"opacity.{digit}", "", (str(digit),), needs=PAINTING) for digit in OPACITY_KEYS),
    *(
        ActionSpec(f"view.{name}_digit", "", (digit,), needs=DOCUMENT | {"other_tool"})
        for name, digit in VIEW_KEYS
    ),
    ActionSpec("canvas.commit", "", ("Return", "Enter"), needs=frozenset({"pending"})),
    ActionSpec("canvas.cancel", "", ("Esc",), needs=frozenset({"pending"})),
    ActionSpec("generate.end_live", "", ("Esc",), needs=LIVE | NO_PENDING),
    *(ActionSpec(f"injection.{k}", "", (f"Alt+{k}",), needs=MODEL) for k in INJECTION_KEYS),
)
"""Shortcuts that stand in no menu; the sheet lists them as gestures."""

GESTURES = (
    Gesture("End the live picture", "Esc"),
    Gesture("Pan the view", "Space and drag, or middle button"),
    Gesture("Zoom at the pointer", "Wheel"),
    Gesture("Brush size", "Ctrl and wheel"),
    Gesture("Opacity of the painting tool 10 % to 90 %, 100 %", "1 to 9, 0"),
    Gesture("Pick a colour while painting", "Alt or Ctrl and click"),
    Gesture("Straight line from the last stroke", "Shift and click"),
    Gesture("Set the source of the clone brush", "Alt or Ctrl and click"),
    Gesture("Draw a square or circle, from the middle", "Drag with Shift, Alt"),
    Gesture("Gradient or side of a polygon at 45°", "Shift"),
    Gesture("Add to, take from the selection", "Shift, Alt and drag"),
    Gesture("Select a square or circle, from the middle", "Drag, then hold Shift, Alt"),
    Gesture("Move the outline of the selection", "Drag inside it with a selection tool"),
    Gesture("Take the last corner of a polygon back", "Backspace"),
    Gesture("Move a copy", "Alt or Ctrl and drag with Move"),
    Gesture("Transform: ratio, from the middle, distort", "Shift, Alt, Ctrl and drag a corner"),
    Gesture("Apply, give up a transform, a crop or a polygon", "Enter, Esc"),
    Gesture("Move by 1 px, 10 px", "Arrow keys, with Shift"),
    Gesture("Actual pixels (not while painting)", "1"),
    Gesture("Turn the view", "Shift+Space and drag, R and drag"),
    Gesture("Turn the view by 15° (not while painting)", "4, 6"),
    Gesture("View upright (not while painting)", "5"),
    Gesture("Choose several layers", "Ctrl or Shift and click in the layers"),
    Gesture("Show a layer alone", "Alt and click its eye"),
    Gesture("Paint on a mask, on the pixels", "Click the thumbnail in the layers"),
    Gesture("Select what a layer or mask shows", "Ctrl and click the thumbnail"),
    Gesture("Injection scale", "Alt+1 to Alt+9, Alt and wheel"),
    Gesture("Compare: show the canvas without the result", "Hold \\"),
)
