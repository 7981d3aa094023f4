"""All open documents, and what they share: the worker, the model cache, the tool in hand."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.document.document import Document
from app.document.image_files import OpenedImage, open_image
from app.document.project_file import ProjectContents, load_project
from app.jobs.background import BackgroundTasks
from app.jobs.worker import JobEnded, JobProgress, Worker
from app.session import Session
from app.session.files import PhotoSource
from app.session.services import SessionServices
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.tool_state import ToolState

_COLLECT_AFTER_MS = 200
PROJECT_SUFFIXES = (".singan", ".ora")


def read_document(path: Path) -> OpenedImage | ProjectContents:
    """Read a photo or a project; runs on any thread.

    Raises:
        DocumentError: when the file is missing, damaged or of no known kind.
        EngineError: when the photo or the stored weights are unusable.
    """
    if path.suffix.lower() in PROJECT_SUFFIXES:
        return load_project(path)
    return open_image(path)


class Workspace(QObject):
    """Owns the sessions and everything they share.

    Attributes:
        tool_state: the tool in hand.
        worker: runs every training and render.
        cache: finished models.
        recovery: checkpoints.

    Signals:
        session_opened: a ``Session`` was added.
        session_closed: a ``Session`` was removed; its jobs are cancelled.
        active_changed: another session is shown; a ``Session`` or None.
        open_failed: a path in the background could not be opened; path and one sentence.
        notice_raised: one sentence of a document that is closed already.
    """

    session_opened = Signal(object)
    session_closed = Signal(object)
    active_changed = Signal(object)
    open_failed = Signal(str, str)
    notice_raised = Signal(str)

    def __init__(
        self,
        worker: Worker,
        cache: ModelCache,
        recovery: RecoveryFolder,
        parent: QObject | None = None,
    ) -> None:
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
        worker.progressed.connect(self._on_progressed)
        worker.ended.connect(self._on_ended)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Open documents, in the order they were opened."""
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

    def open_path(self, path: Path | str) -> Session:
        """Open a photo or a project now and show it.

        Raises:
            DocumentError: when the file is missing, damaged or of no known kind.
            EngineError: when the photo or the stored weights are unusable.
        """
        path = Path(path)
        return self._add(path, read_document(path))

    def start_opening(self, path: Path | str) -> None:
        """Open in the background; ``session_opened`` or ``open_failed`` follows."""
        path = Path(path)
        self._services.files.submit(
            partial(read_document, path),
            partial(self._add_read, path),
            partial(self.open_failed.emit, str(path)),
        )

    def close(self, session: Session) -> None:
        """Remove a document at once; its training leaves a checkpoint and ends."""
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
        """Close everything: saves on their way are finished, threads ended."""
        self._is_shut_down = True
        for session in self.sessions:
            self.close(session)
        self._services.edits.stop()
        self._services.files.stop()
        self.worker.stop(wait=True)

    def _add_read(self, path: Path, opened: OpenedImage | ProjectContents) -> None:
        self._add(path, opened)

    def session_of(self, session_id: str) -> Session | None:
        """The open session of that id."""
        return next((session for session in self._sessions if session.id == session_id), None)

    def _add(self, path: Path, opened: OpenedImage | ProjectContents) -> Session:
        if isinstance(opened, ProjectContents):
            session = self._project_session(path, opened)
        else:
            session = self._photo_session(path, opened)
        self._sessions.append(session)
        self.session_opened.emit(session)
        self.set_active(session)
        session.look_for_leftovers(self._closed_ids)
        for notice in opened.notices:
            session.notice_raised.emit(notice)
        return session

    def _photo_session(self, path: Path, opened: OpenedImage) -> Session:
        source = PhotoSource(
            opened.rgb,
            opened.source_bytes,
            opened.extension,
            path.name,
            opened.exif,
            opened.rgba[..., 3].copy() if opened.has_alpha else None,
        )
        document = Document.from_photo(opened.rgba, self.tr("Photo"))
        return Session(document, source, self._services, self)

    def _project_session(self, path: Path, contents: ProjectContents) -> Session:
        name = str(contents.settings.get("photo_name", path.name))
        source = PhotoSource(
            contents.photo,
            contents.photo_bytes,
            contents.photo_extension,
            name,
            contents.photo_exif,
        )
        session = Session(contents.document, source, self._services, self)
        session.restore(contents, path)
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
