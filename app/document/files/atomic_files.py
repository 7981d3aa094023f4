"""Files that are either written completely or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.document.errors import DocumentError
from app.document.wording import translate

PARTIAL_SUFFIX = ".partial"
FORGOTTEN_AFTER_S = 3600.0
PRIVATE_MODE = 0o600


class FileWriteError(DocumentError):
    """A file could not be written; what lay there before is still whole."""


def write_atomic(
    path: str | os.PathLike[str],
    writer: Callable[[BinaryIO], object],
    *,
    mode: int | None = None,
) -> None:
    """Write a file so that at every moment either the old or the new content is there whole.

    The content goes to a temporary file in the same folder, is brought to the disk (fsync)
    and moved over the target. A link is followed, so that it stays a link.

    Args:
        path: the target; its folder exists.
        writer: writes the content into the binary file it is given (it can seek).
        mode: permission bits of the file; None = those of the old file, else the system's
            default.

    Raises:
        FileWriteError: the disk is full or read-only, permissions are missing, ...; the old
            file is untouched and no temporary file is left.
    """
    target = Path(os.path.realpath(path))
    with _sentences(Path(path)):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "is write-protected")
        partial = _partial_path(target)
        try:
            _write_and_sync(partial, writer, _mode_of(target) if mode is None else mode)
            os.replace(partial, target)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)


def write_bytes_atomic(
    path: str | os.PathLike[str], content: bytes, *, mode: int | None = None
) -> None:
    """Write ``content`` as ``write_atomic`` does.

    Raises:
        FileWriteError: as ``write_atomic``.
    """
    write_atomic(path, lambda file: file.write(content), mode=mode)


def reason_of(error: OSError | None) -> str:
    """Return why a file could not be written, as the end of a sentence."""
    reasons = {
        errno.ENOSPC: translate("Errors", "the disk is full"),
        errno.EDQUOT: translate("Errors", "the disk quota is used up"),
        errno.EFBIG: translate("Errors", "the file is larger than this disk allows"),
        errno.EACCES: translate("Errors", "writing there is not permitted"),
        errno.EPERM: translate("Errors", "writing there is not permitted"),
        errno.EROFS: translate("Errors", "the disk is read-only"),
        errno.ENOENT: translate("Errors", "the folder does not exist"),
        errno.ENOTDIR: translate("Errors", "its folder is a file"),
        errno.EISDIR: translate("Errors", "it is a folder"),
        errno.ENAMETOOLONG: translate("Errors", "its name is too long"),
        errno.EIO: translate("Errors", "the disk reports an error"),
        errno.EBUSY: translate("Errors", "another program is using it"),
    }
    number = None if error is None else error.errno
    return reasons.get(number or 0, translate("Errors", "the system refused it"))


def sync_folder(folder: Path) -> None:
    """Bring new names in a folder to the disk; only some systems can, and contents are safe."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _partial_path(target: Path) -> Path:
    """Choose a new name beside the target, and remove what a killed program left of it."""
    start = f".{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]}-"
    for forgotten in target.parent.glob(f"{start}*{PARTIAL_SUFFIX}"):
        with suppress(OSError):
            if time.time() - forgotten.stat().st_mtime > FORGOTTEN_AFTER_S:
                forgotten.unlink()
    return target.with_name(f"{start}{secrets.token_hex(8)}{PARTIAL_SUFFIX}")


def _write_and_sync(partial: Path, writer: Callable[[BinaryIO], object], mode: int | None) -> None:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(partial, flags, 0o666 if mode is None else PRIVATE_MODE)
    with open(descriptor, "w+b") as file:
        writer(file)
        file.flush()
        if mode is not None:
            with suppress(OSError):  # some disks know no permissions
                os.chmod(partial, mode)
        os.fsync(file.fileno())


def _mode_of(target: Path) -> int | None:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        sentence = translate("Errors", "“{name}” could not be saved: {reason}.")
        raise FileWriteError(sentence.format(name=path.name, reason=reason_of(error))) from error
