"""A list of layers whose rows can be dragged to places of the tree."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.document.commands import SetExpanded
from app.panels.layers.drop_target import DropTarget, drop_target
from app.panels.layers.model import LayerListModel
from app.panels.layers.row_parts import BUTTON_PX, depth_at, indent_of
from app.theme import colors

OPENING_MS = 700
_LINE_PX = 2


class LayerDragView(QListView):
    """Shows where dragged layers would go; a closed group opens under a pointer that waits."""

    def __init__(self, model: LayerListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = model
        self._target: DropTarget | None = None
        self._opening = QTimer(self, interval=OPENING_MS, singleShot=True)
        self._opening.timeout.connect(self._open_group)
        self.setModel(model)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._layers.dragged_ids(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # scrolls near the edges
        self._aim(event)
        if self._target is None:
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._aim_at(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._aim(event)
        target = self._target
        self._aim_at(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        if target is None:
            event.ignore()
            return
        # Qt removes the rows of a move it did itself
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._layers.drop(event.mimeData(), target)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._target is not None:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(QColor(colors().accent), _LINE_PX))
            self._paint_target(painter, self._target)

    def _aim(self, event: QDragMoveEvent | QDropEvent) -> None:
        """Find the place that a drop at the pointer means, if the layers can go there."""
        self._aim_at(self._target_at(event))

    def _aim_at(self, target: DropTarget | None) -> None:
        if target == self._target:
            return
        self._target = target
        self.viewport().update()
        self._opening.stop()
        if target is not None and target.is_into:
            self._opening.start()

    def _open_group(self) -> None:
        session, target = self._layers.session, self._target
        if session is None or target is None or target.group_id is None:
            return
        if not session.document.layer(target.group_id).is_expanded:
            session.run(SetExpanded(target.group_id, True))

    def _target_at(self, event: QDragMoveEvent | QDropEvent) -> DropTarget | None:
        session, place = self._layers.session, event.position()
        dragged = self._layers.dragged_ids(event.mimeData())
        if session is None or not dragged:
            return None
        index, rows = self.indexAt(place.toPoint()), self._layers.rows
        row = index.row() if index.isValid() else len(rows)
        rect = self.visualRect(index)
        share = (place.y() - rect.top()) / max(1, rect.height())
        layers = session.document.layers
        target = drop_target(layers, rows, row, share, depth_at(place.x()))
        return None if target.place_without(layers, dragged) is None else target

    def _paint_target(self, painter: QPainter, target: DropTarget) -> None:
        rows = self._layers.rows
        row = min(target.row, len(rows) - 1)
        rect = self.visualRect(self._layers.index(row))
        if target.is_into:
            painter.drawRect(rect.adjusted(1, 1, -1, -2))
            return
        y = rect.top() if target.row < len(rows) else rect.bottom()
        y = max(y, _LINE_PX // 2)
        left = rect.left() + BUTTON_PX + indent_of(target.depth)
        painter.drawLine(left, y, rect.right() - 4, y)
        painter.drawEllipse(QPoint(left - 3, y), 3, 3)
