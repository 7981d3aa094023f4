"""Layers panel: blend mode, opacity, the tree of layers, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    SignalInstance,
)
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QMenu, QVBoxLayout

from app.controls.action_row import ActionRow
from app.controls.value_slider import ValueSlider
from app.document.commands import SetActive, SetBlendMode, SetOpacity
from app.document.layers import BlendMode
from app.panels.layers.blend_box import BlendModeBox
from app.panels.layers.model import LayerListModel
from app.panels.layers.view import LayerView
from app.panels.session_panel import SessionPanel
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.document.change import Change
    from app.session import Session
    from app.workspace import Workspace

THUMBNAIL_DELAY_MS = 300
_SELECT = QItemSelectionModel.SelectionFlag.Select
_NOTHING = QItemSelectionModel.SelectionFlag.NoUpdate


class LayersPanel(SessionPanel):
    """Shows the layers of the active session, the topmost first.

    Attributes:
        blend_mode: of the active layer.
        opacity: of the active layer.
        list: the layers.
        buttons: what is done most; the window gives the actions.
        menu: what a right click offers; the window fills it.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.blend_mode = BlendModeBox()
        self.blend_mode.mode_picked.connect(self._take_mode)
        self.blend_mode.settled.connect(self._close_step)
        self.blend_mode.list_opened.connect(self._begin_looking)
        self.blend_mode.list_closed.connect(self._end_looking)
        self._steps_before = 0
        self.opacity = ValueSlider(self.tr("Opacity"), 0, 100, self.tr(" %"))
        self.opacity.setToolTip(self.tr("Opacity of the active layer"))
        self.opacity.valueChanged.connect(self._take_opacity)
        self.opacity.settled.connect(self._close_step)
        self.buttons = ActionRow()
        self.menu = QMenu(self)
        self.model = LayerListModel(self)
        self.list = self._build_list()
        self._is_following = False
        self._thumbnail_timer = QTimer(self)
        self._thumbnail_timer.setSingleShot(True)
        self._thumbnail_timer.setInterval(THUMBNAIL_DELAY_MS)
        self._thumbnail_timer.timeout.connect(self.model.refresh_thumbnails)
        self._lay_out()
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
        is_renamed = self.list.state() is QAbstractItemView.State.EditingState
        if index.isValid() and not is_renamed:
            self.list.edit(index)

    def _build_list(self) -> LayerView:
        view = LayerView(self.model)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selectionModel().currentChanged.connect(self._take_current)
        view.selectionModel().selectionChanged.connect(self._take_selection)
        return view

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.blend_mode, 1)
        row.addWidget(self.opacity, 1)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)

    def _take_change(self, change: Change) -> None:
        if change.layers:
            self._refresh_rows()
        if change.layers or change.active:
            self._show_active_layer()
        if change.pixels is not None:
            self._thumbnail_timer.start()

    def _refresh_rows(self) -> None:
        was_following, self._is_following = self._is_following, True
        self.model.refresh()
        self._is_following = was_following

    def _show_active_layer(self) -> None:
        layer = None if self.session is None else self.session.document.active_layer
        self.blend_mode.show_layer(layer)
        self.opacity.setEnabled(layer is not None)
        self.opacity.show_value(100 if layer is None else round(layer.opacity * 100))
        if not self._is_following:
            self._is_following = True
            self._select_rows(self.model.listed_row_of(layer))
            self._is_following = False
        self.list.viewport().update()

    def _select_rows(self, active_row: int) -> None:
        selection = self.list.selectionModel()
        chosen = [] if self.session is None else self.session.edits.chosen_ids
        rows = {active_row, *(self.model.row_of(layer_id) for layer_id in chosen)} - {-1}
        selected = {index.row() for index in selection.selectedRows()}
        if selected != rows:
            selection.clearSelection()
            for row in rows:
                selection.select(self.model.index(row), _SELECT)
        current = self.model.index(active_row) if active_row >= 0 else QModelIndex()
        if self.list.currentIndex() != current:
            selection.setCurrentIndex(current, _NOTHING)
            self.list.scrollTo(current)

    def _take_current(self, current: QModelIndex) -> None:
        layer, session = self.model.layer_at(current), self.session
        if self._is_following or layer is None or session is None:
            return
        if session.document.active_id != layer.id:
            # the view selects rows right after this, which joins those selected already
            self._is_following = True
            session.run(SetActive(layer.id))
            self._is_following = False

    def _take_selection(self) -> None:
        session = self.session
        if self._is_following or session is None:
            return
        indexes = self.list.selectionModel().selectedRows()
        layers = [self.model.layer_at(index) for index in indexes]
        ids = [layer.id for layer in layers if layer is not None]
        session.edits.choose(ids)
        if ids and session.document.active_id not in ids:
            session.run(SetActive(ids[-1]))
        self._show_active_layer()

    def _take_opacity(self, percent: int) -> None:
        layer = None if self.session is None else self.session.document.active_layer
        if self.session is not None and layer is not None:
            self.session.run(SetOpacity(layer.id, percent / 100))

    def _take_mode(self, mode: BlendMode, is_pass_through: bool) -> None:
        layer = None if self.session is None else self.session.document.active_layer
        if self.session is not None and layer is not None:
            mode = layer.blend_mode if is_pass_through else mode
            self.session.run(SetBlendMode(layer.id, mode, is_pass_through))

    def _begin_looking(self) -> None:
        """The modes shown from now are a step of their own, which can be taken back."""
        if self.session is not None:
            self.session.close_step()
            self._steps_before = self.session.history.index

    def _end_looking(self, is_chosen: bool) -> None:
        session = self.session
        if session is None:
            return
        if not is_chosen and session.history.index > self._steps_before:
            session.withdraw()
        session.close_step()
        self._show_active_layer()

    def _close_step(self) -> None:
        if self.session is not None:
            self.session.close_step()

    def _show_menu(self, place: QPoint) -> None:
        if self.list.indexAt(place).isValid():
            self.menu.popup(self.list.viewport().mapToGlobal(place))
