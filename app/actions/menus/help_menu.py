"""The help menu."""

from __future__ import annotations

from app.actions.registry import ActionSpec

HELP = (
    ActionSpec("help.shortcuts", "&Keyboard Shortcuts", ("F1", "?"), "ph.keyboard", "help"),
    ActionSpec("help.example", "Open the &Example Photo", (), "", "help"),
    ActionSpec("help.about", "&About SinGAN Studio", (), "", "help"),
)
