"""File menu: open, add as layer, save, export, and closing without losing anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.dialogs.export_dialog import ExportDialog
from app.dialogs.new_document_dialog import NewDocumentDialog
from app.dialogs.questions import CloseAnswer, DropAnswer, ask_drop, ask_unsaved
from app.document.image_files import OpenedImage, open_image

if TYPE_CHECKING:
    from app.controls.message_bar import MessageBar
    from app.jobs.background import BackgroundTasks
    from app.session import Session
    from app.settings import Settings
    from app.workspace import Workspace

PROJECT_SUFFIXES = (".singan", ".ora")
PHOTO_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")


class FileActions(QObject):
    """Handlers of the file menu.

    Args:
        window: parent of the dialogs.
        workspace: the open documents.
        settings: recent files and the last folder.
        messages: where notices are shown.
        tasks: reads pictures that are added as layers.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        settings: Settings,
        messages: MessageBar,
        tasks: BackgroundTasks,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._settings = settings
        self._messages = messages
        self._tasks = tasks
        self._opening: list[Path] = []
        workspace.session_opened.connect(self._note_opened)
        workspace.open_failed.connect(self._note_failed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {
            "file.new": self.new,
            "file.open": self.choose_and_open,
            "file.place": self.choose_and_place,
            "file.save": self.save,
            "file.save_as": self.save_as,
            "file.export": self.export,
        }

    def new(self) -> None:
        """Ask for size and background, and make an empty document."""
        image = QGuiApplication.clipboard().image()
        clipboard = None if image.isNull() else (image.width(), image.height())
        state = self._workspace.tool_state
        dialog = NewDocumentDialog(
            self._window, self._settings, state.color, state.background, clipboard
        )
        if dialog.exec():
            self._workspace.create(*dialog.size_px, dialog.color)

    def choose_and_open(self) -> None:
        """Ask for files and open each in a tab."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open"), str(self._settings.last_folder), self._open_filter()
        )
        for name in names:
            self.open(Path(name))

    def choose_and_place(self) -> None:
        """Ask for a picture and add it as a layer."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Add as Layer"),
            str(self._settings.last_folder),
            self.tr("Pictures ({patterns})").format(patterns=_patterns(PHOTO_SUFFIXES)),
        )
        if name:
            self.place(Path(name))

    def open(self, path: Path) -> None:
        """Open a file in the background; a project that is open already comes to the front."""
        for session in self._workspace.sessions:
            if session.path is not None and session.path == path:
                self._workspace.set_active(session)
                return
        self._settings.last_folder = path.parent
        self._opening.append(path)
        self._workspace.start_opening(path)

    def open_dropped(self, paths: Sequence[Path]) -> None:
        """Open dropped files; onto an open document a single picture may become a layer."""
        is_picture = len(paths) == 1 and paths[0].suffix.lower() not in PROJECT_SUFFIXES
        answer = DropAnswer.OPEN
        if is_picture and self._workspace.active is not None:
            answer = ask_drop(self._window, paths[0].name)
        if answer is DropAnswer.ADD_AS_LAYER:
            self.place(paths[0])
        elif answer is DropAnswer.OPEN:
            for path in paths:
                self.open(path)

    def place(self, path: Path) -> None:
        """Add a picture to the middle of the active document as a layer: one undo step."""
        session = self._workspace.active
        if session is not None:
            self._settings.last_folder = path.parent
            done = partial(self._add_layer, session)
            self._tasks.submit(partial(open_image, path), done, self._messages.show_notice)

    def save(self) -> bool:
        """Save the active project; returns False when the user was asked for a name and refused."""
        session = self._workspace.active
        if session is None:
            return False
        return self.save_session(session)

    def save_session(self, session: Session) -> bool:
        """Save a project where it lies, or ask where to."""
        if session.path is None or session.path.suffix.lower() != ".singan":
            return self._save_as(session)
        session.save()
        return True

    def save_as(self) -> None:
        """Save the active project under another name."""
        if self._workspace.active is not None:
            self._save_as(self._workspace.active)

    def export(self) -> None:
        """Ask for name, format and quality, and write the visible image."""
        session = self._workspace.active
        if session is None:
            return
        dialog = ExportDialog(self._window, self._proposed(session, ".png"), self._settings)
        if dialog.exec():
            self._settings.last_folder = dialog.path.parent
            session.export(dialog.path, dialog.quality)

    def ask_to_close(self, session: Session) -> CloseAnswer:
        """Ask about unsaved changes; without any, nothing is asked."""
        if not session.is_modified:
            return CloseAnswer.DISCARD
        self._workspace.set_active(session)
        return ask_unsaved(self._window, session.title)

    def note_written(self, path: str) -> None:
        """Remember a saved project among the recent files and say so."""
        if Path(path).suffix.lower() in PROJECT_SUFFIXES:
            self._settings.add_recent(Path(path))
        self._messages.show_notice(self.tr("Written: {path}").format(path=path))

    def _save_as(self, session: Session) -> bool:
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save Project"),
            str(self._proposed(session, ".singan")),
            self.tr("SinGAN project (*.singan)"),
        )
        if not name:
            return False
        path = Path(name)
        path = path if path.suffix else path.with_suffix(".singan")
        self._settings.last_folder = path.parent
        session.save(path)
        return True

    def _proposed(self, session: Session, suffix: str) -> Path:
        folder = self._settings.last_folder if session.path is None else session.path.parent
        return folder / f"{Path(session.title).stem}{suffix}"

    def _add_layer(self, session: Session, opened: OpenedImage) -> None:
        if session not in self._workspace.sessions:
            return
        height, width = opened.rgba.shape[:2]
        document = session.document
        session.edits.paste(
            opened.rgba, (document.width - width) // 2, (document.height - height) // 2
        )
        for notice in opened.notices:
            self._messages.show_notice(notice)

    def _note_opened(self, session: Session) -> None:
        path = next((p for p in self._opening if p.name == session.title), None)
        if path is not None:
            self._opening.remove(path)
            self._settings.add_recent(path)

    def _note_failed(self, path: str, message: str) -> None:
        self._opening = [other for other in self._opening if str(other) != path]
        self._messages.show_notice(message, is_lasting=True)

    def _open_filter(self) -> str:
        everything = _patterns((*PROJECT_SUFFIXES, *PHOTO_SUFFIXES))
        return ";;".join(
            (
                self.tr("Photos and projects ({patterns})").format(patterns=everything),
                self.tr("Projects ({patterns})").format(patterns=_patterns(PROJECT_SUFFIXES)),
                self.tr("All files (*)"),
            )
        )


def _patterns(suffixes: Sequence[str]) -> str:
    return " ".join(f"*{suffix}" for suffix in suffixes)
