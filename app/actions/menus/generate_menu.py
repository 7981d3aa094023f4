"""The generate menu."""

from __future__ import annotations

from app.actions.menus.needs import APPLICABLE, MODEL, NO_PENDING, PREVIEW, RESULTS
from app.actions.registry import ActionSpec

GENERATE = (
    ActionSpec("generate.train", "&Train", (), "", "generate", frozenset({"can_train"})),
    ActionSpec("generate.pause", "&Pause Training", (), "", "generate", frozenset({"can_pause"})),
    ActionSpec(
        "generate.resume", "Resu&me Training", (), "", "generate", frozenset({"can_resume"})
    ),
    ActionSpec("generate.stop", "&Cancel Training", (), "", "generate", frozenset({"training"})),
    ActionSpec(
        "generate.edit", "&Edit", (), "", "generate", choice="application", starts_group=True
    ),
    ActionSpec("generate.harmonize", "&Harmonize", (), "", "generate", choice="application"),
    ActionSpec("generate.paint", "Pa&int to Image", (), "", "generate", choice="application"),
    ActionSpec("generate.sample", "Random &Samples", (), "", "generate", choice="application"),
    ActionSpec("generate.superres", "S&uper-Resolution", (), "", "generate", choice="application"),
    ActionSpec("generate.animate", "Animati&on", (), "", "generate", choice="application"),
    ActionSpec(
        "generate.analogy", "Structural A&nalogy", (), "", "generate", choice="application"
    ),
    ActionSpec(
        "generate.render",
        "&Render",
        ("Ctrl+Return", "Ctrl+Enter"),
        "",
        "generate",
        frozenset({"renderable"}),
        starts_group=True,
    ),
    ActionSpec(
        "generate.cancel",
        "Cancel Render",
        ("Esc",),
        "",
        "generate",
        NO_PENDING | {"rendering"},
    ),
    ActionSpec(
        "generate.live",
        "&Live",
        (),
        "",
        "generate",
        hint="Renders again after every stroke, at the scale chosen",
        is_checkable=True,
    ),
    ActionSpec(
        "generate.model_view",
        "Model's-Eye Vie&w",
        (),
        "",
        "generate",
        MODEL,
        "Shows the picture as the chosen scale of the model receives it",
        is_checkable=True,
    ),
    ActionSpec(
        "generate.apply",
        "&Apply Result",
        ("Return", "Enter"),
        "",
        "generate",
        APPLICABLE | NO_PENDING,
    ),
    ActionSpec(
        "generate.hide",
        "Put Result Away",
        ("Esc",),
        "",
        "generate",
        PREVIEW | NO_PENDING | {"not_rendering"},
        "It stays in the strip of results",
    ),
    ActionSpec("generate.discard", "&Discard Result", ("Del",), "", "generate", PREVIEW),
    ActionSpec(
        "generate.star",
        "Star Result",
        ("Ctrl+B",),
        "",
        "generate",
        PREVIEW,
        "A result with a star is worth keeping",
        is_checkable=True,
        starts_group=True,
    ),
    ActionSpec(
        "generate.copy_settings",
        "Cop&y Settings of Result",
        (),
        "",
        "generate",
        PREVIEW,
        "The panel takes its application, scale, seed and mask rim",
    ),
    ActionSpec(
        "generate.render_again",
        "Render A&gain",
        (),
        "",
        "generate",
        PREVIEW,
        "With its settings, of the document and with the model as they are now",
    ),
    ActionSpec(
        "generate.starred_only",
        "Show Only Starred Results",
        (),
        "",
        "generate",
        RESULTS,
        is_checkable=True,
    ),
    ActionSpec(
        "generate.discard_unstarred",
        "Discard All but Starred",
        (),
        "",
        "generate",
        frozenset({"unstarred_results"}),
    ),
    ActionSpec("generate.next", "&Next Result", (".",), "", "generate", RESULTS, starts_group=True),
    ActionSpec("generate.previous", "Pre&vious Result", (",",), "", "generate", RESULTS),
)
