"""The file menu."""

from __future__ import annotations

from app.actions.menus.needs import DOCUMENT
from app.actions.registry import ActionSpec

FILE = (
    ActionSpec(
        "file.new",
        "&New …",
        ("Ctrl+N",),
        "ph.file-plus",
        "file",
        hint="Make an empty document in a new tab",
    ),
    ActionSpec(
        "file.open",
        "&Open …",
        ("Ctrl+O",),
        "ph.folder-open",
        "file",
        hint="Open a photo or a project in a new tab",
    ),
    ActionSpec(
        "file.place",
        "Add as &Layer …",
        (),
        "",
        "file",
        DOCUMENT,
        "Put another picture onto this one as a new layer",
    ),
    ActionSpec(
        "file.save",
        "&Save Project",
        ("Ctrl+S",),
        "ph.floppy-disk",
        "file",
        DOCUMENT,
        "Layers, model and results in one .singan file",
        starts_group=True,
    ),
    ActionSpec("file.save_as", "Save Project &As …", ("Ctrl+Shift+S",), "", "file", DOCUMENT),
    ActionSpec(
        "file.export",
        "&Export Image …",
        ("Ctrl+Shift+E",),
        "ph.export",
        "file",
        DOCUMENT,
        "Write what is seen as a picture, or the layers for other programs",
    ),
    ActionSpec("file.close", "&Close", ("Ctrl+W",), "", "file", DOCUMENT, starts_group=True),
    ActionSpec("file.quit", "&Quit", ("Ctrl+Q",), "", "file"),
)
