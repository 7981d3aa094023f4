"""History panel: every step, clickable; undone steps stay until something new is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    SignalInstance,
)
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from app.controls.action_row import ActionRow
from app.panels.session_panel import SessionPanel
from app.theme import GRID_PX, colors

if TYPE_CHECKING:
    from app.session import Session
    from app.workspace import Workspace


IS_UNDONE = Qt.ItemDataRole.UserRole


def translated_step(label: str) -> str:
    """Return the user's wording of a command's label; the document knows English ones only."""
    return QCoreApplication.translate("History", label)


class StepDelegate(QStyledItemDelegate):
    """Greys steps that were taken back, in the colours of the theme shown while drawing."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        theme = colors()
        color = QColor(theme.disabled if index.data(IS_UNDONE) else theme.text)
        option.palette.setColor(QPalette.ColorRole.Text, color)


class HistoryPanel(SessionPanel):
    """Lists the steps of the active session, the oldest first.

    Attributes:
        buttons: undo and redo; the window gives the actions.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.list = QListWidget()
        self.list.setObjectName("steps")
        self.list.setItemDelegate(StepDelegate(self.list))
        self.list.setAccessibleName(self.tr("History"))
        self.list.setToolTip(self.tr("Click a step to go there"))
        self.list.setMinimumHeight(64)
        # a stroke adds a row: thousands of others must not be measured for it
        self.list.setUniformItemSizes(True)
        self.list.currentRowChanged.connect(self._go_to)
        self.buttons = ActionRow()
        self._shown: list[str] = []
        self._index = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [(session.history_changed, self.refresh)]

    def refresh(self) -> None:
        was_blocked = self.list.blockSignals(True)
        self._show_steps()
        self.list.blockSignals(was_blocked)

    def sizeHint(self) -> QSize:
        return QSize(304, 240)

    def _show_steps(self) -> None:
        """Touch only rows that differ: this is part of every stroke."""
        if self.session is None:
            self.list.clear()
            self._shown = []
            return
        labels = ["", *self.session.history.labels()]
        while self.list.count() > len(labels):
            self.list.takeItem(self.list.count() - 1)
        for row, label in enumerate(labels):
            if row == self.list.count():
                self.list.addItem(QListWidgetItem())
            elif self._shown[row] == label:
                continue
            self.list.item(row).setText(translated_step(label) if row else self.tr("Opened"))
        self._shown = labels
        self._mark(self.session.history.index)

    def _mark(self, index: int) -> None:
        before, self._index = self._index, index
        for row in range(min(before, index), self.list.count()):
            self.list.item(row).setData(IS_UNDONE, row > index)
        self.list.setCurrentRow(index)
        self.list.scrollToItem(self.list.item(index))

    def _go_to(self, row: int) -> None:
        if self.session is not None and 0 <= row != self.session.history.index:
            self.session.go_to_history(row)
