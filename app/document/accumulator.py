"""The arithmetic of compositing: layers drawn into 16 bits per channel.

Accumulators are (h, w, 4) uint16 arrays, BGRA premultiplied, 65535 = full. Ten 8-bit layers drawn
into 8 bits drift by 2.7 levels, into 16 bits by less than one; 16 bits cost 0.14 ms instead of
0.02 ms for 204 x 204 pixels of a layer, so there is no second, 8-bit path.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from app.document.blend_modes import PAINTER_MODES, blended
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.planes import qimage_of

Accumulator = NDArray[np.uint16]
Pixels = NDArray[np.uint8]

# Blue and red trade places both in the sources and in the accumulator: QPainter has no BGRA64, and
# its arithmetic treats both channels alike.
_NARROW = QImage.Format.Format_RGBA8888_Premultiplied
_WIDE = QImage.Format.Format_RGBA64_Premultiplied

# Qt shares drawings of 96 rows and more out to its threads and waits for them, which takes
# milliseconds while a training keeps all cores busy. So what a dab touches is drawn in fewer rows.
_UNSHARED_ROWS = 64
_UNSHARED_PIXELS = 2**18


def empty_accumulator(rect: Rect) -> Accumulator:
    """A transparent accumulator of the size of `rect`."""
    return np.zeros((rect.height, rect.width, 4), np.uint16)


def draw_layers(accumulator: Accumulator, rect: Rect, layers: Iterable[Layer]) -> None:
    """Draw layers over what is there.

    Args:
        accumulator: (h, w, 4) of the size of `rect`; changed.
        rect: the document pixels it covers.
        layers: bottom first; hidden ones are skipped.
    """
    for layer in layers:
        part = rect.intersected(layer.rect)
        if layer.is_visible and layer.opacity > 0 and not part.is_empty:
            _draw(accumulator, rect, part, _source(layer, part), layer.blend_mode)


def draw_composite(accumulator: Accumulator, composite: Accumulator) -> None:
    """Draw a composite of Normal layers, of the same size, over what is there."""
    whole = Rect.of_size(accumulator.shape[1], accumulator.shape[0])
    _draw(accumulator, whole, whole, composite, BlendMode.NORMAL)


def narrowed(accumulator: Accumulator) -> Pixels:
    """The accumulator as (h, w, 4) uint8 BGRA premultiplied, rounded to nearest."""
    return np.asarray(cv2.convertScaleAbs(accumulator, alpha=1 / 257), np.uint8)


def straightened(accumulator: Accumulator) -> Pixels:
    """The accumulator as (h, w, 4) uint8 RGBA, not premultiplied; 0 where alpha is 0."""
    rgba = np.ascontiguousarray(narrowed(accumulator)[..., [2, 1, 0, 3]])
    faint = rgba[..., 3] < 255
    if faint.any():
        wide = accumulator[faint].astype(np.float32)
        colour = wide[:, 2::-1] * (255 / np.maximum(wide[:, 3:], 1))
        colour[rgba[faint, 3] == 0] = 0
        rgba[faint, :3] = np.clip(np.rint(colour), 0, 255).astype(np.uint8)
    return rgba


def _source(layer: Layer, rect: Rect) -> Pixels | Accumulator:
    """The pixels of a layer with its opacity and mask: 8 bits when neither matters, else 16."""
    pixels = layer.plane.read(rect)
    mask = None if layer.mask is None else layer.mask.read(rect)
    if layer.opacity >= 1 and (mask is None or mask.min() == 255):
        return pixels
    levels = np.rint(np.arange(256) * (257 * min(1.0, layer.opacity))).astype(np.uint16)
    wide = cv2.LUT(np.ascontiguousarray(pixels), levels)
    if mask is not None:
        wide = cv2.multiply(wide, cv2.merge([mask] * 4), scale=1 / 255, dtype=cv2.CV_16U)
    return np.asarray(wide, np.uint16)


def _draw(
    accumulator: Accumulator,
    rect: Rect,
    part: Rect,
    source: Pixels | Accumulator,
    mode: BlendMode,
) -> None:
    if mode not in PAINTER_MODES:
        target = accumulator[part.slices_in(rect)]
        target[...] = blended(target, source, mode)
        return
    # a painter does not keep its image alive
    canvas = qimage_of(accumulator, _WIDE)
    image = qimage_of(source, _NARROW if source.dtype == np.uint8 else _WIDE)
    painter = QPainter(canvas)
    painter.setCompositionMode(PAINTER_MODES[mode])
    rows = _UNSHARED_ROWS if part.area <= _UNSHARED_PIXELS else part.height
    for top in range(0, part.height, rows):
        place = QPoint(part.x - rect.x, part.y - rect.y + top)
        painter.drawImage(place, image, QRect(0, top, part.width, min(rows, part.height - top)))
    painter.end()
