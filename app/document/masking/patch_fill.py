"""Fills a hole in a small image with patches of its surroundings.

Source: Wexler, Shechtman, Irani, "Space-Time Completion of Video" (2007), with the nearest patches
searched as in Barnes et al., "PatchMatch" (2009). All patches take a step of the search at once.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]
Booleans = NDArray[np.bool_]

# Half the side of a patch: patches are 7 x 7 pixels.
_REACH = 3
_LEVELS = 4
_ROUNDS = 6
# By this factor a patch is believed less with every pixel that its centre lies inside the hole.
_DOUBT = 1.3


def patch_sources(
    image: Floats, hole: Booleans, avoided: Booleans
) -> tuple[Floats, Indices, Indices] | None:
    """Fill a hole so that every patch that touches it looks like one from outside.

    Args:
        image: (h, w, 3) float32, 0..255, the hole filled smoothly.
        hole: (h, w) bool, the pixels to fill.
        avoided: (h, w) bool, other pixels that no patch may come from.

    Returns:
        The filled image (h, w, 3) and for every pixel the row and the column (h, w) that its patch
        came from (its own outside the hole); None when no whole patch is known.
    """
    if not _source_centres(hole | avoided).any():
        return None
    random = np.random.default_rng(0)
    sources: tuple[Indices, Indices] | None = None
    for level in reversed(range(_LEVELS)):
        shrunk = _shrunk(image, 2**level)
        holes = _shrunk(hole.astype(np.float32), 2**level) > 0
        is_source = _source_centres(holes | (_shrunk(avoided.astype(np.float32), 2**level) > 0))
        # a level with less to choose from than to fill would only lead astray
        if level > 0 and is_source.sum() < holes.sum():
            continue
        if sources is not None:
            sources = _enlarged(sources, holes.shape)
        search = _PatchSearch(shrunk, holes, is_source, sources, random)
        search.run(_ROUNDS)
        sources = search.sources()
    return search.image(), *search.sources()


class _PatchSearch:
    """The patches around a hole and the best source found for each."""

    def __init__(
        self,
        image: Floats,
        hole: Booleans,
        is_source: Booleans,
        start: tuple[Indices, Indices] | None,
        random: np.random.Generator,
    ) -> None:
        self._hole = hole
        self._random = random
        self._padded = np.pad(image, ((_REACH,) * 2, (_REACH,) * 2, (0, 0)), mode="reflect")
        self._is_source = is_source
        depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        self._confidence = np.power(np.float32(_DOUBT), -depth)
        touched = cv2.dilate(hole.astype(np.uint8), np.ones((2 * _REACH + 1,) * 2, np.uint8))
        self._rows, self._columns = np.nonzero(touched)
        self._number = np.full(hole.shape, -1)
        self._number[self._rows, self._columns] = np.arange(len(self._rows))
        self._from_rows, self._from_columns = self._random_sources()
        self._cost = np.full(len(self._rows), np.inf, np.float32)
        if start is not None:
            rows, columns = (each[self._rows, self._columns] for each in start)
            usable = self._usable(rows, columns)
            self._from_rows[usable] = rows[usable]
            self._from_columns[usable] = columns[usable]
            self._vote()

    def run(self, rounds: int) -> None:
        """Search and fill in turn."""
        for _ in range(rounds):
            self._cost = self._costs(self._from_rows, self._from_columns)
            self._propagate()
            self._look_around()
            self._vote()

    def image(self) -> Floats:
        """The filled image: (h, w, 3) float32."""
        return self._padded[_REACH:-_REACH, _REACH:-_REACH]

    def sources(self) -> tuple[Indices, Indices]:
        """Row and column of each pixel's source."""
        rows, columns = (np.array(each) for each in np.indices(self._hole.shape))
        rows[self._rows, self._columns] = self._from_rows
        columns[self._rows, self._columns] = self._from_columns
        return rows, columns

    def _random_sources(self) -> tuple[Indices, Indices]:
        rows, columns = np.nonzero(self._is_source)
        chosen = self._random.integers(0, len(rows), len(self._rows))
        return rows[chosen], columns[chosen]

    def _usable(self, rows: Indices, columns: Indices) -> Booleans:
        height, width = self._hole.shape
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        inside &= self._is_source[rows.clip(0, height - 1), columns.clip(0, width - 1)]
        return np.asarray(inside)

    def _patches(self, rows: Indices, columns: Indices) -> Floats:
        side = 2 * _REACH + 1
        windows = np.lib.stride_tricks.sliding_window_view(self._padded, (side, side), (0, 1))
        return windows[rows, columns].reshape(len(rows), 3 * side * side)

    def _costs(self, rows: Indices, columns: Indices) -> Floats:
        difference = self._patches(self._rows, self._columns) - self._patches(rows, columns)
        return np.asarray(np.einsum("np,np->n", difference, difference), np.float32)

    def _try(self, rows: Indices, columns: Indices) -> None:
        """Take the offered sources where they are known and better."""
        offered = np.nonzero(self._usable(rows, columns))[0]
        target = self._patches(self._rows[offered], self._columns[offered])
        difference = target - self._patches(rows[offered], columns[offered])
        cost = np.einsum("np,np->n", difference, difference)
        better = cost < self._cost[offered]
        taken = offered[better]
        self._cost[taken] = cost[better]
        self._from_rows[taken], self._from_columns[taken] = rows[taken], columns[taken]

    def _propagate(self) -> None:
        """Offer each patch what continues its neighbours' sources."""
        height, width = self._hole.shape
        for down, right in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            rows = (self._rows - down).clip(0, height - 1)
            columns = (self._columns - right).clip(0, width - 1)
            neighbour = self._number[rows, columns]
            known = neighbour >= 0
            self._try(
                np.where(known, self._from_rows[neighbour] + down, self._from_rows),
                np.where(known, self._from_columns[neighbour] + right, self._from_columns),
            )

    def _look_around(self) -> None:
        """Offer random sources ever closer to the present ones."""
        radius = max(self._hole.shape)
        while radius >= 1:
            step = self._random.integers(-radius, radius + 1, (2, len(self._rows)))
            self._try(self._from_rows + step[0], self._from_columns + step[1])
            radius //= 2

    def _vote(self) -> None:
        """Average what all patches over a missing pixel say."""
        total = np.zeros_like(self._padded)
        weight = np.full(total.shape[:2], 1e-12, np.float32)
        spread = np.percentile(self._cost, 75) if np.isfinite(self._cost).all() else 1.0
        trust = np.exp(-np.minimum(self._cost, 1e30) / (2 * max(float(spread), 1.0)))
        trust = np.maximum(trust, np.float32(1e-6)) * self._confidence[self._rows, self._columns]
        for down in range(2 * _REACH + 1):
            for right in range(2 * _REACH + 1):
                rows, columns = self._rows + down, self._columns + right
                color = self._padded[self._from_rows + down, self._from_columns + right]
                total[rows, columns] += color * trust[:, None]
                weight[rows, columns] += trust
        voted = (total / weight[..., None])[_REACH:-_REACH, _REACH:-_REACH]
        self.image()[self._hole] = voted[self._hole]


def _source_centres(hole: Booleans) -> Booleans:
    """Where a whole known patch can be centred."""
    side = 2 * _REACH + 1
    known = (~hole).astype(np.uint8)
    kernel = np.ones((side, side), np.uint8)
    eroded = cv2.erode(known, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(eroded > 0)


def _shrunk(image: Floats, factor: int) -> Floats:
    height, width = image.shape[:2]
    size = (max(1, width // factor), max(1, height // factor))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _enlarged(sources: tuple[Indices, Indices], shape: tuple[int, ...]) -> tuple[Indices, Indices]:
    """Sources of a coarser level for a finer one of `shape`."""
    coarse = sources[0].shape
    rows, columns = np.indices(shape)
    at_rows = (rows * coarse[0] // shape[0]).clip(0, coarse[0] - 1)
    at_columns = (columns * coarse[1] // shape[1]).clip(0, coarse[1] - 1)
    moved_rows = (sources[0][at_rows, at_columns] - at_rows) * shape[0] // coarse[0]
    moved_columns = (sources[1][at_rows, at_columns] - at_columns) * shape[1] // coarse[1]
    return rows + moved_rows, columns + moved_columns
