"""Unsaved documents are kept aside while they are worked on, so that a crash loses little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.document.files.atomic_files import FileWriteError
from app.jobs.background import BackgroundTasks

if TYPE_CHECKING:
    from app.session.session import Session
    from app.storage.journal import Journal, JournalContents, JournalFolder

# Together with the time that writing takes, less than the minute that may be lost.
INTERVAL_S = 45.0
# The first journal of a document holds all of it and takes longest to write.
FIRST_AFTER_S = 5.0


@dataclass
class _Followed:
    """A document and its journal.

    Attributes:
        is_stale: whether it changed since the last snapshot.
        is_kept: whether there is a journal, or one is being written.
    """

    session: Session
    journal: Journal | None = None
    is_stale: bool = False
    is_kept: bool = False


class Autosave(QObject):
    """Writes the journals of all modified documents, off the UI thread, never two at once.

    A journal is written some time after the first change that it lacks, the first one of a document
    earlier, and at once when the program loses the focus. It is removed when its document is saved
    or deliberately closed.

    Args:
        journals: where they are kept.
        interval_s: seconds from a change to the snapshot that holds it.

    Signals:
        notice_raised: one sentence, once, when nothing can be kept aside.
        written: journals are on the disk.
    """

    notice_raised = Signal(str)
    written = Signal()

    def __init__(
        self, journals: JournalFolder, interval_s: float = INTERVAL_S, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._journals = journals
        self._tasks = BackgroundTasks("autosave", self)
        self._followed: dict[str, _Followed] = {}
        self._is_writing = False
        self._is_wanted_again = False
        self._is_failing = False
        self._interval_ms = round(interval_s * 1000)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.write_now)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._note_focus)

    def follow(self, session: Session, journal: Journal | None = None) -> None:
        """Keep a document from now on.

        Args:
            session: as it was opened.
            journal: what it was recovered from; stays until it is saved or given up.
        """
        followed = _Followed(session, journal, is_kept=journal is not None)
        self._followed[session.id] = followed
        note = partial(self._note, followed)
        for signal in (
            session.document_changed,
            session.history_changed,
            session.model_changed,
            session.results_changed,
            session.title_changed,
        ):
            signal.connect(note)
        if session.is_modified and journal is None:
            self._note(followed)

    def forget(self, session: Session) -> None:
        """Remove the journal of a document that is closed on purpose."""
        followed = self._followed.pop(session.id, None)
        if followed is not None:
            self._remove(followed)

    def write_now(self) -> None:
        """Write what changed since it was written last; a write on its way is followed by one."""
        self._timer.stop()
        if self._is_writing:
            self._is_wanted_again = True
            return
        work = [
            partial(self._write, followed, followed.session.unsaved())
            for followed in self._followed.values()
            if followed.is_stale and followed.session.is_modified
        ]
        for followed in self._followed.values():
            followed.is_kept = followed.is_kept or followed.is_stale
            followed.is_stale = False
        if work:
            self._is_writing = True
            self._tasks.submit(partial(_run_all, work), self._note_written, self._note_failed)

    def finish(self) -> None:
        """Write what is unsaved and end, at the end of the program: the journals stay."""
        self._is_wanted_again = False
        self._tasks.stop()
        self.write_now()
        self._tasks.stop()
        self._timer.stop()
        self._followed.clear()
        self._journals.release()

    def _note(self, followed: _Followed, *_: object) -> None:
        if followed.session.id not in self._followed:
            return
        if not followed.session.is_modified:
            if followed.is_kept:
                self._remove(followed)
            return
        followed.is_stale = True
        first_ms = round(FIRST_AFTER_S * 1000)
        self._wait(self._interval_ms if followed.is_kept else min(self._interval_ms, first_ms))

    def _wait(self, wait_ms: int) -> None:
        if not self._timer.isActive() or self._timer.remainingTime() > wait_ms:
            self._timer.start(wait_ms)

    def _note_focus(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive:
            self.write_now()

    def _write(self, followed: _Followed, unsaved: Callable[[], JournalContents]) -> None:
        """Runs on the background thread, which alone uses journals."""
        if followed.journal is None:
            followed.journal = self._journals.journal(followed.session.id)
        followed.journal.write(unsaved())

    def _remove(self, followed: _Followed) -> None:
        followed.is_stale = followed.is_kept = False
        self._tasks.submit(partial(_remove, followed), _ignore, _ignore)

    def _note_written(self, _: None) -> None:
        self._is_failing = False
        self._go_on()
        self.written.emit()

    def _note_failed(self, message: str) -> None:
        for followed in self._followed.values():
            followed.is_stale = followed.session.is_modified
        if not self._is_failing:
            self.notice_raised.emit(message)
        self._is_failing = True
        self._go_on()
        self._wait(self._interval_ms)

    def _go_on(self) -> None:
        self._is_writing = False
        if self._is_wanted_again:
            self._is_wanted_again = False
            self.write_now()


def _run_all(work: Sequence[Callable[[], None]]) -> None:
    """Do everything, also after a failure.

    Raises:
        FileWriteError: the last failure.
    """
    failure: FileWriteError | None = None
    for each in work:
        try:
            each()
        except FileWriteError as error:
            failure = error
    if failure is not None:
        raise failure


def _remove(followed: _Followed) -> None:
    if followed.journal is not None:
        followed.journal.remove()


def _ignore(_: object) -> None:
    """A journal that cannot be removed is offered again, which harms nobody."""
