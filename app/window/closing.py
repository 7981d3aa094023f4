"""Closing tabs and the window without losing anything; saves are waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.dialogs.questions import CloseAnswer

if TYPE_CHECKING:
    from app.session import Session
    from app.window.file_actions import FileActions
    from app.workspace import Workspace


class Closing(QObject):
    """Asks about unsaved changes and closes a document once its save is on the disk.

    Args:
        files: asks the questions and saves.
        workspace: the open documents.
        all_closed: called when the last save of ``close_all`` closed the last document.
    """

    def __init__(
        self, files: FileActions, workspace: Workspace, all_closed: Callable[[], object]
    ) -> None:
        super().__init__(files)
        self._files = files
        self._workspace = workspace
        self._all_closed = all_closed
        self._is_closing_all = False
        self._saving: list[Session] = []

    def close(self, session: Session) -> None:
        """Close one document, asking first when it is modified."""
        if session in self._saving:
            return
        session.finish_gestures()
        answer = self._files.ask_to_close(session)
        if answer is CloseAnswer.CANCEL:
            self._is_closing_all = False
        elif answer is CloseAnswer.SAVE:
            self._save_first(session)
        else:
            self._workspace.close(session)

    def close_all(self) -> bool:
        """Close every document; stops at the first refusal.

        Returns:
            Whether all are closed now. If not, ``all_closed`` is called once the last save is
            on the disk, unless the user or a failure kept a document open.
        """
        self._is_closing_all = True
        for session in self._workspace.sessions:
            if self._is_closing_all:
                self.close(session)
        if not self._workspace.sessions:
            self._is_closing_all = False
        return not self._workspace.sessions

    def _save_first(self, session: Session) -> None:
        self._saving.append(session)
        session.file_changed.connect(self._close_saved)
        if not self._files.save_session(session):
            self._forget(session)
            self._is_closing_all = False

    def _close_saved(self) -> None:
        for session in [s for s in self._saving if not s.is_saving]:
            self._forget(session)
            if session.is_modified:
                self._is_closing_all = False
            else:
                self._workspace.close(session)
        if self._is_closing_all and not self._workspace.sessions:
            self._is_closing_all = False
            self._all_closed()

    def _forget(self, session: Session) -> None:
        self._saving.remove(session)
        session.file_changed.disconnect(self._close_saved)
