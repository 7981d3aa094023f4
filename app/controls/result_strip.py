"""A strip of results, newest last, in one scrolling row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.controls.result_texts import caption_of, text_of
from app.document.planes import qimage_of
from app.theme import colors, icon

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

THUMBNAIL_PX = QSize(72, 56)
STAR_PX = 18
IS_STARRED = Qt.ItemDataRole.UserRole
_SHARPNESS = 2
_STAR_GROUND = QColor(0, 0, 0, 150)


def result_pixmap(image: NDArray[np.uint8]) -> QPixmap:
    """Return a picture as a thumbnail inside ``THUMBNAIL_PX``, sharp at 200 % too."""
    height, width = image.shape[:2]
    zoom = _SHARPNESS * min(THUMBNAIL_PX.width() / width, THUMBNAIL_PX.height() / height)
    size = (max(1, round(width * zoom)), max(1, round(height * zoom)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return QPixmap.fromImage(qimage_of(small, QImage.Format.Format_RGB888))


class ResultStrip(QListWidget):
    """Thumbnails of the kept results; the one shown over the canvas is marked.

    A thumbnail is made when it is first seen, and once.

    Signals:
        picked(object): a ``RenderResult`` was clicked.
        star_clicked(object): the star on its thumbnail was.
        menu_wanted(object, QPoint): the context menu of a ``RenderResult``, at a screen point.
    """

    picked = Signal(object)
    star_clicked = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: tuple[RenderResult, ...] = ()
        self._icons: dict[int, tuple[NDArray[np.uint8], QIcon]] = {}
        self.setAccessibleName(self.tr("Results"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(False)
        self.setIconSize(THUMBNAIL_PX)
        self.setSpacing(2)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setItemDelegate(_StarDelegate(self))
        self.setFixedHeight(THUMBNAIL_PX.height() + self.fontMetrics().height() + 24)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._want_menu)
        self.itemClicked.connect(self._announce)

    @property
    def results(self) -> tuple[RenderResult, ...]:
        """Those listed."""
        return self._results

    def show_results(self, results: Sequence[RenderResult], shown: RenderResult | None) -> None:
        """Show results, oldest first, and mark the one on the canvas."""
        results = tuple(results)
        if not _same(results, self._results):
            self._fill(results)
        row = next((i for i, result in enumerate(results) if result is shown), -1)
        self.setCurrentRow(row)
        if row >= 0:
            self.scrollToItem(self.item(row))

    def star_rect(self, row: int) -> QRect:
        """Return where the star of a thumbnail is, in the coordinates of the viewport."""
        return _star_rect(self.visualItemRect(self.item(row)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._starred_at(event) is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        result = self._starred_at(event)
        if result is None:
            super().mouseReleaseEvent(event)
        else:
            self.star_clicked.emit(result)

    def _starred_at(self, event: QMouseEvent) -> RenderResult | None:
        """Return the result whose star the left button is on."""
        point = event.position().toPoint()
        row = self.indexAt(point).row()
        is_star = event.button() is Qt.MouseButton.LeftButton and row >= 0
        return self._results[row] if is_star and self.star_rect(row).contains(point) else None

    def _fill(self, results: tuple[RenderResult, ...]) -> None:
        """List results; what stays at the beginning is left alone."""
        pairs = zip(results, self._results, strict=False)
        kept = next((i for i, (a, b) in enumerate(pairs) if a is not b), None)
        kept = min(len(results), len(self._results)) if kept is None else kept
        self._results = results
        while self.count() > kept:
            self.takeItem(kept)
        for result in results[kept:]:
            self.addItem(_ResultItem(result, self._icon_of))
        known = {id(result.image) for result in results}
        self._icons = {key: value for key, value in self._icons.items() if key in known}

    def _icon_of(self, result: RenderResult) -> QIcon:
        image = result.image
        # the image is kept beside its icon: its id stays its own
        if id(image) not in self._icons:
            self._icons[id(image)] = image, _untinted(result_pixmap(image))
        return self._icons[id(image)][1]

    def _announce(self, item: QListWidgetItem) -> None:
        self.picked.emit(self._results[self.row(item)])

    def _want_menu(self, point: QPoint) -> None:
        row = self.indexAt(point).row()
        if row >= 0:
            self.menu_wanted.emit(self._results[row], self.viewport().mapToGlobal(point))


class _ResultItem(QListWidgetItem):
    """A result whose thumbnail is asked for when it is drawn."""

    def __init__(self, result: RenderResult, icon_of: Callable[[RenderResult], QIcon]) -> None:
        super().__init__(caption_of(result))
        self._result = result
        self._icon_of = icon_of
        self.setToolTip(text_of(result))
        self.setData(Qt.ItemDataRole.AccessibleTextRole, text_of(result))
        self.setData(IS_STARRED, result.is_starred)

    def data(self, role: int) -> Any:
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon_of(self._result)
        return super().data(role)


class _StarDelegate(QStyledItemDelegate):
    """Draws a full star on what was starred, and an empty one under the pointer."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        is_starred = bool(index.data(IS_STARRED))
        if not is_starred and not option.state & QStyle.StateFlag.State_MouseOver:
            return
        rect = _star_rect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors().accent_fill) if is_starred else _STAR_GROUND)
        painter.drawEllipse(rect)
        name = "ph.star-fill" if is_starred else "ph.star"
        icon(name, "on_accent").paint(painter, rect.adjusted(3, 3, -3, -3))
        painter.restore()


def _star_rect(rect: QRect) -> QRect:
    """Return the place of the star in an item: the upper right corner of its thumbnail."""
    right = rect.center().x() + THUMBNAIL_PX.width() // 2
    return QRect(right - STAR_PX, rect.top() + 4, STAR_PX, STAR_PX)


def _untinted(pixmap: QPixmap) -> QIcon:
    """Return an icon that keeps its colours when it is selected."""
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)
    return made


def _same(first: Sequence[object], second: Sequence[object]) -> bool:
    return len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))
