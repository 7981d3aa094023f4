"""A lock that tells the folder of a running program from one of a program that ended."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

ProgramLock = QLockFile

_LOCK_NAME = "running.lock"


def lock_folder(folder: Path) -> ProgramLock | None:
    """Lock a folder for this program; the system lets go of it however the program ends.

    Returns:
        The lock, held until ``unlock`` or the end of the program; None where a running program
        holds it, or where nothing can be written.
    """
    lock = QLockFile(str(folder / _LOCK_NAME))
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None
