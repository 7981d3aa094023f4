"""Layers panel: thumbnails, visibility, lock, opacity, order, names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, SignalInstance
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout

from app.controls.action_row import ActionRow
from app.controls.value_slider import ValueSlider
from app.document.commands import SetActive, SetOpacity
from app.panels.layer_rows import LayerDelegate, LayerListModel
from app.panels.session_panel import SessionPanel
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.document.change import Change
    from app.session import Session
    from app.workspace import Workspace

THUMBNAIL_DELAY_MS = 300


class LayersPanel(SessionPanel):
    """Shows the stack of the active session, the topmost layer first.

    Attributes:
        buttons: new, duplicate, up, down, delete; the window gives the actions.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.opacity = ValueSlider(self.tr("Opacity"), 0, 100, self.tr(" %"))
        self.opacity.setToolTip(self.tr("Opacity of the active layer"))
        self.opacity.valueChanged.connect(self._take_opacity)
        self.buttons = ActionRow()
        self.model = LayerListModel(self)
        self.list = self._build_list()
        self._thumbnail_timer = QTimer(self)
        self._thumbnail_timer.setSingleShot(True)
        self._thumbnail_timer.setInterval(THUMBNAIL_DELAY_MS)
        self._thumbnail_timer.timeout.connect(self.model.refresh_thumbnails)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(self.opacity)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [(session.document_changed, self._take_change)]

    def refresh(self) -> None:
        self.model.show_session(self.session)
        self._show_active_layer()

    def sizeHint(self) -> QSize:
        return QSize(304, 240)

    def rename_active(self) -> None:
        """Edit the active layer's name in its row."""
        index = self.list.currentIndex()
        if index.isValid():
            self.list.edit(index)

    def _build_list(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(LayerDelegate(view))
        view.setAccessibleName(self.tr("Layers"))
        view.setMouseTracking(True)
        view.setMinimumHeight(64)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        view.setDefaultDropAction(Qt.DropAction.MoveAction)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        view.selectionModel().currentChanged.connect(self._take_current)
        return view

    def _take_change(self, change: Change) -> None:
        if change.layers:
            self.model.refresh()
        if change.layers or change.active:
            self._show_active_layer()
        if change.pixels is not None:
            self._thumbnail_timer.start()

    def _show_active_layer(self) -> None:
        layer = None if self.session is None else self.session.document.active_layer
        row = -1 if layer is None else self.model.row_of(layer.id)
        selection = self.list.selectionModel()
        was_blocked = selection.blockSignals(True)
        self.list.setCurrentIndex(self.model.index(row) if row >= 0 else QModelIndex())
        selection.blockSignals(was_blocked)
        self.list.viewport().update()
        self.opacity.setEnabled(layer is not None)
        self.opacity.show_value(100 if layer is None else round(layer.opacity * 100))

    def _take_current(self, current: QModelIndex) -> None:
        layer = self.model.layer_at(current)
        session = self.session
        if layer is not None and session is not None and session.document.active_id != layer.id:
            session.run(SetActive(layer.id))

    def _take_opacity(self, percent: int) -> None:
        layer = None if self.session is None else self.session.document.active_layer
        if self.session is not None and layer is not None:
            self.session.run(SetOpacity(layer.id, percent / 100))
