"""A document whose every change is announced: commands, strokes, undo and redo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.document.change import Change
from app.document.commands import Command
from app.document.compositing import Compositor
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.history import History
from app.session.edits import SessionEdits
from app.session.strokes import SessionStrokes

Pixels = NDArray[np.uint8]

HISTORY_BUDGET_BYTES = 1 << 30


class DocumentSession(QObject):
    """The editing half of a session.

    Attributes:
        document: what the user edits; read it, change it by ``run``.
        history: the commands done.
        compositor: draws the document, with whatever is laid over it.
        edits: clipboard, selection and layer work.
        strokes: the brush stroke in progress.

    Signals:
        document_changed: a ``Change``.
        history_changed: commands were done, undone or marked clean.
        stroke_started: a stroke is about to begin.
        notice_raised: one sentence for the user.
    """

    document_changed = Signal(object)
    history_changed = Signal()
    stroke_started = Signal()
    notice_raised = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.history = History(HISTORY_BUDGET_BYTES)
        self.compositor = Compositor(document)
        self.edits = SessionEdits(self)
        self.strokes = SessionStrokes(self)

    def run(self, command: Command) -> bool:
        """Do a command: one undo step. A refusal becomes a notice.

        Returns:
            Whether it was done.
        """
        self.strokes.finish()
        try:
            change = self.history.run(command, self.document)
        except DocumentError as error:
            self.notice_raised.emit(str(error))
            return False
        self._announce_step(change)
        return True

    def undo(self) -> None:
        """Take the last step back."""
        self.strokes.finish()
        self.go_to_history(self.history.index - 1)

    def redo(self) -> None:
        """Do the last undone step again."""
        self.go_to_history(self.history.index + 1)

    def go_to_history(self, index: int) -> None:
        """Undo or redo until ``index`` steps are done (0 = as opened), announced once."""
        self.strokes.finish()
        self._announce_step(self.history.go_to(index, self.document))

    def close_step(self) -> None:
        """End a gesture: the next command does not join the last step."""
        self.history.close_step()

    def announce(self, change: Change) -> None:
        """Tell listeners what changed on the screen, without a step of the history."""
        self.compositor.invalidate(change)
        self.document_changed.emit(change)

    def copy_selection(self) -> None:
        """Put the selected pixels of the active layer on the clipboard."""
        self.edits.copy()

    def cut_selection(self) -> None:
        """Copy, then clear what was copied."""
        self.edits.cut()

    def paste(self, rgba: Pixels, x: int, y: int) -> None:
        """Add pixels as a layer; see ``SessionEdits.paste``."""
        self.edits.paste(rgba, x, y)

    def lift_selection(self, cut: bool = True) -> None:
        """Make the selected pixels a layer of their own."""
        self.edits.lift(cut)

    def _announce_step(self, change: Change) -> None:
        self.announce(change)
        self.history_changed.emit()
