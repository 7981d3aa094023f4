"""Antialiased bicubic resize on the device, exact on windows of an image.

The weights come from global pixel coordinates, and every output value is summed over its
taps in the same order: a window of the result equals the same window of the whole result
bit for bit, which a library resize of a crop does not.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import torch

Size = tuple[int, int]
"""(H, W) in pixels."""

_CUBIC_A = -0.5
_CUBIC_SUPPORT = 2.0
_CPU = torch.device("cpu")


class Window(NamedTuple):
    """A rectangle of pixels; ``bottom`` and ``right`` are just beyond the last ones."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the window."""
        return self.bottom - self.top, self.right - self.left

    @classmethod
    def of(cls, size: tuple[int, int]) -> Window:
        """Return the window that covers an image of (H, W)."""
        return cls(0, 0, size[0], size[1])

    def grown(self, margin: int, size: tuple[int, int]) -> Window:
        """Return the window grown by ``margin`` px on every side, clipped to an image of (H, W)."""
        return Window(
            max(0, self.top - margin),
            max(0, self.left - margin),
            min(size[0], self.bottom + margin),
            min(size[1], self.right + margin),
        )

    @property
    def is_empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.bottom <= self.top or self.right <= self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the window in an array (H, W, ...)."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def cut(self, image: torch.Tensor, origin: Window | None = None) -> torch.Tensor:
        """Return the window of (..., H, W), which starts at the corner of ``origin``."""
        top, left = (origin.top, origin.left) if origin else (0, 0)
        return image[..., self.top - top : self.bottom - top, self.left - left : self.right - left]

    def shifted(self, origin: Window) -> Window:
        """Return a window of a part, whose corner is that of ``origin``, as one of the whole."""
        if self.is_empty:
            return self
        return Window(
            self.top + origin.top,
            self.left + origin.left,
            self.bottom + origin.top,
            self.right + origin.left,
        )

    def common(self, other: Window) -> Window:
        """Return what lies in both; it may be empty."""
        return Window(
            max(self.top, other.top),
            max(self.left, other.left),
            min(self.bottom, other.bottom),
            min(self.right, other.right),
        )

    def united(self, other: Window) -> Window:
        """Return the smallest window that holds both; an empty one adds nothing."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        return Window(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )


def source_window(
    out_window: Window, in_size: tuple[int, int], out_size: tuple[int, int]
) -> Window:
    """Return the input pixels that ``out_window`` of a resize reads."""
    top, bottom = _source_span(out_window.top, out_window.bottom, in_size[0], out_size[0])
    left, right = _source_span(out_window.left, out_window.right, in_size[1], out_size[1])
    return Window(top, left, bottom, right)


def reached_window(window: Window, in_size: tuple[int, int], out_size: tuple[int, int]) -> Window:
    """Return the output pixels of a resize that read anything of ``window`` of its input."""
    top, bottom = _reached_span(window.top, window.bottom, in_size[0], out_size[0])
    left, right = _reached_span(window.left, window.right, in_size[1], out_size[1])
    return Window(top, left, bottom, right)


def resize_weights(in_length: int, out_length: int, read: slice, written: slice) -> torch.Tensor:
    """Return one axis of a resize as a matrix: (written, read) float64.

    Args:
        in_length: pixels of the whole input along the axis.
        out_length: pixels of the whole result along it.
        read: input pixels wanted, with start and stop.
        written: result pixels wanted, with start and stop.
    """
    if in_length == out_length:
        return torch.eye(in_length, dtype=torch.float64)[written, read]
    indices, weights = (
        taps[:, written] for taps in _taps_on(in_length, out_length, _CPU, torch.float64)
    )
    local = indices - read.start
    is_read = (local >= 0) & (indices < read.stop)
    matrix = torch.zeros(written.stop - written.start, read.stop - read.start, dtype=torch.float64)
    # Taps of one result pixel are different input pixels: nothing is added twice.
    columns = local.clamp(0, matrix.shape[1] - 1).T
    return matrix.scatter_add_(1, columns, torch.where(is_read, weights, 0.0).T)


def resize(
    image: torch.Tensor,
    out_size: tuple[int, int],
    *,
    in_size: tuple[int, int] | None = None,
    in_window: Window | None = None,
    out_window: Window | None = None,
) -> torch.Tensor:
    """Resize an image, or compute one window of its resize from one window of it.

    Separable bicubic (a = -0.5), the kernel widened by the ratio when shrinking; taps beyond
    the image are dropped and the rest renormalised. The result may overshoot [-1, 1]: the
    caller clamps.

    Args:
        image: (B, C, h, w) float; the pixels of ``in_window``.
        out_size: (H, W) of the whole result.
        in_size: (H, W) of the whole input; None = ``image`` is the whole input.
        in_window: where ``image`` lies in the whole input; None = everywhere.
        out_window: part of the result to compute; None = all of it.

    Returns:
        (B, C, *out_window.size), same dtype and device.

    Raises:
        ValueError: ``in_window`` lacks pixels that ``out_window`` needs.
    """
    in_size = in_size or (int(image.shape[-2]), int(image.shape[-1]))
    in_window = in_window or Window.of(in_size)
    out_window = out_window or Window.of(out_size)
    needed = source_window(out_window, in_size, out_size)
    if not _contains(in_window, needed):
        raise ValueError(f"the window {in_window} lacks pixels of {needed}")
    rows = (out_window.top, out_window.bottom, in_window.top)
    columns = (out_window.left, out_window.right, in_window.left)
    image = _resize_axis(image, -2, in_size[0], out_size[0], rows)
    return _resize_axis(image, -1, in_size[1], out_size[1], columns)


def _contains(outer: Window, inner: Window) -> bool:
    return (
        outer.top <= inner.top
        and outer.left <= inner.left
        and outer.bottom >= inner.bottom
        and outer.right >= inner.right
    )


def _resize_axis(
    image: torch.Tensor, axis: int, in_length: int, out_length: int, span: tuple[int, int, int]
) -> torch.Tensor:
    start, stop, offset = span
    if in_length == out_length:
        return image.narrow(axis, start - offset, stop - start)
    indices, weights = _taps_on(in_length, out_length, image.device, image.dtype)
    # Taps outside the image carry weight 0; clamping only keeps their index legal.
    last = int(image.shape[axis]) - 1
    local = (indices[:, start:stop] - offset).clamp(0, last)
    shape = [1] * image.ndim
    shape[axis] = stop - start
    result = image.index_select(axis, local[0]) * weights[0, start:stop].view(shape)
    for tap in range(1, local.shape[0]):
        result = result.addcmul(
            image.index_select(axis, local[tap]), weights[tap, start:stop].view(shape)
        )
    return result


@lru_cache(maxsize=256)
def _taps_on(
    in_length: int, out_length: int, device: torch.device, dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor]:
    indices, weights = _taps(in_length, out_length)
    return indices.to(device), weights.to(device=device, dtype=dtype)


def _taps(in_length: int, out_length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return source indices and weights, both (taps, out_length)."""
    ratio = in_length / out_length
    stretch = max(1.0, ratio)
    count = math.ceil(2.0 * _CUBIC_SUPPORT * stretch) + 1
    centres = (torch.arange(out_length, dtype=torch.float64) + 0.5) * ratio - 0.5
    first = torch.ceil(centres - _CUBIC_SUPPORT * stretch).to(torch.int64)
    indices = first[None, :] + torch.arange(count, dtype=torch.int64)[:, None]
    weights = _cubic((indices.to(torch.float64) - centres[None, :]) / stretch)
    weights = torch.where(
        (indices >= 0) & (indices < in_length), weights, torch.zeros_like(weights)
    )
    return indices, weights / weights.sum(dim=0, keepdim=True)


