"""A strip of results, newest last, in one scrolling row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from app.document.planes import qimage_of

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

THUMBNAIL_PX = QSize(72, 56)
_SHARPNESS = 2


def result_pixmap(result: RenderResult) -> QPixmap:
    """Return a result as a thumbnail inside ``THUMBNAIL_PX``, sharp at 200 % too."""
    height, width = result.image.shape[:2]
    zoom = _SHARPNESS * min(THUMBNAIL_PX.width() / width, THUMBNAIL_PX.height() / height)
    size = (max(1, round(width * zoom)), max(1, round(height * zoom)))
    small = cv2.resize(result.image, size, interpolation=cv2.INTER_AREA)
    return QPixmap.fromImage(qimage_of(small, QImage.Format.Format_RGB888))


def result_text(result: RenderResult) -> str:
    """Return what a result is, as tooltip text."""
    recipe = result.recipe
    text = QCoreApplication.translate("ResultStrip", "{application}, scale {scale}, seed {seed}")
    return text.format(application=recipe.application, scale=recipe.scale, seed=recipe.seed)


class ResultStrip(QListWidget):
    """Thumbnails of the kept results; the one shown over the canvas is marked.

    Signals:
        picked(object): a ``RenderResult`` was clicked.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: tuple[RenderResult, ...] = ()
        self.setAccessibleName(self.tr("Results"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(False)
        self.setIconSize(THUMBNAIL_PX)
        self.setSpacing(2)
        self.setUniformItemSizes(True)
        self.setFixedHeight(THUMBNAIL_PX.height() + self.fontMetrics().height() + 24)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._announce)

    def show_results(self, results: Sequence[RenderResult], shown: RenderResult | None) -> None:
        """Show results, oldest first, and mark the one on the canvas."""
        results = tuple(results)
        if not _same(results, self._results):
            self._fill(results)
        row = next((i for i, result in enumerate(results) if result is shown), -1)
        self.setCurrentRow(row)
        if row >= 0:
            self.scrollToItem(self.item(row))

    def _fill(self, results: tuple[RenderResult, ...]) -> None:
        self._results = results
        self.clear()
        for result in results:
            text = self.tr("scale {scale}").format(scale=result.recipe.scale)
            item = QListWidgetItem(_untinted(result_pixmap(result)), text)
            item.setToolTip(result_text(result))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, result_text(result))
            self.addItem(item)

    def _announce(self, item: QListWidgetItem) -> None:
        self.picked.emit(self._results[self.row(item)])


def _untinted(pixmap: QPixmap) -> QIcon:
    """Return an icon that keeps its colours when it is selected."""
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)
    return made


def _same(first: Sequence[object], second: Sequence[object]) -> bool:
    return len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))
