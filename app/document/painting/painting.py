"""Where paint goes, and the pixels it changes while a gesture lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.commands import Command, EditPixels, PixelPatch
from app.document.commands.command import unlocked_layer
from app.document.document import Document
from app.document.errors import MaskMissingError, NotPaintableError
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.painting.touched_bands import TouchedBands
from app.document.painting.touched_tiles import TouchedTiles
from app.document.pixels import Pixels, RgbColor, multiplied
from app.document.planes import BAND_ROWS, Plane
from app.document.selection import Selection
from app.document.wording import translate

Weights = NDArray[np.float32]

# The pixels worked on at once: what is made on the way stays in the processor's cache.
_STRIP_PIXELS = 1 << 15


@dataclass(frozen=True, slots=True)
class PaintTarget:
    """What is painted on: the pixels of a layer, or its mask.

    Attributes:
        plane: the raster that changes.
        document_rect: the document's pixels.
        layer_id: the layer's.
        is_mask: `plane` is the layer's mask.
        keeps_alpha: colours change, transparency does not.
        selection: paint goes nowhere else; None = everywhere.
    """

    plane: Plane
    document_rect: Rect
    layer_id: str = ""
    is_mask: bool = False
    keeps_alpha: bool = False
    selection: Selection | None = None

    @property
    def area(self) -> Rect:
        """The document pixels that can change."""
        return self.document_rect if self.selection is None else self.selection.bounds

    def value_of(self, color: RgbColor) -> Pixels:
        """A colour as a pixel of the plane: premultiplied BGRA, or its luminosity on a mask.

        Args:
            color: red, green, blue, 0..255.

        Returns:
            (4,) or () uint8.
        """
        red, green, blue = color
        if self.plane.channels == 1:
            return np.array(round(0.299 * red + 0.587 * green + 0.114 * blue), np.uint8)
        return np.array([blue, green, red, 255], np.uint8)

    @property
    def erased_value(self) -> Pixels:
        """The pixel that erasing strives for: (4,) zeros, transparent, or () 0 on a mask."""
        return np.zeros(() if self.plane.channels == 1 else 4, np.uint8)

    def command(
        self, patches: Sequence[PixelPatch], rect_before: Rect, label: str, is_shown: bool
    ) -> Command:
        """What does again, and undoes, the change of the plane; see `EditPixels`."""
        return EditPixels(
            self.layer_id,
            patches,
            rect_before,
            self.plane.rect,
            label=label,
            on_mask=self.is_mask,
            is_shown=is_shown,
            is_painted=True,
        )


def layer_target(document: Document, layer_id: str, on_mask: bool = False) -> PaintTarget:
    """Paint on a layer or its mask, within the document's selection.

    Raises:
        LayerNotFoundError: there is no such layer.
        LayerLockedError: it is locked.
        MaskMissingError: it has no mask to paint on.
        NotPaintableError: it is a group.
    """
    layer = unlocked_layer(document, layer_id)
    if layer.is_group and not on_mask:
        raise NotPaintableError(
            translate(
                "Errors", "“{name}” is a group; choose a layer inside it to paint on."
            ).format(name=layer.name)
        )
    return PaintTarget(
        _mask_of(layer) if on_mask else layer.plane,
        document.rect,
        layer.id,
        on_mask,
        layer.is_alpha_locked and not on_mask,
        document.selection,
    )


class Painting:
    """Pixels in the making; `finish` makes them a command, `cancel` undoes them.

    What is painted always lies over the pixels from before: painting a place again replaces what
    was painted there. The plane must not be changed otherwise meanwhile. A plane that is too small
    grows to the document.
    """

    def __init__(self, target: PaintTarget, is_wide: bool = False) -> None:
        """Prepare to paint on `target`; `is_wide` says that perhaps a large part of it changes."""
        self.target = target
        plane = target.plane
        self._rect_before = plane.rect
        self._touched: TouchedTiles | TouchedBands = (
            TouchedBands(plane)
            if is_wide
            else TouchedTiles(plane, plane.rect.united(target.document_rect))
        )

    def blend(self, rect: Rect, weights: Weights, paint: Pixels) -> Rect:
        """Paint over what was there before.

        Args:
            rect: document pixels inside the target's area.
            weights: (h, w) float32 of `rect`, 0..1; used up.
            paint: one pixel of the plane, or all of `rect`, premultiplied.

        Returns:
            The document pixels that changed.
        """
        inside = self._reachable(rect, paint)
        if inside.is_empty:
            return inside
        part = inside.slices_in(rect)
        weights = weights[part]
        self._limit(inside, weights)
        before, written = self._touched.before(inside), self.target.plane.write(inside)
        is_plain, keeps_alpha = paint.ndim < before.ndim, self.target.keeps_alpha
        fixed = _filled(before, paint) if is_plain else paint[part]
        for rows in _strips(inside):
            strip = fixed[: rows.stop - rows.start] if is_plain else fixed[rows]
            written[rows] = mixed(before[rows], strip, weights[rows], is_plain, keeps_alpha)
        return inside

    def cover(self, rect: Rect, mask: Pixels | None, paint: Pixels, opacity: float = 1.0) -> Rect:
        """Paint over what was there before, without much memory on the way.

        Args:
            rect: document pixels.
            mask: (h, w) uint8 of `rect`, 255 = painted; None = all of it.
            paint: one pixel of the plane.
            opacity: 0..1.

        Returns:
            The document pixels that may have changed.
        """
        inside = rect.intersected(self.target.area)
        full = np.float32(opacity if mask is None else opacity / 255)
        for band in bands_of(inside):
            if mask is None:
                weights = np.full((band.height, band.width), full, np.float32)
            else:
                weights = mask[band.slices_in(rect)] * full
            self.blend(band, weights, paint)
        return inside

    def restore(self) -> Rect:
        """Bring back the pixels from before, to paint anew; returns what changed."""
        return self._touched.restore()

    def cancel(self) -> Rect:
        """Make everything as it was before; returns what changed."""
        changed = self._touched.restore()
        self.target.plane.resize(self._rect_before)
        return changed

    def finish(self, label: str, is_shown: bool) -> Command | None:
        """Make it one step.

        Args:
            label: what the history list shows.
            is_shown: every change was announced already.

        Returns:
            A command whose effect is already there, to be run through the history; None when no
            pixel changed.
        """
        patches = self._touched.patches()
        if not patches:
            self.cancel()
            return None
        return self.target.command(patches, self._rect_before, label, is_shown)

    def _limit(self, rect: Rect, weights: Weights) -> None:
        if self.target.selection is not None:
            weights *= self.target.selection.read(rect) * np.float32(1 / 255)

    def _reachable(self, rect: Rect, paint: Pixels) -> Rect:
        """The part of `rect` inside the plane, which grows unless nothing can appear there."""
        plane = self.target.plane
        if plane.rect.contains(rect):
            return rect
        if self.target.keeps_alpha or (paint.ndim == 1 and not paint.any()):
            return rect.intersected(plane.rect)
        # the whole document at once: planes are paged in lazily, growing in steps would copy
        plane.resize(plane.rect.united(self.target.document_rect))
        return rect


def mixed(
    before: Pixels, paint: Pixels, weights: Weights, is_plain: bool, keeps_alpha: bool
) -> Pixels:
    """Paint over pixels as far as the weights say.

    Args:
        before: (h, w, 4) premultiplied BGRA, or (h, w) of a mask.
        paint: of the same shape.
        weights: (h, w) float32, 0..1.
        is_plain: the paint replaces pixels, also by transparent ones; else it lies over them.
        keeps_alpha: colours change, transparency does not.

    Returns:
        Pixels like `before`.
    """
    covered = weights
    if before.ndim == 3 and not is_plain and paint[..., 3].min(initial=255) < 255:
        covered = paint[..., 3] * (weights * np.float32(1 / 255))
    if keeps_alpha:
        paint = multiplied(paint, before[..., 3])
    if covered is weights and weights.min(initial=1) >= 1:
        result = paint
    elif covered is weights:
        result = np.asarray(cv2.blendLinear(before, paint, 1 - weights, weights), np.uint8)
    else:
        result = _over(before, paint, weights, covered)
    if keeps_alpha:
        result[..., 3] = before[..., 3]
    return result


def strips_of(rect: Rect) -> Iterator[Rect]:
    """Cut a rectangle into strips whose intermediate results stay in the processor's cache."""
    for rows in _strips(rect):
        yield Rect(rect.x, rect.y + rows.start, rect.width, rows.stop - rows.start)


