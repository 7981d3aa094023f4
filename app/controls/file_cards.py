"""Files as cards: a picture, a name, and how their model stands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.controls.texts import look_text
from app.storage.recent_looks import FileLook, ModelState
from app.theme import colors, icon

PICTURE_SIZE = QSize(128, 96)
CARD_SIZE = QSize(152, 148)
INSET_PX = 5
_PATH, _LOOK = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_RADIUS_PX = 4.0
_STATE_PX = 12
_STATE_ICONS = {
    ModelState.NONE: ("ph.circle", "muted"),
    ModelState.UNFINISHED: ("ph.circle-half", "accent"),
    ModelState.TRAINED: ("ph.check-circle", "accent"),
}


class FileCards(QListWidget):
    """A grid of files, as high as it has rows.

    Signals:
        picked(object): a file (``Path``) that is there was clicked.
        removal_wanted(object): the user asked to take a file off the list.
    """

    picked = Signal(object)
    removal_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setGridSize(CARD_SIZE)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setItemDelegate(_CardDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._pick)
        self.itemActivated.connect(self._pick)

    def show_files(self, paths: tuple[Path, ...]) -> None:
        """List files; their looks follow by ``show_look``."""
        self.clear()
        for path in paths:
            item = QListWidgetItem(path.name)
            item.setData(_PATH, str(path))
            item.setData(_LOOK, FileLook())
            item.setToolTip(str(path))
            self.addItem(item)
        self._fit_height()

    def show_look(self, path: Path, look: FileLook) -> None:
        """Show what became known of a file."""
        for row in range(self.count()):
            item = self.item(row)
            if item.data(_PATH) == str(path):
                item.setData(_LOOK, look)
                state = look_text(look)
                item.setToolTip(f"{path}\n{state}" if state else str(path))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{path.name}, {state}")

    def menu_of(self, item: QListWidgetItem) -> QMenu:
        """Return what can be done with a file of the list."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        opened: QAction = menu.addAction(self.tr("Open"))
        opened.setEnabled(not _look_of(item).is_missing)
        opened.triggered.connect(lambda: self._pick(item))
        removed = menu.addAction(self.tr("Remove from List"))
        removed.triggered.connect(lambda: self.removal_wanted.emit(_path_of(item)))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.itemAt(event.pos())
        if item is not None:
            self.menu_of(item).exec(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        items = self.selectedItems()
        if event.key() == Qt.Key.Key_Delete and items:
            self.removal_wanted.emit(_path_of(items[0]))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        columns = max(1, (self.width() - 4) // CARD_SIZE.width())
        rows = -(-self.count() // columns)
        self.setFixedHeight(rows * CARD_SIZE.height() + 4)

    def _pick(self, item: QListWidgetItem) -> None:
        if not _look_of(item).is_missing:
            self.picked.emit(_path_of(item))


class _CardDelegate(QStyledItemDelegate):
    """Draws a card in the colours of the theme on screen."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return CARD_SIZE

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme, look = colors(), index.data(_LOOK)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture = QRect(option.rect.topLeft() + QPoint(INSET_PX, 12), PICTURE_SIZE)
        card = QRectF(picture).adjusted(-INSET_PX, -INSET_PX, INSET_PX, 44)
        card = card.adjusted(0.5, 0.5, -0.5, -0.5)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver) and not look.is_missing
        is_focused = bool(state & QStyle.StateFlag.State_HasFocus)
        if is_hovered or is_focused:
            painter.setPen(QPen(QColor(theme.accent if is_focused else theme.line), 1))
            painter.setBrush(QColor(theme.hover if is_hovered else theme.sunken))
            painter.drawRoundedRect(card, _RADIUS_PX, _RADIUS_PX)
        _draw_picture(painter, picture, look)
        name = QRect(picture.left(), picture.bottom() + 5, picture.width(), 18)
        painter.setPen(QColor(theme.disabled if look.is_missing else theme.text))
        text = option.fontMetrics.elidedText(
            index.data(), Qt.TextElideMode.ElideMiddle, name.width()
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)
        _draw_state(painter, name.translated(0, 16), look)
        painter.restore()


def _draw_picture(painter: QPainter, place: QRect, look: FileLook) -> None:
    theme = colors()
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(place), _RADIUS_PX, _RADIUS_PX)
    if look.thumbnail.isNull() or look.is_missing:
        painter.fillPath(outline, QColor(theme.window))
        name = "ph.file-x" if look.is_missing else "ph.image"
        symbol = QRect(0, 0, 32, 32)
        symbol.moveCenter(place.center())
        icon(name, "disabled").paint(painter, symbol)
        return
    painter.save()
    painter.setClipPath(outline)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, _of_device(look.thumbnail, painter, place.size()))
    painter.restore()


def _of_device(image: QImage, painter: QPainter, size: QSize) -> QImage:
    """Return a picture in the device pixels it will cover: scaled once, and well."""
    wanted = size * painter.device().devicePixelRatio()
    if wanted.width() >= image.width():
        return image
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)


def _draw_state(painter: QPainter, place: QRect, look: FileLook) -> None:
    text = look_text(look)
    if not text:
        return
    if look.model is not None:
        symbol = QRect(place.left(), place.center().y() - _STATE_PX // 2, _STATE_PX, _STATE_PX)
        icon(*_STATE_ICONS[look.model]).paint(painter, symbol)
        place = place.adjusted(_STATE_PX + 4, 0, 0, 0)
    theme = colors()
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 0.9)
    painter.setFont(font)
    painter.setPen(QColor(theme.disabled if look.is_missing else theme.muted))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)


def _path_of(item: QListWidgetItem) -> Path:
    return Path(str(item.data(_PATH)))


def _look_of(item: QListWidgetItem) -> FileLook:
    look = item.data(_LOOK)
    return look if isinstance(look, FileLook) else FileLook()
