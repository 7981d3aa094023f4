"""The select menu."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT, LAYER, SELECTION
from app.actions.registry import ActionSpec

_RESELECT = frozenset({"reselect"})
_INVERTIBLE = frozenset({"invertible"})

SELECT = (
    ActionSpec("select.all", "&All", ("Ctrl+A",), "", "select", DOCUMENT),
    ActionSpec("select.none", "&None", ("Ctrl+D", "Ctrl+Shift+A"), "", "select", SELECTION),
    ActionSpec(
        "select.reselect",
        "&Reselect",
        ("Ctrl+Shift+D",),
        "",
        "select",
        _RESELECT,
        "Bring back the selection that was dropped last",
    ),
    ActionSpec("select.invert", "&Invert", ("Ctrl+Shift+I",), "", "select", _INVERTIBLE),
    ActionSpec(
        "select.layer",
        "What the &Layer Shows",
        (),
        "",
        "select",
        LAYER,
        "Select the pixels of the active layer as far as they are opaque",
    ),
    ActionSpec("select.grow", "&Grow …", (), "", "select", SELECTION, starts_group=True),
    ActionSpec("select.shrink", "&Shrink …", (), "", "select", SELECTION),
    ActionSpec("select.feather", "&Feather …", ("Shift+F6",), "", "select", SELECTION),
    ActionSpec("select.border", "&Border …", (), "", "select", SELECTION),
    ActionSpec("select.smooth", "S&mooth …", (), "", "select", SELECTION),
    ActionSpec(
        "select.quick_mask",
        "&Quick Mask",
        ("Q",),
        "quick-mask",
        "select",
        DOCUMENT,
        "Paint the selection: white adds, black and the eraser take away",
        is_checkable=True,
        starts_group=True,
    ),
)
