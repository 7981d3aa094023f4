"""The program is killed in the middle of work; the next start has nearly all of it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.document.document import Document
from app.document.files.project.project_contents import ProjectContents
from app.document.files.project.project_file import save_project
from app.storage.journal import JournalFolder
from tests.e2e.scripted_session import AUTOSAVE_S, fingerprint
from tests.e2e.studio import Studio, draw_photo

ROOT = Path(__file__).resolve().parents[2]
# On a busy machine writing takes its time.
PATIENCE_S = 5.0

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL"),
    pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints"),
]


@dataclass(frozen=True)
class Killed:
    """What a killed program had told.

    Attributes:
        steps: (title, fingerprint, time) of each step.
        kept: number of steps before each time that journals were on the disk.
        at: when it was killed.
    """

    steps: list[tuple[str, str, float]]
    kept: list[int]
    at: float

    def oldest_allowed(self, title: str) -> int:
        """The step of a document that must not be missing, however slow the machine is.

        Nothing is written twice at once, so what was there when journals were written is in the
        next ones.
        """
        before = self.kept[-2] if len(self.kept) > 1 else 0
        return sum(step[0] == title for step in self.steps[:before]) - 1


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    photo = draw_photo(seed=3)
    rgba = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2RGBA), np.uint8)
    path = tmp_path / "work.singan"
    settings = {"photo_name": "other.png"}
    contents = ProjectContents(
        Document.from_photo(rgba, "Photo"), b"", ".png", photo, settings=settings
    )
    save_project(path, contents)
    return path


def work_until_killed(
    folder: Path, photo: Path, project: Path, seed: int, by: int = signal.SIGKILL
) -> Killed:
    own = {"QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    own |= {f"XDG_{name}_HOME": str(folder) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
    command = [sys.executable, "-m", "tests.e2e.scripted_session", photo, project, str(seed)]
    program = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | own, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    lines: list[str] = []
    try:
        while lines.count("kept\n") < 2:
            lines.append(program.stdout.readline())
            assert lines[-1], "the program ended by itself"
        end = time.time() + random.Random(seed).uniform(0, 3 * AUTOSAVE_S)
        while time.time() < end:
            lines.append(program.stdout.readline())
    except BaseException:
        program.kill()
        raise
    at = time.time()
    program.send_signal(by)
    rest, _ = program.communicate(timeout=30)
    return told(lines + rest.splitlines(keepends=True), at)


def told(lines: list[str], at: float) -> Killed:
    steps: list[tuple[str, str, float]] = []
    kept: list[int] = []
    for line in lines:
        words = line.split()
        if words == ["kept"]:
            kept.append(len(steps))
        elif len(words) == 4 and line.endswith("\n"):
            steps.append((words[1], words[2], float(words[3])))
    return Killed(steps, kept, at)


@pytest.fixture
def recover_all(start_studio: Callable[..., Studio], tmp_path: Path) -> Iterator[object]:
    def recover(folder: Path) -> Studio:
        studio = start_studio(
            tmp_path / "next start", JournalFolder(folder / "singan-studio" / "journal")
        )
        recovering = studio.window.recovering
        studio.wait(lambda: recovering.dialog is not None)
        assert recovering.dialog is not None
        count = len(recovering.dialog.rows)
        studio.click(recovering.dialog.all_button)
        studio.wait(lambda: len(studio.workspace.sessions) == count)
        return studio

    return recover


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_program_loses_no_more_than_the_interval(
    tmp_path: Path,
    photo_path: Path,
    project_path: Path,
    recover_all: Callable[[Path], Studio],
    seed: int,
) -> None:
    folder = tmp_path / "killed"
    project_before = project_path.read_bytes()
    killed = work_until_killed(folder, photo_path, project_path, seed)
    studio = recover_all(folder)
    sessions = {session.title: session for session in studio.workspace.sessions}
    assert sessions.keys() == {photo_path.name, project_path.name}
    assert sessions[photo_path.name].path is None
    assert sessions[project_path.name].path == project_path
    for title, session in sessions.items():
        assert session.is_modified
        steps = [step for step in killed.steps if step[0] == title]
        found = fingerprint(session.document)
        number = max(i for i, step in enumerate(steps) if step[1] == found)
        assert number >= killed.oldest_allowed(title)
        was_current_until = [*(step[2] for step in steps), killed.at][number + 1]
        assert killed.at - was_current_until <= AUTOSAVE_S + PATIENCE_S
    assert project_path.read_bytes() == project_before


def test_a_program_asked_to_end_loses_nothing(
    tmp_path: Path, photo_path: Path, project_path: Path, recover_all: Callable[[Path], Studio]
) -> None:
    folder = tmp_path / "ended"
    ended = work_until_killed(folder, photo_path, project_path, 4, signal.SIGTERM)
    studio = recover_all(folder)
    sessions = {session.title: session for session in studio.workspace.sessions}
    assert sessions.keys() == {photo_path.name, project_path.name}
    for title, session in sessions.items():
        last = [step for step in ended.steps if step[0] == title][-1]
        assert fingerprint(session.document) == last[1]


def test_no_program_takes_the_work_of_one_that_runs(
    tmp_path: Path, photo_path: Path, start_studio: Callable[..., Studio]
) -> None:
    folder = tmp_path / "journal"
    first = start_studio(tmp_path / "first", JournalFolder(folder))
    first.open(photo_path)
    first.session.edits.add_layer()
    autosave = first.workspace.autosave
    assert autosave is not None
    with first.qtbot.waitSignal(autosave.written):
        autosave.write_now()
    second = start_studio(tmp_path / "second", JournalFolder(folder))
    with second.qtbot.waitSignal(second.workspace.journals_found) as found:
        second.workspace.look_for_journals()
    assert found.args[0].journals == ()
    assert second.window.recovering.dialog is None
