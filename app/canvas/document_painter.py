"""Draws the visible part of a document and what lies over it, exact to the device pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.canvas.overlays import checkerboard, draw_dashed, selection_path, tint_image
from app.canvas.viewport import Viewport
from app.document.change import Change
from app.document.geometry import Rect
from app.document.mips import MipPyramid
from app.document.planes import qimage_of
from app.document.selection import Selection
from app.session import Session

NEAREST_FROM_ZOOM = 2.0
# Smooth scaling looks this many source pixels beyond the part that is drawn.
_MARGIN_PX = 2
_TINT = QColor(255, 60, 60, 110)


class DocumentPainter:
    """Paints one session.

    Attributes:
        ants_phase: device pixels that the marching ants have marched.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._mips = MipPyramid(session.compositor)
        self.ants_phase = 0
        self._checkerboard = checkerboard()
        self._ants: tuple[Selection, QPainterPath] | None = None
        self._tint: NDArray[np.uint8] | None = None

    @property
    def has_ants(self) -> bool:
        """Whether a selection is to be seen; a preview hides it."""
        session = self._session
        is_preview_seen = session.preview is not None and not session.is_preview_hidden
        return session.document.selection is not None and not is_preview_seen

    def take(self, change: Change) -> None:
        """Remember what a change made stale."""
        if change.pixels is not None or change.geometry:
            self._mips.update(change.pixels or self._session.document.rect)

    def set_tint(self, mask: NDArray[np.uint8] | None) -> None:
        """Tint the document by an (H, W) uint8 mask of its size, or not at all."""
        self._tint = mask

    def paint(self, painter: QPainter, device: QRect, viewport: Viewport) -> None:
        """Paint a rectangle of device pixels.

        Args:
            painter: in device pixels, clipped to ``device``.
            device: what is to be painted.
            viewport: where the document lies.
        """
        area = viewport.device_rect(self._session.document.rect)
        seen = viewport.covered(device).intersected(self._session.document.rect)
        if seen.is_empty:
            return
        painter.setBrushOrigin(viewport.left, viewport.top)
        painter.fillRect(area, self._checkerboard)
        self._draw_composite(painter, seen, viewport)
        if self._tint is not None:
            self._draw_tint(painter, seen, viewport, self._tint)
        if self.has_ants:
            draw_dashed(painter, self._ants_path(), viewport, self.ants_phase)

    def ants_rect(self, viewport: Viewport) -> QRectF:
        """Return the device rectangle in which ants march."""
        selection = self._session.document.selection
        bounds = Rect(0, 0, 0, 0) if selection is None else selection.bounds
        return viewport.device_rect(bounds).adjusted(-2, -2, 2, 2)

    def _draw_composite(self, painter: QPainter, seen: Rect, viewport: Viewport) -> None:
        index = self._mips.index_for(viewport.zoom)
        step = 2**index
        cells = _cells(seen, step).grown(_MARGIN_PX)
        level = self._mips.level(index, _document_pixels(cells, step))
        whole = Rect.of_size(level.shape[1], level.shape[0])
        cells = cells.intersected(whole)
        painter.save()
        painter.translate(viewport.left, viewport.top)
        painter.scale(viewport.zoom * step, viewport.zoom * step)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom < NEAREST_FROM_ZOOM
        )
        painter.drawImage(cells.x, cells.y, qimage_of(level[cells.slices_in(whole)]))
        painter.restore()

    def _draw_tint(
        self, painter: QPainter, seen: Rect, viewport: Viewport, mask: NDArray[np.uint8]
    ) -> None:
        part = mask[seen.slices_in(self._session.document.rect)]
        painter.drawImage(viewport.device_rect(seen), tint_image(part, _TINT))

    def _ants_path(self) -> QPainterPath:
        selection = self._session.document.selection
        assert selection is not None
        if self._ants is None or self._ants[0] is not selection:
            self._ants = (selection, selection_path(selection))
        return self._ants[1]


def _cells(rect: Rect, step: int) -> Rect:
    """Return the cells of a mip, ``step`` document pixels wide, that cover a rectangle."""
    blocks = rect.aligned(step)
    return Rect(blocks.x // step, blocks.y // step, blocks.width // step, blocks.height // step)


def _document_pixels(cells: Rect, step: int) -> Rect:
    return Rect(cells.x * step, cells.y * step, cells.width * step, cells.height * step)
