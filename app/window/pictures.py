"""What is made beside the canvas: seen large, opened as documents, written to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.dialogs.picture_dialog import PictureDialog
from app.document.picture_grid import picture_grid
from app.window.films import Films

if TYPE_CHECKING:
    from app.jobs.results import RenderResult
    from app.panels.generate import GeneratePanel
    from app.session import Session
    from app.settings import Settings
    from app.window.file_actions import FileActions
    from app.workspace import Workspace


class Pictures(QObject):
    """Does what the buttons beside such a picture or an animation say.

    Args:
        window: parent of the dialogs.
        workspace: gets the new documents.
        panel: shows the pictures.
        files: asks for names.
        settings: the last folder and format of animations.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        panel: GeneratePanel,
        files: FileActions,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._files = files
        self.dialog: PictureDialog | None = None
        self.films = Films(window, workspace, panel, settings)
        panel.picture_box.look_wanted.connect(self.look_at)
        panel.picture_box.open_wanted.connect(self.open)
        panel.picture_box.export_wanted.connect(self.export)
        panel.samples.grid_wanted.connect(self.open_grid)

    def look_at(self, result: RenderResult) -> None:
        """Show a result large."""
        dialog = PictureDialog(self._window, result)
        dialog.open_wanted.connect(self.open)
        dialog.export_wanted.connect(self.export)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    def open(self, result: RenderResult) -> None:
        """Make a result a document of its own."""
        session = self._workspace.session_of(result.session_id) or self._workspace.active
        if session is not None:
            self._workspace.open_picture(result.image, self._title(session, result))

    def open_grid(self, results: Sequence[RenderResult]) -> None:
        """Make several results of one size one document."""
        session = self._workspace.active
        if session is not None and results:
            title = self.tr("{name}, samples").format(name=Path(session.title).stem)
            grid = picture_grid([result.image for result in results])
            self._workspace.open_picture(grid, title)

    def export(self, result: RenderResult) -> None:
        """Write a result to a file."""
        session = self._workspace.session_of(result.session_id) or self._workspace.active
        if session is not None:
            self._files.export_picture(session, result.image, self._title(session, result))

    def _title(self, session: Session, result: RenderResult) -> str:
        height, width = result.image.shape[:2]
        text = self.tr("{name} {width}x{height}")
        return text.format(name=Path(session.title).stem, width=width, height=height)

    def _forget_dialog(self) -> None:
        self.dialog = None
