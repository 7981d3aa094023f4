"""A document that has a photo and a file: its name, saving, exporting, and what is unsaved."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.document.document import Document
from app.document.files.images.image_export import DEFAULT_CHOICES, ExportChoices
from app.session.blank_documents import document_of
from app.session.document_session import DocumentSession
from app.session.files import (
    FileListener,
    PhotoSource,
    SaveOrder,
    SessionFiles,
    unsaved_contents,
)

if TYPE_CHECKING:
    from app.session.services import SessionServices
    from app.storage.journal import JournalContents


class FileSession(DocumentSession):
    """The ground of a session as far as its files go.

    Attributes:
        photo: (H, W, 3) uint8 RGB, what is trained on.

    Signals:
        title_changed: ``title`` or ``is_modified`` changed.
        file_changed: ``is_saving`` changed.
        file_written: a save or export is on the disk; its path.
    """

    title_changed = Signal()
    file_changed = Signal()
    file_written = Signal(str)

    def __init__(
        self,
        document: Document,
        source: PhotoSource,
        services: SessionServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, parent)
        self.photo: NDArray[np.uint8] = source.rgb
        self._services = services
        self._is_closed = False
        self._files = SessionFiles(
            source,
            services,
            FileListener(self._files_changed, self.file_written.emit, self.notice_raised.emit),
        )
        self._shown_title = (self.title, self.is_modified)
        self.history_changed.connect(self._refresh_title)

    @property
    def photo_alpha(self) -> NDArray[np.uint8] | None:
        """(H, W) uint8 of the photo as it was opened; None = opaque."""
        return self._files.source.alpha

    @property
    def has_photo(self) -> bool:
        """Whether there is a photo: opened, or made of a new document by training on it."""
        return not self._files.source.is_blank

    @property
    def path(self) -> Path | None:
        """The project file, or None when never saved."""
        return self._files.path

    @property
    def is_modified(self) -> bool:
        """Whether closing now would lose something."""
        return not self.history.is_clean or self._files.is_changed

    @property
    def is_saving(self) -> bool:
        """Whether a save or export is being written."""
        return self._files.is_busy

    @property
    def title(self) -> str:
        """Name of the project or photo."""
        return self._files.title

    @property
    def photo_extension(self) -> str:
        """Suffix of the opened photo's format."""
        return self._files.source.extension

    def save(self, path: Path | None = None) -> None:
        """Write the project in the background; the document may be painted on meanwhile.

        Args:
            path: None = where it was saved or opened.
        """
        self.finish_gestures()
        path = self.path if path is None else Path(path)
        assert path is not None, "the first save needs a path"
        self._files.save(path, self._save_order())
        self.history.mark_clean()
        self.history_changed.emit()
        self._refresh_title()

    def export(self, path: Path, choices: ExportChoices = DEFAULT_CHOICES) -> None:
        """Write the visible image, or the layers, in the background.

        Args:
            path: its suffix is the format: see `export_document`.
            choices: quality, and what is embedded.
        """
        self.finish_gestures()
        self._files.export(Path(path), self.document.snapshot(), choices)

    def export_picture(
        self, path: Path, rgb: NDArray[np.uint8], choices: ExportChoices = DEFAULT_CHOICES
    ) -> None:
        """Write a picture made from the document, in the background.

        Args:
            path: as of ``export``.
            rgb: (H, W, 3) uint8, which nobody changes any more.
            choices: quality, and what is embedded.
        """
        self._files.export(Path(path), document_of(rgb), choices)

    def unsaved(self) -> Callable[[], JournalContents]:
        """Return what makes, on another thread, the journal's contents of this moment."""
        order, files, recovery = self._save_order(), self._files, self._services.recovery
        return partial(unsaved_contents, order, files.path, files.title, recovery)

    def _save_order(self) -> SaveOrder:
        """Return snapshots of all that a project file holds."""
        raise NotImplementedError

    def _notify(self, text: str) -> None:
        """Tell the user, unless the document is closed and has nobody to tell."""
        if not self._is_closed or self.is_saving:
            self.notice_raised.emit(text)

    def _files_changed(self) -> None:
        self.file_changed.emit()
        self._refresh_title()

    def _refresh_title(self) -> None:
        shown = (self.title, self.is_modified)
        if shown != self._shown_title:
            self._shown_title = shown
            self.title_changed.emit()
