"""Planes moved, scaled, turned and distorted: exact where whole pixels move, else smooth."""

from __future__ import annotations

import math
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.document.errors import TransformError
from app.document.geometry import Rect
from app.document.outlines import corners_path, path_coverage
from app.document.pixels import Pixels
from app.document.planes import Plane
from app.document.transforming.projection import Projection, Turn
from app.document.wording import translate

# cv2 counts columns in 16 bits.
_LONGEST_PX = 32000
# Rows of one pass, so that what is in between stays small.
_PASS_ROWS = 256
_MASK_LEVELS = np.float32(255)


class Resampling(str, Enum):
    """How new pixels are found between the old ones."""

    BICUBIC = "bicubic"
    BILINEAR = "bilinear"
    NEAREST = "nearest"


_PILLOW = {
    Resampling.BICUBIC: Image.Resampling.BICUBIC,
    Resampling.BILINEAR: Image.Resampling.BILINEAR,
}
_CV2 = {Resampling.BICUBIC: cv2.INTER_CUBIC, Resampling.BILINEAR: cv2.INTER_LINEAR}


def transformed(
    plane: Plane,
    projection: Projection,
    resampling: Resampling = Resampling.BICUBIC,
    within: Rect | None = None,
) -> Plane:
    """A plane with all its pixels at other places.

    Whole pixels are moved bit for bit: by whole pixels (sharing them), by right angles, mirrored.
    Otherwise pixels are filtered, antialiased where they shrink, and the edge gets the exact
    coverage of its pixels, so that an opaque picture keeps an opaque rim.

    Args:
        plane: colours, or a mask.
        projection: where its points go.
        resampling: the filter.
        within: keep only what lies there, unless whole pixels move.

    Raises:
        TransformError: the plane would have no pixel, or too many.
    """
    turn = projection.turn()
    if turn is not None:
        return _turned(plane, projection, turn)
    if plane.rect.is_empty:
        x, y = projection.map(plane.rect.x, plane.rect.y)
        return Plane(Rect(round(x), round(y), 0, 0), plane.channels, plane.fill)
    if not projection.shows(plane.rect):
        raise TransformError(translate("Errors", "This transform leaves nothing to see."))
    rect = projection.bounds(plane.rect)
    if within is not None:
        rect = rect.intersected(within)
    if rect.is_empty:
        return Plane(rect, plane.channels, plane.fill)
    if max(rect.width, rect.height, *plane.rect[2:]) > _LONGEST_PX:
        raise TransformError(translate("Errors", "The layer would become too large."))
    if resampling is Resampling.NEAREST:
        return _nearest(plane, projection, rect)
    if projection.is_upright:
        return _scaled(plane, projection, rect, resampling)
    return _warped(plane, projection, rect, resampling)


def warp(
    source: Pixels, back: Projection, target: Pixels, flags: int, fill: int | None = None
) -> None:
    """Fill a picture from another one, as it is; what shrinks is not filtered.

    Args:
        source: (h, w, 4) or (h, w) uint8, contiguous.
        back: the map from points of the target to points of the source.
        target: uint8 with as many channels, written.
        flags: cv2's interpolation.
        fill: value of all channels beyond the source; when None its outermost pixels go on.
    """
    half = Projection.translation(0.5, 0.5)
    # cv2 counts from the middle of pixels
    matrix = half.then(back).then(half.inverted()).matrix
    size, flags = (target.shape[1], target.shape[0]), flags | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
    value = (fill or 0,) * 4
    if back.is_affine:
        cv2.warpAffine(source, matrix[:2], size, target, flags, border, value)
    else:
        cv2.warpPerspective(source, matrix, size, target, flags, border, value)


def _turned(plane: Plane, projection: Projection, turn: Turn) -> Plane:
    if turn == Turn(False, 1, 1):
        moved = plane.snapshot()
        moved.translate(round(projection.values[2]), round(projection.values[5]))
        return moved
    corner = projection.bounds(plane.rect)
    pixels = _turned_pixels(plane.read(), turn)
    return Plane.from_pixels(pixels, corner.x, corner.y, plane.fill)


