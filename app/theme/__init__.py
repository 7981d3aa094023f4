"""The look: colours, icons, checkerboard and style sheet of the dark and the light theme."""

from app.theme.checkerboard import GREY_CHECKS, LIGHT_CHECKS, checkerboard
from app.theme.colors import DARK, LIGHT, Colors, colors
from app.theme.icons import ICON_PX, icon
from app.theme.style_sheet import GRID_PX, style_sheet_of
from app.theme.theme import Theme, ThemeChoice

__all__ = [
    "DARK",
    "GREY_CHECKS",
    "GRID_PX",
    "ICON_PX",
    "LIGHT",
    "LIGHT_CHECKS",
    "Colors",
    "Theme",
    "ThemeChoice",
    "checkerboard",
    "colors",
    "icon",
    "style_sheet_of",
]
