"""File menu: open, add as layer, save, export, and closing without losing anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.dialogs.export_dialog import ExportDialog
from app.dialogs.new_document_dialog import NewDocumentDialog
from app.dialogs.questions import CloseAnswer, ask_replace, ask_unsaved
from app.document.files.images.image_export import EXPORT_FORMATS
from app.document.files.images.image_files import OpenedImage
from app.document.files.layered_export import LAYERED_FORMATS
from app.document.files.opening import (
    OPENRASTER_SUFFIX,
    PHOTO_SUFFIXES,
    PROJECT_SUFFIX,
    PROJECT_SUFFIXES,
    is_project_name,
    open_picture,
)
from app.session.clipboard_edits import rgba_of_image

if TYPE_CHECKING:
    from app.controls.message_bar import MessageBar
    from app.jobs.background import BackgroundTasks
    from app.session import Session
    from app.settings import Settings
    from app.workspace import Workspace


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
        self._exported: dict[str, Path] = {}
        self._folders: dict[str, Path] = {}
        self._saved_openraster: set[str] = set()
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
            self.tr("Pictures ({patterns})").format(
                patterns=_patterns((*PHOTO_SUFFIXES, *PROJECT_SUFFIXES))
            ),
        )
        if name:
            self.place(Path(name))

    def open(self, path: Path) -> None:
        """Open a file in the background; a project that is open already comes to the front."""
        session = self._session_at(path)
        if session is not None:
            self._workspace.set_active(session)
            return
        if path in self._opening and is_project_name(path):
            return
        self._settings.last_folder = path.parent
        self._opening.append(path)
        self._workspace.start_opening(path)

    def place(
        self, path: Path, at: tuple[float, float] | None = None, is_patch: bool = False
    ) -> None:
        """Add a picture to the active document as a layer: one undo step.

        Args:
            path: of the picture.
            at: document point for its middle; None = the middle of the document.
            is_patch: whether it is to be harmonized with the document.
        """
        session = self._workspace.active
        if session is not None:
            self._settings.last_folder = path.parent
            done = partial(self._add_layer, session, at, is_patch)
            self._tasks.submit(partial(open_picture, path), done, self._messages.show_notice)

    def place_image(
        self, image: QImage, at: tuple[float, float] | None = None, is_patch: bool = False
    ) -> None:
        """Add pixels that have no file, as `place`."""
        if self._workspace.active is not None:
            self._put(self._workspace.active, rgba_of_image(image), at, is_patch)

    def save(self) -> bool:
        """Save the active project; returns False when the user was asked for a name and refused."""
        session = self._workspace.active
        if session is None:
            return False
        return self.save_session(session)

    def save_session(self, session: Session) -> bool:
        """Save a project or OpenRaster file where it lies, or ask where to."""
        if session.path is None or not is_project_name(session.path):
            return self._save_as(session)
        self._save_to(session, session.path)
        return True

    def save_as(self) -> None:
        """Save the active project under another name."""
        if self._workspace.active is not None:
            self._save_as(self._workspace.active)

    def export(self) -> None:
        """Ask for name and format, and write the visible image or the layers."""
        session = self._workspace.active
        if session is None:
            return
        projects = [other.path for other in self._workspace.sessions if other.path is not None]
        proposed = self._proposed_export(session)
        dialog = ExportDialog(self._window, proposed, self._settings, projects)
        if dialog.exec():
            self._settings.last_folder = dialog.path.parent
            self._exported[session.id] = dialog.path
            session.export(dialog.path, dialog.choices)

    def export_picture(self, session: Session, rgb: NDArray[np.uint8], name: str) -> None:
        """Ask for name and format, and write a picture that was made from a document.

        Args:
            session: the document.
            rgb: (H, W, 3) uint8.
            name: proposed, without suffix.
        """
        projects = [other.path for other in self._workspace.sessions if other.path is not None]
        suffix = session.photo_extension
        proposed = self._proposed(session, suffix).with_name(f"{name}{suffix}")
        dialog = ExportDialog(self._window, proposed, self._settings, projects)
        if dialog.exec():
            self._settings.last_folder = dialog.path.parent
            session.export_picture(dialog.path, rgb, dialog.choices)

    def ask_to_close(self, session: Session) -> CloseAnswer:
        """Ask about unsaved changes; without any, nothing is asked."""
        if not session.is_modified:
            return CloseAnswer.DISCARD
        self._workspace.set_active(session)
        return ask_unsaved(self._window, session.title)

    def note_written(self, path: str) -> None:
        """Remember a saved project among the recent files and say so."""
        if is_project_name(path):
            self._settings.add_recent(Path(path))
        text = self.tr("Written: {path}").format(path=path)
        if path in self._saved_openraster:
            text = self.tr(
                "Written: {path}. Everything is inside, but other programs keep only the layers "
                "when they save it: not the model, the results and the masks."
            ).format(path=path)
        self._messages.show_notice(text)

    def _save_as(self, session: Session) -> bool:
        name, chosen = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save Project"),
            str(self._proposed(session, self._project_suffix(session))),
            ";;".join(
                (
                    self.tr("SinGAN project (*.singan)"),
                    self.tr("OpenRaster with the project inside (*.ora)"),
                )
            ),
        )
        if not name:
            return False
        path = self._project_path(
            Path(name), OPENRASTER_SUFFIX if "*.ora" in chosen else PROJECT_SUFFIX
        )
        if path is None:
            return False
        if self._session_at(path) not in (None, session):
            text = self.tr(
                "“{name}” is open in another tab: close it first, or choose another name."
            )
            self._messages.show_notice(text.format(name=path.name))
            return False
        self._settings.last_folder = path.parent
        self._save_to(session, path)
        return True

    def _session_at(self, path: Path) -> Session | None:
        """The open document whose project file this is."""
        wanted = os.path.realpath(path)
        for session in self._workspace.sessions:
            if session.path is not None and os.path.realpath(session.path) == wanted:
                return session
        return None

    def _save_to(self, session: Session, path: Path) -> None:
        if path.suffix.lower() == OPENRASTER_SUFFIX:
            self._saved_openraster.add(str(path))
        session.save(path)

    def _project_path(self, path: Path, suffix: str) -> Path | None:
        """The name a project is saved by; None where it must not be, which is said or asked."""
        if is_project_name(path):
            return path
        if path.suffix.lower() in (*EXPORT_FORMATS, *LAYERED_FORMATS, *PHOTO_SUFFIXES):
            text = self.tr(
                "“{name}” names a picture: save projects as .singan or .ora, and export pictures."
            )
            self._messages.show_notice(text.format(name=path.name))
            return None
        path = path.with_name(path.name + suffix)
        is_free = not path.exists() or ask_replace(self._window, path.name)
        return path if is_free else None

    def _project_suffix(self, session: Session) -> str:
        path = session.path
        is_openraster = path is not None and path.suffix.lower() == OPENRASTER_SUFFIX
        return OPENRASTER_SUFFIX if is_openraster else PROJECT_SUFFIX

    def _proposed(self, session: Session, suffix: str) -> Path:
        folder = self._folders.get(session.id, self._settings.last_folder)
        if session.path is not None:
            folder = session.path.parent
        elif not folder.is_dir():
            folder = self._settings.last_folder
        return folder / f"{Path(session.title).stem}{suffix}"

    def _proposed_export(self, session: Session) -> Path:
        """Where it was exported to before, else a new name in the format of its photo."""
        if session.id in self._exported:
            return self._exported[session.id]
        path = self._proposed(session, session.photo_extension)
        edited = self.tr("{name} edited").format(name=path.stem)
        return path.with_stem(edited) if path.exists() else path

    def _add_layer(
        self,
        session: Session,
        at: tuple[float, float] | None,
        is_patch: bool,
        opened: OpenedImage,
    ) -> None:
        if session not in self._workspace.sessions:
            return
        self._put(session, opened.rgba, at, is_patch)
        for notice in opened.notices:
            self._messages.show_notice(notice)

    def _put(
        self,
        session: Session,
        rgba: NDArray[np.uint8],
        at: tuple[float, float] | None,
        is_patch: bool,
    ) -> None:
        height, width = rgba.shape[:2]
        x, y = (session.document.width / 2, session.document.height / 2) if at is None else at
        left, top = round(x - width / 2), round(y - height / 2)
        session.edits.paste(rgba, left, top, is_foreign=is_patch)

    def _note_opened(self, session: Session) -> None:
        path = next((p for p in self._opening if p.name == session.title), None)
        if path is not None:
            self._opening.remove(path)
            self._settings.add_recent(path)
            self._folders[session.id] = path.parent

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
