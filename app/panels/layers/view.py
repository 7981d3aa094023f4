"""The list of layers: clicks on the parts of rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget

from app.document.commands import SetActive, SetAlphaLocked, SetExpanded, SetLocked, ShowLayers
from app.document.layers import Layer
from app.document.selection import SelectionOp
from app.panels.layers.delegate import LayerDelegate
from app.panels.layers.drag_view import LayerDragView
from app.panels.layers.model import LayerListModel
from app.panels.layers.row_parts import Part, row_parts

_PICTURES = (Part.THUMBNAIL, Part.MASK)


class LayerView(LayerDragView):
    """Shows a `LayerListModel`; rows are renamed, switched and dragged."""

    def __init__(self, model: LayerListModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._eye_gesture: tuple[object, bool] | None = None
        self.setItemDelegate(LayerDelegate(self))
        self.setAccessibleName(self.tr("Layers"))
        self.setMouseTracking(True)
        self.setMinimumHeight(64)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)

    def part_rect(self, row: int, part: Part) -> QRect:
        """Return where a part of a row stands in the viewport."""
        index = self._layers.index(row)
        layer = self._layers.layer_at(index)
        assert layer is not None
        parts = row_parts(self.visualRect(index), layer, self._layers.depth_at(index))
        rect: QRect = getattr(parts, part.name.lower())
        return rect

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
