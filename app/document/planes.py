"""Rasters at a place in the document, with snapshots that cost nothing until one side is written.

A plane keeps, for every band of 64 rows, the buffer that band lives in. All buffers have the
plane's full size and are paged in lazily by the system, so that a band keeps its address within
its buffer: neighbouring bands in one buffer are one contiguous view. `snapshot` shares every band;
the first write to a shared band copies that band into a buffer that the writer alone owns. Shared
bands are never written, so a snapshot can be read on another thread without a lock.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.document.geometry import Rect
from app.document.lazy_memory import lazy_zeros
from app.document.pixels import Pixels, premultiplied_bgra, read_only, straight_rgba

BAND_ROWS = 64
# Beyond this many buffers a plane is copied together, so that superseded bands are let go.
_MOST_BUFFERS = 4


class Plane:
    """A copy-on-write raster: (H, W, 4) uint8 BGRA premultiplied, or (H, W) uint8 grey.

    Views from `write` are valid until the next `snapshot`, `resize` or `compact`.

    Attributes:
        fill: the value of every pixel outside the plane's rectangle (0 = transparent).
    """

    def __init__(self, rect: Rect, channels: int = 4, fill: int = 0) -> None:
        """Make an empty plane.

        Args:
            rect: the document pixels it covers; may be empty, and may lie outside the document.
            channels: 4 for BGRA premultiplied colour, 1 for grey (masks).
            fill: 0..255, the value of every pixel, and of all pixels outside `rect`.
        """
        self._x, self._y = rect.x, rect.y
        self._shape: tuple[int, ...] = (max(0, rect.height), max(0, rect.width))
        if channels != 1:
            self._shape += (channels,)
        self.fill = fill
        self._own: Pixels | None = _filled(self._shape, fill)
        self._frozen: Pixels | None = None
        self._bands: list[Pixels] = [self._own] * _band_count(self._shape[0])
        self._version = 0

    @classmethod
    def from_rgba(cls, straight: Pixels, x: int = 0, y: int = 0) -> Plane:
        """A plane of the pixels of an image.

        Args:
            straight: (H, W, 4) uint8 RGBA, not premultiplied.
            x: document column of its left edge.
            y: document row of its top edge.
        """
        return cls.from_pixels(premultiplied_bgra(straight), x, y)

    @classmethod
    def from_grey(cls, grey: Pixels, x: int = 0, y: int = 0, fill: int = 255) -> Plane:
        """A mask plane of (H, W) uint8 values; `fill` is the mask beyond its edges."""
        return cls.from_pixels(np.array(grey, dtype=np.uint8, order="C"), x, y, fill)

    @classmethod
    def from_pixels(cls, pixels: Pixels, x: int = 0, y: int = 0, fill: int = 0) -> Plane:
        """A plane that takes over `pixels`: BGRA premultiplied, or grey.

        They are copied only when they cannot be written, or lie scattered in memory.
        """
        plane = cls(Rect(x, y, 0, 0), 1 if pixels.ndim == 2 else pixels.shape[2], fill)
        plane._shape = pixels.shape
        plane._own = np.require(pixels, requirements=("C", "W"))
        plane._bands = [plane._own] * _band_count(pixels.shape[0])
        return plane

    @property
    def rect(self) -> Rect:
        """The document pixels the plane covers."""
        return Rect(self._x, self._y, self._shape[1], self._shape[0])

    @property
    def channels(self) -> int:
        """4 for colour, 1 for grey."""
        return 1 if len(self._shape) == 2 else self._shape[2]

    @property
    def version(self) -> int:
        """A number that grows with every change of the plane."""
        return self._version

    @property
    def byte_count(self) -> int:
        """Bytes of the pixels, shared or not."""
        return int(np.prod(self._shape))

    @property
    def band_buffers(self) -> tuple[Pixels, ...]:
        """The buffer of the plane's full size that each band of 64 rows lies in, top first.

        A buffer is never written once a snapshot has it: a band that lies in the same buffer in
        two snapshots is the same band.
        """
        return tuple(self._bands)

    def snapshot(self) -> Plane:
        """The plane as it is now; sharing every band until one of the two is written."""
        copy = object.__new__(Plane)
        copy._x, copy._y, copy._shape, copy.fill = self._x, self._y, self._shape, self.fill
        copy._own, copy._bands, copy._version = None, self._bands.copy(), self._version
        self._own = self._frozen = copy._frozen = None
        return copy

    def read(self, rect: Rect | None = None) -> Pixels:
        """The pixels of `rect` (document coordinates; the whole plane when None).

        Returns:
            (h, w, 4) or (h, w) uint8; a read-only view without a copy where the bands allow.
            Pixels outside the plane have the value `fill`.
        """
        rect = self.rect if rect is None else rect
        inside = rect.intersected(self.rect)
        if inside == rect:
            return self._view(rect)
        padded = _filled((max(0, rect.height), max(0, rect.width), *self._shape[2:]), self.fill)
        if not inside.is_empty:
            padded[inside.slices_in(rect)] = self._view(inside)
        return padded

    def write(self, rect: Rect | None = None) -> Pixels:
        """A writable view of `rect`, clipped to the plane; shared bands are copied first."""
        rect = self.rect if rect is None else rect.intersected(self.rect)
        rows, columns = rect.slices_in(self.rect)
        self._version += 1
        if rect.is_empty:
            return _filled((0, 0, *self._shape[2:]), 0)
        return self._owned(_bands_of(rows))[rows, columns]

    def state(self) -> dict[str, Any]:
        """Everything but the pixels, for `put_back`."""
        return {**vars(self), "_bands": self._bands.copy()}

    def freeze(self) -> dict[str, Any]:
        """Write elsewhere until `thaw`, so that `put_back` of what this returns undoes it."""
        state = self.state()
        self._frozen, self._own = self._own, None
        return state

    def thaw(self) -> None:
        """Keep what was written since `freeze`; untouched, the plane is as it was before."""
        if self._own is None:
            self._own = self._frozen
        else:
            self.compact()
        self._frozen = None

    def put_back(self, state: dict[str, Any]) -> None:
        """Be as when `freeze` or `state` was called."""
        is_shared = self._frozen is None
        vars(self).update(state)
        if is_shared:
            # a snapshot was taken meanwhile
            self._own = None

    def translate(self, dx: int, dy: int) -> None:
        """Move the plane by whole pixels; no pixel is touched."""
        self._x += dx
        self._y += dy
        self._version += 1

    def resize(self, rect: Rect) -> None:
        """Cover `rect` instead: new pixels have the value `fill`, pixels outside are dropped."""
        if rect == self.rect:
            return
        grown = Plane(rect, self.channels, self.fill)
        kept = rect.intersected(self.rect)
        if not kept.is_empty:
            grown.write(kept)[...] = self.read(kept)
        self._x, self._y, self._shape = grown._x, grown._y, grown._shape
        self._own, self._bands = grown._own, grown._bands
        self._version += 1

    def compact(self) -> None:
        """Let superseded bands go, by a copy, when bands are spread over many buffers."""
        if len({id(buffer) for buffer in self._bands}) > _MOST_BUFFERS:
            self._owned(range(len(self._bands)))

    def to_rgba(self, rect: Rect | None = None) -> Pixels:
        """A straight (not premultiplied) RGBA copy of `rect`: (h, w, 4) uint8."""
        return straight_rgba(self.read(rect))

    def _view(self, rect: Rect) -> Pixels:
        rows, columns = rect.slices_in(self.rect)
        if rect.is_empty:
            return _filled((max(0, rect.height), max(0, rect.width), *self._shape[2:]), 0)
        bands = _bands_of(rows)
        first = self._bands[bands[0]]
        if all(self._bands[band] is first for band in bands):
            return read_only(first[rows, columns])
        return np.concatenate([buffer[part, columns] for buffer, part in self._runs(rows)])

    def _runs(self, rows: slice) -> list[tuple[Pixels, slice]]:
        """Neighbouring rows that live in one buffer."""
        runs: list[tuple[Pixels, slice]] = []
        for band in _bands_of(rows):
            buffer = self._bands[band]
            part = slice(max(rows.start, band * BAND_ROWS), min(rows.stop, (band + 1) * BAND_ROWS))
            if runs and runs[-1][0] is buffer:
                part = slice(runs.pop()[1].start, part.stop)
            runs.append((buffer, part))
        return runs

    def _owned(self, bands: range) -> Pixels:
        """The buffer this plane alone writes, holding at least these bands."""
        if self._own is None:
            self._own = lazy_zeros(self._shape, np.uint8)
        for band in bands:
            if self._bands[band] is not self._own:
                part = slice(band * BAND_ROWS, (band + 1) * BAND_ROWS)
                self._own[part] = self._bands[band][part]
                self._bands[band] = self._own
        return self._own


def qimage_of(pixels: NDArray[Any], layout: QImage.Format | None = None) -> QImage:
    """A QImage that shows an array, now and after it changes, and keeps it alive.

    Args:
        pixels: (H, W, C) or (H, W) uint8, or (H, W, 4) uint16; a part of a larger array is not
            copied either, as long as the pixels of a row are neighbours.
        layout: how Qt reads a pixel; when None ARGB32_Premultiplied, or Grayscale8 for (H, W).
    """
    height, width = pixels.shape[:2]
    if layout is None:
        formats = QImage.Format
        layout = formats.Format_ARGB32_Premultiplied
        if pixels.ndim == 2:
            layout = formats.Format_Grayscale8
    if pixels.size == 0:
        return QImage(width, height, layout)
    row = pixels[0]
    if not row.flags.c_contiguous or pixels.strides[0] < row.nbytes:
        pixels = np.array(pixels)
    stride = pixels.strides[0]
    count = (stride * (height - 1) + row.nbytes) // pixels.itemsize
    flat = np.lib.stride_tricks.as_strided(
        pixels, (count,), (pixels.itemsize,), writeable=pixels.flags.writeable
    )
    return QImage(flat.data, width, height, stride, layout)


def _filled(shape: tuple[int, ...], fill: int) -> Pixels:
    # an empty plane costs no memory
    return lazy_zeros(shape, np.uint8) if fill == 0 else np.full(shape, fill, np.uint8)


def _band_count(rows: int) -> int:
    return -(-rows // BAND_ROWS)


def _bands_of(rows: slice) -> range:
    return range(rows.start // BAND_ROWS, _band_count(rows.stop))
