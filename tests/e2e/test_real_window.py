"""The program as a user starts it: a process of its own, a window on an X server, a mouse."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image

import main as program
from tests.e2e.studio import Pixels, draw_photo, write_png

T = TypeVar("T")
TOOLS = ("Xvfb", "openbox", "xdotool", "import")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
PATIENCE_S = 180.0
EXIT_S = 20.0
GRASS = (20, 180, 60)
THUMBNAIL_PX = 100

pytestmark = [
    pytest.mark.real_window,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="windows of X11"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


class Desktop:
    """An X server with a window manager, its pointer and its keyboard."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def command(self, *words: object) -> bytes:
        """Run an X tool and return what it printed; a failure prints nothing."""
        done = subprocess.run(
            [str(word) for word in words],
            env=self.environment,
            capture_output=True,
            timeout=PATIENCE_S,
        )
        return done.stdout if done.returncode == 0 else b""

    def screenshot(self) -> Pixels:
        """(H, W, 3) RGB of the whole screen."""
        data = self.command("import", "-silent", "-window", "root", "png:-")
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))

    def wait_window(self, name: str) -> str:
        """Wait for a visible window whose title holds ``name``; returns its X id."""
        words = ("xdotool", "search", "--onlyvisible", "--name", name)
        return wait(lambda: self.command(*words).decode().split(), name)[-1]

    def keys(self, window: str, *keys: str) -> None:
        """Press keys in a window once it has the keyboard."""
        self.command("xdotool", "windowactivate", "--sync", window)
        self.command("xdotool", "key", "--clearmodifiers", *keys)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag the left button; points (x, y) of the screen."""
        middle = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
        words: list[object] = ["mousemove", "--sync", *start, "mousedown", 1]
        for point in (middle, end):
            words += ["mousemove", "--sync", *point]
        self.command("xdotool", *words, "mouseup", 1)


def wait(condition: Callable[[], T], what: str) -> T:
    """Ask other processes until they answer."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.2)
    pytest.fail(f"nothing came: {what}")


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    environment = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
    environment["DISPLAY"] = f":{number}"
    environment.pop("WAYLAND_DISPLAY", None)
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        environment[f"XDG_{name}_HOME"] = str(tmp_path / name.lower())
    manager = subprocess.Popen(
        ["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield Desktop(environment)
    for process in (manager, server):
        process.terminate()
        process.wait(EXIT_S)


@pytest.fixture
def photo_path(tmp_path: Path) -> Path:
    return write_png(tmp_path / "meadow.png", np.full((120, 160, 3), GRASS, np.uint8))


@contextmanager
def started(desktop: Desktop, photo: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program with a photo; it is killed where it did not end."""
    root = Path(program.__file__).parent
    process = subprocess.Popen(
        [sys.executable, str(root / "main.py"), str(photo)],
        cwd=root,
        env=desktop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture
def running(desktop: Desktop, photo_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with started(desktop, photo_path) as process:
        yield process


def photo_on(screen: Pixels) -> list[int]:
    """Left, top, right and bottom of what shows the photo; empty while it does not."""
    is_grass = (screen == GRASS).all(axis=2)
    columns, rows = (np.nonzero(is_grass.sum(axis) > THUMBNAIL_PX)[0] for axis in (0, 1))
    if not len(rows) or not len(columns):
        return []
    return [int(edge) for edge in (columns[0], rows[0], columns[-1], rows[-1])]


def test_draw_a_stroke_and_leave(
    desktop: Desktop, running: subprocess.Popen[bytes], photo_path: Path
) -> None:
    window = desktop.wait_window("meadow.png")
    edges = wait(lambda: photo_on(desktop.screenshot()), "the photo on the screen")
    left, top, right, bottom = edges
    width, height = right - left, bottom - top
    assert abs(width / height - 4 / 3) < 0.05
    start = (left + width // 4, top + height // 2)
    end = (left + 3 * width // 4, top + height // 2)
    desktop.drag(start, end)

    def is_painted() -> bool:
        line = desktop.screenshot()[start[1], start[0] : end[0]]
        return bool((line.max(axis=1) < 30).mean() > 0.9)

    wait(is_painted, "the stroke on the screen")
    assert photo_on(desktop.screenshot()), "the rest of the photo is still there"
    desktop.keys(window, "ctrl+q")
    question = desktop.wait_window("Unsaved changes")
    assert running.poll() is None
    desktop.keys(question, "Tab", "space")
    output, _ = running.communicate(timeout=EXIT_S)
    assert running.returncode == 0, output.decode()
    assert output == b""
    assert list(photo_path.parent.glob("*.singan")) == []


def test_leave_while_training(desktop: Desktop, tmp_path: Path) -> None:
    """Quitting takes moments, and the training can go on the next time."""
    photo = write_png(tmp_path / "dunes.png", draw_photo())
    with started(desktop, photo) as running:
        window = desktop.wait_window("dunes.png")
        desktop.keys(window, "alt+g", "t")
        desktop.wait_window(r"dunes.png\*")  # the first scale is trained
        desktop.keys(window, "ctrl+q")
        desktop.keys(desktop.wait_window("Unsaved changes"), "Tab", "space")
        output, _ = running.communicate(timeout=EXIT_S)
    assert running.returncode == 0, output.decode()
    assert output == b""
    assert list((tmp_path / "state").rglob("*.safetensors"))
