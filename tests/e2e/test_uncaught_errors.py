"""Errors that nobody caught: told, logged once for each place, and no work is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.storage.journal import JournalFolder

ROOT = Path(__file__).resolve().parents[2]
WITH_ERRORS = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QThread, QTimer
from PySide6.QtGui import QPainter
import app.main_window
from app.canvas.canvas_view import CanvasView
from app.controls.message_bar import MessageBar
from app.gui import run_gui

show = app.main_window.MainWindow.show
paint = CanvasView.paintEvent

is_broken = False

def broken_paint(canvas, event):
    if not is_broken:
        paint(canvas, event)
        return
    painter = QPainter(canvas)
    painter.fillRect(canvas.rect(), Qt.GlobalColor.red)
    # raised by C code: no exception object for PySide before Python 3.12
    int("in a paint event")

# before the first picture: PySide remembers the method that it found
CanvasView.paintEvent = broken_paint

def broken_slot():
    raise ZeroDivisionError("in a slot")

class Broken(QThread):
    def run(self):
        raise KeyError("in a thread")

def show_and_fail(window):
    show(window)
    workspace = window.workspace
    def begin(session):
        global is_broken
        session.edits.add_layer()
        is_broken = True
        for _ in range(5):
            window.canvas.update()
        QTimer.singleShot(50, broken_slot)
        QTimer.singleShot(60, window.canvas.update)
        QTimer.singleShot(70, broken_slot)
        window.broken = Broken()
        window.broken.start()
        end()

    def notice_count():
        return sum("went wrong" in text for text in heard)

    def end():
        kept = list(Path(sys.argv[2]).glob("*/*/journal.json"))
        if notice_count() < 3 or not kept:
            window.canvas.update()
            QTimer.singleShot(50, end)
            return
        global is_broken
        is_broken = False
        window.broken.wait()
        QTimer.singleShot(300, tell)

    def tell():
        print(notice_count(), "notices", flush=True)
        window.leave()

    workspace.session_opened.connect(lambda session: QTimer.singleShot(0, lambda: begin(session)))

heard = []
show_notice = MessageBar.show_notice

def hear(bar, text, *more, **words):
    heard.append(text)
    show_notice(bar, text, *more, **words)

MessageBar.show_notice = hear
app.main_window.MainWindow.show = show_and_fail
sys.exit(run_gui(Path(sys.argv[1])))
"""


def test_errors_in_slots_paint_events_and_threads_cost_no_work(
    tmp_path: Path, photo_path: Path
) -> None:
    folder = tmp_path / "own"
    own = {"QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    own |= {f"XDG_{name}_HOME": str(folder) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
    journal = folder / "singan-studio" / "journal"
    program = subprocess.run(
        [sys.executable, "-c", WITH_ERRORS, photo_path, journal],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert program.returncode == 0, program.stderr
    assert program.stdout.splitlines() == ["3 notices"]
    for told in ("in a paint event", "in a slot", "in a thread"):
        assert sum(line.rstrip("'").endswith(told) for line in program.stderr.splitlines()) <= 1
        assert told in program.stderr
    (found,) = JournalFolder(journal).find().journals
    assert found.layer_count == 2
