"""Screens scaled by 125, 150 and 200 %: the picture stays exact in device pixels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

application = QApplication([])
from app.canvas.canvas_view import CanvasView
from app.jobs.worker import Worker
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.session import Session
from app.workspace import Workspace

Session.look_for_leftovers = lambda *_: None  # would load torch
folder = Path(sys.argv[1])
recovery = RecoveryFolder(folder / "recovery")
workspace = Workspace(Worker(recovery.write_state), ModelCache(folder / "cache"), recovery)
session = workspace.open_path(folder / "photo.png")
canvas = CanvasView(workspace.tool_state)
canvas.resize(101, 83)
canvas.show_session(session)
canvas.show()
QTest.qWaitForWindowExposed(canvas)
assert canvas.devicePixelRatioF() == float(sys.argv[2])
for is_mirrored in (False, True):
    for angle in (0.0, 90.0):
        canvas.navigation.straighten()
        if is_mirrored:
            canvas.navigation.mirror()
        canvas.navigation.turn_to(angle)
        canvas.navigation.actual_size()
        QTest.qWait(50)
        shot = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), -1)
        seen = rows[:, : 3 * shot.width()].reshape(shot.height(), shot.width(), 3)
        place = canvas.viewport.device_rect(session.document.rect).toRect()
        wanted = session.photo[:, ::-1] if is_mirrored else session.photo
        wanted = np.rot90(wanted, -1) if angle else wanted
        part = seen[place.top() : place.bottom() + 1, place.left() : place.right() + 1]
        assert np.array_equal(part, wanted), (is_mirrored, angle)
workspace.shutdown()
print("exact")
"""


@pytest.mark.parametrize("factor", ["1.25", "1.5", "2"])
def test_at_100_percent_the_picture_is_exact_however_the_screen_is_scaled(
    tmp_path: Path, photo_path: Path, factor: str
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py"), str(tmp_path), factor],
        env={**os.environ, "QT_SCALE_FACTOR": factor, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "exact", done.stderr[:1500]
