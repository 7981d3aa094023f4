"""Looking at where a result will go before minutes are spent on it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from app.document.files.images.image_export import EXPORT_FORMATS
from app.terminal.errors import CommandError


def check_can_write(path: Path) -> None:
    """Raise unless a file can be made (or replaced) at ``path``.

    Raises:
        CommandError: the folder is missing or read-only, or the file is one that must stay.
    """
    if path.is_dir():
        raise CommandError(f"“{path}” is a folder, not a file.")
    check_folder(path.parent)
    if path.exists() and not os.access(path, os.W_OK):
        raise CommandError(f"“{path}” is write-protected.")


def check_folder(folder: Path) -> None:
    """Raise unless files can be made in ``folder``; tried for real, as root may be refused too.

    Raises:
        CommandError: one sentence with the system's reason.
    """
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CommandError(f"“{folder}” cannot be written to: {_reason(error)}.") from error


def check_image_path(path: Path) -> None:
    """Raise unless an image can be exported to ``path``.

    Raises:
        CommandError: another suffix, or the place cannot be written to.
    """
    if path.suffix.lower() not in EXPORT_FORMATS:
        names = ", ".join(sorted(EXPORT_FORMATS))
        raise CommandError(f"“{path.name}” names no format that can be written: {names}.")
    check_can_write(path)


def made_folder(path: Path) -> Path:
    """Make a folder (and those above it) unless it is there, and check that it takes files.

    Raises:
        CommandError: one sentence with the system's reason.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise CommandError(f"“{path}” is a file, but a folder is needed here.") from error
    except OSError as error:
        raise CommandError(f"“{path}” cannot be made: {_reason(error)}.") from error
    check_folder(path)
    return path


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
