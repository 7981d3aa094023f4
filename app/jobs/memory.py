"""How much memory a render may take: what was asked for, or a share of what is free."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.errors import DocumentError
from app.document.wording import translate

if TYPE_CHECKING:
    import torch

    from singan_core.rendering.tiling import Tiling

FREE_SHARE = 0.7
"""Of the free memory, what a render takes at most unless it was told otherwise."""
_MIB = 1 << 20
_PROC = Path("/proc")
_GROUP = Path("/sys/fs/cgroup")


class MemoryLimitError(DocumentError):
    """A memory limit leaves no room for any work."""


def tiling_of(limit: int | None, device: torch.device, result_bytes: int) -> Tiling:
    """Return how a render is cut so that it stays within a limit.

    Args:
        limit: bytes that the program may take, on a GPU of its memory; None = what it takes now
            and ``FREE_SHARE`` of what is free.
        device: where it computes.
        result_bytes: of the pictures that it ends with, which lie in the machine's memory.

    Raises:
        MemoryLimitError: the program takes that much already.
    """
    from singan_core.rendering.tiling import Tiling

    if limit is None:
        free = free_bytes(device)
        return Tiling(None if free is None else max(_MIB, round(FREE_SHARE * free) - result_bytes))
    taken = _taken_bytes(device, result_bytes)
    if limit <= taken:
        text = translate(
            "Errors",
            "A memory limit of {limit} MB is too small: {taken} MB are taken before anything is "
            "rendered.",
        )
        raise MemoryLimitError(text.format(limit=limit // _MIB, taken=-(-taken // _MIB)))
    return Tiling(limit - taken)


def free_bytes(device: torch.device) -> int | None:
    """Return how much memory is free on a device, on a CPU in the machine; None = not known."""
    if device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    if sys.platform == "win32":
        return _free_on_windows()
    free = [value for value in (_available_on_linux(), _left_in_group()) if value is not None]
    return min(free) if free else None


def _taken_bytes(device: torch.device, result_bytes: int) -> int:
    if device.type == "cuda":
        import torch

        return int(torch.cuda.memory_allocated(device))
    return result_bytes + (_kib_of(_PROC / "self" / "status", "VmRSS") or 0)


def _available_on_linux() -> int | None:
    return _kib_of(_PROC / "meminfo", "MemAvailable")


def _left_in_group() -> int | None:
    """Return what a container leaves, where the program runs in one that has a limit."""
    with contextlib.suppress(OSError, ValueError):
        limit = int((_GROUP / "memory.max").read_text())
        return max(0, limit - int((_GROUP / "memory.current").read_text()))
    return None


def _kib_of(path: Path, name: str) -> int | None:
    """Return the bytes of a line such as ``MemAvailable:  1234 kB``."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in path.read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return None


def _free_on_windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("sizes", ctypes.c_ulonglong * 7),
        )

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - not known to other systems
    return int(status.sizes[1]) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
