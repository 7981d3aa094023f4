"""Where the second picture of an analogy comes from: files, layers, and the other tabs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.document.document import Document
from app.document.files.opening import PHOTO_SUFFIXES, PROJECT_SUFFIXES
from app.session.clipboard_edits import rgba_of_image

if TYPE_CHECKING:
    from app.document.layers import Layer
    from app.panels.generate import GeneratePanel
    from app.session import Session
    from app.settings import Settings
    from app.workspace import Workspace


class SecondPictures(QObject):
    """Fills the menu of the second slot, and takes what is dropped on it.

    Args:
        window: parent of the dialog.
        workspace: the open documents.
        panel: has the slot.
        settings: the last folder.
    """

    def __init__(
        self, window: QWidget, workspace: Workspace, panel: GeneratePanel, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._settings = settings
        self._menu = panel.analogy.slots.second.menu
        self._menu.aboutToShow.connect(self._fill)
        panel.analogy.second_dropped.connect(self.take)

    def take(self, picture: Path | QImage) -> None:
        """Take a file, or pixels that have none."""
        session = self._workspace.active
        if session is None:
            return
        if isinstance(picture, QImage):
            rgba = rgba_of_image(picture)
            size = Document.from_photo(rgba, "")
            session.show_second_picture(size, self.tr("Dropped picture"))
        else:
            self._settings.last_folder = picture.parent
            session.read_second_picture(picture)

    def choose(self) -> None:
        """Ask for a file."""
        patterns = " ".join(f"*{suffix}" for suffix in (*PHOTO_SUFFIXES, *PROJECT_SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Second Picture"),
            str(self._settings.last_folder),
            self.tr("Pictures ({patterns})").format(patterns=patterns),
        )
        if name:
            self.take(Path(name))

    def _fill(self) -> None:
        self._menu.clear()
        self._menu.addAction(self.tr("Open a file…")).triggered.connect(self.choose)
        session = self._workspace.active
        others = [each for each in self._workspace.sessions if each is not session]
        tabs = self._submenu(self.tr("From an open document"), bool(others))
        for other in others:
            tabs.addAction(other.title).triggered.connect(partial(self._take_document, other))
        layers = (
            [] if session is None else [each for each in session.document.layers if _is_full(each)]
        )
        below = self._submenu(self.tr("From a layer"), bool(layers))
        for layer in reversed(layers):
            below.addAction(layer.name).triggered.connect(partial(self._take_layer, layer))

    def _submenu(self, title: str, is_filled: bool) -> QMenu:
        menu = self._menu.addMenu(title)
        menu.setEnabled(is_filled)
        return menu

    def _take_document(self, other: Session, _checked: bool = False) -> None:
        session = self._workspace.active
        if session is not None:
            session.show_second_picture(other.document.snapshot(), other.title)

    def _take_layer(self, layer: Layer, _checked: bool = False) -> None:
        session = self._workspace.active
        if session is not None:
            session.show_second_picture(_alone(layer), layer.name)


def _is_full(layer: Layer) -> bool:
    """Whether a layer shows anything of its own."""
    return not layer.is_group and not layer.plane.rect.is_empty


def _alone(layer: Layer) -> Document:
    """Return a document of a layer's size that shows nothing but its pixels."""
    rgba = layer.plane.to_rgba(layer.plane.rect)
    return Document.from_photo(rgba, layer.name)
