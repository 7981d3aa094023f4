"""Draws a row of the list of layers."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.document.layer_tree import is_seen
from app.document.layers import Layer
from app.panels.layers.model import LAYER_ROLE, AnyIndex, LayerListModel
from app.panels.layers.row_parts import ROW_PX, RowParts, row_parts
from app.theme import colors, icon

ICON_PX = 18
SMALL_ICON_PX = 14
FOLDER_PX = 24
_FAINT = 0.45


class LayerDelegate(QStyledItemDelegate):
    """Draws a row: eye, arrow or clip mark, thumbnails, name, locks."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one row."""
        layer = cast("Layer", index.data(LAYER_ROLE))
        model = cast("LayerListModel", index.model())
        session = model.session
        if session is None:
            return
        state = option.state
        row = _RowPainter(painter, option.rect, layer, model.depth_at(index))
        row.is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        row.is_active = layer.id == session.document.active_id
        row.is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        row.is_shown = is_seen(session.document.layers, layer)
        row.paint_ground()
        row.paint_eye()
        row.paint_tree()
        row.paint_thumbnails(model)
        if row.is_active and layer.mask is not None:
            row.paint_target(session.strokes.is_on_mask)
        row.paint_name()
        row.paint_locks()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, ROW_PX)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        layer = cast("Layer", index.data(LAYER_ROLE))
        depth = cast("LayerListModel", index.model()).depth_at(index)
        rect = row_parts(option.rect, layer, depth).name
        editor.setGeometry(rect.adjusted(-4, 6, 4, -6))
        if isinstance(editor, QLineEdit):
            editor.setAccessibleName(self.tr("Layer name"))


class _RowPainter:
    """The painting of one row."""

    def __init__(self, painter: QPainter, rect: QRect, layer: Layer, depth: int) -> None:
        self._painter = painter
        self._rect = rect
        self._layer = layer
        self._parts: RowParts = row_parts(rect, layer, depth)
        self.is_chosen = False
        self.is_active = False
        self.is_hovered = False
        self.is_shown = True

    @property
    def _role(self) -> str:
        return "on_accent" if self.is_chosen and self.is_active else "text"

    def paint_ground(self) -> None:
        """The ground tells whether the row is chosen; of several, the active one is stronger."""
        theme, painter = colors(), self._painter
        if self.is_chosen or self.is_hovered:
            painter.fillRect(
                self._rect, QColor(theme.accent_fill if self.is_chosen else theme.hover)
            )
        if self.is_chosen and not self.is_active:
            veil = QColor(theme.sunken)
            veil.setAlphaF(0.5)
            painter.fillRect(self._rect, veil)
        painter.setPen(QPen(QColor(theme.window), 1))
        painter.drawLine(QRectF(self._rect).bottomLeft(), QRectF(self._rect).bottomRight())

    def paint_eye(self) -> None:
        """The eye; faint where the layer is shown but a group around it is not."""
        is_visible = self._layer.is_visible
        is_faint = is_visible and not self.is_shown
        name = "ph.eye" if is_visible else "ph.eye-slash"
        opacity = _FAINT if is_faint or not is_visible else 1.0
        self._icon(name, self._parts.eye, ICON_PX, opacity)

    def paint_tree(self) -> None:
        """The arrow of a group and the mark of a clipped layer."""
        if self._layer.is_clipped:
            self._icon("ph.arrow-elbow-left-down", self._parts.clip, SMALL_ICON_PX)
        if self._layer.is_group:
            name = "ph.caret-down" if self._layer.is_expanded else "ph.caret-right"
            self._icon(name, self._parts.arrow, SMALL_ICON_PX)

    def paint_thumbnails(self, model: LayerListModel) -> None:
        """The pixels, or a folder, and the mask."""
        ratio = self._painter.device().devicePixelRatioF()
        self._painter.setOpacity(1.0 if self.is_shown else _FAINT)
        if self._layer.is_group:
            is_open = self._layer.is_expanded
            name = "ph.folder-open" if is_open else "ph.folder"
            self._icon(name, self._parts.thumbnail, FOLDER_PX, self._painter.opacity())
        else:
            thumbnail = model.thumbnail(self._layer, ratio)
            self._painter.drawPixmap(self._parts.thumbnail.topLeft(), thumbnail)
        if self._layer.mask is not None:
            mask = model.mask_thumbnail(self._layer, ratio)
            self._painter.drawPixmap(self._parts.mask.topLeft(), mask)
        self._painter.setOpacity(1.0)

    def paint_target(self, is_on_mask: bool) -> None:
        """A frame around what is painted on: the pixels or the mask."""
        target = self._parts.mask if is_on_mask else self._parts.thumbnail
        frame = QRectF(target).adjusted(-1, -1, 1, 1)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(getattr(colors(), self._role)), 2))
        self._painter.drawRect(frame)

    def paint_name(self) -> None:
        """The name, shortened where it does not fit."""
        painter, rect = self._painter, self._parts.name
        painter.setOpacity(1.0 if self.is_shown else _FAINT + 0.2)
        painter.setPen(QColor(getattr(colors(), self._role)))
        text = painter.fontMetrics().elidedText(
            self._layer.name, Qt.TextElideMode.ElideRight, rect.width()
        )
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setOpacity(1.0)

    def paint_locks(self) -> None:
        """The locks; those that are open show only in the row that is pointed at or active."""
        layer, parts = self._layer, self._parts
        is_listening = self.is_hovered or self.is_active
        if not layer.is_group and (layer.is_alpha_locked or is_listening):
            opacity = 1.0 if layer.is_alpha_locked else _FAINT
            self._icon("transparency", parts.alpha_lock, SMALL_ICON_PX, opacity)
        if layer.is_locked or is_listening:
            name = "ph.lock-simple" if layer.is_locked else "ph.lock-simple-open"
            self._icon(name, parts.lock, ICON_PX, 1.0 if layer.is_locked else _FAINT)

    def _icon(self, name: str, area: QRect, side: int, opacity: float = 1.0) -> None:
        place = QRect(0, 0, side, side)
        place.moveCenter(area.center())
        # as a pixmap: glyphs of a font take no notice of the painter's opacity
        ratio = self._painter.device().devicePixelRatioF()
        pixmap = icon(name, self._role).pixmap(QSize(side, side), ratio)
        self._painter.setOpacity(opacity)
        self._painter.drawPixmap(place.topLeft(), pixmap)
        self._painter.setOpacity(1.0)
