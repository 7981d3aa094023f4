"""The list of layers: clicks on the parts of rows, and dragging rows to places of the tree."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QToolTip, QWidget

from app.document.commands import SetActive, SetAlphaLocked, SetExpanded, SetLocked, ShowLayers
from app.document.layers import Layer
from app.document.selection import SelectionOp
from app.panels.layers.delegate import LayerDelegate
from app.panels.layers.drop_target import DropTarget, drop_target
from app.panels.layers.model import LayerListModel
from app.panels.layers.row_parts import BUTTON_PX, Part, depth_at, indent_of, row_parts
from app.theme import colors

_LINE_PX = 2
_PICTURES = (Part.THUMBNAIL, Part.MASK)


class LayerView(QListView):
    """Shows a `LayerListModel`; rows are renamed, switched and dragged.

    Signals:
        target_picked(): the user chose what to paint on, the pixels or the mask.
    """

    target_picked = Signal()

    def __init__(self, model: LayerListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = model
        self._eye_gesture: tuple[object, bool] | None = None
        self._target: DropTarget | None = None
        self.setModel(model)
        self.setItemDelegate(LayerDelegate(self))
        self.setAccessibleName(self.tr("Layers"))
        self.setMouseTracking(True)
        self.setMinimumHeight(64)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)

    def part_rect(self, row: int, part: Part) -> QRect:
        """Return where a part of a row stands in the viewport."""
        index = self._layers.index(row)
        layer = self._layers.layer_at(index)
        assert layer is not None
        parts = row_parts(self.visualRect(index), layer, self._layers.depth_at(index))
        rect: QRect = getattr(parts, part.name.lower())
        return rect

    # ---- clicks

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        layer, part = self._layers.layer_at(index), self._part_at(index, event)
        is_left = event.button() is Qt.MouseButton.LeftButton
        if layer is None or not is_left or part is Part.NAME:
            super().mousePressEvent(event)
        elif part in _PICTURES and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._select(layer, part, event.modifiers())
        elif part in _PICTURES:
            super().mousePressEvent(event)
            self._pick_target(layer, part is Part.MASK)
        else:
            self._click(layer, part, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._eye_gesture is None:
            super().mouseMoveEvent(event)
            return
        layer = self._layers.layer_at(self.indexAt(QPoint(0, event.position().toPoint().y())))
        if layer is not None and layer.is_visible != self._eye_gesture[1]:
            self._show(layer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._eye_gesture is None:
            super().mouseReleaseEvent(event)
        elif self._layers.session is not None:
            self._layers.session.close_step()
        self._eye_gesture = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        layer, part = self._layers.layer_at(index), self._part_at(index, event)
        if layer is None:
            return
        if part is Part.NAME:
            self.edit(index)
        elif part is Part.THUMBNAIL and layer.is_group:
            self._click(layer, Part.ARROW, False)
        elif part not in _PICTURES:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layer = self._layers.layer_at(self.currentIndex())
        is_arrow = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if layer is None or not is_arrow or not layer.is_group:
            super().keyPressEvent(event)
        elif layer.is_expanded != (event.key() == Qt.Key.Key_Right):
            self._click(layer, Part.ARROW, False)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            layer = self._layers.layer_at(index)
            if layer is not None:
                parts = row_parts(self.visualRect(index), layer, self._layers.depth_at(index))
                QToolTip.showText(event.globalPos(), self._hint(layer, parts.at(event.pos())), self)
                return True
        return super().viewportEvent(event)

    def _part_at(self, index: QModelIndex, event: QMouseEvent) -> Part:
        layer = self._layers.layer_at(index)
        if layer is None:
            return Part.NAME
        parts = row_parts(self.visualRect(index), layer, self._layers.depth_at(index))
        return parts.at(event.position().toPoint())

    def _click(self, layer: Layer, part: Part, is_alone: bool) -> None:
        session = self._layers.session
        if session is None:
            return
        if part is Part.EYE and is_alone:
            session.edits.solo(layer.id)
        elif part is Part.EYE:
            self._eye_gesture = (object(), not layer.is_visible)
            self._show(layer)
        elif part is Part.ARROW:
            session.run(SetExpanded(layer.id, not layer.is_expanded))
        elif part is Part.ALPHA_LOCK:
            session.run(SetAlphaLocked(layer.id, not layer.is_alpha_locked))
        elif part is Part.LOCK:
            session.run(SetLocked(layer.id, not layer.is_locked))

    def _show(self, layer: Layer) -> None:
        session = self._layers.session
        if session is not None and self._eye_gesture is not None:
            gesture, is_visible = self._eye_gesture
            session.run(ShowLayers({layer.id: is_visible}, gesture))

    def _pick_target(self, layer: Layer, is_mask: bool) -> None:
        session = self._layers.session
        if session is None:
            return
        if session.document.active_id != layer.id:
            session.run(SetActive(layer.id))
        session.strokes.is_on_mask = is_mask
        self.target_picked.emit()

    def _select(self, layer: Layer, part: Part, keys: Qt.KeyboardModifier) -> None:
        """Select what a layer or its mask shows."""
        session = self._layers.session
        if session is None:
            return
        op = SelectionOp.REPLACE
        if keys & Qt.KeyboardModifier.ShiftModifier:
            op = SelectionOp.ADD
        elif keys & Qt.KeyboardModifier.AltModifier:
            op = SelectionOp.SUBTRACT
        if part is Part.THUMBNAIL:
            session.edits.select_opaque(layer.id, op)
            return
        shown = session.edits.mask_selection(layer.id)
        if shown is not None:
            session.edits.combine(shown, op, self.tr("Select mask"))

    def _hint(self, layer: Layer, part: Part) -> str:
        hints = {
            Part.EYE: self.tr("Show or hide\nDrag over several; Alt: this layer alone"),
            Part.ARROW: self.tr("Open or close the group"),
            Part.THUMBNAIL: self.tr("Click to paint on the pixels\nCtrl and click to select them"),
            Part.MASK: self.tr(
                "Click to paint on the mask: black hides, white shows\n"
                "Ctrl and click to select what it shows"
            ),
            Part.ALPHA_LOCK: self.tr("Lock the transparency: painting changes colours only"),
            Part.LOCK: self.tr("Lock the layer"),
        }
        is_plain = part is Part.THUMBNAIL and layer.mask is None
        name_hint = self.tr("{name}\nDouble-click to rename, drag to reorder")
        name_hint = name_hint.format(name=layer.name)
        return name_hint if is_plain else hints.get(part, name_hint)

    # ---- dragging

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
        self._target = None
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._aim(event)
        target, self._target = self._target, None
        self.viewport().update()
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
        self._target = None
        self.viewport().update()
        session, place = self._layers.session, event.position()
        dragged = self._layers.dragged_ids(event.mimeData())
        if session is None or not dragged:
            return
        index, rows = self.indexAt(place.toPoint()), self._layers.rows
        row = index.row() if index.isValid() else len(rows)
        rect = self.visualRect(index)
        share = (place.y() - rect.top()) / max(1, rect.height())
        layers = session.document.layers
        target = drop_target(layers, rows, row, share, depth_at(place.x()))
        if target.place_without(layers, dragged) is not None:
            self._target = target

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
