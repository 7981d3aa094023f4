"""An edit that is being painted: its pictures, kept up to date by what each stroke changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.errors import MaskError, PhotoError
from singan_core.pixels.colour import colour_statistics, moved_colours
from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask, bounds, soft_mask, soft_window
from singan_core.pixels.reduction import ReducedPicture
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.injection import Injection, mask_rims
from singan_core.rendering.reduced_injection import ReducedInjection

NOWHERE = Window(0, 0, 0, 0)
_INSIDE = 128


@dataclass(frozen=True, slots=True)
class EditChange:
    """What a stroke changed, each a window of the composite; an empty one = nothing.

    Attributes:
        edit: pixels that enter the pyramid.
        base: pixels that stay outside the mask.
        mask: the mask.
        soft: the mask after it was grown and feathered.
    """

    edit: Window
    base: Window
    mask: Window
    soft: Window


class LiveEdit:
    """The composite and the mask of an injection, both of which strokes change.

    Attributes:
        size: (H, W) of the composite.
        pictures: what is rendered, at the sizes it is rendered at.
    """

    def __init__(
        self,
        injection: Injection,
        edit_sizes: Collection[Size],
        size: Size,
        device: torch.device,
    ) -> None:
        """Copy and reduce the pictures of an injection.

        Args:
            injection: the edit as it is now; its mask may be empty.
            edit_sizes: (H, W) of the sizes at which all of the edit is wanted.
            size: (H, W) of the picture that is made.
            device: where to compute.

        Raises:
            MaskError: the mask has another size.
        """
        height, width = injection.composite.shape[:2]
        self.size: Size = height, width
        if injection.mask is not None and injection.mask.shape != self.size:
            raise MaskError("The mask and the picture differ in size.")
        is_matched = injection.mask is not None and injection.colour_match > 0.0
        self._strength = injection.colour_match if is_matched else 0.0
        self._colours = colour_statistics(injection.photo) if is_matched else None
        self._rims = mask_rims(injection)
        self._is_over_photo = injection.photo.shape == injection.composite.shape
        self._set_pictures(injection, edit_sizes, size, device)

    def _set_pictures(
        self,
        injection: Injection,
        edit_sizes: Collection[Size],
        size: Size,
        device: torch.device,
    ) -> None:
        is_matched, mask = self._colours is not None, injection.mask
        composite_sizes = set() if is_matched else set(edit_sizes)
        if not self._is_over_photo:
            composite_sizes.add(size)
        self._composite = ReducedPicture(injection.composite.copy(), composite_sizes)
        base = ReducedPicture(injection.photo, {size}) if self._is_over_photo else self._composite
        soft = None
        if mask is not None:
            self._mask = mask.copy()
            soft = ReducedPicture(soft_mask(mask, *self._rims), {size})
        edit = self._composite
        if is_matched:
            edit = ReducedPicture(self._matched(Window.of(self.size)), edit_sizes)
        masked = None if mask is None else ReducedPicture(self._mask, {size})
        self.pictures = ReducedInjection(edit, base, masked, soft, device)

    def change(self, window: Window, pixels: ImageArray, mask: Mask | None) -> EditChange:
        """Write what a stroke changed, and find out what that changes in turn.

        Args:
            window: pixels of the composite.
            pixels: (h, w, 3) uint8, the composite there.
            mask: (h, w) uint8, the mask there; None where the edit has no mask.

        Raises:
            PhotoError: the window is not inside the composite, or the pixels do not fit it.
            MaskError: the mask does not fit the window.
        """
        self._check(window, pixels, mask)
        drawn = _written(self._composite, window, pixels)
        masked, soft = self._change_mask(window, mask)
        edited = drawn
        if self._colours is not None and not (drawn.is_empty and masked.is_empty):
            near = self._masked().united(drawn).united(masked)
            edited = _written(self.pictures.edit, near, self._matched(near))
        return EditChange(edited, NOWHERE if self._is_over_photo else drawn, masked, soft)

    def visible(self, window: Window) -> Window:
        """Return the smallest window that holds what the soft mask shows of a window."""
        if self.pictures.soft is None:
            return window
        return bounds(self.pictures.soft.pixels[window.slices][..., 0]).shifted(window)

    def _check(self, window: Window, pixels: ImageArray, mask: Mask | None) -> None:
        if window.common(Window.of(self.size)) != window or pixels.shape != (*window.size, 3):
            raise PhotoError("The changed pixels do not fit into the picture.")
        if self.pictures.mask is not None and (mask is None or mask.shape != window.size):
            raise MaskError("The mask and the picture differ in size.")

    def _change_mask(self, window: Window, mask: Mask | None) -> tuple[Window, Window]:
        masks, soft = self.pictures.mask, self.pictures.soft
        if masks is None or soft is None or mask is None:
            return NOWHERE, NOWHERE
        masked = _written(masks, window, mask)
        if masked.is_empty:
            return NOWHERE, NOWHERE
        near = masked.grown(sum(self._rims) + 1, self.size)
        return masked, _written(soft, near, soft_window(self._mask, near, *self._rims))

    def _masked(self) -> Window:
        return bounds(self._mask >= _INSIDE)

    def _matched(self, window: Window) -> ImageArray:
        """Return a window, which holds all of the mask, with the colours inside it matched."""
        pixels: ImageArray = self._composite.pixels[window.slices].copy()
        inside = self._mask[window.slices] >= _INSIDE
        if self._colours is not None and inside.any():
            pixels[inside] = moved_colours(pixels[inside], self._colours, self._strength)
        return pixels


def _written(picture: ReducedPicture, window: Window, pixels: NDArray[np.uint8]) -> Window:
    """Write a window of a picture and return the part of it that really changed."""
    old = picture.pixels[window.slices]
    changed = bounds((old != pixels.reshape(old.shape)).any(axis=2))
    if not changed.is_empty:
        picture.change(changed.shifted(window), pixels[changed.slices])
    return changed.shifted(window)
