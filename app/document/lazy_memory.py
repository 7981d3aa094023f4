"""Arrays of zeros that take memory only where they are touched."""

from __future__ import annotations

import mmap
import sys
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)

# Smaller arrays are not worth a mapping of their own.
_LEAST_BYTES = 2**20


def lazy_zeros(shape: tuple[int, ...], dtype: type[Number]) -> NDArray[Number]:
    """A writable array of zeros whose pages the system provides at the first touch.

    `np.zeros` promises that only for blocks the C library does not recycle: after the first
    stroke it cleared 25 MB anew for each, 3 ms on a slow core.

    Args:
        shape: of the array.
        dtype: of its elements.
    """
    count = int(np.prod(shape))
    byte_count = count * np.dtype(dtype).itemsize
    if byte_count < _LEAST_BYTES:
        return np.zeros(shape, dtype)
    return np.frombuffer(_private_pages(byte_count), dtype, count).reshape(shape)


def _private_pages(byte_count: int) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, byte_count)
    # private: pages that are only read take no memory either, and no child process shares them
    return mmap.mmap(-1, byte_count, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON)
