"""Opening a file that the user named: what is wrong with it is one sentence."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from app.document.errors import DocumentError
from app.document.wording import translate

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
        raise error_type(
            translate("Errors", "“{name}” does not exist.").format(name=name)
        ) from error
    except PermissionError as error:
        raise error_type(
            translate("Errors", "“{name}” cannot be read: permission is missing.").format(name=name)
        ) from error
    except OSError as error:
        reason = error.strerror or translate("Errors", "unknown reason")
        sentence = translate("Errors", "“{name}” cannot be read: {reason}.")
        raise error_type(sentence.format(name=name, reason=reason)) from error


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
            sentence = translate("Errors", "“{name}” cannot be read: the disk fails.")
            raise error_type(sentence.format(name=Path(path).name)) from error


def _check_regular(
    name: str, file_stat: os.stat_result, error_type: type[DocumentError], max_bytes: int
) -> None:
    if stat.S_ISDIR(file_stat.st_mode):
        raise error_type(translate("Errors", "“{name}” is a folder, not a file.").format(name=name))
    if not stat.S_ISREG(file_stat.st_mode):
        raise error_type(translate("Errors", "“{name}” is not an ordinary file.").format(name=name))
    if file_stat.st_size == 0:
        raise error_type(translate("Errors", "“{name}” is empty.").format(name=name))
    if file_stat.st_size > max_bytes:
        sentence = translate("Errors", "“{name}” is larger than {limit} MB.")
        raise error_type(sentence.format(name=name, limit=max_bytes // 1024**2))
