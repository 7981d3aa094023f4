"""The layer menu."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT, LAYER
from app.actions.registry import ActionSpec

LAYERS = (
    ActionSpec("layer.new", "&New Layer", ("Ctrl+Shift+N",), "ph.plus", "layer", DOCUMENT),
    ActionSpec(
        "layer.duplicate",
        "&Duplicate Layer or Selection",
        ("Ctrl+J",),
        "ph.copy",
        "layer",
        LAYER,
        "With a selection its pixels become a layer",
    ),
    ActionSpec("layer.delete", "De&lete Layer", (), "ph.trash", "layer", LAYER),
    ActionSpec("layer.rename", "&Rename …", ("F2",), "", "layer", LAYER),
    ActionSpec(
        "layer.raise", "Move &Up", ("Ctrl+]",), "ph.caret-up", "layer", LAYER, starts_group=True
    ),
    ActionSpec("layer.lower", "Move Do&wn", ("Ctrl+[",), "ph.caret-down", "layer", LAYER),
    ActionSpec("layer.above", "Choose Layer Above", ("PgUp", "Alt+]"), "", "layer", LAYER),
    ActionSpec("layer.below", "Choose Layer Below", ("PgDown", "Alt+["), "", "layer", LAYER),
)
