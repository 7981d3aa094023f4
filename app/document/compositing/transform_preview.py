"""A layer as it will look transformed, fast enough to follow the pointer."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable

import cv2
import numpy as np

from app.document.compositing.levels import cells_of
from app.document.compositing.plane_levels import PlaneLevels
from app.document.geometry import Rect
from app.document.outlines import corners_path, path_coverage
from app.document.pixels import Pixels, multiplied
from app.document.planes import Plane
from app.document.transforming.projection import Projection
from app.document.transforming.resampling import Resampling, warp

_DEEPEST_LEVEL = 8


class PreviewLevels:
    """The pixels of a layer before the transform at every level of detail, for all frames."""

    def __init__(self, plane: Plane, mask: Plane | None) -> None:
        """Prepare; neither plane may change meanwhile."""
        self.plane = plane
        self.mask = mask
        self._levels: dict[int, PlaneLevels] = {}

    def read(self, plane: Plane, level: int, cells: Rect) -> Pixels:
        """Cells of a level of one of the planes, inside `whole`: (h, w, 4) or (h, w) uint8."""
        if id(plane) not in self._levels:
            self._levels[id(plane)] = PlaneLevels(plane, self._area(plane))
        return self._levels[id(plane)].read(level, cells)

    def whole(self, plane: Plane, level: int) -> Rect:
        """All cells of a level that hold something of the plane."""
        return cells_of(plane.rect, level)

    def _area(self, plane: Plane) -> Rect:
        # whole cells at every level
        return plane.rect.aligned(2**_DEEPEST_LEVEL)


class TransformPreview:
    """Stands in for a layer in the compositor while it is transformed."""

    def __init__(
        self, levels: PreviewLevels, projection: Projection, resampling: Resampling
    ) -> None:
        """Show what `levels` holds at other places."""
        self._levels = levels
        self._projection = projection
        self._resampling = resampling

    @property
    def state(self) -> Hashable:
        """The map."""
        return (id(self._levels), self._projection, self._resampling)

    @property
    def rect(self) -> Rect:
        """Around where the pixels go."""
        plane = self._levels.plane.rect
        return plane if plane.is_empty else self._projection.bounds(plane).grown(1)

    def pixels(self, level: int, cells: Rect) -> Pixels:
        """The cells of a level."""
        return self._warped(self._levels.plane, level, cells)

    def mask(self, level: int, cells: Rect) -> Pixels | None:
        """The mask, transformed too."""
        mask = self._levels.mask
        return None if mask is None else self._warped(mask, level, cells)

    def follow(self, changed: Iterable[Rect], is_shown: bool) -> None:
        """What is shown does not follow the document."""

    def _warped(self, plane: Plane, level: int, cells: Rect) -> Pixels:
        channels = () if plane.channels == 1 else (plane.channels,)
        target = np.full((cells.height, cells.width, *channels), plane.fill, np.uint8)
        if plane.rect.is_empty or cells.is_empty or not self._projection.shows(plane.rect):
            return target
        source_level = self._source_level(plane, level)
        # from cells that are asked for to cells of the source
        back = (
            Projection.scaling(2**level, 2**level)
            .then(self._projection.inverted())
            .then(Projection.scaling(0.5**source_level, 0.5**source_level))
        )
        needed = self._levels.whole(plane, source_level)
        if back.is_affine:
            needed = needed.intersected(back.bounds(cells).grown(2))
        if needed.is_empty:
            return target
        source = np.ascontiguousarray(self._levels.read(plane, source_level, needed))
        start = Projection.translation(cells.x, cells.y)
        to_source = start.then(back).then(Projection.translation(-needed.x, -needed.y))
        is_sharp = self._resampling is Resampling.NEAREST and level == 0
        warp(source, to_source, target, cv2.INTER_NEAREST if is_sharp else cv2.INTER_LINEAR)
        to_cells = self._projection.then(Projection.scaling(0.5**level, 0.5**level))
        coverage = path_coverage(corners_path(to_cells.corners(plane.rect)), cells)
        return _covered(target, coverage, plane.fill)

    def _source_level(self, plane: Plane, level: int) -> int:
        """The level of the source with about as many cells."""
        place = plane.rect
        middle = place.x + place.width / 2, place.y + place.height / 2
        scale = max(self._projection.scales_at(*middle))
        return min(_DEEPEST_LEVEL, max(0, round(level - math.log2(max(scale, 1e-6)))))


def _covered(pixels: Pixels, coverage: Pixels, fill: int) -> Pixels:
    """Pixels in front of `fill`, as far as they cover their cell, of 255."""
    if coverage.min() == 255:
        return pixels
    if pixels.ndim == 3:
        coverage = np.asarray(cv2.merge([coverage] * pixels.shape[2]), np.uint8)
    if fill == 0:
        return np.asarray(cv2.multiply(pixels, coverage, scale=1 / 255), np.uint8)
    mixed = pixels * (coverage / np.float32(255)) + fill * (1 - coverage / np.float32(255))
    return np.asarray(np.rint(mixed), np.uint8)


class LiftedPreview:
    """A layer without the pixels that are transformed, and these over it."""

    def __init__(self, left: PreviewLevels, lifted: TransformPreview) -> None:
        """Show `lifted` over what is `left` of its layer, masks already applied to both."""
        self._left = TransformPreview(left, Projection(), Resampling.BICUBIC)
        self._lifted = lifted

    @property
    def state(self) -> Hashable:
        """That of the transform."""
        return self._lifted.state

    @property
    def rect(self) -> Rect:
        """Around both."""
        return self._left.rect.united(self._lifted.rect)

    def pixels(self, level: int, cells: Rect) -> Pixels:
        """The cells of a level."""
        pixels = self._left.pixels(level, cells)
        part = cells.intersected(cells_of(self._lifted.rect, level))
        if not part.is_empty:
            target = pixels[part.slices_in(cells)]
            over = self._lifted.pixels(level, part)
            target[...] = over + multiplied(target, 255 - over[..., 3])
        return pixels

    def mask(self, level: int, cells: Rect) -> Pixels | None:
        """None: it is applied already."""
        return None

    def follow(self, changed: Iterable[Rect], is_shown: bool) -> None:
        """What is shown does not follow the document."""
