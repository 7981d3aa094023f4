"""Where the training photo lies on the canvas, after crops, scaling, turns and flips."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.document.document import Document, PhotoTransform
from app.document.geometry import Rect
from app.document.pixels import Pixels
from app.document.planes import Plane
from app.document.transforming.projection import Projection
from app.document.transforming.resampling import transformed

_FLIPPED_X, _FLIPPED_Y, _TRANSPOSED = 1, 2, 4


class PlacedPhoto(NamedTuple):
    """The training photo as it lies on the canvas.

    Attributes:
        rgb: (H, W, 3) uint8 of the document's size; black beyond the photo.
        alpha: (H, W) uint8, of the photo as it was opened; 255 beyond the photo.
        is_beyond: (H, W) bool, where the canvas shows nothing of the photo.
    """

    rgb: Pixels
    alpha: Pixels
    is_beyond: NDArray[np.bool_]


def projection_of(place: PhotoTransform) -> Projection:
    """The map from photo to document points."""
    orientation = int(place.orientation)
    scale_x = -place.scale_x if orientation & _FLIPPED_X else place.scale_x
    scale_y = -place.scale_y if orientation & _FLIPPED_Y else place.scale_y
    if orientation & _TRANSPOSED:
        return Projection((0.0, scale_x, place.dx, scale_y, 0.0, place.dy, 0.0, 0.0, 1.0))
    return Projection((scale_x, 0.0, place.dx, 0.0, scale_y, place.dy, 0.0, 0.0, 1.0))


def moved_place(place: PhotoTransform, projection: Projection) -> PhotoTransform:
    """The place after everything in the document was moved, scaled, flipped or turned by 90°."""
    a, b, dx, c, d, dy = projection_of(place).then(projection).values[:6]
    is_transposed = abs(b) > abs(a)
    scale_x, scale_y = (b, c) if is_transposed else (a, d)
    orientation = _TRANSPOSED if is_transposed else 0
    orientation |= _FLIPPED_X if scale_x < 0 else 0
    orientation |= _FLIPPED_Y if scale_y < 0 else 0
    return PhotoTransform(abs(scale_x), abs(scale_y), dx, dy, orientation)


def placed_photo(document: Document, rgb: Pixels, alpha: Pixels | None = None) -> PlacedPhoto:
    """The photo as it lies on the canvas, resampled like the layers were.

    Args:
        document: of any size.
        rgb: (H, W, 3) uint8, the photo.
        alpha: (H, W) uint8 of the photo as it was opened; opaque when None.
    """
    height, width = rgb.shape[:2]
    projection = projection_of(document.photo_transform)
    alpha = np.full((height, width), 255, np.uint8) if alpha is None else alpha
    if projection.is_identity and document.rect == Rect.of_size(width, height):
        return PlacedPhoto(rgb, alpha, np.zeros((height, width), np.bool_))
    opaque = np.concatenate([rgb, np.full((height, width, 1), 255, np.uint8)], axis=2)
    reach = document.rect
    colors = transformed(Plane.from_rgba(opaque), projection, within=reach).to_rgba(reach)
    seen = transformed(Plane.from_grey(alpha), projection, within=reach).read(reach)
    return PlacedPhoto(np.ascontiguousarray(colors[..., :3]), seen, colors[..., 3] < 255)


def dense_size(place: PhotoTransform, photo_size: tuple[int, ...]) -> tuple[int, int]:
    """The size of the whole photo, upright, where it is as dense as on the canvas.

    Args:
        place: where it lies.
        photo_size: (H, W) of the photo, pixels.
    """
    down, across = place.scale_y, place.scale_x
    if int(place.orientation) & _TRANSPOSED:
        down, across = across, down
    height, width = photo_size
    return max(1, round(height * down)), max(1, round(width * across))


def trained_size(
    document: Document, photo_size: tuple[int, int], finest_size: tuple[int, int]
) -> tuple[int, int]:
    """The size at which the finest scale of a pyramid renders the whole canvas.

    Args:
        document: of any size.
        photo_size: (H, W) of the photo, pixels.
        finest_size: (H, W) of the finest scale trained on it, pixels.

    Returns:
        (H, W): as many pixels for each photo pixel as in training.
    """
    place = document.photo_transform
    down, across = (finest / whole for finest, whole in zip(finest_size, photo_size, strict=True))
    if int(place.orientation) & _TRANSPOSED:
        down, across = across, down
    return (
        max(1, round(document.height / place.scale_y * down)),
        max(1, round(document.width / place.scale_x * across)),
    )
