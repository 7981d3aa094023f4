"""The edit of a document that is painted on, stroke by stroke: each costs what it changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.document.compositing import flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.masking.changed_pixels import changed_rect
from app.document.masking.edit_mask import (
    Edit,
    EditParts,
    binary,
    edit_parts,
    painted_mask,
    without_holes,
)
from app.document.pixels import Pixels
from app.document.transforming.photo_place import PlacedPhoto

if TYPE_CHECKING:
    from singan_core.pixels.resize import Window


class FollowedEdit:
    """Works out the edits of one document, one after another; `edit_of` says what an edit is.

    What was worked out last is kept as long as this is. Any thread may use it, one at a time.
    """

    def __init__(self) -> None:
        self._last: _Last | None = None

    def edit_of(
        self, document: Document, photo_rgb: Pixels, photo_alpha: Pixels | None = None
    ) -> Edit:
        """The edit that a document is, to the same bits as the function `edit_of`.

        Where nothing but pixels of layers differs from the last document, only those are worked
        out again. A hole is filled from all of the picture: with one, everything is.

        Args:
            document: a snapshot, which is kept.
            photo_rgb: as for `edit_of`; the same array as long as it is the same photo.
            photo_alpha: likewise.
        """
        # nothing half done stays when memory runs out on the way
        last, self._last = self._last, None
        if last is None or not last.follow(document, photo_rgb, photo_alpha):
            parts = edit_parts(document, photo_rgb, photo_alpha)
            last = _Last(document, photo_rgb, photo_alpha, parts, parts.edit)
        self._last = last
        return last.edit


@dataclass(slots=True)
class _Last:
    """A document, its photo as it was given, and its edit, whose arrays are never written.

    Attributes:
        parts: what `painted` and `difference` hold is brought up to date in place.
    """

    document: Document
    photo_rgb: Pixels
    photo_alpha: Pixels | None
    parts: EditParts
    edit: Edit

    def follow(self, document: Document, photo_rgb: Pixels, photo_alpha: Pixels | None) -> bool:
        """Become the edit of another document; returns whether that is possible."""
        if self.photo_rgb is not photo_rgb or self.photo_alpha is not photo_alpha:
            return False
        changed = changed_rect(self.document, document)
        if changed is None:
            return False
        self.document = document
        return changed.is_empty or self._take(changed)

    def _take(self, changed: Rect) -> bool:
        """Take over pixels of the document; returns whether there is no hole."""
        if self.edit.hole.any():
            return False
        part = changed.slices_in(self.document.rect)
        rgb, alpha, is_beyond = self.parts.placed
        placed = PlacedPhoto(rgb[part], alpha[part], is_beyond[part])
        painted, flat = painted_mask(self.document, changed), flatten(self.document, changed)
        composite, hole = without_holes(flat, painted, placed.rgb, placed.alpha)
        if hole.any():
            return False
        self.parts.painted[part] = painted
        photo = np.where(placed.is_beyond[..., None], composite, placed.rgb)
        self.edit = replace(
            self.edit,
            composite=_with(self.edit.composite, part, composite),
            photo=_with(self.edit.photo, part, photo)
            if placed.is_beyond.any()
            else self.edit.photo,
        )
        self._take_mask(_window_of(changed), photo, composite)
        return True

    def _take_mask(self, changed: Window, photo: Pixels, composite: Pixels) -> None:
        """Follow a change of both pictures, of which these are the changed parts."""
        difference = self.parts.difference
        if difference is None:
            return
        mask = self.edit.mask.copy()
        for window in (changed, difference.change(changed, photo, composite)):
            place = window.slices
            beyond = binary(self.parts.placed.is_beyond[place])
            mask[place] = self.parts.painted[place] | difference.mask[place] | beyond
        self.edit = replace(self.edit, mask=mask)


def _with(pixels: Pixels, part: tuple[slice, slice], replaced: Pixels) -> Pixels:
    """A copy of an array with another part: older edits may still be in use."""
    copy = np.array(pixels)
    copy[part] = replaced
    return copy


def _window_of(rect: Rect) -> Window:
    # not at the top: this brings in torch, and the window comes first
    from singan_core.pixels.resize import Window

    return Window(rect.y, rect.x, rect.bottom, rect.right)
