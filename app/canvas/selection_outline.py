"""Marching ants: the edge of a selection as an image of the device pixels it lies on.

A line is no measure for what is drawn here: the edge of a grainy selection has millions of corners,
but never more device pixels than the view has. So the selection is looked at from every device
pixel, in tiles that are kept until the selection, the zoom or the turn of the view is another.
Marching only exchanges the colours of the stripes.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.canvas.overlays import ANT_PX
from app.canvas.viewport import Viewport
from app.document.pixels import Pixels
from app.document.selection import HALF, Selection

_TILE_PX = 256
_NEIGHBOURS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_STRIPES = 2 * ANT_PX
# Stripes go on from tile to tile: their width divides a tile's.
_PATTERN = (np.add.outer(np.arange(_TILE_PX), np.arange(_TILE_PX)) % _STRIPES + 1).astype(np.uint8)


class SelectionOutline:
    """Draws one selection after the other, fast as long as it is the same."""

    def __init__(self) -> None:
        self._selection: Selection | None = None
        self._view = Viewport()
        self._level: Pixels | None = None
        self._tiles: dict[tuple[int, int], QImage | None] = {}

    def draw(
        self,
        painter: QPainter,
        device: QRect,
        viewport: Viewport,
        selection: Selection,
        phase: int,
    ) -> None:
        """Draw the ants in a rectangle.

        Args:
            painter: in device pixels.
            device: what is to be drawn, device pixels.
            viewport: where the document lies.
            selection: of the document.
            phase: device pixels the ants have marched.
        """
        view = Viewport(viewport.zoom, 0, 0, viewport.angle, viewport.is_mirrored)
        if selection is not self._selection or view != self._view:
            self._selection, self._view = selection, view
            self._level, self._tiles = None, {}
        # tiles lie still on the document, so that they are still good when the view is panned
        corner = QPoint(viewport.left, viewport.top)
        outline = view.device_rect(selection.bounds).toAlignedRect().adjusted(-1, -1, 1, 1)
        wanted = device.translated(-corner).intersected(outline)
        colors = _stripe_colors(phase)
        for row, column in _tiles_of(wanted):
            image = self._tile(selection, row, column)
            if image is not None:
                image.setColorTable(colors)
                place = QRect(column * _TILE_PX, row * _TILE_PX, _TILE_PX, _TILE_PX)
                part = place.intersected(wanted)
                painter.drawImage(part.topLeft() + corner, image, part.translated(-place.topLeft()))

    def _tile(self, selection: Selection, row: int, column: int) -> QImage | None:
        if (row, column) not in self._tiles:
            if self._level is None:
                self._level = _reduced(selection.mask, self._view.zoom)
            self._tiles[row, column] = self._drawn(selection, self._level, row, column)
        return self._tiles[row, column]

    def _drawn(self, selection: Selection, level: Pixels, row: int, column: int) -> QImage | None:
        """The stripes of a tile, an image of indices; None where there is no edge."""
        # with a pixel more on every side, whose neighbours say what an edge is
        left, top, size = column * _TILE_PX - 1, row * _TILE_PX - 1, _TILE_PX + 2
        height, width = selection.mask.shape
        to_level = np.diag([level.shape[1] / width, level.shape[0] / height])
        x, y = self._view.to_document(left + 0.5, top + 0.5)
        along, down = self._step(1, 0), self._step(0, 1)
        origin = to_level @ np.array([x, y]) - 0.5
        matrix = np.column_stack([to_level @ along, to_level @ down, origin])
        inside = cv2.warpAffine(
            level, matrix, (size, size), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        )
        if cv2.countNonZero(inside) in (0, inside.size):
            return None
        edge = cv2.subtract(inside, cv2.erode(inside, _NEIGHBOURS))
        return _striped(np.asarray(edge[1:-1, 1:-1], np.uint8))

    def _step(self, dx: float, dy: float) -> NDArray[np.float64]:
        """The way over the document that a way over the screen is."""
        start, end = self._view.to_document(0, 0), self._view.to_document(dx, dy)
        return np.array([end[0] - start[0], end[1] - start[1]])


def _tiles_of(rect: QRect) -> list[tuple[int, int]]:
    """Row and column of every tile that a rectangle touches."""
    if rect.isEmpty():
        return []
    rows = range(rect.top() // _TILE_PX, rect.bottom() // _TILE_PX + 1)
    columns = range(rect.left() // _TILE_PX, rect.right() // _TILE_PX + 1)
    return [(row, column) for row in rows for column in columns]


def _reduced(mask: Pixels, zoom: float) -> Pixels:
    """(h, w) uint8 of 0 and 255, 255 where anything is selected, about as large as it is seen."""
    inside = cv2.inRange(mask, np.array(HALF), np.array(255))
    step = 2 ** max(0, math.floor(math.log2(1 / zoom)))
    if step == 1:
        return np.asarray(inside, np.uint8)
    height, width = mask.shape
    size = (math.ceil(width / step), math.ceil(height / step))
    small = cv2.resize(inside, size, interpolation=cv2.INTER_AREA)
    # device pixels are less than two cells apart: spread over two, no cell falls between them
    spread = cv2.dilate(small, np.ones((2, 2), np.uint8))
    return np.asarray(cv2.inRange(spread, np.array(1), np.array(255)), np.uint8)


def _striped(edge: Pixels) -> QImage | None:
    """Indices 1 to 8 in slanting stripes on the edge, 0 elsewhere; None without an edge."""
    if not edge.any():
        return None
    pixels = np.where(edge, _PATTERN, np.uint8(0))
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8).copy()


def _stripe_colors(phase: int) -> list[int]:
    black, white = QColor(0, 0, 0).rgba(), QColor(255, 255, 255).rgba()
    marched = [(index - phase) % _STRIPES for index in range(_STRIPES)]
    return [0, *(black if index < ANT_PX else white for index in marched)]
