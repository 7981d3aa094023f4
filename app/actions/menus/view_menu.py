"""The view menu."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT, SELECTION
from app.actions.registry import ActionSpec

VIEW = (
    ActionSpec("view.zoom_in", "Zoom &In", ("Ctrl++", "Ctrl+="), "", "view", DOCUMENT),
    ActionSpec("view.zoom_out", "Zoom &Out", ("Ctrl+-",), "", "view", DOCUMENT),
    ActionSpec("view.fit", "&Fit in Window", ("Ctrl+0",), "", "view", DOCUMENT),
    ActionSpec("view.actual", "Actual &Pixels", ("Ctrl+1",), "", "view", DOCUMENT),
    ActionSpec("view.selection", "Zoom to Se&lection", ("Ctrl+2",), "", "view", SELECTION),
    ActionSpec(
        "view.mirror",
        "&Mirror View",
        ("Alt+M",),
        "",
        "view",
        DOCUMENT,
        "Left and right exchanged on the screen only, the picture stays as it is",
        is_checkable=True,
        starts_group=True,
    ),
    ActionSpec("view.turn_left", "Turn Vie&w Left", ("Alt+Left",), "", "view", DOCUMENT),
    ActionSpec("view.turn_right", "Turn View &Right", ("Alt+Right",), "", "view", DOCUMENT),
    ActionSpec("view.upright", "View &Upright", ("Alt+Up",), "", "view", DOCUMENT),
    ActionSpec(
        "view.next_document",
        "&Next Document",
        ("Ctrl+Tab", "Ctrl+PgDown"),
        "",
        "view",
        frozenset({"several_documents"}),
        starts_group=True,
    ),
    ActionSpec(
        "view.previous_document",
        "Pre&vious Document",
        ("Ctrl+Shift+Tab", "Ctrl+PgUp"),
        "",
        "view",
        frozenset({"several_documents"}),
    ),
    ActionSpec(
        "view.hide_panels",
        "&Hide Panels",
        ("Tab",),
        "",
        "view",
        is_checkable=True,
        starts_group=True,
    ),
    ActionSpec("view.full_screen", "Full &Screen", ("F11",), "", "view", is_checkable=True),
    ActionSpec("view.training", "Training", (), "", "view/panels", is_checkable=True),
    ActionSpec("view.generate", "Generate", (), "", "view/panels", is_checkable=True),
    ActionSpec("view.color", "Colour", (), "", "view/panels", is_checkable=True),
    ActionSpec("view.layers", "Layers", (), "", "view/panels", is_checkable=True),
    ActionSpec("view.history", "History", (), "", "view/panels", is_checkable=True),
    ActionSpec(
        "view.reset_panels",
        "&Reset Panels",
        (),
        "",
        "view/panels",
        hint="Every panel is shown where it was at first",
        starts_group=True,
    ),
    ActionSpec("view.theme_system", "As the System", (), "", "view/theme", choice="theme"),
    ActionSpec("view.theme_dark", "Dark", (), "", "view/theme", choice="theme"),
    ActionSpec("view.theme_light", "Light", (), "", "view/theme", choice="theme"),
)
