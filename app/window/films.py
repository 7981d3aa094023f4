"""Animations become files, never over another file without asking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.dialogs.questions import ask_replace
from app.document.errors import DocumentError
from app.document.files.animations import check_animation_name

if TYPE_CHECKING:
    from app.panels.generate import GeneratePanel
    from app.session import Session
    from app.settings import Settings
    from app.workspace import Workspace

_SUFFIX_SETTING = "export/animation"


class Films(QObject):
    """Asks for the name of an animation and has it written.

    Args:
        window: parent of the dialogs.
        workspace: the open documents.
        panel: whose button asks for it.
        settings: the last folder and format.
    """

    def __init__(
        self, window: QWidget, workspace: Workspace, panel: GeneratePanel, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._page = panel.animation
        self._settings = settings
        panel.animation.export_wanted.connect(self.export)

    def export(self) -> None:
        """Ask for name and format, and write the animation of the active document."""
        session = self._workspace.active
        if session is None or self._page.export_blocker():
            return
        path = self._chosen_path(session)
        if path is None:
            return
        fps = session.document.render_settings.frames_per_second
        try:
            check_animation_name(path, fps)
        except DocumentError as error:
            session.notice_raised.emit(str(error))
            return
        self._settings.last_folder = path.parent
        self._settings.set_text(_SUFFIX_SETTING, path.suffix.lower())
        session.export_film(path, fps)

    def _chosen_path(self, session: Session) -> Path | None:
        suffix = self._settings.text(_SUFFIX_SETTING, ".gif")
        proposed = self._settings.last_folder / f"{Path(session.title).stem}{suffix}"
        filters = self._filters()
        start = next((text for text, each in filters.items() if each == suffix), "")
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export Animation"), str(proposed), ";;".join(filters), start
        )
        if not name:
            return None
        path = Path(name)
        if path.suffix:
            return path
        # the dialog asked about the name as it was typed
        path = path.with_name(path.name + filters.get(chosen, suffix))
        return path if not path.exists() or ask_replace(self._window, path.name) else None

    def _filters(self) -> dict[str, str]:
        return {
            self.tr("GIF, for anywhere (*.gif)"): ".gif",
            self.tr("WebP, smaller and in all colours (*.webp)"): ".webp",
            self.tr("Animated PNG, lossless (*.apng)"): ".apng",
            self.tr("MP4 video (*.mp4)"): ".mp4",
            self.tr("WebM video (*.webm)"): ".webm",
        }
