"""One tab per open document: its name, a star while modified, and how its training stands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QMouseEvent
from PySide6.QtWidgets import QTabBar, QWidget

from app.controls.labels import icon_button
from app.theme import icon

if TYPE_CHECKING:
    from app.session import Session
    from app.session.training_progress import TrainingStatus
    from app.workspace import Workspace

STATE_ICONS = {
    "queued": ("ph.hourglass-medium", "muted"),
    "running": ("ph.arrows-clockwise", "accent"),
    "paused": ("ph.pause", "muted"),
    "done": ("ph.check-circle", "accent"),
    "failed": ("ph.warning-circle", "text"),
}


class DocumentTabs(QTabBar):
    """Mirrors the workspace: choosing a tab activates its session.

    Signals:
        close_wanted(object): the user wants to close a ``Session``.
    """

    close_wanted = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._sessions: list[Session] = []
        self.setObjectName("documentTabs")
        self.setAccessibleName(self.tr("Open documents"))
        self.setDocumentMode(True)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUsesScrollButtons(True)
        self.setIconSize(QSize(14, 14))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.currentChanged.connect(self._choose)
        workspace.session_opened.connect(self._add)
        workspace.session_closed.connect(self._remove)
        workspace.active_changed.connect(self._show_active)
        for session in workspace.sessions:
            self._add(session)
        self._show_active(workspace.active)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.tabAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.MiddleButton and index >= 0:
            self._ask_close(index)
        else:
            super().mouseReleaseEvent(event)

    def _add(self, session: Session) -> None:
        self._sessions.append(session)
        was_blocked = self.blockSignals(True)
        index = self.addTab(session.title)
        close = icon_button("ph.x", self.tr("Close (Ctrl+W)"))
        close.setIconSize(QSize(12, 12))
        close.clicked.connect(partial(self.close_wanted.emit, session))
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
        self.blockSignals(was_blocked)
        session.title_changed.connect(self._refresh)
        session.training_changed.connect(self._refresh)
        self.setVisible(True)
        self._refresh()
        self._show_active(self._workspace.active)

    def _remove(self, session: Session) -> None:
        index = self._sessions.index(session)
        self._sessions.remove(session)
        session.title_changed.disconnect(self._refresh)
        session.training_changed.disconnect(self._refresh)
        was_blocked = self.blockSignals(True)
        self.removeTab(index)
        self.blockSignals(was_blocked)
        self.setVisible(bool(self._sessions))
        self._show_active(self._workspace.active)

    def _show_active(self, session: Session | None) -> None:
        if session in self._sessions:
            was_blocked = self.blockSignals(True)
            self.setCurrentIndex(self._sessions.index(session))
            self.blockSignals(was_blocked)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._sessions):
            self._workspace.set_active(self._sessions[index])

    def _ask_close(self, index: int) -> None:
        self.close_wanted.emit(self._sessions[index])

    def _refresh(self) -> None:
        for index, session in enumerate(self._sessions):
            star = "*" if session.is_modified else ""
            text = f"{session.title}{star}".replace("&", "&&")
            if text != self.tabText(index):
                self.setTabText(index, text)
            if self.tabData(index) != session.training.state:
                self.setTabData(index, session.training.state)
                self.setTabIcon(index, _state_icon(session.training))
            self.setTabToolTip(index, self._tooltip(session))

    def _tooltip(self, session: Session) -> str:
        place = session.title if session.path is None else str(session.path)
        return f"{place}\n{self._state_text(session.training)}"

    def _state_text(self, status: TrainingStatus) -> str:
        return {
            "idle": self.tr("Not in training"),
            "queued": self.tr("Training waits for its turn"),
            "running": self.tr("In training, scale {scale}").format(scale=status.scale),
            "paused": self.tr("Training paused"),
            "done": self.tr("Trained"),
            "failed": self.tr("Training failed"),
        }[status.state]


def _state_icon(status: TrainingStatus) -> QIcon:
    names = STATE_ICONS.get(status.state)
    return QIcon() if names is None else icon(*names)
