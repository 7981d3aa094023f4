"""The select menu."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT, SELECTION
from app.actions.registry import ActionSpec

SELECT = (
    ActionSpec("select.all", "&All", ("Ctrl+A",), "", "select", DOCUMENT),
    ActionSpec("select.none", "&None", ("Ctrl+D", "Ctrl+Shift+A"), "", "select", SELECTION),
    ActionSpec("select.invert", "&Invert", ("Ctrl+Shift+I",), "", "select", SELECTION),
)
