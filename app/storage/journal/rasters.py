"""Pixels as bands of 64 rows in a folder of contents, described by plain JSON values."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.document.files.images.image_files import check_size
from app.document.geometry import Rect
from app.document.pixels import Pixels
from app.document.planes import BAND_ROWS, Plane
from app.storage.journal.blobs import BlobFolder, DamagedBlobError


class BandMemory:
    """Knows the names of bands that were written before, while their buffers live.

    A buffer is told by being the same object, which takes no look at its pixels; the memory
    keeps no buffer alive.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[int, int], tuple[weakref.ref[Pixels], str | None]] = {}
        self._used: dict[tuple[int, int], tuple[weakref.ref[Pixels], str | None]] = {}

    def name(self, buffer: Pixels, band: int, make: Callable[[], str | None]) -> str | None:
        """Return the name of a band, made anew where it is not known."""
        key = (id(buffer), band)
        known = self._names.get(key)
        if known is None or known[0]() is not buffer:
            known = (weakref.ref(buffer), make())
        self._used[key] = known
        return known[1]

    def forget_unused(self) -> None:
        """Keep the names asked for since the last call."""
        self._names, self._used = self._used, {}


@dataclass(frozen=True)
class RasterWriter:
    """Writes the bands that are new.

    Attributes:
        blobs: where to.
        memory: of earlier writes into the same folder.
        names: every content that the described rasters refer to.
    """

    blobs: BlobFolder
    memory: BandMemory
    names: set[str] = field(default_factory=set)

    def content(self, content: bytes) -> dict[str, Any]:
        """Store any bytes and return their description."""
        return {"name": self._put(content), "size": len(content)}

    def plane(self, plane: Plane) -> dict[str, Any]:
        """Store a plane of a snapshot and return its description."""
        bands = self._bands(plane.band_buffers, plane.fill)
        return {"rect": [*plane.rect], "channels": plane.channels, "fill": plane.fill} | bands

    def array(self, pixels: Pixels) -> dict[str, Any]:
        """Store an array, uint8, that nobody writes to any more and return its description."""
        count = -(-pixels.shape[0] // BAND_ROWS)
        return {"shape": [*pixels.shape]} | self._bands((pixels,) * count, 0)

    def _bands(self, buffers: Sequence[Pixels], fill: int) -> dict[str, Any]:
        names: list[str | None] = []
        for band, buffer in enumerate(buffers):

            def put(band: int = band, buffer: Pixels = buffer) -> str | None:
                pixels = buffer[band * BAND_ROWS : (band + 1) * BAND_ROWS]
                is_blank = not pixels.any() if fill == 0 else bool((pixels == fill).all())
                return None if is_blank else self._put(np.ascontiguousarray(pixels).data.cast("B"))

            name = self.memory.name(buffer, band, put)
            names.append(name)
        self.names.update(name for name in names if name is not None)
        return {"bands": names}

    def _put(self, content: bytes | memoryview) -> str:
        name = self.blobs.put(content)
        self.names.add(name)
        return name


@dataclass
class RasterReader:
    """Reads what is whole; bands that are not are left blank.

    Attributes:
        blobs: where from.
        is_damaged: whether something was left blank since it was last set to False.
    """

    blobs: BlobFolder
    is_damaged: bool = False

    def content(self, described: Mapping[str, Any]) -> bytes:
        """Return bytes.

        Raises:
            DamagedBlobError: they are not whole.
        """
        return self.blobs.get(str(described["name"]), int(described["size"]))

    def plane(self, described: Mapping[str, Any]) -> Plane:
        """Return a plane.

        Raises:
            ValueError, TypeError, LookupError: the description is damaged.
        """
        rect = Rect(*(int(value) for value in described["rect"]))
        channels, fill = int(described["channels"]), int(described["fill"])
        check_size("a layer", rect.width, rect.height)
        plane = Plane(rect, channels, fill)
        if not rect.is_empty:
            self._fill(plane.write(), described["bands"])
        return plane

    def array(self, described: Mapping[str, Any]) -> Pixels:
        """Return an array, uint8, of the shape that was stored.

        Raises:
            ValueError, TypeError, LookupError: the description is damaged.
        """
        height, width, *channels = (int(value) for value in described["shape"])
        check_size("an image", width, height)
        pixels = np.zeros((height, width, *channels), np.uint8)
        self._fill(pixels, described["bands"])
        return pixels

    def _fill(self, pixels: Pixels, names: Sequence[str | None]) -> None:
        for band, name in enumerate(names):
            target = pixels[band * BAND_ROWS : (band + 1) * BAND_ROWS]
            if name is None:
                continue
            try:
                content = self.blobs.get(name, target.size)
            except DamagedBlobError:
                self.is_damaged = True
                continue
            target[...] = np.frombuffer(content, np.uint8).reshape(target.shape)
