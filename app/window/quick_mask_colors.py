"""White to paint with while the quick mask is on, and the user's own colours afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.document.change import Change
    from app.session import Session
    from app.workspace import Workspace

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


class QuickMaskColors(QObject):
    """Exchanges the colours when the document in front begins or ends to show a quick mask.

    White selects: whoever begins with black in hand would paint and see nothing happen.
    """

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._own: tuple[tuple[int, int, int], tuple[int, int, int]] | None = None
        workspace.active_changed.connect(self._follow)
        workspace.session_opened.connect(self._watch)
        for session in workspace.sessions:
            self._watch(session)

    def _watch(self, session: Session) -> None:
        session.document_changed.connect(self._take_change)

    def _take_change(self, change: Change) -> None:
        if change.selection:
            self._follow()

    def _follow(self) -> None:
        session, tools = self._workspace.active, self._workspace.tool_state
        is_on = session is not None and session.document.quick_mask is not None
        if is_on and self._own is None:
            self._own = tools.color, tools.background
            tools.set_colors(WHITE, BLACK)
        elif not is_on and self._own is not None:
            own, self._own = self._own, None
            tools.set_colors(*own)
