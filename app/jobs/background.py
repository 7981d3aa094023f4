"""Short pieces of work off the UI thread (files, snapshots), answered on the UI thread."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.jobs.runner import sentence_of

T = TypeVar("T")


@dataclass(frozen=True)
class _Task:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[str], None]


@dataclass(frozen=True)
class _Answer:
    task: _Task
    value: Any
    error: str | None


class _TaskThread(QThread):
    """Runs tasks in order until it meets None.

    Signals:
        answered: an answer was put into ``answers``.
    """

    answered = Signal()

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.tasks: queue.Queue[_Task | None] = queue.Queue()
        self.answers: deque[_Answer] = deque()

    def run(self) -> None:
        """Work until told to stop."""
        while (task := self.tasks.get()) is not None:
            self.answers.append(_answer(task))
            # while waiting for the next one, nothing of this one is kept alive
            del task
            self.answered.emit()


def _end(thread: _TaskThread) -> None:
    if thread.isRunning():
        thread.tasks.put(None)
        thread.wait()


def _answer(task: _Task) -> _Answer:
    try:
        return _Answer(task, task.work(), None)
    except Exception as error:
        return _Answer(task, None, sentence_of(error))


class BackgroundTasks(QObject):
    """A queue of work on one thread of its own; answers arrive on the UI thread, in order."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _TaskThread(name, self)
        self._thread.answered.connect(self._deliver)
        # Qt ends the process when a running thread is destroyed with its window
        self.destroyed.connect(partial(_end, self._thread))

    def submit(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[str], None]
    ) -> None:
        """Queue ``work``; then ``done`` gets its value or ``failed`` one sentence.

        Args:
            work: runs on the background thread; touches no live object of the UI.
            done: called on the UI thread.
            failed: called on the UI thread with a message fit for a dialog.
        """
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)
        self._thread.tasks.put(_Task(work, done, failed))

    def stop(self) -> None:
        """Finish what is queued (a save is never cut short), answer it, end the thread."""
        _end(self._thread)
        self._deliver()

    @Slot()
    def _deliver(self) -> None:
        while self._thread.answers:
            answer = self._thread.answers.popleft()
            if answer.error is None:
                answer.task.done(answer.value)
            else:
                answer.task.failed(answer.error)
