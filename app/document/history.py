"""Undo and redo within a budget of bytes."""

from __future__ import annotations

from app.document.change import Change
from app.document.commands import Command
from app.document.document import Document
from app.document.rollback import all_or_nothing


class History:
    """The commands that made the document what it is, and those that were taken back.

    A state of the document has a number, the count of steps since the document was opened; steps
    dropped for their bytes still count, so that the clean state keeps its meaning.
    """

    def __init__(self, budget_bytes: int = 512 * 2**20) -> None:
        """Keep steps of at most `budget_bytes`; the newest step always stays."""
        self.budget_bytes = budget_bytes
        self._steps: list[Command] = []
        # bytes of each step as last counted: thousands of steps cannot be asked at every stroke
        self._counted: list[int] = []
        self._total = 0
        self._index = 0
        self._dropped = 0
        self._clean: int | None = 0
        self._is_step_open = False

    @property
    def index(self) -> int:
        """How many of the listed steps are applied."""
        return self._index

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return self._index > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step that was taken back can be done again."""
        return self._index < len(self._steps)

    @property
    def is_clean(self) -> bool:
        """Whether the document is as it was when it was last marked clean."""
        return self._clean == self._dropped + self._index

    @property
    def byte_count(self) -> int:
        """Bytes of all kept steps."""
        return self._total

    @property
    def newest(self) -> Command | None:
        """The step that was run last, also when it is taken back now."""
        return self._steps[-1] if self._steps else None

    @property
    def undo_label(self) -> str:
        """Label of the step that would be taken back; empty where there is none."""
        return self._steps[self._index - 1].label if self.can_undo else ""

    @property
    def redo_label(self) -> str:
        """Label of the step that would be done again; empty where there is none."""
        return self._steps[self._index].label if self.can_redo else ""

    def labels(self) -> list[str]:
        """Labels of all kept steps, oldest first, those taken back at the end."""
        return [step.label for step in self._steps]

    def mark_clean(self) -> None:
        """The document was saved as it is now."""
        self._clean = self._dropped + self._index
        self._is_step_open = False

    def close_step(self) -> None:
        """A gesture ended: the next command is a step of its own."""
        self._is_step_open = False

    def run(self, command: Command, document: Document) -> Change:
        """Apply a command and keep it; steps that were taken back are forgotten.

        A command that is no step is applied only.

        Raises:
            DocumentError: the command cannot be applied; document and history are unchanged.
        """
        with all_or_nothing(document, command.writes_in_place):
            change = command.apply(document)
        if not command.is_step:
            return change
        self._forget_undone()
        if not self._merged(command):
            self._steps.append(command)
            self._counted.append(0)
            self._index += 1
        self._count(self._index - 1)
        self._is_step_open = True
        self._drop_oldest()
        return change

    def undo(self, document: Document) -> Change | None:
        """Take the last step back; None when there is none."""
        if not self.can_undo:
            return None
        self._is_step_open = False
        step = self._steps[self._index - 1]
        with all_or_nothing(document, step.writes_in_place):
            change = step.revert(document)
        self._index -= 1
        self._count(self._index)
        return change

    def withdraw(self, document: Document) -> Change | None:
        """Take the last step back for good: it cannot be done again; None when there is none."""
        change = self.undo(document)
        self._forget_undone()
        return change

    def redo(self, document: Document) -> Change | None:
        """Do the next step again; None when there is none."""
        if not self.can_redo:
            return None
        self._is_step_open = False
        step = self._steps[self._index]
        with all_or_nothing(document, step.writes_in_place):
            change = step.apply(document)
        self._count(self._index)
        self._index += 1
        return change

    def go_to(self, index: int, document: Document) -> Change:
        """Undo or redo until `index` of the listed steps are applied; clipped to what is kept."""
        index = max(0, min(index, len(self._steps)))
        change = Change()
        while self._index != index:
            step = self.undo(document) if index < self._index else self.redo(document)
            change = change.united(step or Change())
        return change

    def _merged(self, command: Command) -> bool:
        # a saved state must stay reachable, so nothing merges into the step that made it
        if not self._is_step_open or self._index == 0 or self.is_clean:
            return False
        last = self._steps[-1]
        return (
            command.merge_key is not None
            and command.merge_key == last.merge_key
            and last.absorb(command)
        )

    def _forget_undone(self) -> None:
        if self._clean is not None and self._clean > self._dropped + self._index:
            self._clean = None
        self._total -= sum(self._counted[self._index :])
        del self._steps[self._index :], self._counted[self._index :]

    def _count(self, index: int) -> None:
        """Count a step's bytes anew: doing and undoing moves pixels between it and the document."""
        count = self._steps[index].byte_count
        self._total += count - self._counted[index]
        self._counted[index] = count

    def _drop_oldest(self) -> None:
        while len(self._steps) > 1 and self._total > self.budget_bytes:
            self._total -= self._counted[0]
            del self._steps[0], self._counted[0]
            self._index -= 1
            self._dropped += 1