def bands_of(rect: Rect) -> Iterator[Rect]:
    """Cut a rectangle into bands of rows that begin and end where those of planes do."""
    for top in range(rect.y // BAND_ROWS * BAND_ROWS, rect.bottom, BAND_ROWS):
        yield Rect(rect.x, top, rect.width, BAND_ROWS).intersected(rect)


def _strips(rect: Rect) -> Iterator[slice]:
    count = max(1, _STRIP_PIXELS // max(1, rect.width))
    for top in range(0, rect.height, count):
        yield slice(top, min(rect.height, top + count))


def _filled(like: Pixels, value: Pixels) -> Pixels:
    """As many rows of one pixel as a strip has."""
    rows = next(_strips(Rect(0, 0, like.shape[1], like.shape[0])))
    filled = np.empty((rows.stop, *like.shape[1:]), np.uint8)
    filled[...] = value
    return filled


def _over(before: Pixels, paint: Pixels, weights: Weights, covered: Weights) -> Pixels:
    """Premultiplied `paint`, which covers as much, over `before`; rounded to nearest."""
    result = before * (1 - covered)[..., None]
    result += paint * weights[..., None]
    result += np.float32(0.5)
    return result.astype(np.uint8)


def _mask_of(layer: Layer) -> Plane:
    if layer.mask is None:
        raise MaskMissingError(
            translate("Errors", "The layer “{name}” has no mask to paint on.").format(
                name=layer.name
            )
        )
    return layer.mask