def _turned_pixels(pixels: Pixels, turn: Turn) -> Pixels:
    # numpy takes seven times as long to copy what is transposed
    if turn.is_transposed:
        pixels = pixels.swapaxes(0, 1) if pixels.size == 0 else _array(cv2.transpose(pixels))
    if pixels.size == 0 or (turn.sign_y, turn.sign_x) == (1, 1):
        return pixels
    both, axis = turn.sign_y == turn.sign_x, 1 if turn.sign_y == 1 else 0
    return _array(cv2.flip(pixels, -1 if both else axis))


def _array(pixels: object) -> Pixels:
    return np.asarray(pixels, np.uint8)


def _nearest(plane: Plane, projection: Projection, rect: Rect) -> Plane:
    """Every pixel whose middle comes from inside the plane takes that pixel."""
    back, source = projection.inverted(), plane.read()
    result = Plane(rect, plane.channels, plane.fill)
    target = result.write()
    a, b, c, d, e, f, g, h, i = back.values
    xs = np.arange(rect.x, rect.right) + 0.5
    for top in range(0, rect.height, _PASS_ROWS):
        ys = (np.arange(top, min(top + _PASS_ROWS, rect.height)) + rect.y + 0.5)[:, None]
        depth = g * xs + h * ys + i
        columns = np.floor((a * xs + b * ys + c) / depth - plane.rect.x).astype(np.int64)
        rows = np.floor((d * xs + e * ys + f) / depth - plane.rect.y).astype(np.int64)
        is_inside = (columns >= 0) & (columns < plane.rect.width)
        is_inside &= (rows >= 0) & (rows < plane.rect.height)
        target[top : top + len(ys)][is_inside] = source[rows[is_inside], columns[is_inside]]
    return result


def _scaled(plane: Plane, projection: Projection, rect: Rect, resampling: Resampling) -> Plane:
    """Scale along rows and columns by antialiased filters."""
    scale_x, _, dx, _, scale_y, dy = projection.values[:6]
    pixels = plane.read()
    place = plane.rect
    if scale_x < 0:
        pixels, dx, scale_x = pixels[:, ::-1], dx + scale_x * (2 * place.x + place.width), -scale_x
    if scale_y < 0:
        pixels, dy, scale_y = pixels[::-1], dy + scale_y * (2 * place.y + place.height), -scale_y
    # the box of source pixels, counted from the plane's corner, that fills the result
    left, right = ((x - dx) / scale_x - place.x for x in (rect.x, rect.right))
    top, bottom = ((y - dy) / scale_y - place.y for y in (rect.y, rect.bottom))
    cut, offset = _padded(pixels, (left, top, right, bottom), (scale_x, scale_y))
    box = _inside((left - offset[0], top - offset[1], right - offset[0], bottom - offset[1]), cut)
    scaled = _resized(cut, (rect.width, rect.height), box, resampling)
    across = _coverage(place.x * scale_x + dx, place.right * scale_x + dx, rect.x, rect.width)
    down = _coverage(place.y * scale_y + dy, place.bottom * scale_y + dy, rect.y, rect.height)
    if min(across.min(), down.min()) < 1:
        scaled = _covered(scaled, down[:, None] * across, plane.fill)
    return Plane.from_pixels(scaled, rect.x, rect.y, plane.fill)


