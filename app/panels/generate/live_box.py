"""Switches of what the canvas shows while the user paints: the live picture, the model's eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app.controls.labels import icon_button, label
from app.theme import GRID_PX, icon

if TYPE_CHECKING:
    from app.session.live import SessionLive


class LiveBox(QWidget):
    """The switch of the live picture, how far it is, and the switch of the model's-eye view.

    Signals:
        apply_wanted(): the live picture is to become a layer.
    """

    apply_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = QToolButton()
        self.switch.setText(self.tr("Live"))
        self.switch.setIcon(icon("ph.lightning"))
        self.switch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.switch.setCheckable(True)
        self.switch.setToolTip(
            self.tr("Render again after every stroke, at the scale chosen (Esc ends it)")
        )
        self.state = label("muted")
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.apply_button = QPushButton(self.tr("Apply"))
        self.apply_button.setToolTip(
            self.tr("Render it in full and make it a layer with its mask (Enter)")
        )
        self.apply_button.clicked.connect(self.apply_wanted)
        self.eye = icon_button(
            "ph.eye", self.tr("Show the picture as the chosen scale of the model receives it")
        )
        self.eye.setCheckable(True)
        self.eye.setIconSize(QSize(18, 18))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(self.switch)
        row.addWidget(self.state, 1)
        row.addWidget(self.apply_button)
        row.addWidget(self.eye)

    def show_live(self, live: SessionLive | None) -> None:
        """Say how far a live picture is."""
        has_picture = live is not None and live.pixels is not None
        self.apply_button.setVisible(has_picture)
        self.state.setText("" if live is None or not live.is_on else self._state_text(live))
        self.state.setToolTip("" if live is None else live.reason)

    def _state_text(self, live: SessionLive) -> str:
        if live.is_busy or live.stale is not None:
            return self.tr("updating …")
        if live.pixels is not None:
            return self.tr("up to date")
        return live.reason or self.tr("waits for a stroke")
