"""The table of actions: every command of the program with its menu, shortcut, icon and needs.

``QT_TRANSLATE_NOOP`` is not used: ``resources/collect_texts.py`` lists the table for translators;
``registry.translated`` gives the user's wording.
"""

from __future__ import annotations

from app.actions.menus.edit_menu import EDIT, MODELS
from app.actions.menus.file_menu import FILE
from app.actions.menus.generate_menu import GENERATE
from app.actions.menus.help_menu import HELP
from app.actions.menus.image_menu import IMAGE, TURNING
from app.actions.menus.keys import GESTURES, HIDDEN
from app.actions.menus.layer_menu import LAYERS
from app.actions.menus.select_menu import SELECT
from app.actions.menus.tool_menu import TOOLS
from app.actions.menus.view_menu import VIEW

__all__ = ["ACTIONS", "GESTURES", "MENUS", "TOOLS"]

MENUS = ("file", "edit", "image", "layer", "select", "view", "generate", "help")

ACTIONS = (
    *FILE,
    *EDIT,
    *TOOLS,
    *MODELS,
    *IMAGE,
    *LAYERS,
    *TURNING,
    *SELECT,
    *VIEW,
    *GENERATE,
    *HELP,
    *HIDDEN,
)
