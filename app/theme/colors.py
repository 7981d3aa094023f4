"""The colours of the dark and the light theme: neutral greys and one accent colour.

The greys carry no hue, so they do not tint the eye that judges a picture. Contrast of text on its
ground is at least 4.5 : 1 in both themes.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Colors:
    """The colours of one theme, as ``#rrggbb``.

    Attributes:
        window: ground of panels and bars.
        sunken: ground of lists and fields.
        raised: buttons.
        hover: a raised thing under the pointer.
        line: borders and separators.
        text, muted, disabled: writing, from strong to weak.
        accent: lines and marks of the one accent colour.
        accent_fill: ground of the main button and of selected rows.
        on_accent: writing on ``accent_fill``.
        warning: marks of what is not as it should be.
        notice: ground of the message bar.
        backdrop: around the picture.
    """

    window: str
    sunken: str
    raised: str
    hover: str
    line: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_fill: str
    on_accent: str
    warning: str
    notice: str
    backdrop: str


DARK = Colors(
    window="#2d2d2d",
    sunken="#232323",
    raised="#3b3b3b",
    hover="#474747",
    line="#454545",
    text="#e2e2e2",
    muted="#ababab",
    disabled="#717171",
    accent="#62a6ff",
    accent_fill="#2a66b8",
    on_accent="#ffffff",
    warning="#e0a84a",
    notice="#3a3a3a",
    backdrop="#1c1c1c",
)
LIGHT = Colors(
    window="#f0f0f0",
    sunken="#ffffff",
    raised="#fafafa",
    hover="#e2e2e2",
    line="#c6c6c6",
    text="#1e1e1e",
    muted="#5c5c5c",
    disabled="#a0a0a0",
    accent="#1f66c7",
    accent_fill="#2468c2",
    on_accent="#ffffff",
    warning="#a86400",
    notice="#e4e4e4",
    backdrop="#b4b4b4",
)


def is_dark() -> bool:
    """Return whether the application is shown in the dark theme now."""
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def colors() -> Colors:
    """Return the colours of the theme shown now."""
    return DARK if is_dark() else LIGHT


def palette_of(theme: Colors) -> QPalette:
    """Return the Qt palette that shows ``theme`` in the Fusion style."""
    role, palette = QPalette.ColorRole, QPalette()
    pairs = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.sunken,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent_fill,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.Accent: theme.accent,
        role.Mid: theme.line,
        role.Midlight: theme.hover,
        role.Light: theme.hover,
        role.Dark: theme.line,
        role.Shadow: theme.sunken,
    }
    for name, value in pairs.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.line))
    return palette
