"""The help menu."""

from __future__ import annotations

from app.actions.registry import ActionSpec

HELP = (
    ActionSpec("help.shortcuts", "&Keyboard Shortcuts", ("F1", "?"), "ph.keyboard", "help"),
    ActionSpec("help.example", "Open the &Example Photo", (), "", "help"),
    ActionSpec(
        "help.tablet_test",
        "&Tablet Test …",
        (),
        "",
        "help",
        hint="Shows what arrives from a pen, and tries its pressure",
    ),
    ActionSpec("help.about", "&About SinGAN Studio", (), "", "help"),
)
