"""The size and the turn of a session's document and of its layers, each change one undo step."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.commands import CropDocument, FlipDocument, ScaleDocument, TurnDocument
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.transforming.resampling import Resampling
from app.document.transforming.transform_box import TransformBox
from app.document.wording import translate
from app.session.document_session import DocumentSession
from app.session.transforms import SessionTransforms


class SessionGeometry:
    """Crop, canvas size, image size, turns and flips."""

    def __init__(self, session: DocumentSession, transforms: SessionTransforms) -> None:
        self._session = session
        self._transforms = transforms

    # ---- the document

    def crop(self, rect: Rect, deletes: bool = False) -> bool:
        """Make a rectangle the whole picture; returns whether it was done.

        Args:
            rect: document pixels, also beyond the picture.
            deletes: drop the pixels outside; else layers keep them.
        """
        return rect == self._session.document.rect or self._session.run(
            CropDocument(rect, deletes=deletes)
        )

    def crop_to_selection(self) -> None:
        """Make the rectangle around the selection the whole picture."""
        document = self._session.document
        if document.selection is not None:
            self.crop(document.selection.bounds.intersected(document.rect))

    def trim(self) -> None:
        """Cut off edges that are transparent, or all of the colour of a corner."""
        document = self._session.document
        inside = trimmed_rect(flatten(document))
        if inside.is_empty or inside == document.rect:
            self._session.notice_raised.emit(
                translate(
                    "SessionGeometry", "There is nothing to trim: no edge has a single colour."
                )
            )
        else:
            self.crop(inside)

    def resize_canvas(self, width: int, height: int, anchor: tuple[int, int]) -> None:
        """Give the picture more or less room without scaling it.

        Args:
            width: pixels.
            height: pixels.
            anchor: the place of the picture on the new canvas: 0 left or top, 1 middle, 2 right
                or bottom.
        """
        document = self._session.document
        x = (document.width - width) * anchor[0] // 2
        y = (document.height - height) * anchor[1] // 2
        rect = Rect(x, y, width, height)
        if rect != document.rect:
            self._session.run(CropDocument(rect, label="Canvas size"))

    def resize_image(
        self, width: int, height: int, resampling: Resampling = Resampling.BICUBIC
    ) -> None:
        """Scale the picture with everything in it."""
        document = self._session.document
        if (width, height) != (document.width, document.height):
            self._session.run(ScaleDocument(width, height, resampling))

    def turn_image(self, quarter_turns: int) -> None:
        """Turn the picture clockwise by right angles."""
        self._session.run(TurnDocument(quarter_turns))

    def flip_image(self, is_vertical: bool) -> None:
        """Mirror the picture."""
        self._session.run(FlipDocument(is_vertical))

    # ---- layers

    def turn_layer(self, quarter_turns: int) -> None:
        """Turn the active layer, or the selected pixels, clockwise around its middle."""
        if self._transforms.begin():
            box = self._transforms.box.rotated(90 * quarter_turns)
            self._finish(box)

    def flip_layer(self, is_vertical: bool) -> None:
        """Mirror the active layer, or the selected pixels, around its middle."""
        if self._transforms.begin():
            self._finish(self._transforms.box.flipped(is_vertical))

    def _finish(self, box: TransformBox) -> None:
        # around the middle of an odd size whole pixels would land between pixels
        x, y = box.place
        self._transforms.place(box.placed_at(round(x - 0.25), round(y - 0.25)))
        self._transforms.commit()


def trimmed_rect(rgba: NDArray[np.uint8]) -> Rect:
    """Return the rectangle without edges that are transparent, or of a corner's colour.

    Args:
        rgba: (H, W, 4) uint8, not premultiplied.
    """
    height, width = rgba.shape[:2]
    inside = _bounds(rgba[..., 3] > 0)
    if inside != Rect.of_size(width, height):
        return inside
    for corner in (rgba[0, 0], rgba[-1, -1]):
        inside = _bounds((rgba != corner).any(axis=2))
        if inside != Rect.of_size(width, height):
            return inside
    return inside


def _bounds(where: NDArray[np.bool_]) -> Rect:
    return Rect(*(int(value) for value in cv2.boundingRect(where.astype(np.uint8))))
