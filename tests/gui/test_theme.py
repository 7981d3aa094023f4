"""The colours of both themes, and icons that follow them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QListWidget, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.actions.table import ACTIONS
from app.panels.history_panel import HistoryPanel
from app.session import Session
from app.theme import DARK, LIGHT, Colors, Theme, ThemeChoice, icon, style_sheet_of
from app.workspace import Workspace


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    palette, sheet = qapp.palette(), qapp.styleSheet()
    yield qapp
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def luminance(color: str) -> float:
    """Relative luminance of sRGB, WCAG 2."""
    parts = QColor(color).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "window"),
        ("text", "sunken"),
        ("text", "raised"),
        ("text", "hover"),
        ("text", "notice"),
        ("muted", "window"),
        ("muted", "sunken"),
        ("on_accent", "accent_fill"),
    ],
)
def test_writing_can_be_read(theme: Colors, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_greys_carry_no_hue(theme: Colors) -> None:
    greys = [n for n in Colors.__slots__ if "accent" not in n and n != "warning"]
    assert all(QColor(getattr(theme, name)).saturation() == 0 for name in greys)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_name_in_the_style_sheet_is_a_colour(theme: Colors) -> None:
    assert "@" not in style_sheet_of(theme)


def test_choosing_a_theme_shows_it_and_tells(application: QApplication) -> None:
    theme = Theme(application, ThemeChoice.DARK)
    heard: list[str] = []
    theme.changed.connect(lambda: heard.append(application.palette().window().color().name()))
    theme.choose(ThemeChoice.LIGHT)
    theme.choose(ThemeChoice.LIGHT)
    theme.choose(ThemeChoice.DARK)
    assert heard == [LIGHT.window, DARK.window]
    theme.deleteLater()


def strongest_grey(shown: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> int:
    image = shown.pixmap(QSize(24, 24), mode).toImage()
    pixels = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    return max(pixels, key=lambda pixel: pixel.alpha()).value()


def test_icons_follow_the_theme(application: QApplication) -> None:
    theme = Theme(application, ThemeChoice.DARK)
    eraser = icon("ph.eraser")
    light_on_dark = strongest_grey(eraser)
    theme.choose(ThemeChoice.LIGHT)
    assert strongest_grey(eraser) < 128 < light_on_dark
    theme.deleteLater()


def test_every_icon_of_the_table_draws_something(application: QApplication) -> None:
    for name in {spec.icon for spec in ACTIONS if spec.icon}:
        image = icon(name).pixmap(QSize(20, 20)).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(20) for y in range(20)), name


def text_color(shown: QListWidget, row: int) -> str:
    option = QStyleOptionViewItem()
    shown.itemDelegate().initStyleOption(option, shown.model().index(row, 0))
    return option.palette.text().color().name()


def test_history_can_be_read_after_the_theme_changed(
    qtbot: QtBot, workspace: Workspace, session: Session, application: QApplication
) -> None:
    theme = Theme(application, ThemeChoice.DARK)
    panel = HistoryPanel(workspace)
    qtbot.addWidget(panel)
    session.edits.add_layer()
    session.undo()
    for choice, look in ((ThemeChoice.LIGHT, LIGHT), (ThemeChoice.DARK, DARK)):
        theme.choose(choice)
        assert [text_color(panel.list, row) for row in range(2)] == [look.text, look.disabled]
    theme.deleteLater()
