"""What holds for every test: no screen, no trace in the user's folders, no silent trouble."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

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
