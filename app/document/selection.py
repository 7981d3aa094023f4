"""Selections: 8-bit masks of the document's size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from app.document.geometry import Point, Rect
from app.document.lazy_memory import lazy_zeros
from app.document.outlines import corners_path, path_coverage

Mask = NDArray[np.uint8]
# From here on a pixel counts as selected where only yes and no are known.
HALF = 128


class SelectionOp(str, Enum):
    """How a new selection joins the one that is there."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


class Selection:
    """Which pixels are selected; immutable.

    Attributes:
        mask: (H, W) uint8 of the document's size, 255 = selected, read-only.
        patch_id: layer that was just moved here and that the selection only marks; None = the
            user chose these pixels.
    """

    def __init__(self, mask: Mask, patch_id: str | None = None) -> None:
        """Select by an (H, W) uint8 mask, which is taken over and must not be changed."""
        self.patch_id = patch_id
        self.mask = np.ascontiguousarray(mask, np.uint8).view()
        self.mask.flags.writeable = False
        self._bounds: Rect | None = None

    @classmethod
    def rectangle(cls, rect: Rect, width: int, height: int) -> Selection:
        """Select the pixels of `rect` in a document of `width` x `height` pixels."""
        mask = lazy_zeros((height, width), np.uint8)
        document = Rect.of_size(width, height)
        mask[rect.intersected(document).slices_in(document)] = 255
        return cls(mask)

    @classmethod
    def ellipse(cls, rect: Rect, width: int, height: int, is_antialiased: bool = True) -> Selection:
        """Select the ellipse that touches all sides of `rect`; arguments as `lasso`."""
        path = QPainterPath()
        path.addEllipse(QRectF(*rect))
        return cls(path_coverage(path, Rect.of_size(width, height), is_antialiased))

    @classmethod
    def lasso(
        cls,
        points: Sequence[Point],
        width: int,
        height: int,
        is_antialiased: bool = True,
    ) -> Selection:
        """Select inside a closed line; loops where it crosses itself are filled.

        Args:
            points: (x, y) in document coordinates; fewer than three select nothing.
            width: of the document, pixels.
            height: of the document, pixels.
            is_antialiased: with a soft edge of one pixel, as far as each pixel is covered.
        """
        path = corners_path(points)
        return cls(path_coverage(path, Rect.of_size(width, height), is_antialiased))

    @classmethod
    def of_values(
        cls, values: Mask, rect: Rect, width: int, height: int, patch_id: str | None = None
    ) -> Selection:
        """Select pixels of `rect` as far as `values`, (h, w) uint8, say; clipped as `rectangle`."""
        document = Rect.of_size(width, height)
        inside = rect.intersected(document)
        mask = lazy_zeros((height, width), np.uint8)
        mask[inside.slices_in(document)] = values[inside.slices_in(rect)]
        return cls(mask, patch_id)

    @classmethod
    def everything(cls, width: int, height: int) -> Selection:
        """Select all pixels of a document."""
        return cls(np.full((height, width), 255, np.uint8))

    @property
    def bounds(self) -> Rect:
        """The smallest rectangle around all pixels that are selected at all."""
        if self._bounds is None:
            self._bounds = Rect(*(int(value) for value in cv2.boundingRect(self.mask)))
        return self._bounds

    @property
    def is_empty(self) -> bool:
        """Whether no pixel is selected."""
        return self.bounds.is_empty

    @property
    def is_faint(self) -> bool:
        """Whether something is selected, but no pixel by half, where the outline runs."""
        return not self.is_empty and int(self.read(self.bounds).max()) < HALF

    @property
    def byte_count(self) -> int:
        """Bytes of the rows that hold anything; memory of the others was never touched."""
        return int(self.bounds.height * self.mask.shape[1])

    def read(self, rect: Rect) -> Mask:
        """The mask of `rect`: (h, w) uint8, read-only; 0 outside the document."""
        height, width = self.mask.shape
        outer = Rect.of_size(width, height)
        inside = rect.intersected(outer)
        if inside == rect:
            view: Mask = self.mask[rect.slices_in(outer)]
            return view
        padded = np.zeros((max(0, rect.height), max(0, rect.width)), np.uint8)
        if not inside.is_empty:
            padded[inside.slices_in(rect)] = self.mask[inside.slices_in(outer)]
        return padded

    def holds(self, x: float, y: float) -> bool:
        """Whether the pixel under a point is selected at all."""
        return bool(self.read(Rect(math.floor(x), math.floor(y), 1, 1)).any())

    def combine(self, other: Selection, op: SelectionOp | str) -> Selection:
        """Join another selection of the same size.

        Args:
            other: the newly made selection.
            op: "replace" takes `other`; "add" the greater, "intersect" the lesser of both masks;
                "subtract" keeps what `other` does not select.
        """
        op = SelectionOp(op)
        if op is SelectionOp.REPLACE:
            return other
        height, width = self.mask.shape
        if op is SelectionOp.ADD:
            area = self.bounds.united(other.bounds)
            values = np.maximum(self.read(area), other.read(area))
        elif op is SelectionOp.SUBTRACT:
            area = self.bounds
            values = np.minimum(self.read(area), 255 - other.read(area))
        else:
            area = self.bounds.intersected(other.bounds)
            values = np.minimum(self.read(area), other.read(area))
        return Selection.of_values(values, area, width, height)

    def inverted(self) -> Selection:
        """Everything that is not selected."""
        return Selection(255 - self.mask)

    def __eq__(self, other: object) -> bool:
        """Whether the same pixels are selected."""
        return isinstance(other, Selection) and np.array_equal(self.mask, other.mask)

    __hash__ = None  # type: ignore[assignment]
