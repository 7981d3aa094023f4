"""Where an edited picture really differs from its photo, at once or as it is edited."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from singan_core.errors import MaskError
from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask, bounds
from singan_core.pixels.resize import Window

Sums = NDArray[np.uint16]
"""(h, w): levels of a pixel and its eight neighbours, added up."""

# JPEG of quality 98 leaves fewer pixels of a photo exactly as they were.
_UNCOMPRESSED_SHARE = 0.25
# Grey levels; the median of published photos at JPEG quality 30.
_LOUDEST_NOISE = 16.0
_CALM_SHARE = 0.1
_MOST_SUM = 9 * 255
# Grey levels that a sum stands for: the mean of the nine.
_MEANS = (np.arange(_MOST_SUM + 1, dtype=np.float64) / 9).astype(np.float32)
# cv2 counts in float32, which is exact up to 2**24.
_COUNTED_PIXELS = 1 << 22
# How far opening by 3x3 and closing by 5x5 look.
_MORPHED_PX = 6


def difference_mask(photo: ImageArray, edited: ImageArray, tolerance: float | None = None) -> Mask:
    """Find where an edited picture really differs from its photo.

    A picture that went through JPEG differs almost everywhere by a little: the difference is
    blurred, thresholded above the common noise (six times its median, at least 6 levels),
    specks are dropped and holes filled. An edit may cover all of the photo: see
    ``DifferenceMask``.

    Args:
        photo: (H, W, 3) uint8.
        edited: (H, W, 3) uint8 of the same size.
        tolerance: threshold in grey levels (0 to 255); None = measured from the pair.

    Returns:
        (H, W) uint8, 0 or 255.

    Raises:
        MaskError: the sizes differ.
    """
    return DifferenceMask(photo, edited, tolerance).mask


class DifferenceMask:
    """The ``difference_mask`` of a picture that is edited part by part, to the same bits.

    What it keeps for that: the differences, how often each occurs (the noise is a median of
    all), and the mask before its holes were filled.

    Attributes:
        mask: (H, W) uint8, 0 or 255; ``change`` writes into it.
    """

    def __init__(
        self, photo: ImageArray, edited: ImageArray, tolerance: float | None = None
    ) -> None:
        """Find the mask of a whole picture; arguments as ``difference_mask``.

        Raises:
            MaskError: the sizes differ.
        """
        if photo.shape != edited.shape:
            raise MaskError("The edited picture and the photo differ in size.")
        self._tolerance = tolerance
        self._levels = _levels(photo, edited)
        self._size = self._levels.shape[0], self._levels.shape[1]
        whole = Window.of(self._size)
        self._same_count = self._levels.size - cv2.countNonZero(self._levels)
        self._counts = _counted(self._sums(whole)) if self._is_noise_measured else None
        self._least = self._least_sum()
        self._unfilled = self._cleaned(whole)
        self.mask = _filled(self._unfilled)

    def change(self, window: Window, photo: ImageArray, edited: ImageArray) -> Window:
        """Follow a change of either picture; costs what the window and the areas it joins cost.

        Args:
            window: pixels that may have changed, inside the picture.
            photo: (h, w, 3) uint8, the photo there.
            edited: (h, w, 3) uint8, the edited picture there.

        Returns:
            The pixels of ``mask`` that may have changed; may be empty.

        Raises:
            MaskError: the pictures do not fit the window.
        """
        if not photo.shape == edited.shape == (*window.size, 3):
            raise MaskError("The edited picture and the photo differ in size.")
        if window.is_empty:
            return window
        self._take_levels(window, _levels(photo, edited))
        least = self._least_sum()
        is_other = least != self._least
        self._least = least
        whole = Window.of(self._size)
        reached = whole if is_other else window.grown(1 + _MORPHED_PX, self._size)
        return self._fill_again(self._clean_again(reached))

    @property
    def _is_noise_measured(self) -> bool:
        return self._tolerance is None and not self._is_uncompressed

    @property
    def _is_uncompressed(self) -> bool:
        return self._same_count / self._levels.size >= _UNCOMPRESSED_SHARE

    def _take_levels(self, window: Window, levels: Mask) -> None:
        near = window.grown(1, self._size)
        place = self._levels[window.slices]
        before = None if self._counts is None else _counted(self._sums(near))
        self._same_count += cv2.countNonZero(np.array(place)) - cv2.countNonZero(levels)
        place[...] = levels
        if not self._is_noise_measured:
            self._counts = None
        elif before is None or self._counts is None:
            self._counts = _counted(self._sums(Window.of(self._size)))
        else:
            self._counts += _counted(self._sums(near)) - before

    def _sums(self, window: Window) -> Sums:
        near = window.grown(1, self._size)
        sums = cv2.boxFilter(self._levels[near.slices], cv2.CV_16U, (3, 3), normalize=False)
        return np.asarray(sums[_inside(window, near)], np.uint16)

    def _least_sum(self) -> int:
        """Return the first sum above the noise."""
        tolerance = self._tolerance
        threshold = max(6.0, 6.0 * self._noise()) if tolerance is None else tolerance
        return int(np.count_nonzero(~(threshold < _MEANS)))

    def _noise(self) -> float:
        """Levels by which a pixel differs that nobody edited.

        It is the median as long as that can be noise. Where much is exactly the same, nothing
        was compressed; where most differs by more than compression can, most was painted over.
        """
        if self._counts is None:
            return 0.0
        noise = _median(self._counts)
        if noise <= _LOUDEST_NOISE:
            return noise
        calm = self._counts[_MEANS <= _LOUDEST_NOISE]
        return _median(calm) if calm.sum() >= _CALM_SHARE * self._levels.size else 0.0

    def _cleaned(self, window: Window) -> Mask:
        """Return a window of the mask without specks, its holes not filled yet."""
        near = window.grown(_MORPHED_PX, self._size)
        rough = np.asarray(self._sums(near) >= self._least, np.uint8) * np.uint8(255)
        opened = cv2.morphologyEx(rough, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        return np.ascontiguousarray(closed[_inside(window, near)], np.uint8)

    def _clean_again(self, window: Window) -> Window:
        """Bring a window of the unfilled mask up to date; returns what of it changed."""
        cleaned = self._cleaned(window)
        changed = bounds(cleaned != self._unfilled[window.slices])
        self._unfilled[window.slices] = cleaned
        return changed.shifted(window)

    def _fill_again(self, changed: Window) -> Window:
        """Fill the holes around a change of the unfilled mask; returns what was filled anew."""
        if changed.is_empty:
            return changed
        part = self._free_around(changed)
        self.mask[part.slices] = _filled(np.ascontiguousarray(self._unfilled[part.slices]))
        return part

    def _free_around(self, changed: Window) -> Window:
        """Return a larger window whose rim no filled area touched.

        All of its rim lies outside every area then, before and after the change; so nothing
        inside it closes or opens a hole beyond it, nor the other way round.
        """
        height, width = self._size
        top, left, bottom, right = changed.grown(1, self._size)
        while True:
            far = max(8, (bottom - top) // 4), max(8, (right - left) // 4)
            rows, columns = slice(top, bottom), slice(left, right)
            moved = Window(
                max(0, top - far[0]) if self.mask[top, columns].any() else top,
                max(0, left - far[1]) if self.mask[rows, left].any() else left,
                min(height, bottom + far[0]) if self.mask[bottom - 1, columns].any() else bottom,
                min(width, right + far[1]) if self.mask[rows, right - 1].any() else right,
            )
            if moved == (top, left, bottom, right):
                return moved
            top, left, bottom, right = moved


def _levels(photo: ImageArray, edited: ImageArray) -> Mask:
    # cv2 takes the largest of three channels ten times as fast as numpy: a stroke waits for it.
    first, second, third = cv2.split(cv2.absdiff(photo, edited))
    return np.asarray(cv2.max(cv2.max(first, second), third), dtype=np.uint8)


def _inside(window: Window, near: Window) -> tuple[slice, slice]:
    """Return the index of a window in an array that covers a larger one."""
    top, left = window.top - near.top, window.left - near.left
    return slice(top, top + window.size[0]), slice(left, left + window.size[1])


def _counted(sums: Sums) -> NDArray[np.int64]:
    """Return how often each sum occurs: (2296,)."""
    counts = np.zeros(_MEANS.size, np.int64)
    rows = max(1, _COUNTED_PIXELS // sums.shape[1])
    for top in range(0, sums.shape[0], rows):
        part = np.ascontiguousarray(sums[top : top + rows])
        found = cv2.calcHist([part], [0], None, [_MEANS.size], [0.0, float(_MEANS.size)])
        counts += found.ravel().astype(np.int64)
    return counts


def _median(counts: NDArray[np.int64]) -> float:
    """Return the median of the means that were counted, as ``np.median`` of float32 does."""
    upto, count = counts.cumsum(), int(counts.sum())
    middle = np.searchsorted(upto, [(count - 1) // 2, count // 2], side="right")
    return float(np.median(_MEANS[middle]))


def _filled(mask: Mask) -> Mask:
    """Fill every hole: all that lies inside an outer contour belongs to the mask."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, contours, -1, 255, thickness=cv2.FILLED)
    return filled
