"""The finest detail of a large photo in a picture that was rendered smaller.

Not in the paper, whose results end at the trained size. A picture that is made of the photo's
patches tells where in the photo each of its pixels comes from; from there comes also what the
photo has beyond that size. So a model of a few hundred pixels gives results with the detail of a
photo of many million, without training at that size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.pixels.nearest_patches import MATCH_MARGIN_PX, NearestPatches
from singan_core.pixels.resize import Size, Window, resize
from singan_core.pixels.tiles import tiles

_TILE_PX = 1024
_LEVELS = 127.5
_NEIGHBOURS = ((0, 0), (0, 1), (1, 0), (1, 1))
_SAME_DENSITY = 0.02
_NARROWING = 2.0
"""Power of the bilinear weights: where neighbours disagree, the nearest has most of the say."""


@dataclass(frozen=True)
class PhotoDetail:
    """What a photo holds beyond a smaller size, by place.

    Attributes:
        patches: of the photo at that size.
        detail: (H, W, 3) int8, grey levels by which the photo differs from its enlargement from
            that size; more than 127 are cut off.
    """

    patches: NearestPatches
    detail: NDArray[np.int8]

    @classmethod
    def of(cls, photo: NDArray[np.uint8], small: torch.Tensor) -> PhotoDetail:
        """Take a photo apart.

        Args:
            photo: (H, W, 3) uint8.
            small: (1, 3, h, w) float32 in [-1, 1], the photo at the smaller size.
        """
        size = photo.shape[0], photo.shape[1]
        detail = np.empty(photo.shape, np.int8)
        for tile in tiles(Window.of(size), _TILE_PX):
            enlarged = resize(small, size, out_window=tile)[0].permute(1, 2, 0)
            levels = enlarged.add(1.0).mul(_LEVELS).clamp(0.0, 255.0).cpu().numpy()
            missing = np.rint(photo[tile.slices] - levels)
            detail[tile.slices] = np.clip(missing, -127, 127).astype(np.int8)
        return cls(NearestPatches.of(small, small), detail)

    def reads(self, window: Window, size: Size, image_size: Size) -> Window:
        """Return the pixels of the rendered image that a window of the picture needs."""
        beside = _beside(window, size, image_size)
        return beside.grown(MATCH_MARGIN_PX, image_size)

    def reached(self, window: Window, size: Size, image_size: Size) -> Window:
        """Return the pixels of the picture that a change of the rendered image can touch."""
        (down, right), margin = _factors(size, image_size), MATCH_MARGIN_PX + 1
        return Window(
            max(0, math.floor((window.top - margin) * down)),
            max(0, math.floor((window.left - margin) * right)),
            min(size[0], math.ceil((window.bottom + margin) * down)),
            min(size[1], math.ceil((window.right + margin) * right)),
        )

    @torch.inference_mode()
    def added(
        self,
        window: Window,
        size: Size,
        image: torch.Tensor,
        image_window: Window,
        image_size: Size,
    ) -> torch.Tensor:
        """Return what is to be added to a window of the enlarged picture.

        Args:
            window: the part of the picture.
            size: (H, W) of the picture.
            image: (1, 3, h, w) float32 in [-1, 1], rendered.
            image_window: where it lies; holds at least ``reads(window)``.
            image_size: (H, W) of the whole rendered image.

        Returns:
            (1, 3, *window.size) float32.
        """
        read = self.reads(window, size, image_size)
        beside = _beside(window, size, image_size)
        seen = read.cut(image, image_window)
        places = self.patches.matched(seen, read, beside, image_size)[0].cpu().numpy()
        rows = _Axis.of(window.top, window.bottom, size[0], image_size[0], beside.top)
        columns = _Axis.of(window.left, window.right, size[1], image_size[1], beside.left)
        total = np.zeros((*window.size, 3), np.float32)
        weights = np.zeros((*window.size, 1), np.float32)
        for down, right in _NEIGHBOURS:
            weight = rows.weights[down][:, None, None] * columns.weights[right][None, :, None]
            found = places[rows.nearest[down][:, None], columns.nearest[right][None]]
            total += weight * self._at(found, rows.beyond[down], columns.beyond[right])
            weights += weight
        made = torch.from_numpy(total / weights / _LEVELS).permute(2, 0, 1)
        return made[None].to(image.device)

    def _at(
        self, places: NDArray[np.int64], down: NDArray[np.float64], right: NDArray[np.float64]
    ) -> NDArray[np.int8]:
        """Return the detail beside places of the smaller photo: (h, w) -> (h, w, 3).

        Args:
            places: row * width + column in the smaller photo.
            down: (h,) px of the photo below the middle of that pixel.
            right: (w,) likewise.
        """
        (height, width), columns = self.detail.shape[:2], self.patches.field.size[1]
        rows_each, columns_each = _factors((height, width), self.patches.field.size)
        row = np.floor((places // columns + 0.5) * rows_each + down[:, None]).astype(np.int64)
        column = np.floor((places % columns + 0.5) * columns_each + right).astype(np.int64)
        found: NDArray[np.int8] = self.detail[row.clip(0, height - 1), column.clip(0, width - 1)]
        return found


@dataclass(frozen=True)
class _Axis:
    """Along one axis, the two rendered pixels beside each pixel of a window.

    Attributes:
        nearest: (n,) int64 each, counted from where the places begin.
        weights: (n,) float32 each.
        beyond: (n,) float64 each, px of the picture from the middle of the rendered pixel.
    """

    nearest: tuple[NDArray[np.int64], NDArray[np.int64]]
    weights: tuple[NDArray[np.float32], NDArray[np.float32]]
    beyond: tuple[NDArray[np.float64], NDArray[np.float64]]

    @classmethod
    def of(cls, start: int, stop: int, length: int, image_length: int, first: int) -> _Axis:
        factor = length / image_length
        middle = np.arange(start, stop) + 0.5
        before = np.floor(middle / factor - 0.5)
        share = middle / factor - 0.5 - before
        nearest = [(before + step).clip(0, image_length - 1).astype(np.int64) for step in (0, 1)]
        weights = [
            np.power(each, _NARROWING).astype(np.float32) for each in (1.0 - share, share + 1e-6)
        ]
        beyond = [middle - (each + 0.5) * factor for each in nearest]
        return cls(
            (nearest[0] - first, nearest[1] - first),
            (weights[0], weights[1]),
            (beyond[0], beyond[1]),
        )


def is_of_density(size: Size, image_size: Size, density: float) -> bool:
    """Whether a picture of (H, W), rendered at another, has so many px for one of those."""
    return all(abs(own / density - 1.0) < _SAME_DENSITY for own in _factors(size, image_size))


def _factors(size: tuple[int, ...], image_size: Size) -> tuple[float, float]:
    return size[0] / image_size[0], size[1] / image_size[1]


def _beside(window: Window, size: Size, image_size: Size) -> Window:
    """Return the rendered pixels between whose middles a window of the picture lies."""
    down, right = _factors(size, image_size)
    return Window(
        math.floor((window.top + 0.5) / down - 0.5),
        math.floor((window.left + 0.5) / right - 0.5),
        math.floor((window.bottom - 0.5) / down - 0.5) + 2,
        math.floor((window.right - 0.5) / right - 0.5) + 2,
    ).grown(0, image_size)
