"""One line of notice above the picture; it never stops anyone from working."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.controls.labels import icon_button
from app.theme import GRID_PX, icon

NOTICE_MS = 12_000


class MessageBar(QFrame):
    """Shows the newest notice until it is closed or a while has passed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._handler: Callable[[], object] | None = None
        self._mark = QLabel()
        self._mark.setPixmap(icon("ph.info", "accent").pixmap(18, 18))
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = QPushButton()
        self.button.clicked.connect(self._act)
        close = icon_button("ph.x", self.tr("Close this notice"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(GRID_PX)
        for widget in (self._mark, self.text, self.button, close):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_notice(
        self,
        text: str,
        button: str = "",
        handler: Callable[[], object] | None = None,
        is_lasting: bool = False,
    ) -> None:
        """Show a notice.

        Args:
            text: one sentence.
            button: wording of a button beside it; empty = none.
            handler: what the button does; it closes the notice too.
            is_lasting: stays until it is closed.
        """
        self.text.setText(text)
        self.setAccessibleName(text)
        self._handler = handler
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._mark.setPixmap(icon("ph.info", "accent").pixmap(18, 18))
        self.show()
        self._timer.stop()
        if not is_lasting:
            self._timer.start(NOTICE_MS)

    def withdraw(self, text: str) -> None:
        """Take a notice away that has become pointless, if it is the one shown."""
        if self.text.text() == text:
            self._timer.stop()
            self.hide()

    def reword(self, text: str, wording: str) -> None:
        """Put a notice into other words for the rest of its time, if it is the one shown."""
        if self.text.text() == text:
            self.text.setText(wording)
            self.setAccessibleName(wording)

    def _act(self) -> None:
        self.hide()
        if self._handler is not None:
            self._handler()
