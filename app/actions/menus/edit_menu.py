"""The edit menu."""

from __future__ import annotations

from app.actions.menus.needs import BRUSH, DOCUMENT, LAYER
from app.actions.registry import ActionSpec

EDIT = (
    ActionSpec(
        "edit.undo", "&Undo", ("Ctrl+Z",), "ph.arrow-counter-clockwise", "edit", frozenset({"undo"})
    ),
    ActionSpec(
        "edit.redo",
        "&Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "ph.arrow-clockwise",
        "edit",
        frozenset({"redo"}),
    ),
    ActionSpec("edit.cut", "Cu&t", ("Ctrl+X",), "", "edit", LAYER, starts_group=True),
    ActionSpec("edit.copy", "&Copy", ("Ctrl+C",), "", "edit", LAYER),
    ActionSpec("edit.copy_merged", "Copy &Merged", ("Ctrl+Shift+C",), "", "edit", DOCUMENT),
    ActionSpec(
        "edit.paste",
        "&Paste",
        ("Ctrl+V",),
        "",
        "edit",
        DOCUMENT,
        "Images and image files become a layer",
    ),
    ActionSpec(
        "edit.paste_in_place",
        "Paste &in Place",
        ("Ctrl+Shift+V",),
        "",
        "edit",
        DOCUMENT,
        "Where it was copied, even where that is out of sight",
    ),
    ActionSpec(
        "edit.clear",
        "C&lear",
        ("Del",),
        "",
        "edit",
        LAYER | {"no_preview"},
        "Make the selected pixels of the layer transparent",
    ),
    ActionSpec(
        "edit.fill_foreground",
        "&Fill with Foreground",
        ("Alt+Backspace",),
        "",
        "edit",
        LAYER,
        "Fill the selection, or the whole layer, in the painting colour",
        starts_group=True,
    ),
    ActionSpec(
        "edit.fill_background",
        "Fill with Back&ground",
        ("Ctrl+Backspace",),
        "",
        "edit",
        LAYER,
        "Fill the selection, or the whole layer, in the second colour",
    ),
    ActionSpec(
        "edit.swap_colors", "Swap Colours", ("X",), "ph.swap", "edit/colours", starts_group=False
    ),
    ActionSpec(
        "edit.default_colors",
        "Default Colours",
        ("D",),
        "ph.circle-half",
        "edit/colours",
        hint="Black on white",
    ),
    ActionSpec("edit.brush_smaller", "Smaller Brush", ("[",), "", "edit/brush", BRUSH),
    ActionSpec("edit.brush_larger", "Larger Brush", ("]",), "", "edit/brush", BRUSH),
    ActionSpec("edit.brush_softer", "Softer Brush", ("Shift+[", "{"), "", "edit/brush", BRUSH),
    ActionSpec("edit.brush_harder", "Harder Brush", ("Shift+]", "}"), "", "edit/brush", BRUSH),
)

MODELS = (
    ActionSpec(
        "edit.keep_models",
        "&Keep Trained Models",
        (),
        "",
        "edit",
        hint="The same photo needs no second training; off: models live in projects only",
        is_checkable=True,
        starts_group=True,
    ),
    ActionSpec("edit.clear_models", "Delete Kept Models …", (), "", "edit"),
)
