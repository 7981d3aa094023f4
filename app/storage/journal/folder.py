"""The journals of all programs of this user: running ones keep theirs, ended ones leave them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from app.document.files.atomic_files import FileWriteError
from app.document.wording import translate
from app.storage.journal.description import JournalError
from app.storage.journal.journal import (
    DESCRIPTION,
    FoundJournal,
    Journal,
    JournalContents,
    read_journal,
    read_summary,
)
from app.storage.program_lock import ProgramLock, lock_folder
from app.storage.user_folders import make_private, state_folder

_ATTEMPTS = 3
_DAMAGED_SUFFIX = ".damaged"
_DAMAGED_KEPT_FOR_S = 60 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class FoundJournals:
    """What programs that ended left.

    Attributes:
        journals: the newest first.
        damaged_count: how many more there are of which nothing can be recovered.
    """

    journals: tuple[FoundJournal, ...] = ()
    damaged_count: int = 0


class JournalFolder:
    """One folder per program inside, locked as long as the program lives.

    The folders of ended programs stay locked by the program that found them first, so that two
    programs never recover the same document. All methods may be called on any thread.

    Attributes:
        folder: holds a folder per running or ended program.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Use a folder; None = the user's own."""
        self.folder = state_folder() / "journal" if folder is None else folder
        self._own: Path | None = None
        self._locks: dict[Path, ProgramLock] = {}
        self._guard = Lock()

    def journal(self, session_id: str) -> Journal:
        """Return the journal of a document of this program; nothing is written yet.

        Raises:
            FileWriteError: the folder of this program cannot be made.
        """
        return Journal(self._claimed() / session_id)

    def find(self) -> FoundJournals:
        """Look for what ended programs left, and keep other programs from it."""
        journals, damaged_count = [], 0
        for folder in self._abandoned():
            try:
                journals.append(read_summary(folder))
            except JournalError:
                damaged_count += _put_aside(folder)
        journals.sort(key=lambda found: found.written_at, reverse=True)
        return FoundJournals(tuple(journals), damaged_count)

    def read(self, found: FoundJournal) -> JournalContents:
        """Read what is whole of a journal.

        Raises:
            JournalError: nothing can be recovered.
        """
        return read_journal(found.folder)

    def adopt(self, found: FoundJournal, session_id: str) -> Journal:
        """Make a found journal that of a document of this program.

        Raises:
            FileWriteError: the folder cannot be written; the journal stays where it is.
        """
        folder = self._claimed() / session_id
        try:
            found.folder.rename(folder)
        except OSError as error:
            raise FileWriteError(
                translate("Errors", "The recovered document could not be taken over.")
            ) from error
        return Journal(folder)

    def discard(self, found: FoundJournal) -> None:
        """Forget a found journal."""
        Journal(found.folder).remove()

    def release(self) -> None:
        """Let go of all folders, at the end of the program; empty ones are removed."""
        with self._guard:
            for folder, lock in self._locks.items():
                lock.unlock()
                with suppress(OSError):
                    folder.rmdir()
            self._locks.clear()
            self._own = None

    def _claimed(self) -> Path:
        """Return the folder of this program, made and locked once.

        Raises:
            FileWriteError: it cannot be made.
        """
        with self._guard:
            for _ in range(_ATTEMPTS):
                if self._own is None:
                    self._own = self._made()
            if self._own is None:
                raise FileWriteError(
                    translate("Errors", "The folder for unsaved work cannot be locked.")
                )
            return self._own

    def _made(self) -> Path | None:
        """Make a folder; None where another program, looking for journals, locked it first."""
        own = self.folder / uuid.uuid4().hex
        try:
            make_private(self.folder)
            make_private(own)
        except OSError as error:
            raise FileWriteError(
                translate("Errors", "The folder for unsaved work cannot be made.")
            ) from error
        lock = lock_folder(own)
        if lock is None:
            return None
        self._locks[own] = lock
        return own

    def _abandoned(self) -> Iterator[Path]:
        """Yield the folders of all journals of ended programs, and lock those programs' folders."""
        for program in sorted(self.folder.glob("*/")):
            if program == self._own or not self._lock(program):
                continue
            for folder in sorted(program.glob("*/")):
                if not folder.name.endswith(_DAMAGED_SUFFIX):
                    yield folder
                elif time.time() - folder.stat().st_mtime > _DAMAGED_KEPT_FOR_S:
                    Journal(folder).remove()

    def _lock(self, program: Path) -> bool:
        with self._guard:
            if program not in self._locks:
                lock = lock_folder(program)
                if lock is not None:
                    self._locks[program] = lock
            return program in self._locks


def _put_aside(folder: Path) -> bool:
    """Keep a journal without a whole description for a while; whether there was anything in it."""
    if not (folder / DESCRIPTION).exists():
        # killed before its first write was done, or while it was removed
        Journal(folder).remove()
        return False
    with suppress(OSError):
        folder.rename(folder.with_name(f"{folder.name}{_DAMAGED_SUFFIX}"))
    return True
