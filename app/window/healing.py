"""Leads to where edits are rendered, once there is a model and something to render."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.jobs.recipe import Application
from app.panels.generate import GeneratePanel
from app.session import Session
from app.workspace import Workspace


class Healing(QObject):
    """Brings the generate panel to the front, ready to inject, when there is something to render.

    That is when a trained project is opened, and when a patch is dropped.

    Args:
        workspace: the open documents.
        panel: the generate panel.
        reveal: brings it to the front.
    """

    def __init__(
        self, workspace: Workspace, panel: GeneratePanel, reveal: Callable[[], object]
    ) -> None:
        super().__init__(panel)
        self._workspace = workspace
        self._panel = panel
        self._reveal = reveal
        workspace.session_opened.connect(self._follow)

    @Slot(object)
    def _follow(self, session: Session) -> None:
        session.patch_dropped.connect(self._offer)
        if session.model is not None and session.model.is_usable:
            self._reveal()

    @Slot()
    def _offer(self) -> None:
        session = self._workspace.active
        if session is None or session.model is None or not session.model.is_usable:
            return
        if not self._panel.application.is_injection:
            self._panel.choose_application(Application.EDIT)
        self._reveal()
