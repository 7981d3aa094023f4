"""What lies over the picture while the user works: at most one of several pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF

from app.canvas.picture_overlay import PictureOverlay
from app.document.planes import qimage_of
from app.window.model_view import ModelView
from app.window.scale_preview import ScalePreview
from app.window.translation_preview import TranslationPreview

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.controls.scale_strip import ScaleStrip
    from app.jobs.background import BackgroundTasks
    from app.panels.generate.injection_page import InjectionPage
    from app.session import Session
    from app.settings import Settings
    from app.workspace import Workspace

_LIVE, _ON, _OFF = "generate/live", "on", "off"


def live_overlay(session: Session) -> PictureOverlay | None:
    """Return the live picture of a session, what is stale in it faint; None without one."""
    live = session.live
    if live.pixels is None or not session.is_live_shown:
        return None
    height, width = live.pixels.shape[:2]
    stale = None if live.stale is None else QRectF(*live.stale)
    return PictureOverlay(qimage_of(live.pixels), QRectF(0, 0, width, height), stale)


class EditOverlays(QObject):
    """Shows the thumbnail under the pointer, else the model's-eye view, else the live picture.

    Args:
        workspace: the open documents.
        page: says what is to be shown.
        analogies: the strip of the translations.
        canvas: shows it.
        tasks: computes the model's-eye view.
    """

    def __init__(
        self,
        workspace: Workspace,
        page: InjectionPage,
        analogies: ScaleStrip,
        canvas: CanvasView,
        tasks: BackgroundTasks,
    ) -> None:
        super().__init__(canvas)
        self._workspace = workspace
        self._canvas = canvas
        self._page = page
        self._preview = ScalePreview(workspace, page.scale_box.strip, self)
        self._view = ModelView(workspace, page, tasks, self)
        self.translation_preview = TranslationPreview(workspace, analogies, self)
        self._preview.changed.connect(self._show)
        self.translation_preview.changed.connect(self._show)
        self._view.changed.connect(self._show)
        workspace.active_changed.connect(self._show)
        workspace.session_opened.connect(self._follow)
        for session in workspace.sessions:
            self._follow(session)

    def remember_live(self, settings: Settings) -> None:
        """Have the live picture on where it was on the last time."""
        switch = self._page.live_box.switch
        switch.setChecked(settings.text(_LIVE, _OFF) == _ON)
        switch.toggled.connect(lambda is_on: settings.set_text(_LIVE, _ON if is_on else _OFF))

    def _follow(self, session: Session) -> None:
        session.live_changed.connect(self._show)
        session.preview_changed.connect(self._show)

    def _show(self) -> None:
        session = self._workspace.active
        overlay = self._preview.overlay or self.translation_preview.overlay or self._view.overlay
        if overlay is None and session is not None:
            overlay = live_overlay(session)
        self._canvas.show_overlay(overlay)
