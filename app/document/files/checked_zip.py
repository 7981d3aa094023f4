"""Reading ZIP files of unknown origin: names, counts and sizes are checked before anything."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO

from app.document.errors import DocumentError
from app.document.wording import translate
from singan_core.model.pickle_check import is_pickle

MAX_ENTRIES = 20_000
MAX_ENTRY_BYTES = 2 * 1024**3
MAX_TOTAL_BYTES = 16 * 1024**3
MAX_TEXT_BYTES = 64 * 1024**2
_MAX_NAME_LENGTH = 512
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
)


class CheckedZip:
    """A ZIP file whose directory holds nothing that could do harm.

    Attributes:
        name: of the file, for messages.
        entries: names of all files inside.
    """

    def __init__(self, file: BinaryIO, name: str, error_type: type[DocumentError]) -> None:
        """Check the directory of an open file; it is left open.

        Raises:
            DocumentError: of the given type; not a ZIP file, or one that is not plausible.
        """
        self.name = name
        self._error_type = error_type
        try:
            self._zip = zipfile.ZipFile(file)
        except _DAMAGE as error:
            sentence = translate(
                "Errors", "“{name}” is not a project, or it is damaged or cut off."
            )
            raise error_type(sentence.format(name=name)) from error
        self._check_directory()
        self.entries = frozenset(self._zip.namelist())

    def read(self, entry: str, max_bytes: int = MAX_ENTRY_BYTES) -> bytes:
        """Return the content of an entry.

        Raises:
            DocumentError: missing, damaged, or larger than ``max_bytes``.
        """
        if entry not in self.entries:
            raise self._error(
                translate("Errors", "“{name}” has lost its part “{part}”."), part=entry
            )
        if self._zip.getinfo(entry).file_size > max_bytes:
            raise self._error(
                translate("Errors", "“{name}” has a part “{part}” that is too large."), part=entry
            )
        return self._content(entry)

    def refuse_pickles(self) -> None:
        """Raise when any part could run code if it were loaded as weights.

        Raises:
            DocumentError: a part starts like a pickle or a torch archive.
        """
        for entry in sorted(self.entries):
            if is_pickle(self._content(entry, 16)):
                raise self._error(
                    translate(
                        "Errors",
                        "“{name}” holds a pickle (“{part}”), which could run code: refused.",
                    ),
                    part=entry,
                )

    def _content(self, entry: str, byte_count: int = -1) -> bytes:
        try:
            with self._zip.open(entry) as file:
                return file.read(byte_count)
        except _DAMAGE as error:
            raise self._error(
                translate("Errors", "“{name}” has a damaged part “{part}”."), part=entry
            ) from error

    def _check_directory(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise self._error(
                translate("Errors", "“{name}” has more than {limit} parts."), limit=MAX_ENTRIES
            )
        if len({info.filename for info in infos}) < len(infos):
            raise self._error(translate("Errors", "“{name}” has two parts of the same name."))
        if sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
            raise self._error(
                translate("Errors", "“{name}” would unpack to more than {limit} GB."),
                limit=MAX_TOTAL_BYTES // 1024**3,
            )
        for info in infos:
            self._check_entry(info)

    def _check_entry(self, info: zipfile.ZipInfo) -> None:
        if not _is_plain_name(info.filename):
            raise self._error(translate("Errors", "“{name}” has a part with a forbidden name."))
        if info.flag_bits & 1 or info.compress_type not in _METHODS:
            raise self._error(
                translate("Errors", "“{name}” is encrypted or packed in an unknown way.")
            )
        if info.file_size > MAX_ENTRY_BYTES:
            raise self._error(
                translate("Errors", "“{name}” has a part “{part}” that is too large."),
                part=info.filename,
            )

    def _error(self, sentence: str, **values: object) -> DocumentError:
        return self._error_type(sentence.format(name=self.name, **values))


def write_entry(
    archive: zipfile.ZipFile, entry: str, content: bytes, *, is_packed: bool = False
) -> None:
    """Add a part with a fixed date, so that equal content gives equal files."""
    info = zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0))
    info.external_attr = 0o644 << 16
    method = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
    archive.writestr(info, content, compress_type=method)


def _is_plain_name(entry: str) -> bool:
    path = PurePosixPath(entry)
    is_relative = not path.is_absolute() and ".." not in path.parts
    is_short = len(entry) <= _MAX_NAME_LENGTH
    return is_relative and is_short and entry.isprintable() and not set(entry) & set("\\:")
