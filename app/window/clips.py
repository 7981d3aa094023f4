"""Clips that a pair translates, under which name the film is written, or is trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.dialogs.questions import ask_go_on
from app.document.errors import DocumentError
from app.document.files.animations import check_animation_name
from app.document.files.clips import ANIMATED_SUFFIXES, VIDEO_SUFFIXES
from app.document.files.film_folder import FilmFolder

if TYPE_CHECKING:
    from app.panels.generate import GeneratePanel
    from app.session.clip_translation import KeptFrames
    from app.settings import Settings
    from app.workspace import Workspace

_CHECKED_FPS = 10
"""Any speed will do to check a name; that of the clip is known only once it is read."""


class Clips(QObject):
    """Asks for a clip and for the name of the film, and has it made.

    Args:
        window: parent of the dialogs.
        workspace: the open documents.
        panel: whose button asks for it.
        settings: the last folder.
    """

    def __init__(
        self, window: QWidget, workspace: Workspace, panel: GeneratePanel, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._page = panel.analogy
        self._settings = settings
        self._page.clip_box.wanted.connect(self.translate)
        self._page.slots.clip_wanted.connect(self.train_on_frames)
        self._page.slots.clip_dropped.connect(self.train_on_photo)

    def translate(self) -> None:
        """Translate a clip with the pair of the active document."""
        session = self._workspace.active
        clip = self._chosen_clip(self.tr("Video to Translate"))
        output = None if clip is None else self._chosen_output(clip)
        if session is None or clip is None or output is None:
            return
        try:
            check_animation_name(output, _CHECKED_FPS)
        except DocumentError as error:
            session.notice_raised.emit(str(error))
            return
        existing = self._existing(output)
        if existing is not None:
            self._settings.last_folder = output.parent
            session.translate_clip(self._page.clip_order(), clip, output, existing)

    def train_on_frames(self) -> None:
        """Have the pair of the active document trained on the frames of a clip."""
        session = self._workspace.active
        clip = self._chosen_clip(self.tr("Video to Train On"))
        if session is not None and clip is not None:
            self._settings.last_folder = clip.parent
            session.read_photo_clip(clip)

    def train_on_photo(self) -> None:
        """Have it trained on the photo alone."""
        session = self._workspace.active
        if session is not None:
            session.set_photo_clip(None)

    def _chosen_clip(self, title: str) -> Path | None:
        suffixes = dict.fromkeys((*VIDEO_SUFFIXES, *ANIMATED_SUFFIXES))
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            title,
            str(self._settings.last_folder),
            self.tr("Videos and animations ({patterns})").format(patterns=patterns),
        )
        return Path(name) if name else None

    def _chosen_output(self, clip: Path) -> Path | None:
        name = self.tr("{name} translated").format(name=clip.stem)
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Translated Video"),
            str(clip.with_name(f"{name}.mp4")),
            self.tr("Videos and animations ({patterns})").format(
                patterns="*.mp4 *.webm *.gif *.webp *.apng"
            ),
        )
        if not name:
            return None
        path = Path(name)
        return path if path.suffix else path.with_name(f"{path.name}.mp4")

    def _existing(self, output: Path) -> KeptFrames | None:
        """Return what happens to kept frames; None = the user thought better of it."""
        folder = FilmFolder(output)
        if not folder.exists:
            return "refuse"
        is_going_on = ask_go_on(self._window, output.name, folder.kept_count)
        if is_going_on is None:
            return None
        return "resume" if is_going_on else "replace"
