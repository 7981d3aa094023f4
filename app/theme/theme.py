"""The look: neutral greys, one accent colour, icons that follow the theme.

The greys carry no hue, so they do not tint the eye that judges a picture. Lengths are on an
8 px grid (``GRID_PX``). Contrast of text on its ground is at least 4.5 : 1 in both themes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path

os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtCore import QByteArray, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.theme.style_sheet import STYLE_SHEET

GRID_PX = 8
ICON_PX = 18
RESOURCES = Path(__file__).resolve().parents[2] / "resources"


class ThemeChoice(str, Enum):
    """What the user asked for."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


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


def style_sheet_of(theme: Colors) -> str:
    """Return the style sheet in the colours of ``theme``."""
    text = STYLE_SHEET.replace("@icons", (RESOURCES / "icons").as_posix())
    for name in sorted(Colors.__slots__, key=len, reverse=True):
        text = text.replace(f"@{name}", getattr(theme, name))
    return text


class Theme(QObject):
    """Shows the chosen theme and follows the system's while the choice is SYSTEM.

    Signals:
        changed(): the colours on screen are others now.
    """

    changed = Signal()

    def __init__(self, application: QApplication, choice: ThemeChoice) -> None:
        super().__init__(application)
        self._application = application
        self._shown: Colors | None = None
        application.setStyle("Fusion")
        self._choice = choice
        application.styleHints().colorSchemeChanged.connect(self._show)
        self._show()

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Show another theme from now on."""
        self._choice = choice
        self._show()

    def _show(self) -> None:
        theme = self._colors_of_choice()
        if theme is self._shown:
            return
        self._shown = theme
        self._application.setPalette(palette_of(theme))
        self._application.setStyleSheet(style_sheet_of(theme))
        self.changed.emit()

    def _colors_of_choice(self) -> Colors:
        if self._choice is ThemeChoice.SYSTEM:
            scheme = self._application.styleHints().colorScheme()
            return LIGHT if scheme is Qt.ColorScheme.Light else DARK
        return LIGHT if self._choice is ThemeChoice.LIGHT else DARK


@lru_cache(maxsize=512)
def _glyph(name: str, color: str) -> QIcon:
    """Return the icon in one colour; a name without a dot is a file of resources/icons."""
    if "." not in name:
        return QIcon(_SvgEngine(name, color))
    import qtawesome  # loads its fonts: only once an icon is really drawn

    icon: QIcon = qtawesome.icon(name, color=color)
    return icon


class _SvgEngine(QIconEngine):
    """Draws ``resources/icons/<name>.svg``, whose lines are ``currentColor``, in a colour."""

    def __init__(self, name: str, color: str) -> None:
        super().__init__()
        path = RESOURCES / "icons" / f"{name}.svg"
        svg = path.read_text(encoding="utf-8").replace("currentColor", color)
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        self._renderer.render(painter, QRectF(rect))

    def clone(self) -> QIconEngine:
        return self

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _drawn(self, size, mode, state)


class _ThemeEngine(QIconEngine):
    """Draws a glyph in the colour that the theme on screen gives to the icon's mode."""

    def __init__(self, name: str, role: str | None) -> None:
        super().__init__()
        self._name, self._role = name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        theme = colors()
        role = self._role or ("on_accent" if state is QIcon.State.On else "text")
        role = "disabled" if mode is QIcon.Mode.Disabled else role
        icon = _glyph(self._name, getattr(theme, role))
        icon.paint(painter, rect, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state)

    def clone(self) -> QIconEngine:
        return _ThemeEngine(self._name, self._role)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _drawn(self, size, mode, state)


def _drawn(engine: QIconEngine, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    engine.paint(painter, QRect(QPoint(0, 0), size), mode, state)
    painter.end()
    return pixmap


@lru_cache(maxsize=256)
def icon(name: str, role: str | None = None) -> QIcon:
    """Return a monochrome icon that follows the theme.

    Args:
        name: a Phosphor icon (``"ph.eraser"``) or the name of a file in resources/icons.
        role: a field of ``Colors``; None = the colour of text.
    """
    return QIcon(_ThemeEngine(name, role))