def _source_span(start: int, stop: int, in_length: int, out_length: int) -> tuple[int, int]:
    if in_length == out_length:
        return start, stop
    ratio = in_length / out_length
    reach = _CUBIC_SUPPORT * max(1.0, ratio)
    first = math.ceil((start + 0.5) * ratio - 0.5 - reach)
    last = math.floor((stop - 0.5) * ratio - 0.5 + reach)
    return max(0, first), min(in_length, last + 1)


def _reached_span(start: int, stop: int, in_length: int, out_length: int) -> tuple[int, int]:
    if in_length == out_length:
        return start, stop
    ratio = in_length / out_length
    reach = _CUBIC_SUPPORT * max(1.0, ratio)
    first = math.ceil((start - reach + 0.5) / ratio - 0.5)
    last = math.floor((stop - 1 + reach + 0.5) / ratio - 0.5)
    return max(0, first), min(out_length, last + 1)


def _cubic(distance: torch.Tensor) -> torch.Tensor:
    """Keys' kernel (1981, equation 4) with a = -0.5."""
    x = distance.abs()
    near = ((_CUBIC_A + 2.0) * x - (_CUBIC_A + 3.0)) * x * x + 1.0
    far = _CUBIC_A * (((x - 5.0) * x + 8.0) * x - 4.0)
    zero = torch.zeros_like(x)
    return torch.where(x < 1.0, near, torch.where(x < _CUBIC_SUPPORT, far, zero))
