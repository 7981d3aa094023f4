"""All open documents, and what they share: the worker, the model cache, the tool in hand."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.document.document import Document
from app.document.files.atomic_files import FileWriteError
from app.document.files.images.image_files import OpenedImage
from app.document.files.opening import is_project_name, open_document
from app.document.files.project.project_file import ProjectContents
from app.document.pixels import RgbColor
from app.jobs.background import BackgroundTasks
from app.jobs.worker import JobEnded, JobProgress, Worker
from app.session import Session
from app.session.autosave import INTERVAL_S, Autosave
from app.session.blank_documents import blank_document, blank_source, document_of
from app.session.files import PhotoSource
from app.session.services import SessionServices
from app.storage.journal import FoundJournal, Journal, JournalContents, JournalFolder
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.tool_state import ToolState

_COLLECT_AFTER_MS = 200


def _take_nothing(_: None) -> None:
    """Nothing follows."""


class Workspace(QObject):
    """Owns the sessions and everything they share.

    Attributes:
        tool_state: the tool in hand.
        worker: runs every training and render.
        cache: finished models.
        recovery: checkpoints.
        autosave: keeps unsaved documents aside; None without a folder for it.

    Signals:
        session_opened: a ``Session`` was added.
        session_closed: a ``Session`` was removed; its jobs are cancelled.
        active_changed: another session is shown; a ``Session`` or None.
        open_failed: a path in the background could not be opened; path and one sentence.
        journals_found: unsaved documents of programs that ended; a ``FoundJournals``.
        notice_raised: one sentence that belongs to no open document.
    """

    session_opened = Signal(object)
    session_closed = Signal(object)
    active_changed = Signal(object)
    open_failed = Signal(str, str)
    journals_found = Signal(object)
    notice_raised = Signal(str)

    def __init__(
        self,
        worker: Worker,
        cache: ModelCache,
        recovery: RecoveryFolder,
        parent: QObject | None = None,
        journals: JournalFolder | None = None,
        autosave_s: float | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            worker: runs every training and render.
            cache: finished models.
            recovery: checkpoints.
            parent: owner.
            journals: where unsaved documents are kept aside; None = nowhere.
            autosave_s: seconds after which a change is kept aside; None = the program's own rule.
        """
        super().__init__(parent)
        self.tool_state = ToolState(self)
        self.worker = worker
        self.cache = cache
        self.recovery = recovery
        self._services = SessionServices(
            worker, cache, recovery, BackgroundTasks("files", self), BackgroundTasks("edits", self)
        )
        self._sessions: list[Session] = []
        self._closed_ids: tuple[str, ...] = ()
        self._is_shut_down = False
        self._retiring: list[Session] = []
        self._active: Session | None = None
        self._journals = journals
        self.autosave: Autosave | None = None
        if journals is not None:
            self.autosave = Autosave(journals, autosave_s or INTERVAL_S, self)
            self.autosave.notice_raised.connect(self.notice_raised)
        worker.progressed.connect(self._on_progressed)
        worker.ended.connect(self._on_ended)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Open documents, in the order of their tabs."""
        return tuple(self._sessions)

    @property
    def active(self) -> Session | None:
        """The document shown."""
        return self._active

    def set_active(self, session: Session | None) -> None:
        """Show another document."""
        if session is not self._active:
            self._active = session
            self.active_changed.emit(session)

    def reorder(self, sessions: Sequence[Session]) -> None:
        """Bring the open documents into another order."""
        assert set(sessions) == set(self._sessions)
        self._sessions = list(sessions)

    def open_path(self, path: Path | str) -> Session:
        """Open a photo or a project now and show it.

        Raises:
            DocumentError: when the file is missing, damaged or of no known kind.
            EngineError: when the photo or the stored weights are unusable.
        """
        path = Path(path)
        return self._add(path, open_document(path))

    def create(self, width: int, height: int, color: RgbColor | None) -> Session:
        """Make a new document and show it.

        Args:
            width: pixels.
            height: pixels.
            color: of its background, sRGB; None = transparent.
        """
        document = blank_document(width, height, color)
        source = blank_source(width, height, color, self._new_title())
        return self._show_new(Session(document, source, self._services, self), ())

    def open_picture(self, rgb: NDArray[np.uint8], title: str) -> Session:
        """Make a picture that has no file a new document and show it; it is not saved yet.

        Args:
            rgb: (H, W, 3) uint8; nobody changes it any more.
            title: shown while it has no file.
        """
        settings = {"photo_name": title}
        contents = ProjectContents(document_of(rgb), b"", ".png", rgb, settings=settings)
        return self._show_new(self._project_session(None, contents, is_saved=False), ())

    def _new_title(self) -> str:
        taken = {session.title for session in self._sessions}
        title, number = self.tr("Untitled"), 1
        while title in taken:
            number += 1
            title = self.tr("Untitled {number}").format(number=number)
        return title

    def start_opening(self, path: Path | str, is_template: bool = False) -> None:
        """Open in the background; ``session_opened`` or ``open_failed`` follows.

        Args:
            path: a photo or a project.
            is_template: whether a project is opened as one that was never saved, so that nothing
                is written back to it.
        """
        path = Path(path)
        add = self._add_template if is_template else partial(self._add_read, path)
        self._services.files.submit(
            partial(open_document, path),
            add,
            partial(self.open_failed.emit, str(path)),
        )

    def keep_unsaved(self) -> None:
        """Keep everything aside now that is not saved."""
        if self.autosave is not None:
            self.autosave.write_now()

    def look_for_journals(self) -> None:
        """Look, in the background, for unsaved documents of programs that ended."""
        if self._journals is not None:
            self._services.files.submit(
                self._journals.find, self.journals_found.emit, self.notice_raised.emit
            )

    def recover(self, found: FoundJournal) -> None:
        """Open an unsaved document in the background; it is modified, its file untouched."""
        if self._journals is not None:
            self._services.files.submit(
                partial(self._journals.read, found),
                partial(self._add_recovered, found),
                self.notice_raised.emit,
            )

    def discard_journal(self, found: FoundJournal) -> None:
        """Forget an unsaved document for good."""
        if self._journals is not None:
            work = partial(self._journals.discard, found)
            self._services.files.submit(work, _take_nothing, self.notice_raised.emit)

    def close(self, session: Session) -> None:
        """Remove a document at once; its training leaves a checkpoint and ends."""
        if self.autosave is not None:
            self.autosave.forget(session)
        index = self._sessions.index(session)
        self._sessions.remove(session)
        session.close()
        self._closed_ids = (session.id, *self._closed_ids)
        if session is self._active:
            left = self._sessions[min(index, len(self._sessions) - 1)] if self._sessions else None
            self.set_active(left)
        self.session_closed.emit(session)
        self._retire(session)

    def _retire(self, session: Session) -> None:
        """Let a closed session go once its files are written."""
        if session.is_saving:
            session.notice_raised.connect(self.notice_raised)
            session.file_changed.connect(self._release_written)
            self._retiring.append(session)
        else:
            self._release(session)

    @Slot()
    def _release_written(self) -> None:
        for session in [each for each in self._retiring if not each.is_saving]:
            self._retiring.remove(session)
            self._release(session)

    def _release(self, session: Session) -> None:
        session.deleteLater()
        if not self._is_shut_down:
            # a session and its parts know each other: hundreds of megabytes would wait for the
            # collector, which counts objects, not bytes, and may come on a thread without widgets
            QTimer.singleShot(_COLLECT_AFTER_MS, self, gc.collect)

    def shutdown(self) -> None:
        """Close everything: saves on their way are finished, threads ended.

        What is open and unsaved is offered at the next start.
        """
        self._is_shut_down = True
        if self.autosave is not None:
            self._services.files.stop()
            self.autosave.finish()
        for session in self.sessions:
            self.close(session)
        self._services.edits.stop()
        self._services.files.stop()
        self.worker.stop(wait=True)

    def _add_read(self, path: Path, opened: OpenedImage | ProjectContents) -> None:
        self._add(path, opened)

    def _add_template(self, opened: OpenedImage | ProjectContents) -> None:
        assert isinstance(opened, ProjectContents)
        self._show_new(self._project_session(None, opened), opened.notices)

    def session_of(self, session_id: str) -> Session | None:
        """The open session of that id."""
        return next((session for session in self._sessions if session.id == session_id), None)

    def _add(self, path: Path, opened: OpenedImage | ProjectContents) -> Session:
        if isinstance(opened, ProjectContents):
            # documents of other formats can be read but are not saved as what they were
            session = self._project_session(path if is_project_name(path) else None, opened)
        else:
            session = self._photo_session(path, opened)
        return self._show_new(session, opened.notices)

    def _show_new(
        self, session: Session, notices: Sequence[str], journal: Journal | None = None
    ) -> Session:
        self._sessions.append(session)
        if self.autosave is not None:
            self.autosave.follow(session, journal)
        self.session_opened.emit(session)
        self.set_active(session)
        session.look_for_leftovers(self._closed_ids)
        for notice in notices:
            session.notice_raised.emit(notice)
        return session

    def _add_recovered(self, found: FoundJournal, contents: JournalContents) -> None:
        assert self._journals is not None
        session = self._project_session(contents.path, contents.project, is_saved=False)
        notices = contents.project.notices
        self._close_untouched(contents.path)
        try:
            self._show_new(session, notices, self._journals.adopt(found, session.id))
        except FileWriteError as error:
            self._show_new(session, [*notices, str(error)])

    def _close_untouched(self, path: Path | None) -> None:
        """Close the file of a recovered document where it was opened meanwhile, but not changed."""
        for session in self.sessions:
            if path is not None and session.path == path and not session.is_modified:
                self.close(session)

    def _photo_session(self, path: Path, opened: OpenedImage) -> Session:
        source = PhotoSource(
            opened.rgb,
            opened.source_bytes,
            opened.extension,
            path.name,
            opened.exif,
            opened.alpha,
        )
        document = Document.from_photo(opened.rgba, self.tr("Photo"))
        return Session(document, source, self._services, self)

    def _project_session(
        self, path: Path | None, contents: ProjectContents, is_saved: bool = True
    ) -> Session:
        name = contents.settings.get("photo_name") or (
            self.tr("Photo") if path is None else path.name
        )
        source = PhotoSource(
            contents.photo,
            contents.photo_bytes,
            contents.photo_extension,
            str(name),
            contents.photo_exif,
            contents.photo_alpha,
            is_blank=bool(contents.settings.get("is_blank", False)),
        )
        session = Session(contents.document, source, self._services, self)
        session.restore(contents, path, is_saved)
        return session

    @Slot(object)
    def _on_progressed(self, progress: JobProgress) -> None:
        session = self.session_of(progress.session_id)
        if session is not None:
            session.take_progress(progress)

    @Slot(object)
    def _on_ended(self, ended: JobEnded) -> None:
        session = self.session_of(ended.session_id)
        if session is not None:
            session.take_end(ended)
