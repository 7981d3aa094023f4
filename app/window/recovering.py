"""At the start of the program: unsaved work of an earlier one is offered, without waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from app.dialogs.recovery_dialog import RecoveryDialog

if TYPE_CHECKING:
    from app.controls.message_bar import MessageBar
    from app.storage.journal import FoundJournals
    from app.workspace import Workspace


class Recovering(QObject):
    """Shows what was found in a dialog that stops nobody from working in the background.

    Args:
        window: parent of the dialog.
        workspace: looks for unsaved documents and opens them.
        messages: says when something cannot be recovered.

    Attributes:
        dialog: the one shown last, or None.
    """

    def __init__(self, window: QWidget, workspace: Workspace, messages: MessageBar) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._messages = messages
        self.dialog: RecoveryDialog | None = None
        workspace.journals_found.connect(self._offer)

    def _offer(self, found: FoundJournals) -> None:
        if found.damaged_count:
            self._messages.show_notice(self._damaged_text(found.damaged_count), is_lasting=True)
        if not found.journals:
            return
        self.dialog = RecoveryDialog(found.journals, self._window)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.recover_wanted.connect(self._workspace.recover)
        self.dialog.discard_wanted.connect(self._workspace.discard_journal)
        self.dialog.destroyed.connect(self._forget)
        self.dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _damaged_text(self, count: int) -> str:
        if count == 1:
            return self.tr("An unsaved document could not be recovered: its journal is damaged.")
        return self.tr(
            "%n unsaved documents could not be recovered: their journals are damaged.", "", count
        )
