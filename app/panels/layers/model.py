"""A Qt model over the tree of layers: a row for each that no closed group hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from app.document.commands import MoveLayers, RenameLayer
from app.document.layer_tree import ancestors_of, listed_layers
from app.document.layers import Layer
from app.panels.layers.drop_target import DropTarget, Row
from app.panels.layers.thumbnails import Thumbnails

if TYPE_CHECKING:
    from app.session import Session

AnyIndex = QModelIndex | QPersistentModelIndex
MIME_TYPE = "application/x-singan-layers"
LAYER_ROLE = Qt.ItemDataRole.UserRole


class LayerListModel(QAbstractListModel):
    """Layers of one session, the topmost in row 0. Edits become commands.

    Attributes:
        session: whose layers are listed, or None.
        rows: the layers listed, topmost first, each with its depth.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.rows: list[Row] = []
        self._thumbnails = Thumbnails()

    def show_session(self, session: Session | None) -> None:
        """List the layers of another session."""
        self.session = session
        self._thumbnails.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read the layers anew; rows that stay keep their selection."""
        layers = [] if self.session is None else self.session.document.layers
        rows = [Row(each, len(ancestors_of(layers, each))) for each in listed_layers(layers)[::-1]]
        is_same = [row.key for row in rows] == [row.key for row in self.rows]
        if is_same and rows:
            self.rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self._thumbnails.keep({layer.id for layer in layers})
        self.endResetModel()

    def refresh_thumbnails(self) -> None:
        """Draw again the thumbnails of layers whose pixels changed."""
        for place, row in enumerate(self.rows):
            if self._thumbnails.is_stale(row.layer):
                self.dataChanged.emit(self.index(place), self.index(place), [LAYER_ROLE])

    def layer_at(self, index: AnyIndex) -> Layer | None:
        """Return the layer of a row."""
        return self.rows[index.row()].layer if 0 <= index.row() < len(self.rows) else None

    def depth_at(self, index: AnyIndex) -> int:
        """Return how many groups stand around the layer of a row."""
        return self.rows[index.row()].depth if 0 <= index.row() < len(self.rows) else 0

    def row_of(self, layer_id: str | None) -> int:
        """Return the row of a layer, or -1."""
        ids = [row.layer.id for row in self.rows]
        return ids.index(layer_id) if layer_id in ids else -1

    def listed_row_of(self, layer: Layer | None) -> int:
        """Return the row of a layer, else of the closed group that hides it, or -1."""
        if layer is None or self.session is None:
            return -1
        around = (layer, *ancestors_of(self.session.document.layers, layer))
        return next((row for row in (self.row_of(each.id) for each in around) if row >= 0), -1)

    def thumbnail(self, layer: Layer, ratio: float = 1.0) -> QPixmap:
        """Return the layer's pixels in a square, drawn once per change."""
        whole = layer.rect if self.session is None else self.session.document.rect
        return self._thumbnails.of_pixels(layer, whole, ratio)

    def mask_thumbnail(self, layer: Layer, ratio: float = 1.0) -> QPixmap:
        """Return the layer's mask in a square, drawn once per change."""
        whole = layer.rect if self.session is None else self.session.document.rect
        return self._thumbnails.of_mask(layer, whole, ratio)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row shows, edits or reads aloud."""
        layer = self.layer_at(index)
        if layer is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return layer.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(layer)
        return layer if role == LAYER_ROLE else None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        layer, name = self.layer_at(index), str(value).strip()
        if layer is None or self.session is None or not name or name == layer.name:
            return False
        self.session.run(RenameLayer(layer.id, name))
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemIsDropEnabled
        )

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        layers = [self.layer_at(index) for index in indexes]
        mime = QMimeData()
        mime.setData(MIME_TYPE, "\n".join(each.id for each in layers if each is not None).encode())
        return mime

    def dragged_ids(self, data: QMimeData) -> list[str]:
        """Return the ids of the layers that are dragged, if they are of this document."""
        if not data.hasFormat(MIME_TYPE) or self.session is None:
            return []
        ids = bytes(data.data(MIME_TYPE).data()).decode().split("\n")
        known = {layer.id for layer in self.session.document.layers}
        return [layer_id for layer_id in ids if layer_id in known]

    def drop(self, data: QMimeData, target: DropTarget) -> None:
        """Move dragged layers to where they were dropped: one command, unless they are there."""
        ids = self.dragged_ids(data)
        if self.session is None or not ids:
            return
        place = target.place_without(self.session.document.layers, ids)
        if place is not None:
            self.session.run(MoveLayers(ids, place.index, place.group_id))

    def _spoken(self, layer: Layer) -> str:
        parts = [layer.name]
        if layer.is_group:
            parts.append(self.tr("open group") if layer.is_expanded else self.tr("closed group"))
        parts.append(self.tr("shown") if layer.is_visible else self.tr("hidden"))
        if layer.mask is not None:
            parts.append(self.tr("masked"))
        if layer.is_clipped:
            parts.append(self.tr("clipped to the layer below"))
        if layer.is_alpha_locked:
            parts.append(self.tr("transparency locked"))
        if layer.is_locked:
            parts.append(self.tr("locked"))
        return ", ".join(parts)
