"""Commands that give the document another size or turn all of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.document.change import Change
from app.document.commands.command import Command
from app.document.commands.transform_commands import (
    Raster,
    Rasters,
    put_rasters,
    rasters_of,
)
from app.document.document import Document, PhotoTransform
from app.document.errors import TransformError
from app.document.files.images.image_files import MAX_MEGAPIXELS
from app.document.geometry import Rect
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.transforming.photo_place import moved_place
from app.document.transforming.projection import Projection
from app.document.transforming.resampling import Resampling, transformed
from app.document.wording import translate

LONGEST_SIDE_PX = 30_000
"""Longer documents are refused."""


class Frame(NamedTuple):
    """What a document has besides its layers.

    Attributes:
        width: pixels.
        height: pixels.
        selection: of that size, or None.
        photo_transform: where the photo lies.
    """

    width: int
    height: int
    selection: Selection | None
    photo_transform: PhotoTransform

    @classmethod
    def of(cls, document: Document) -> Frame:
        """That of a document."""
        return cls(document.width, document.height, document.selection, document.photo_transform)

    def put(self, document: Document) -> None:
        """Give it to a document."""
        document.width, document.height = self.width, self.height
        document.selection, document.photo_transform = self.selection, self.photo_transform

    @property
    def byte_count(self) -> int:
        """Bytes of the selection."""
        return 0 if self.selection is None else self.selection.byte_count


class Reframe(Command):
    """Map everything in the document and give it another size: layers, masks, selection, photo.

    A child says where everything goes.
    """

    def __init__(self, label: str, resampling: Resampling = Resampling.BICUBIC) -> None:
        """Prepare; see the children."""
        self.label = label
        self.resampling = resampling
        self._step: tuple[int, int] | None = None
        self._frames: tuple[Frame, Frame] | None = None
        self._projection = Projection()
        self._before: Rasters = {}
        self._after: Rasters = {}
        self._is_applied = False

    @property
    def byte_count(self) -> int:
        """Bytes of the rasters and the selection that are not in the document."""
        if self._frames is None:
            return 0
        kept = self._before if self._is_applied else self._after
        rasters = sum(raster.byte_count for raster in kept.values())
        return rasters + self._frames[0 if self._is_applied else 1].byte_count

    def apply(self, document: Document) -> Change:
        """Map everything.

        Raises:
            TransformError: the size is impossible, or the quick mask is being painted.
        """
        before = document.rect
        if self._frames is None:
            self._prepare(document)
        assert self._frames is not None
        self._follow_photo(document, is_undone=False)
        if self._step is not None:
            for layer in document.layers:
                layer.translate(*self._step)
        else:
            self._before = rasters_of(document.layers)
            put_rasters(document, self._after)
        self._frames[1].put(document)
        self._is_applied = True
        return _change(before.united(document.rect))

    def revert(self, document: Document) -> Change:
        """Put everything back."""
        assert self._frames is not None
        before = document.rect
        self._follow_photo(document, is_undone=True)
        if self._step is not None:
            for layer in document.layers:
                layer.translate(-self._step[0], -self._step[1])
        else:
            put_rasters(document, self._before)
        self._frames[0].put(document)
        self._is_applied = False
        return _change(before.united(document.rect))

    def mapping(self, document: Document) -> tuple[Projection, int, int]:
        """Where document points go, and the width and height afterwards, pixels."""
        raise NotImplementedError

    def cut(self, raster: Raster, document: Rect) -> Raster:
        """A mapped raster as it is kept in a document of that rectangle."""
        return raster

    @property
    def cuts(self) -> bool:
        """Whether `cut` changes anything."""
        return False

    def _follow_photo(self, document: Document, is_undone: bool) -> None:
        """Have the photo's place of both frames follow a training that chose another photo.

        That is no step of the history, and may come between this step and its undoing.
        """
        assert self._frames is not None
        old, new = self._frames
        place = document.photo_transform
        if is_undone and place != new.photo_transform:
            there = moved_place(place, self._projection.inverted())
            self._frames = (old._replace(photo_transform=there), Frame.of(document))
        elif not is_undone:
            if place != old.photo_transform:
                new = new._replace(photo_transform=moved_place(place, self._projection))
            self._frames = (Frame.of(document), new)

    def _prepare(self, document: Document) -> None:
        if document.quick_mask is not None:
            raise TransformError(
                translate("Errors", "Leave the quick mask before changing the size of the picture.")
            )
        projection, width, height = self.mapping(document)
        check_document_size(width, height)
        after = Rect.of_size(width, height)
        self._projection = projection
        turn = projection.turn()
        if turn is not None and not self.cuts and turn == Projection().turn():
            self._step = round(projection.values[2]), round(projection.values[5])
        else:
            self._after = {
                layer.id: self.cut(
                    Raster.of(layer).transformed(projection, self.resampling, None), after
                )
                for layer in document.layers
            }
        selection = mapped_selection(document.selection, projection, self.resampling, after)
        place = moved_place(document.photo_transform, projection)
        self._frames = (Frame.of(document), Frame(width, height, selection, place))


class CropDocument(Reframe):
    """Make a rectangle the whole document: a crop, or a larger canvas."""

    def __init__(self, rect: Rect, *, deletes: bool = False, label: str = "Crop") -> None:
        """Prepare the crop.

        Args:
            rect: document pixels, also beyond the document.
            deletes: drop the pixels outside; else layers keep them, unseen.
            label: what the history list shows.
        """
        super().__init__(label)
        self.rect = rect
        self.deletes = deletes

    def mapping(self, document: Document) -> tuple[Projection, int, int]:
        """Move the rectangle's corner to the document's."""
        step = Projection.translation(-self.rect.x, -self.rect.y)
        return step, self.rect.width, self.rect.height

    @property
    def cuts(self) -> bool:
        """Whether pixels are dropped."""
        return self.deletes

    def cut(self, raster: Raster, document: Rect) -> Raster:
        """Only what lies in the document."""
        for plane in raster:
            if plane is not None and not document.contains(plane.rect):
                plane.resize(plane.rect.intersected(document))
        return raster


class ScaleDocument(Reframe):
    """Give the picture another size with everything in it."""

    def __init__(
        self, width: int, height: int, resampling: Resampling = Resampling.BICUBIC
    ) -> None:
        """Prepare the size, pixels."""
        super().__init__(label="Image size", resampling=resampling)
        self.width, self.height = width, height

    def mapping(self, document: Document) -> tuple[Projection, int, int]:
        """Scale both ways, not always by the same factor."""
        factors = self.width / document.width, self.height / document.height
        return Projection.scaling(*factors), self.width, self.height


class TurnDocument(Reframe):
    """Turn the whole picture by right angles, bit for bit."""

    def __init__(self, quarter_turns: int) -> None:
        """Prepare the turn, clockwise."""
        self.quarter_turns = quarter_turns % 4
        super().__init__(label="Rotate image")

    def mapping(self, document: Document) -> tuple[Projection, int, int]:
        """Turn around the corner and move back into the document."""
        turn = Projection.rotation(90 * self.quarter_turns)
        place = turn.bounds(document.rect)
        turned = turn.then(Projection.translation(-place.x, -place.y))
        return turned, place.width, place.height


class FlipDocument(Reframe):
    """Mirror the whole picture, bit for bit."""

    def __init__(self, is_vertical: bool = False) -> None:
        """Prepare to exchange left and right, or top and bottom."""
        super().__init__(label="Flip image")
        self.is_vertical = is_vertical

    def mapping(self, document: Document) -> tuple[Projection, int, int]:
        """Mirror around the middle."""
        width, height = document.width, document.height
        signs = (1, -1) if self.is_vertical else (-1, 1)
        return Projection.scaling(*signs, (width / 2, height / 2)), width, height


def check_document_size(width: int, height: int) -> None:
    """Check a size in pixels.

    Raises:
        TransformError: a picture cannot have it.
    """
    if min(width, height) < 1:
        raise TransformError(
            translate("Errors", "A picture needs at least one pixel on each side.")
        )
    if max(width, height) > LONGEST_SIDE_PX or width * height > MAX_MEGAPIXELS * 1_000_000:
        raise TransformError(translate("Errors", "The picture would become too large."))


def mapped_selection(
    selection: Selection | None, projection: Projection, resampling: Resampling, document: Rect
) -> Selection | None:
    """The selection in a document of another rectangle; None when nothing is left of it."""
    if selection is None:
        return None
    plane = Plane.from_pixels(np.array(selection.mask))
    mask = transformed(plane, projection, resampling, document).read(document)
    mapped = Selection(np.array(mask))
    return None if mapped.is_empty else mapped


def _change(pixels: Rect) -> Change:
    return Change(pixels, layers=True, selection=True, geometry=True)
