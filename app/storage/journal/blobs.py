"""Contents named after their hash, so that what did not change is never written twice."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from app.document.errors import DocumentError
from app.document.files.atomic_files import PRIVATE_MODE, sync_folder
from app.document.wording import translate
from app.storage.user_folders import make_private

_SUFFIX = ".z"
_HASH_BYTES = 20
# The quickest: a journal is written while the user works.
_LEVEL = 1

Buffer = bytes | memoryview


class DamagedBlobError(DocumentError):
    """A stored content is missing or was altered."""


class BlobFolder:
    """Compressed contents by hash; written by one thread of one program, read by any.

    Attributes:
        folder: made with the first content.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._whole: set[str] = set()

    def put(self, content: Buffer) -> str:
        """Store a content, unless it is there, and return its name.

        Raises:
            OSError: it cannot be written.
        """
        name = _name_of(content)
        if name not in self._whole:
            if not self._is_whole(name, len(content)):
                self._write(name, zlib.compress(content, _LEVEL))
            self._whole.add(name)
        return name

    def get(self, name: str, size: int) -> bytes:
        """Return the content of a name.

        Args:
            name: what ``put`` returned.
            size: bytes of the content; never more are unpacked.

        Raises:
            DamagedBlobError: it is missing, altered or of another size.
        """
        try:
            packed = (self.folder / f"{name}{_SUFFIX}").read_bytes()
            content = zlib.decompressobj().decompress(packed, size) if size else b""
        except (OSError, ValueError, zlib.error) as error:
            raise DamagedBlobError(
                translate("Errors", "A part of the journal is missing or damaged.")
            ) from error
        if len(content) != size or _name_of(content) != name:
            raise DamagedBlobError(translate("Errors", "A part of the journal was altered."))
        return content

    def sync(self) -> None:
        """Bring the names of new contents to the disk; their bytes are there already."""
        sync_folder(self.folder)

    def keep_only(self, names: Collection[str]) -> None:
        """Remove everything else, and what a killed program left half written."""
        self._whole.intersection_update(names)
        kept = {f"{name}{_SUFFIX}" for name in names}
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.name not in kept:
                    path.unlink()

    def _is_whole(self, name: str, size: int) -> bool:
        if not (self.folder / f"{name}{_SUFFIX}").exists():
            return False
        try:
            self.get(name, size)
        except DamagedBlobError:
            return False
        return True

    def _write(self, name: str, packed: bytes) -> None:
        make_private(self.folder)
        partial = self.folder / f"{name}.partial"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        with open(os.open(partial, flags, PRIVATE_MODE), "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, self.folder / f"{name}{_SUFFIX}")


def _name_of(content: Buffer) -> str:
    return hashlib.blake2b(content, digest_size=_HASH_BYTES).hexdigest()
