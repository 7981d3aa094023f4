"""A document whose every change is announced: commands, undo and redo."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QObject, Signal

from app.document.change import Change
from app.document.commands import Command
from app.document.compositing import Compositor
from app.document.document import Document
from app.document.errors import DocumentError, OutOfMemoryError
from app.document.history import History

HISTORY_BUDGET_BYTES = 1 << 30


class DocumentSession(QObject):
    """The ground of a session: commands go in, announcements come out.

    Attributes:
        id: unique in the program; jobs and copied pixels carry it.
        document: what the user edits; read it, change it by ``run``.
        history: the commands done.
        compositor: draws the document, with whatever is laid over it.

    Signals:
        document_changed: a ``Change``.
        history_changed: commands were done, undone or marked clean.
        edit_changed: a step changed what a render of the document would be; a ``Change``.
        stroke_started: a stroke is about to begin.
        shown_changed: the screen shows other pixels in a ``Rect``; the document is as before.
        layer_placed: the active layer came from elsewhere and may not be where it shall be.
        patch_dropped: pixels were moved over the photo, or pasted from another picture: there is
            something to heal.
        transform_changed: the free transform in progress began, changed or ended.
        gestures_ending: what is in progress shall become a step, or be given up, now.
        notice_raised: one sentence for the user.
    """

    document_changed = Signal(object)
    history_changed = Signal()
    edit_changed = Signal(object)
    stroke_started = Signal()
    shown_changed = Signal(object)
    layer_placed = Signal()
    patch_dropped = Signal()
    transform_changed = Signal()
    gestures_ending = Signal()
    notice_raised = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.id = uuid.uuid4().hex
        self.document = document
        self.history = History(HISTORY_BUDGET_BYTES)
        self.compositor = Compositor(document)

    def run(self, command: Command) -> bool:
        """Do a command: one undo step. A refusal becomes a notice.

        Returns:
            Whether it was done.
        """
        self.finish_gestures()
        try:
            change = self.history.run(command, self.document)
        except DocumentError as error:
            self.notice_raised.emit(str(error))
            return False
        self._announce_step(change)
        return True

    def undo(self) -> None:
        """Take the last step back."""
        self.finish_gestures()
        self.go_to_history(self.history.index - 1)

    def withdraw(self) -> None:
        """Take back a step whose gesture was given up; redo does not bring it back."""
        self.finish_gestures()
        self._announce_step(self.history.withdraw(self.document) or Change())

    def redo(self) -> None:
        """Do the last undone step again."""
        self.go_to_history(self.history.index + 1)

    def go_to_history(self, index: int) -> None:
        """Undo or redo until ``index`` steps are done (0 = as opened), announced once."""
        self.finish_gestures()
        try:
            change = self.history.go_to(index, self.document)
        except OutOfMemoryError as error:
            # some of several steps may be done
            change = Change(self.document.rect, True, True, True, True)
            self.notice_raised.emit(str(error))
        self._announce_step(change)

    def close_step(self) -> None:
        """End a gesture: the next command does not join the last step."""
        self.history.close_step()

    def announce(self, change: Change) -> None:
        """Tell listeners what changed on the screen, without a step of the history."""
        self.document_changed.emit(self.compositor.invalidate(change))

    def finish_gestures(self) -> None:
        """Make what is in progress a step of its own: before a command, a save, a render."""
        self.gestures_ending.emit()

    def _announce_step(self, change: Change) -> None:
        self.announce(change)
        self.history_changed.emit()
        if change.pixels is not None or change.selection or change.geometry:
            self.edit_changed.emit(change)
