"""The image menu: the size and the turn of the whole picture."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT, LAYER, SELECTION
from app.actions.registry import ActionSpec

IMAGE = (
    ActionSpec(
        "image.scale",
        "&Image Size …",
        ("Ctrl+Alt+I",),
        "",
        "image",
        DOCUMENT,
        "Scale the picture with everything in it",
    ),
    ActionSpec(
        "image.canvas",
        "&Canvas Size …",
        ("Ctrl+Alt+C",),
        "",
        "image",
        DOCUMENT,
        "More or less room around the picture; nothing is scaled",
    ),
    ActionSpec(
        "image.crop",
        "Cro&p to Selection",
        (),
        "",
        "image",
        SELECTION,
        "Layers keep what lies outside",
        starts_group=True,
    ),
    ActionSpec(
        "image.trim",
        "&Trim",
        (),
        "",
        "image",
        DOCUMENT,
        "Cut off edges that are transparent or of a single colour",
    ),
    ActionSpec(
        "image.turn_right", "Rotate 90° &Right", (), "", "image", DOCUMENT, starts_group=True
    ),
    ActionSpec("image.turn_left", "Rotate 90° &Left", (), "", "image", DOCUMENT),
    ActionSpec("image.turn_half", "Rotate 1&80°", (), "", "image", DOCUMENT),
    ActionSpec("image.flip_horizontal", "Flip &Horizontal", (), "", "image", DOCUMENT),
    ActionSpec("image.flip_vertical", "Flip &Vertical", (), "", "image", DOCUMENT),
)

_LAYER_TURN = "layer/transform"

TURNING = (
    ActionSpec("turn.right", "Rotate 90° &Right", (), "", _LAYER_TURN, LAYER),
    ActionSpec("turn.left", "Rotate 90° &Left", (), "", _LAYER_TURN, LAYER),
    ActionSpec("turn.half", "Rotate 1&80°", (), "", _LAYER_TURN, LAYER),
    ActionSpec("turn.horizontal", "Flip &Horizontal", (), "", _LAYER_TURN, LAYER),
    ActionSpec("turn.vertical", "Flip &Vertical", (), "", _LAYER_TURN, LAYER),
)
"""Of a layer, a group or the selected pixels."""