def _padded(
    pixels: Pixels, box: tuple[float, float, float, float], scales: tuple[float, float]
) -> tuple[Pixels, tuple[int, int]]:
    """Cut out what filters of a box look at; beyond the edges the outermost pixels go on.

    Returns:
        The pixels, and the column and row of their corner in what was given.
    """
    reach_x, reach_y = (3 * math.ceil(max(1.0, 1.0 / scale)) for scale in scales)
    height, width = pixels.shape[:2]
    left, top = math.floor(box[0]) - reach_x, math.floor(box[1]) - reach_y
    right, bottom = math.ceil(box[2]) + reach_x, math.ceil(box[3]) + reach_y
    # the filters end at the edge by themselves: only what the box itself needs is made up
    left, top = max(left, min(0, math.floor(box[0]))), max(top, min(0, math.floor(box[1])))
    right = min(right, max(width, math.ceil(box[2])))
    bottom = min(bottom, max(height, math.ceil(box[3])))
    inner = pixels[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    padding = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
    if any(padding):
        padded = cv2.copyMakeBorder(np.ascontiguousarray(inner), *padding, cv2.BORDER_REPLICATE)
        inner = np.asarray(padded, np.uint8)
    return inner, (left, top)


def _inside(
    box: tuple[float, float, float, float], pixels: Pixels
) -> tuple[float, float, float, float]:
    """A box without what rounding put beyond the edges."""
    height, width = pixels.shape[:2]
    return max(0.0, box[0]), max(0.0, box[1]), min(width, box[2]), min(height, box[3])


def _resized(
    pixels: Pixels,
    size: tuple[int, int],
    box: tuple[float, float, float, float],
    resampling: Resampling,
) -> Pixels:
    # to Pillow premultiplied pixels are four unrelated channels
    mode = "L" if pixels.ndim == 2 else "RGBX"
    image = Image.frombuffer(
        mode, (pixels.shape[1], pixels.shape[0]), np.ascontiguousarray(pixels), "raw", mode, 0, 1
    )
    return _clamped(np.array(image.resize(size, _PILLOW[resampling], box)))


def _coverage(low: float, high: float, start: int, count: int) -> NDArray[np.float32]:
    """How much of each pixel from `start` on lies between two edges, 0..1."""
    edges = np.arange(start, start + count, dtype=np.float64)
    covered = np.minimum(edges + 1, high) - np.maximum(edges, low)
    covered = np.where(covered > 1 - 1e-6, 1, np.clip(covered, 0, 1))
    return covered.astype(np.float32)


def _covered(pixels: Pixels, coverage: NDArray[np.float32], fill: int) -> Pixels:
    """Pixels in front of `fill`, as far as they cover their place."""
    for top in range(0, pixels.shape[0], _PASS_ROWS):
        part, weight = pixels[top : top + _PASS_ROWS], coverage[top : top + _PASS_ROWS]
        edge = np.nonzero(weight < 1)
        weights = weight[edge]
        weights = weights[:, None] if pixels.ndim == 3 else weights
        part[edge] = np.rint(fill + (part[edge] - np.float32(fill)) * weights)
    return pixels


def _warped(plane: Plane, projection: Projection, rect: Rect, resampling: Resampling) -> Plane:
    """Turn or distort; what shrinks is reduced first, so that nothing is skipped."""
    source, to_source = _reduced(plane, projection, resampling)
    result = Plane(rect, plane.channels, plane.fill)
    pixels = result.write()
    coverage = path_coverage(corners_path(projection.corners(plane.rect)), rect)
    for top in range(0, rect.height, _PASS_ROWS):
        part = coverage[top : top + _PASS_ROWS]
        left, _, width, _ = cv2.boundingRect(np.asarray(part.max(axis=0, keepdims=True)))
        if width:
            warped = np.empty((part.shape[0], width, *source.shape[2:]), np.uint8)
            start = Projection.translation(rect.x + left, rect.y + top)
            warp(source, start.then(to_source), warped, _CV2[resampling])
            weights = part[:, left : left + width] / _MASK_LEVELS
            target = pixels[top : top + _PASS_ROWS, left : left + width]
            target[...] = _covered(_clamped(warped), weights, plane.fill)
    return result


def _reduced(
    plane: Plane, projection: Projection, resampling: Resampling
) -> tuple[Pixels, Projection]:
    """The plane's pixels, no denser than they will lie, and the map from the document to them."""
    place, pixels = plane.rect, np.ascontiguousarray(plane.read())
    corners = ((place.x, place.y), (place.right, place.y), (place.right, place.bottom))
    scales = [projection.scales_at(x, y) for x, y in (*corners, (place.x, place.bottom))]
    width, height = (
        min(side, max(1, math.ceil(side * max(scale[axis] for scale in scales) - 1e-6)))
        for axis, side in enumerate((place.width, place.height))
    )
    if (width, height) != (place.width, place.height):
        whole = (0.0, 0.0, float(place.width), float(place.height))
        pixels = _resized(pixels, (width, height), whole, resampling)
    to_source = projection.inverted().then(Projection.translation(-place.x, -place.y))
    return pixels, to_source.then(Projection.scaling(width / place.width, height / place.height))


def _clamped(pixels: Pixels) -> Pixels:
    """Premultiplied colours that filters carried above their alpha brought back to it."""
    if pixels.ndim == 3:
        for top in range(0, pixels.shape[0], _PASS_ROWS):
            part = pixels[top : top + _PASS_ROWS]
            cv2.min(part, cv2.merge([cv2.extractChannel(part, 3)] * 4), part)
    return pixels
