"""The look: colours, icons and style sheet of the dark and the light theme."""

from app.theme.theme import (
    DARK,
    GRID_PX,
    ICON_PX,
    LIGHT,
    Colors,
    Theme,
    ThemeChoice,
    colors,
    icon,
    style_sheet_of,
)

__all__ = [
    "DARK",
    "GRID_PX",
    "ICON_PX",
    "LIGHT",
    "Colors",
    "Theme",
    "ThemeChoice",
    "colors",
    "icon",
    "style_sheet_of",
]
