"""Opening a file that the user named: what is wrong with it is one sentence."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from app.document.errors import DocumentError

MAX_FILE_BYTES = 4 * 1024**3


def open_for_reading(
    path: str | os.PathLike[str],
    error_type: type[DocumentError],
    max_bytes: int = MAX_FILE_BYTES,
) -> BinaryIO:
    """Open a regular file that is not empty; pipes and devices, which could hang, are refused.

    Raises:
        DocumentError: of the given type; missing, a folder, empty, too large, not permitted.
    """
    name = Path(path).name or str(path)
    try:
        file_stat = os.stat(path)
        _check_regular(name, file_stat, error_type, max_bytes)
        return open(path, "rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise error_type(f"“{name}” does not exist.") from error
    except PermissionError as error:
        raise error_type(f"“{name}” cannot be read: permission is missing.") from error
    except OSError as error:
        raise error_type(
            f"“{name}” cannot be read: {error.strerror or 'unknown reason'}."
        ) from error


def read_bytes(
    path: str | os.PathLike[str],
    error_type: type[DocumentError],
    max_bytes: int = MAX_FILE_BYTES,
) -> bytes:
    """Return the content of a file checked as by ``open_for_reading``.

    Raises:
        DocumentError: of the given type.
    """
    with open_for_reading(path, error_type, max_bytes) as file:
        try:
            return file.read(max_bytes)
        except OSError as error:
            raise error_type(f"“{Path(path).name}” cannot be read: the disk fails.") from error


def _check_regular(
    name: str, file_stat: os.stat_result, error_type: type[DocumentError], max_bytes: int
) -> None:
    if stat.S_ISDIR(file_stat.st_mode):
        raise error_type(f"“{name}” is a folder, not a file.")
    if not stat.S_ISREG(file_stat.st_mode):
        raise error_type(f"“{name}” is not an ordinary file.")
    if file_stat.st_size == 0:
        raise error_type(f"“{name}” is empty.")
    if file_stat.st_size > max_bytes:
        raise error_type(f"“{name}” is larger than {max_bytes // 1024**2} MB.")
