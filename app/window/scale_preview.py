"""The thumbnail under the pointer, laid on the picture as large as its scale would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Signal

from app.canvas.picture_overlay import PictureOverlay
from app.document.geometry import Rect
from app.document.pixels import premultiplied_bgra
from app.document.planes import qimage_of

if TYPE_CHECKING:
    from app.controls.scale_strip import ScaleStrip
    from app.jobs.results import StripReady
    from app.session import Session
    from app.workspace import Workspace

# It is drawn with every frame; more pixels than this across would cost more than they show.
MOST_PX = 2048


def preview_overlay(thumbnail: StripReady, mask: NDArray[np.uint8]) -> PictureOverlay:
    """Return a thumbnail enlarged to the document and cut out by the mask of its result.

    Args:
        thumbnail: of the scale strip.
        mask: (H, W) uint8 of the document's size.
    """
    height, width = mask.shape
    zoom = min(1.0, MOST_PX / max(height, width))
    size = (max(1, round(width * zoom)), max(1, round(height * zoom)))
    place = _placed(thumbnail, size)
    if zoom < 1:
        mask = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)
    shape = (place.width, place.height)
    image = cv2.resize(thumbnail.image, shape, interpolation=cv2.INTER_CUBIC)
    alpha = mask[place.slices_in(Rect.of_size(*size))]
    rgba = np.asarray(np.dstack((image, alpha)), np.uint8)
    across, down = width / size[0], height / size[1]
    covered = QRectF(place.x * across, place.y * down, place.width * across, place.height * down)
    return PictureOverlay(qimage_of(premultiplied_bgra(rgba)), covered)


def _placed(thumbnail: StripReady, size: tuple[int, int]) -> Rect:
    """Return what a thumbnail shows, as a part of a picture of (width, height)."""
    if thumbnail.part is None:
        return Rect.of_size(*size)
    (height, width), part = thumbnail.size, thumbnail.part
    across, down = size[0] / width, size[1] / height
    return Rect.around(
        part.x * across, part.y * down, part.right * across, part.bottom * down
    ).intersected(Rect.of_size(*size))


class HoveredPicture(QObject):
    """The picture of the scale under the pointer.

    Attributes:
        overlay: None while there is none.

    Signals:
        changed(): ``overlay`` is another.

    Args:
        workspace: the open documents.
        strip: where the pointer is.
        parent: owner.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, strip: ScaleStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._strip = strip
        self._shown: StripReady | None = None
        self.overlay: PictureOverlay | None = None
        strip.hovered.connect(self._refresh)
        workspace.active_changed.connect(self._refresh)
        workspace.session_opened.connect(self._follow)
        for session in workspace.sessions:
            self._follow(session)

    def _follow(self, session: Session) -> None:
        """Refresh whenever the thumbnails of a session are others."""
        raise NotImplementedError

    def _thumbnails(self, session: Session) -> Mapping[int, StripReady]:
        raise NotImplementedError

    def _overlay(self, session: Session, thumbnail: StripReady) -> PictureOverlay | None:
        raise NotImplementedError

    def _refresh(self) -> None:
        session, scale = self._workspace.active, self._strip.hovered_stop
        thumbnail = None
        if session is not None and scale is not None:
            thumbnail = self._thumbnails(session).get(scale)
        if thumbnail is self._shown:
            return
        self._shown, self.overlay = thumbnail, None
        if thumbnail is not None and session is not None:
            self.overlay = self._overlay(session, thumbnail)
        self.changed.emit()


class ScalePreview(HoveredPicture):
    """The thumbnail of an injection scale, cut out by the mask of its result."""

    def _follow(self, session: Session) -> None:
        session.strip_changed.connect(self._refresh)

    def _thumbnails(self, session: Session) -> Mapping[int, StripReady]:
        return session.strip.thumbnails

    def _overlay(self, session: Session, thumbnail: StripReady) -> PictureOverlay | None:
        mask = session.strip.mask
        return None if mask is None else preview_overlay(thumbnail, mask)
