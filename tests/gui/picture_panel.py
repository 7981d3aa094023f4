"""The generate panel as the tests of its pages use it."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.jobs.recipe import Application
from app.main_window import MainWindow
from app.panels.generate import GeneratePanel


def panel_for(window: MainWindow, application: Application) -> GeneratePanel:
    """Bring the panel to the front, with an application chosen."""
    window.docks.reveal("generate")
    window.generate.choose_application(application)
    return window.generate


def wait_until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    """Wait long enough for a worker that a busy machine gives little time to."""
    qtbot.waitUntil(condition)
