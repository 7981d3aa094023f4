"""Ctrl-C in the terminal that started the window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTED = """
import sys
from PySide6.QtCore import QTimer
import app.main_window
show = app.main_window.MainWindow.show
def show_and_tell(window):
    show(window)
    QTimer.singleShot(0, lambda: print("shown", flush=True))
app.main_window.MainWindow.show = show_and_tell
from app.gui import run_gui
sys.exit(run_gui())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_in_order(tmp_path: Path, number: int) -> None:
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    own = {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path), **folders}
    program = subprocess.Popen(
        [sys.executable, "-c", STARTED],
        cwd=ROOT,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "shown\n"
    program.send_signal(number)
    _, told = program.communicate(timeout=30)
    assert program.returncode == 0
    assert "Traceback" not in told
    assert "QThread" not in told
