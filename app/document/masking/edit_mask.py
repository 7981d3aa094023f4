"""What the user changed: the input of a render."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.compositing import flatten
from app.document.compositing.merged_pixels import composite_of
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer_tree import ancestors_of, block_of, clip_base, is_seen
from app.document.layers import Layer, LayerKind
from app.document.masking.prefill import prefill_hole
from app.document.pixels import Pixels, multiplied
from app.document.transforming.photo_place import PlacedPhoto, placed_photo

if TYPE_CHECKING:
    from singan_core.pixels.difference import DifferenceMask

# Fainter paint than this, of 255, is not an edit.
_FAINTEST = 8
# Rounding may take this much from the alpha of pixels that nobody cut.
_ALPHA_NOISE = 2


@dataclass(frozen=True, slots=True)
class Edit:
    """The composite that is injected and where its result may differ from the photo.

    Attributes:
        composite: (H, W, 3) uint8 RGB, without holes.
        mask: (H, W) uint8, 255 where the result may differ, else 0.
        hole: (H, W) uint8, 255 where the composite was prefilled, else 0.
        photo: (H, W, 3) uint8 RGB, the photo as it lies on the canvas; beyond it the composite.
    """

    composite: Pixels
    mask: Pixels
    hole: Pixels
    photo: Pixels


@dataclass(frozen=True, slots=True)
class EditParts:
    """An edit, and what its mask was made of.

    Attributes:
        edit: the edit.
        placed: the photo it was compared with.
        painted: (H, W) uint8, see `painted_mask`.
        difference: where composite and photo differ; None where a selection is the mask.
    """

    edit: Edit
    placed: PlacedPhoto
    painted: Pixels
    difference: DifferenceMask | None


def edit_of(document: Document, photo_rgb: Pixels, photo_alpha: Pixels | None = None) -> Edit:
    """The edit that a document is, compared with its photo.

    The mask is what painted and pasted layers show, together with where the canvas really differs
    from the photo, together with the hole that a moved patch left, together with all of the canvas
    beyond the photo. A selection overrides it, unless it only marks a patch that was moved.

    Args:
        document: may be a snapshot, on any thread.
        photo_rgb: (H, W, 3) uint8; the document says where it lies.
        photo_alpha: (H, W) uint8 of the photo as it was opened; opaque when None. What was
            transparent from the start is no hole: there the photo's own colours count.
    """
    return edit_parts(document, photo_rgb, photo_alpha).edit


def edit_parts(
    document: Document, photo_rgb: Pixels, photo_alpha: Pixels | None = None
) -> EditParts:
    """The edit that a document is, with what it was made of; arguments as `edit_of`."""
    # torch comes with singan_core and takes a second to import: the window shows first
    from singan_core.pixels.difference import DifferenceMask

    placed = placed_photo(document, photo_rgb, photo_alpha)
    painted = painted_mask(document)
    composite, hole = without_holes(flatten(document), painted, placed.rgb, placed.alpha)
    photo = placed.rgb
    if placed.is_beyond.any():
        photo = np.where(placed.is_beyond[..., None], composite, photo)
    chosen = document.chosen_area
    if chosen is not None:
        edit = Edit(composite, binary(chosen.mask >= 128), hole, photo)
        return EditParts(edit, placed, painted, None)
    difference = DifferenceMask(photo, composite)
    mask = painted | hole | difference.mask | binary(placed.is_beyond)
    return EditParts(Edit(composite, mask, hole, photo), placed, painted, difference)


def filled_hole(
    document: Document, photo_rgb: Pixels, photo_alpha: Pixels | None = None
) -> tuple[Rect, Pixels] | None:
    """Return what a render is given where pixels were cut away; arguments as `edit_of`.

    Returns:
        The smallest rectangle around the hole and its (h, w, 4) straight RGBA pixels, transparent
        beside the hole; None where there is none.
    """
    if not any(_is_cut(layer) for layer in document.layers):
        return None
    placed = placed_photo(document, photo_rgb, photo_alpha)
    flat = flatten(document)
    painted = painted_mask(document)
    composite, hole = without_holes(flat, painted, placed.rgb, placed.alpha)
    bounds = Rect(*(int(value) for value in cv2.boundingRect(hole)))
    if bounds.is_empty:
        return None
    part = bounds.slices_in(document.rect)
    return bounds, np.dstack((composite[part], hole[part]))


def _is_cut(layer: Layer) -> bool:
    """Whether a layer of the photo may have lost pixels: cheap to tell, and rarely so."""
    if layer.kind is not LayerKind.PHOTO or layer.rect.is_empty:
        return False
    return layer.mask is not None or int(layer.masked_pixels(layer.rect)[..., 3].min()) < 255


def painted_mask(document: Document, rect: Rect | None = None) -> Pixels:
    """Where painted and pasted layers show: (h, w) uint8, 0 or 255; `rect` as `painted_alpha`."""
    return binary(painted_alpha(document, rect) >= _FAINTEST)


def painted_alpha(document: Document, rect: Rect | None = None) -> Pixels:
    """How much of each pixel painted and pasted layers cover, as far as others do not hide them.

    Args:
        document: may be a snapshot.
        rect: document pixels, inside the document; the whole document when None.

    Returns:
        (h, w) uint8, 0..255.
    """
    rect = document.rect if rect is None else rect
    total = np.zeros((rect.height, rect.width), np.uint8)
    for layer in document.layers:
        part = layer.rect.intersected(rect)
        if part.is_empty or not is_seen(document.layers, layer):
            continue
        alpha = _layer_alpha(document, layer, part)
        target = total[part.slices_in(rect)]
        if layer.kind in (LayerKind.PAINT, LayerKind.PATCH):
            target[...] = np.maximum(target, alpha)
        else:
            target[...] = multiplied(target, 255 - alpha)
    return total


def _layer_alpha(document: Document, layer: Layer, rect: Rect) -> Pixels:
    """How much of each pixel a layer covers, as far as groups and clipping let it."""
    alpha = _faded(np.ascontiguousarray(layer.masked_pixels(rect)[..., 3]), layer.opacity)
    base = clip_base(document.layers, layer)
    if base is not None:
        alpha = multiplied(alpha, _base_alpha(document, base, rect))
    for group in ancestors_of(document.layers, layer):
        alpha = _faded(alpha, group.opacity)
        if group.mask is not None:
            alpha = multiplied(alpha, group.mask.read(rect))
    return alpha


def _base_alpha(document: Document, base: Layer, rect: Rect) -> Pixels:
    block = block_of(document.layers, base.id)
    free = replace(base, group_id=None, is_clipped=False)
    layers = [*document.layers[block.start : block.stop - 1], free]
    alone = Document(document.width, document.height, layers)
    return np.ascontiguousarray(composite_of(alone, rect)[..., 3])


def _faded(alpha: Pixels, opacity: float) -> Pixels:
    return (
        alpha if opacity >= 1 else np.asarray(cv2.convertScaleAbs(alpha, alpha=opacity), np.uint8)
    )


def without_holes(
    flat: Pixels, painted: Pixels, photo_rgb: Pixels, photo_alpha: Pixels
) -> tuple[Pixels, Pixels]:
    """The flattened canvas over the photo, or over the prefill where pixels were cut away.

    Only the prefill looks beyond a pixel: without a hole, any part may be done on its own.

    Args:
        flat: (h, w, 4) uint8 RGBA, not premultiplied.
        painted: (h, w) uint8, not 0 where nothing shall be filled from.
        photo_rgb: (h, w, 3) uint8.
        photo_alpha: (h, w) uint8.

    Returns:
        (h, w, 3) uint8, and the hole: (h, w) uint8, 0 or 255.
    """
    alpha = flat[..., 3]
    if alpha.min() == 255:
        return np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGBA2RGB), np.uint8), np.zeros_like(alpha)
    hole = binary(alpha.astype(np.int16) < photo_alpha.astype(np.int16) - _ALPHA_NOISE)
    backdrop = prefill_hole(_over(flat, photo_rgb), hole, painted)
    return _over(flat, np.where(hole[..., None] > 0, backdrop, photo_rgb)), hole


def _over(flat: Pixels, backdrop: Pixels) -> Pixels:
    weight = flat[..., 3].astype(np.float32) / np.float32(255)
    color = np.ascontiguousarray(flat[..., :3])
    return np.asarray(cv2.blendLinear(color, backdrop, weight, 1 - weight), np.uint8)


def binary(where: NDArray[np.bool_]) -> Pixels:
    """A mask: 255 where true, else 0."""
    return np.asarray(np.where(where, 255, 0), np.uint8)
