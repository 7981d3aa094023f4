"""One tab per open document: its name, a star while modified, and how its training stands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QIcon,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QTabBar, QWidget

from app.controls.labels import icon_button
from app.theme import colors, icon

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
BAR_PX = 2


class DocumentTabs(QTabBar):
    """Mirrors the workspace: choosing a tab activates its session, dragging one reorders.

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
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUsesScrollButtons(True)
        self.setIconSize(QSize(14, 14))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.currentChanged.connect(self._choose)
        self.tabMoved.connect(self._reorder)
        workspace.session_opened.connect(self._add)
        workspace.session_closed.connect(self._remove)
        workspace.active_changed.connect(self._show_active)
        for session in workspace.sessions:
            self._add(session)
        self._show_active(workspace.active)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.tabAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.MiddleButton and index >= 0:
            self.close_wanted.emit(self._sessions[index])
        else:
            super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.tabAt(event.pos())
        if index >= 0:
            self.menu_of(index).exec(event.globalPos())

    def menu_of(self, index: int) -> QMenu:
        """Return what can be done with a tab."""
        session = self._sessions[index]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = menu.addAction(self.tr("&Close"))
        close.triggered.connect(partial(self._ask_close, [session]))
        others = [other for other in self._sessions if other is not session]
        close_others = menu.addAction(self.tr("Close &Others"))
        close_others.setEnabled(bool(others))
        close_others.triggered.connect(partial(self._ask_close, others))
        right = self._sessions[index + 1 :]
        close_right = menu.addAction(self.tr("Close to the &Right"))
        close_right.setEnabled(bool(right))
        close_right.triggered.connect(partial(self._ask_close, right))
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            for index, session in enumerate(self._sessions):
                if session.training.is_active and session.training.cost_total > 0:
                    self._paint_progress(painter, index, session.training)

    def _paint_progress(self, painter: QPainter, index: int, status: TrainingStatus) -> None:
        """Draw a thin bar along the top of a tab, as long as its training is far."""
        rect = QRectF(self.tabRect(index))
        share = min(1.0, status.cost_done / status.cost_total)
        rect.setHeight(BAR_PX)
        painter.fillRect(rect, QColor(colors().line))
        rect.setWidth(rect.width() * share)
        is_running = status.state == "running"
        painter.fillRect(rect, QColor(colors().accent if is_running else colors().muted))

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

    def _reorder(self, before: int, after: int) -> None:
        self._sessions.insert(after, self._sessions.pop(before))
        self._workspace.reorder(self._sessions)

    def _show_active(self, session: Session | None) -> None:
        if session in self._sessions:
            was_blocked = self.blockSignals(True)
            self.setCurrentIndex(self._sessions.index(session))
            self.blockSignals(was_blocked)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._sessions):
            self._workspace.set_active(self._sessions[index])

    def _ask_close(self, sessions: list[Session], _checked: bool = False) -> None:
        for session in sessions:
            self.close_wanted.emit(session)

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
        self.update()

    def _tooltip(self, session: Session) -> str:
        place = session.title if session.path is None else str(session.path)
        return f"{place}\n{self._state_text(session.training)}"

    def _state_text(self, status: TrainingStatus) -> str:
        done = status.cost_done / status.cost_total if status.cost_total else 0.0
        return {
            "idle": self.tr("Not in training"),
            "queued": self.tr("Training waits for its turn"),
            "running": self.tr("In training, scale {scale}, {percent} % done").format(
                scale=status.scale, percent=int(100 * done)
            ),
            "paused": self.tr("Training paused"),
            "done": self.tr("Trained"),
            "failed": self.tr("Training failed"),
        }[status.state]


def _state_icon(status: TrainingStatus) -> QIcon:
    names = STATE_ICONS.get(status.state)
    return QIcon() if names is None else icon(*names)
