"""What holds for every test: no screen, no trace in the user's folders, no silent trouble."""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pytestqt.qtbot import QtBot

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

_home = tempfile.TemporaryDirectory(prefix="singan-studio-tests-")
_XDG = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
for variable in {"win32": ("LOCALAPPDATA",), "darwin": ("HOME",)}.get(sys.platform, _XDG):
    folder = Path(_home.name) / variable.lower()
    folder.mkdir(mode=0o700)
    os.environ[variable] = str(folder)


_PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """A bot that waits long enough for a worker that a busy machine gives little time to."""

    def waitUntil(
        self, callback: Callable[[], bool | None], *, timeout: int = _PATIENCE_MS
    ) -> None:
        """Wait for a condition."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = _PATIENCE_MS, **more: Any) -> Any:
        """Wait for a signal."""
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    """Return a patient bot in the place of the plugin's own."""
    return PatientBot(request)


@pytest.fixture(autouse=True, scope="module")
def nothing_of_earlier_modules_is_left() -> None:
    """Collect here what lies in circles, windows above all.

    Left to itself, the collector may come to it while Qt handles an event of a later test, and the
    process crashes. What stays is kept out of later searches: those took a quarter of the time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_unexpected_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test during which something was logged at WARNING or above.

    A test that provokes such a record says so with ``@pytest.mark.logs_expected``.
    """
    yield
    if request.node.get_closest_marker("logs_expected"):
        return
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    loud = [record.getMessage() for record in records if record.levelno >= logging.WARNING]
    assert not loud, f"unexpected log records: {loud}"


@pytest.fixture(autouse=True)
def no_thread_left_running() -> Iterator[None]:
    """Fail a test that leaves a QThread running; the next tests would share it."""
    yield
    if "PySide6.QtCore" not in sys.modules:
        return
    import shiboken6
    from PySide6.QtCore import QThread

    threads = [
        wrapper
        for wrapper in shiboken6.getAllValidWrappers()
        if isinstance(wrapper, QThread) and wrapper.isRunning()
    ]
    here = QThread.currentThread()
    left = [thread.objectName() or repr(thread) for thread in threads if thread is not here]
    assert not left, f"threads still running: {left}"
