"""Work beside the window."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.jobs.background import BackgroundTasks


def test_a_window_that_is_destroyed_ends_its_thread(qtbot: QtBot) -> None:
    window = QObject()
    tasks = BackgroundTasks("window", window)
    answers: list[int] = []
    tasks.submit(lambda: 7, answers.append, lambda message: None)
    qtbot.waitUntil(lambda: answers == [7])
    thread = tasks._thread
    assert thread.isRunning()
    shiboken6.delete(window)
    assert not shiboken6.isValid(thread)
