"""Icons in one colour that follow the theme on screen."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.theme.colors import colors

ICON_PX = 18
ICON_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"


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
        path = ICON_FOLDER / f"{name}.svg"
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
    if pixmap.isNull():
        return pixmap
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
