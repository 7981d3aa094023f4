"""The rows of the layers panel: a Qt model over the document, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.document.commands import MoveLayer, RenameLayer, SetLocked, SetVisible
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.planes import qimage_of
from app.theme import colors, icon

if TYPE_CHECKING:
    from app.session import Session

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_PX = 44
THUMBNAIL_PX = 36
BUTTON_PX = 24
MIME_TYPE = "application/x-singan-layer-row"
LAYER_ROLE = Qt.ItemDataRole.UserRole


class LayerListModel(QAbstractListModel):
    """Layers of one session, the topmost in row 0. Edits become commands."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._layers: list[Layer] = []
        self._thumbnails: dict[str, tuple[object, QPixmap]] = {}

    def show_session(self, session: Session | None) -> None:
        """List the layers of another session."""
        self._session = session
        self._thumbnails.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read the layers anew."""
        self.beginResetModel()
        self._layers = [] if self._session is None else self._session.document.layers[::-1]
        self.endResetModel()

    def refresh_thumbnails(self) -> None:
        """Draw again the thumbnails of layers whose pixels changed."""
        for row, layer in enumerate(self._layers):
            if self._thumbnails.get(layer.id, (None,))[0] != _look_of(layer):
                self.dataChanged.emit(self.index(row), self.index(row), [LAYER_ROLE])

    def layer_at(self, index: AnyIndex) -> Layer | None:
        """Return the layer of a row."""
        return self._layers[index.row()] if 0 <= index.row() < len(self._layers) else None

    def row_of(self, layer_id: str | None) -> int:
        """Return the row of a layer, or -1."""
        ids = [layer.id for layer in self._layers]
        return ids.index(layer_id) if layer_id in ids else -1

    def thumbnail(self, layer: Layer) -> QPixmap:
        """Return the layer's pixels in a square of THUMBNAIL_PX, drawn once per change."""
        look = _look_of(layer)
        cached = self._thumbnails.get(layer.id)
        if cached is None or cached[0] != look:
            whole = layer.rect if self._session is None else self._session.document.rect
            cached = (look, _thumbnail(layer, whole))
            self._thumbnails[layer.id] = cached
        return cached[1]

    def set_visible(self, layer: Layer, is_visible: bool) -> None:
        """Show or hide a layer: one command."""
        if self._session is not None:
            self._session.run(SetVisible(layer.id, is_visible))

    def set_locked(self, layer: Layer, is_locked: bool) -> None:
        """Lock or unlock a layer: one command."""
        if self._session is not None:
            self._session.run(SetLocked(layer.id, is_locked))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._layers)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row shows, edits or reads aloud."""
        layer = self.layer_at(index)
        if layer is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return layer.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(layer)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("{name}\nDouble-click to rename, drag to reorder").format(
                name=layer.name
            )
        return layer if role == LAYER_ROLE else None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        layer, name = self.layer_at(index), str(value).strip()
        if layer is None or self._session is None or not name or name == layer.name:
            return False
        self._session.run(RenameLayer(layer.id, name))
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        mime.setData(MIME_TYPE, str(indexes[0].row()).encode())
        return mime

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        if not data.hasFormat(MIME_TYPE) or self._session is None:
            return False
        source = int(bytes(data.data(MIME_TYPE).data()))
        target = row if row >= 0 else len(self._layers)
        self.move_row(source, target)
        return False  # True would make the view remove the row it dragged

    def move_row(self, source: int, target: int) -> None:
        """Move a layer so that it stands before row ``target``: one command."""
        target -= source < target
        if self._session is not None and target != source:
            layer = self._layers[source]
            self._session.run(MoveLayer(layer.id, len(self._layers) - 1 - target))

    def _spoken(self, layer: Layer) -> str:
        parts = [layer.name]
        parts.append(self.tr("shown") if layer.is_visible else self.tr("hidden"))
        if layer.is_locked:
            parts.append(self.tr("locked"))
        return ", ".join(parts)


def _look_of(layer: Layer) -> object:
    mask = layer.mask
    return (layer.plane.version, layer.rect, None if mask is None else mask.version)


def _thumbnail(layer: Layer, whole: Rect) -> QPixmap:
    pixmap = QPixmap(THUMBNAIL_PX, THUMBNAIL_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    image = _small_image(layer, layer.rect if not layer.rect.is_empty else whole)
    painter = QPainter(pixmap)
    corner = QPoint((THUMBNAIL_PX - image.width()) // 2, (THUMBNAIL_PX - image.height()) // 2)
    _paint_checks(painter, QRect(corner, image.size()))
    painter.drawImage(corner, image)
    painter.end()
    return pixmap


def _small_image(layer: Layer, rect: Rect) -> QImage:
    height, width = rect.height, rect.width
    scale = THUMBNAIL_PX / max(1, height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if layer.rect.is_empty:
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        return image
    pixels = layer.masked_pixels()
    step = max(1, min(height, width) // (4 * THUMBNAIL_PX))
    sampled = np.ascontiguousarray(pixels[::step, ::step])
    small = cv2.resize(sampled, size, interpolation=cv2.INTER_AREA)
    return qimage_of(np.ascontiguousarray(small, np.uint8)).copy()


def _paint_checks(painter: QPainter, rect: QRect) -> None:
    painter.fillRect(rect, QColor("#9a9a9a"))
    for y in range(0, rect.height(), 6):
        for x in range((y // 6 % 2) * 6, rect.width(), 12):
            square = QRect(rect.x() + x, rect.y() + y, 6, 6)
            painter.fillRect(square.intersected(rect), QColor("#c4c4c4"))


class LayerDelegate(QStyledItemDelegate):
    """Draws a row as eye, thumbnail, name, lock; the eye and the lock can be clicked."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one row."""
        layer = cast("Layer", index.data(LAYER_ROLE))
        model = cast("LayerListModel", index.model())
        rect, state = option.rect, option.state
        is_active = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, rect, is_active, bool(state & QStyle.StateFlag.State_MouseOver))
        role = "on_accent" if is_active else "text"
        faint = "on_accent" if is_active else "disabled"
        eye = "ph.eye" if layer.is_visible else "ph.eye-slash"
        icon(eye, role if layer.is_visible else faint).paint(painter, _inner(eye_rect(rect)))
        painter.setOpacity(1.0 if layer.is_visible else 0.5)
        painter.drawPixmap(_thumbnail_rect(rect), model.thumbnail(layer))
        painter.setPen(QColor(getattr(colors(), role)))
        name = painter.fontMetrics().elidedText(
            layer.name, Qt.TextElideMode.ElideRight, _name_rect(rect).width()
        )
        painter.drawText(_name_rect(rect), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setOpacity(1.0)
        lock = "ph.lock-simple" if layer.is_locked else "ph.lock-simple-open"
        icon(lock, role if layer.is_locked else faint).paint(painter, _inner(lock_rect(rect)))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, ROW_PX)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        rect = _name_rect(option.rect)
        editor.setGeometry(rect.adjusted(-4, 8, 4, -8))
        if isinstance(editor, QLineEdit):
            editor.setAccessibleName(self.tr("Layer name"))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """Follow clicks on the eye and the lock."""
        clicks = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if not isinstance(event, QMouseEvent) or not isinstance(model, LayerListModel):
            return False
        layer = model.layer_at(index)
        rect, place = option.rect, event.position().toPoint()
        is_on_button = eye_rect(rect).contains(place) or lock_rect(rect).contains(place)
        if layer is None or not is_on_button:
            return False
        if event.type() in clicks and eye_rect(rect).contains(place):
            model.set_visible(layer, not layer.is_visible)
        elif event.type() in clicks:
            model.set_locked(layer, not layer.is_locked)
        return True

    @staticmethod
    def _paint_ground(painter: QPainter, rect: QRect, is_active: bool, is_hovered: bool) -> None:
        theme = colors()
        if is_active or is_hovered:
            painter.fillRect(rect, QColor(theme.accent_fill if is_active else theme.hover))
        painter.setPen(QPen(QColor(theme.window), 1))
        painter.drawLine(QRectF(rect).bottomLeft(), QRectF(rect).bottomRight())


def eye_rect(row: QRect) -> QRect:
    """Return where a row's eye is clicked."""
    return QRect(row.left(), row.top(), BUTTON_PX + 8, row.height())


def lock_rect(row: QRect) -> QRect:
    """Return where a row's lock is clicked."""
    return QRect(row.right() - BUTTON_PX - 7, row.top(), BUTTON_PX + 8, row.height())


def _thumbnail_rect(row: QRect) -> QRect:
    top = row.top() + (row.height() - THUMBNAIL_PX) // 2
    return QRect(row.left() + BUTTON_PX + 8, top, THUMBNAIL_PX, THUMBNAIL_PX)


def _name_rect(row: QRect) -> QRect:
    return row.adjusted(BUTTON_PX + THUMBNAIL_PX + 16, 0, -(BUTTON_PX + 16), 0)


def _inner(area: QRect) -> QRect:
    side = 18
    return QRect(area.center().x() - side // 2 + 1, area.center().y() - side // 2 + 1, side, side)
