"""Draws the visible part of a document and what lies over it, exact to the device pixel."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF

from app.canvas.composite_painter import CompositePainter
from app.canvas.overlays import tint_image
from app.canvas.picture_overlay import PictureOverlay
from app.canvas.quick_mask_overlay import MaskLevels, draw_quick_mask
from app.canvas.selection_outline import SelectionOutline
from app.canvas.viewport import Viewport
from app.document.geometry import Rect
from app.document.selection import Selection
from app.session import Session
from app.theme import checkerboard

_CHECK_PX = 8
_TINT = QColor(255, 60, 60, 110)
_OPEN_RIM_PX = 0.75
# A tint is drawn with every frame; more pixels than this across would cost more than they show.
_MOST_TINT_PX = 2048
_BACKDROP_OPACITY = 0.8


class DocumentPainter:
    """Paints one session.

    Attributes:
        composite: draws the layers.
        ants_phase: device pixels that the marching ants have marched.
        proposed_selection: shown in place of the document's while a dialog asks; or None.
        overlay: a picture laid over the document; or None.
        backdrop: a picture laid under the layers, faint, so that the checkerboard still tells that
            there is nothing; or None.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.composite = CompositePainter(session.compositor)
        self.ants_phase = 0
        self.proposed_selection: Selection | None = None
        self.overlay: PictureOverlay | None = None
        self.backdrop: PictureOverlay | None = None
        self._checkerboard = checkerboard(_CHECK_PX)
        self._outline = SelectionOutline()
        self._mask_levels = MaskLevels()
        self._tint: QImage | None = None

    @property
    def has_ants(self) -> bool:
        """Whether a selection is to be seen; a preview or a transform hides it."""
        is_transforming = self._session.transforms.is_active
        return self._selection is not None and not self._is_preview_seen and not is_transforming

    def set_tint(self, mask: NDArray[np.uint8] | None) -> None:
        """Tint the document by an (H, W) uint8 mask of its size, or not at all."""
        self._tint = None if mask is None else tint_image(_reduced(mask), _TINT)

    def paint(self, painter: QPainter, device: QRect, viewport: Viewport) -> None:
        """Paint a rectangle of device pixels.

        Args:
            painter: in device pixels, clipped to ``device``.
            device: what is to be painted.
            viewport: where the document lies.
        """
        seen = viewport.covered(device).intersected(self._session.document.rect)
        if seen.is_empty:
            return
        self._draw_ground(painter, viewport)
        self.composite.draw(painter, seen, viewport)
        if self.overlay is not None:
            self.overlay.draw(painter, viewport)
        if self._tint is not None:
            self._draw_tint(painter, viewport, self._tint)
        self._draw_quick_mask(painter, device, viewport)
        selection = self._selection
        if self.has_ants and selection is not None:
            self._outline.draw(painter, device, viewport, selection, self.ants_phase)

    def ants_rect(self, viewport: Viewport) -> QRectF:
        """Return the device rectangle in which ants march."""
        selection = self._selection
        bounds = Rect(0, 0, 0, 0) if selection is None else selection.bounds
        return viewport.device_rect(bounds).adjusted(-2, -2, 2, 2)

    @property
    def _is_preview_seen(self) -> bool:
        is_result_seen = self._session.is_preview_on_canvas and not self._session.is_preview_hidden
        return is_result_seen or self.overlay is not None

    @property
    def _selection(self) -> Selection | None:
        return self.proposed_selection or self._session.document.selection

    def _draw_ground(self, painter: QPainter, viewport: Viewport) -> None:
        painter.setBrushOrigin(viewport.left, viewport.top)
        if viewport.is_level:
            area = viewport.device_rect(self._session.document.rect)
            painter.fillRect(area, self._checkerboard)
        else:
            # within the rim, whose pixels smooth scaling leaves open here and there
            inset = _OPEN_RIM_PX / viewport.zoom
            inside = self._document_rectf().adjusted(inset, inset, -inset, -inset)
            ground = QPainterPath()
            ground.addPolygon(viewport.transform().map(QPolygonF(inside)))
            painter.fillPath(ground, self._checkerboard)
        if self.backdrop is not None:
            painter.setOpacity(_BACKDROP_OPACITY)
            self.backdrop.draw(painter, viewport)
            painter.setOpacity(1.0)

    def _draw_quick_mask(self, painter: QPainter, device: QRect, viewport: Viewport) -> None:
        document = self._session.document
        if document.quick_mask is None or self._is_preview_seen:
            return
        cells = self._session.paint.shown_mask(document.quick_mask.id)
        if cells is None and document.quick_mask.mask is not None:
            cells = self._mask_levels.of(document.quick_mask.mask, document.rect)
        if cells is not None:
            draw_quick_mask(painter, device, viewport, document.rect, cells)

    def _draw_tint(self, painter: QPainter, viewport: Viewport, tint: QImage) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setWorldTransform(viewport.transform() * painter.worldTransform())
        painter.drawImage(self._document_rectf(), tint)
        painter.restore()

    def _document_rectf(self) -> QRectF:
        document = self._session.document
        return QRectF(0, 0, document.width, document.height)


def _reduced(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = mask.shape
    scale = _MOST_TINT_PX / max(height, width)
    if scale >= 1:
        return mask
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)
