"""The table of actions: every command of the program with its menu, shortcut, icon and needs.

``QT_TRANSLATE_NOOP`` is not used: the translation tools read the table by its context
(``actions.CONTEXT``); ``actions.translated`` gives the user's wording.
"""

from __future__ import annotations

from app.actions.registry import ActionSpec, Gesture

MENUS = ("file", "edit", "layer", "select", "view", "generate", "help")
DOCUMENT = frozenset({"document"})
LAYER = frozenset({"layer"})
SELECTION = frozenset({"selection"})
MODEL = frozenset({"usable_model"})
PREVIEW = frozenset({"preview"})
RESULTS = frozenset({"results"})
PAINTING = frozenset({"painting_tool"})
INJECTION_KEYS = range(1, 10)
OPACITY_KEYS = range(10)

FILE = (
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
        "Write what is seen as PNG or JPEG",
    ),
    ActionSpec("file.close", "&Close", ("Ctrl+W",), "", "file", DOCUMENT, starts_group=True),
    ActionSpec("file.quit", "&Quit", ("Ctrl+Q",), "", "file"),
)

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
    ActionSpec("edit.paste", "&Paste", ("Ctrl+V",), "", "edit", DOCUMENT),
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
    ActionSpec("edit.brush_smaller", "Smaller Brush", ("[",), "", "edit/brush", PAINTING),
    ActionSpec("edit.brush_larger", "Larger Brush", ("]",), "", "edit/brush", PAINTING),
    ActionSpec("edit.brush_softer", "Softer Brush", ("Shift+[", "{"), "", "edit/brush", PAINTING),
    ActionSpec("edit.brush_harder", "Harder Brush", ("Shift+]", "}"), "", "edit/brush", PAINTING),
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

TOOLS = (
    ActionSpec("tool.brush", "Brush", ("B",), "ph.paint-brush", "edit/tool", choice="tool"),
    ActionSpec("tool.eraser", "Eraser", ("E",), "ph.eraser", "edit/tool", choice="tool"),
    ActionSpec(
        "tool.rect_select",
        "Rectangle Select",
        ("M",),
        "ph.selection",
        "edit/tool",
        choice="tool",
        starts_group=True,
    ),
    ActionSpec("tool.lasso", "Lasso", ("L",), "lasso", "edit/tool", choice="tool"),
    ActionSpec("tool.move", "Move", ("V",), "ph.arrows-out-cardinal", "edit/tool", choice="tool"),
    ActionSpec(
        "tool.eyedropper",
        "Eyedropper",
        ("I",),
        "ph.eyedropper",
        "edit/tool",
        choice="tool",
        starts_group=True,
    ),
    ActionSpec("tool.hand", "Hand", ("H",), "ph.hand", "edit/tool", choice="tool"),
    ActionSpec("tool.zoom", "Zoom", ("Z",), "ph.magnifying-glass", "edit/tool", choice="tool"),
)

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

SELECT = (
    ActionSpec("select.all", "&All", ("Ctrl+A",), "", "select", DOCUMENT),
    ActionSpec("select.none", "&None", ("Ctrl+D", "Ctrl+Shift+A"), "", "select", SELECTION),
    ActionSpec("select.invert", "&Invert", ("Ctrl+Shift+I",), "", "select", SELECTION),
)

VIEW = (
    ActionSpec("view.zoom_in", "Zoom &In", ("Ctrl++", "Ctrl+="), "", "view", DOCUMENT),
    ActionSpec("view.zoom_out", "Zoom &Out", ("Ctrl+-",), "", "view", DOCUMENT),
    ActionSpec("view.fit", "&Fit in Window", ("Ctrl+0",), "", "view", DOCUMENT),
    ActionSpec("view.actual", "Actual &Pixels", ("Ctrl+1",), "", "view", DOCUMENT),
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
    ActionSpec("view.theme_system", "As the System", (), "", "view/theme", choice="theme"),
    ActionSpec("view.theme_dark", "Dark", (), "", "view/theme", choice="theme"),
    ActionSpec("view.theme_light", "Light", (), "", "view/theme", choice="theme"),
)

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
    ActionSpec(
        "generate.render",
        "&Render",
        ("Ctrl+Return", "Ctrl+Enter"),
        "",
        "generate",
        MODEL,
        starts_group=True,
    ),
    ActionSpec(
        "generate.cancel", "Cancel Render", ("Esc",), "", "generate", frozenset({"rendering"})
    ),
    ActionSpec("generate.apply", "&Apply Result", ("Return", "Enter"), "", "generate", PREVIEW),
    ActionSpec(
        "generate.hide",
        "Put Result Away",
        ("Esc",),
        "",
        "generate",
        PREVIEW | {"not_rendering"},
        "It stays in the strip of results",
    ),
    ActionSpec("generate.discard", "&Discard Result", ("Del",), "", "generate", PREVIEW),
    ActionSpec("generate.next", "&Next Result", (".",), "", "generate", RESULTS),
    ActionSpec("generate.previous", "Pre&vious Result", (",",), "", "generate", RESULTS),
)

HELP = (
    ActionSpec("help.shortcuts", "&Keyboard Shortcuts", ("F1", "?"), "ph.keyboard", "help"),
    ActionSpec("help.about", "&About SinGAN Studio", (), "", "help"),
)

HIDDEN = (
    *(ActionSpec(f"opacity.{digit}", "", (str(digit),), needs=PAINTING) for digit in OPACITY_KEYS),
    ActionSpec("view.actual_digit", "", ("1",), needs=DOCUMENT | {"other_tool"}),
    *(ActionSpec(f"injection.{k}", "", (f"Alt+{k}",), needs=MODEL) for k in INJECTION_KEYS),
)
"""Shortcuts that stand in no menu; the sheet lists them as gestures."""

ACTIONS = (*FILE, *EDIT, *TOOLS, *LAYERS, *SELECT, *VIEW, *GENERATE, *HELP, *HIDDEN)

GESTURES = (
    Gesture("Pan the view", "Space and drag, or middle button"),
    Gesture("Zoom at the pointer", "Wheel"),
    Gesture("Brush size", "Ctrl and wheel"),
    Gesture("Brush opacity 10 % to 90 %, 100 %", "1 to 9, 0"),
    Gesture("Pick a colour while painting", "Alt or Ctrl and click"),
    Gesture("Add to, take from the selection", "Shift, Alt and drag"),
    Gesture("Move a copy", "Alt or Ctrl and drag with Move"),
    Gesture("Actual pixels (not while painting)", "1"),
    Gesture("Injection scale", "Alt+1 to Alt+9, Alt and wheel"),
    Gesture("Compare: show the canvas without the result", "Hold \\"),
)
