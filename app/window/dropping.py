"""Pictures and projects dragged into the window: zones show what a drop will do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QImageIOHandler,
    QImageReader,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from app.controls.drop_zones import DropZone, DropZones
from app.document.files.opening import is_project_name

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.controls.message_bar import MessageBar
    from app.window.file_actions import FileActions
    from app.workspace import Workspace


@dataclass(frozen=True)
class Dragged:
    """What is dragged.

    Attributes:
        paths: files that are there.
        folders: names of folders.
        image: pixels without a file, as a browser gives them; may be null.
        is_foreign: whether there are addresses that are no files of this computer.
        size: of the one picture, as far as it can be told quickly; may be invalid.
    """

    paths: tuple[Path, ...]
    folders: tuple[str, ...]
    image: QImage
    is_foreign: bool
    size: QSize

    @property
    def has_project(self) -> bool:
        """Whether a project is among the files; that can only be opened."""
        return any(is_project_name(path) for path in self.paths)

    @property
    def zones(self) -> tuple[DropZone, ...]:
        """What can be done with it over an open document."""
        if self.has_project:
            return ()
        if not self.paths:
            return () if self.image.isNull() else (DropZone.LAYER, DropZone.PATCH)
        several = (DropZone.OPEN, DropZone.LAYER)
        return several if len(self.paths) > 1 else (*several, DropZone.PATCH)


def dragged_of(mime: QMimeData) -> Dragged:
    """Return what a drag carries."""
    urls = mime.urls()
    local = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    folders = tuple(path.name or str(path) for path in local if path.is_dir())
    paths = tuple(path for path in local if not path.is_dir())
    image = QImage()
    if not local and mime.hasImage():
        data = mime.imageData()
        image = data if isinstance(data, QImage) else QImage()
    size = image.size()
    if len(paths) == 1:
        reader = QImageReader(str(paths[0]))
        reader.setAutoTransform(True)
        size = reader.size()
        if reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90:
            size.transpose()
    return Dragged(paths, folders, image, len(local) < len(urls), size)


def _accept(event: QDropEvent) -> None:
    """Take a copy; the program a file is moved from deletes it afterwards."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


class Dropping(QObject):
    """Takes the drag events of the window.

    Args:
        window: its events.
        workspace: the open documents.
        canvas: a patch lands where the pointer is on it.
        zones: lie over the canvas.
        files: opens, and adds as layers.
        messages: says what cannot be dropped.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        canvas: CanvasView,
        zones: DropZones,
        files: FileActions,
        messages: MessageBar,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._canvas = canvas
        self._zones = zones
        self._files = files
        self._messages = messages
        self._dragged: Dragged | None = None

    def enter(self, event: QDragEnterEvent) -> None:
        """Something is dragged into the window."""
        mime = event.mimeData()
        if not (mime.hasUrls() or mime.hasImage()):
            return
        self._dragged = dragged_of(mime)
        is_open = self._workspace.active is not None
        self._zones.offer(self._dragged.zones if is_open else ())
        self._point_at(event.position())
        _accept(event)

    def move(self, event: QDragMoveEvent) -> None:
        """It is dragged on."""
        if self._dragged is not None:
            self._point_at(event.position())
            _accept(event)

    def leave(self) -> None:
        """It is dragged out of the window, or dropped."""
        self._dragged = None
        self._zones.offer(())

    def drop(self, event: QDropEvent) -> None:
        """It is dropped; the work comes after the event, for which the source waits."""
        dragged = self._dragged or dragged_of(event.mimeData())
        zone = self._point_at(event.position())
        place = self._document_point(event.position())
        self.leave()
        _accept(event)
        QTimer.singleShot(0, self, partial(self._take, dragged, zone, place))

    def _take(self, dragged: Dragged, zone: DropZone | None, place: tuple[float, float]) -> None:
        self._refuse(dragged)
        if not dragged.image.isNull():
            self._take_image(dragged.image, zone, place)
            return
        is_patch = zone is DropZone.PATCH
        for path in dragged.paths:
            if zone in (DropZone.LAYER, DropZone.PATCH):
                self._files.place(path, place if is_patch else None, is_patch)
            else:
                self._files.open(path)

    def _take_image(self, image: QImage, zone: DropZone | None, place: tuple[float, float]) -> None:
        if self._workspace.active is None or zone is None:
            self._messages.show_notice(
                self.tr(
                    "This picture has no file: drop it onto an open document, or save it first."
                )
            )
            return
        is_patch = zone is DropZone.PATCH
        self._files.place_image(image, place if is_patch else None, is_patch)

    def _refuse(self, dragged: Dragged) -> None:
        """Say what cannot be dropped."""
        if dragged.folders:
            text = self.tr("“{name}” is a folder: drop the pictures that are in it.")
            self._messages.show_notice(text.format(name=dragged.folders[0]))
        elif dragged.is_foreign and dragged.image.isNull():
            self._messages.show_notice(
                self.tr("Only files of this computer can be dropped: save the picture first.")
            )

    def _point_at(self, position: QPointF) -> DropZone | None:
        if self._dragged is None or not self._zones.isVisible():
            return None
        at = self._zones.mapFrom(self._window, position.toPoint())
        return self._zones.point_at(at, self._ghost(at, self._dragged.size))

    def _ghost(self, at: QPoint, size: QSize) -> QPolygonF:
        """Return the outline of a picture around a point of the zones, as the view is turned."""
        if not size.isValid():
            return QPolygonF()
        transform, ratio = self._canvas.viewport.transform(), self._canvas.devicePixelRatioF()
        origin = transform.map(QPointF(0, 0))
        x, y = size.width() / 2, size.height() / 2
        corners = (QPointF(-x, -y), QPointF(x, -y), QPointF(x, y), QPointF(-x, y))
        offsets = [(transform.map(corner) - origin) / ratio for corner in corners]
        return QPolygonF([QPointF(at) + offset for offset in offsets])

    def _document_point(self, position: QPointF) -> tuple[float, float]:
        at = self._canvas.mapFrom(self._window, position) * self._canvas.devicePixelRatioF()
        return self._canvas.viewport.to_document(at.x(), at.y())
