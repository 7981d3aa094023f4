"""The layer menu."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT, GROUP, LAYER, MASK, NO_MASK, PIXELS
from app.actions.registry import ActionSpec

_ORDER = "layer/order"
_LOCK = "layer/lock"
_MASK = "layer/mask"

MAKING = (
    ActionSpec("layer.new", "&New Layer", ("Ctrl+Shift+N",), "ph.plus", "layer", DOCUMENT),
    ActionSpec("layer.new_group", "New &Group", (), "ph.folder-simple-plus", "layer", DOCUMENT),
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
)

GROUPING = (
    ActionSpec(
        "layer.group",
        "Gr&oup Layers",
        ("Ctrl+G",),
        "ph.folder-simple-plus",
        "layer",
        LAYER,
        "The chosen layers go into a new group",
        starts_group=True,
    ),
    ActionSpec("layer.ungroup", "Ungrou&p", ("Ctrl+Shift+G",), "", "layer", GROUP),
    ActionSpec(
        "layer.clip",
        "&Clip to Layer Below",
        ("Ctrl+Alt+G",),
        "",
        "layer",
        LAYER,
        "Shown only where the layer below is",
        is_checkable=True,
    ),
    ActionSpec("layer.hide", "&Hide Layer", ("Ctrl+,",), "", "layer", LAYER, is_checkable=True),
)

MASKING = (
    ActionSpec(
        "mask.add",
        "&Add Mask",
        (),
        "square-mask",
        _MASK,
        NO_MASK,
        "Shows what is selected, without a selection everything",
    ),
    ActionSpec(
        "mask.add_hiding",
        "Add &Hiding Mask",
        (),
        "",
        _MASK,
        NO_MASK,
        "Hides what is selected, without a selection everything",
    ),
    ActionSpec(
        "mask.paint",
        "&Paint on Mask",
        (),
        "",
        _MASK,
        MASK,
        "Black hides, white shows",
        is_checkable=True,
        starts_group=True,
    ),
    ActionSpec("mask.invert", "&Invert Mask", (), "", _MASK, MASK),
    ActionSpec(
        "mask.apply",
        "App&ly Mask",
        (),
        "",
        _MASK,
        MASK | PIXELS,
        "What the mask hides becomes transparent",
        starts_group=True,
    ),
    ActionSpec("mask.delete", "&Delete Mask", (), "", _MASK, MASK),
)

LOCKING = (
    ActionSpec("layer.lock", "Lock &All", ("Ctrl+/",), "", _LOCK, LAYER, is_checkable=True),
    ActionSpec(
        "layer.lock_alpha",
        "Lock &Transparency",
        (),
        "",
        _LOCK,
        PIXELS,
        "Painting changes colours only",
        is_checkable=True,
    ),
)

ORDERING = (
    ActionSpec("layer.raise", "Move &Up", ("Ctrl+]",), "ph.caret-up", _ORDER, LAYER),
    ActionSpec("layer.lower", "Move Do&wn", ("Ctrl+[",), "ph.caret-down", _ORDER, LAYER),
    ActionSpec("layer.to_top", "Move to &Top", ("Ctrl+Shift+]", "Ctrl+}"), "", _ORDER, LAYER),
    ActionSpec("layer.to_bottom", "Move to &Bottom", ("Ctrl+Shift+[", "Ctrl+{"), "", _ORDER, LAYER),
    ActionSpec(
        "layer.above",
        "Choose Layer &Above",
        ("PgUp", "Alt+]"),
        "",
        _ORDER,
        LAYER,
        starts_group=True,
    ),
    ActionSpec("layer.below", "Choose Layer Be&low", ("PgDown", "Alt+["), "", _ORDER, LAYER),
)

MERGING = (
    ActionSpec(
        "layer.merge_down",
        "M&erge Down",
        ("Ctrl+E",),
        "",
        "layer",
        LAYER,
        "A group becomes one layer",
        starts_group=True,
    ),
    ActionSpec("layer.merge_visible", "Merge &Visible", (), "", "layer", LAYER),
    ActionSpec("layer.flatten", "&Flatten Image", (), "", "layer", LAYER),
    ActionSpec(
        "layer.stamp",
        "&Stamp Visible",
        ("Ctrl+Alt+Shift+E",),
        "",
        "layer",
        LAYER,
        "A new layer shows the whole picture as it is now",
    ),
)

LAYERS = (*MAKING, *GROUPING, *MASKING, *LOCKING, *ORDERING, *MERGING)
