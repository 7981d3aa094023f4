"""Labels in the roles of the style sheet, and buttons of one look."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.theme import icon


def label(role: str, text: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label; roles are ``muted``, ``heading``, ``badge`` and ``title``."""
    made = QLabel(text, parent)
    made.setProperty("role", role)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return made


def sentence_label(role: str = "muted") -> QLabel:
    """Return a label for whole sentences: wrapped, as high as its text needs."""
    made = label(role)
    made.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    return made


def main_button(text: str) -> QPushButton:
    """Return a panel's one main button, in the accent colour."""
    made = QPushButton(text)
    made.setProperty("main", True)
    return made


def set_main(button: QPushButton, is_main: bool) -> None:
    """Give a button the accent colour, or take it away."""
    if button.property("main") != is_main:
        button.setProperty("main", is_main)
        button.style().unpolish(button)
        button.style().polish(button)


def icon_button(icon_name: str, text: str) -> QToolButton:
    """Return a small button that shows an icon and says ``text`` as tooltip."""
    made = QToolButton()
    made.setIcon(icon(icon_name))
    made.setToolTip(text)
    made.setAccessibleName(text)
    return made
