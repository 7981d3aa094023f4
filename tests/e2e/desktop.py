"""A desktop of its own for tests: an X server, a window manager, a pointer and a keyboard."""

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
from tests.e2e.studio import Pixels

T = TypeVar("T")
Point = tuple[int, int]
TOOLS = ("Xvfb", "openbox", "xdotool", "import")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
PATIENCE_S = 180.0
POLL_S = 0.05
EXIT_S = 20.0

on_real_windows = [
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


def wait(condition: Callable[[], T], what: str, patience_s: float = PATIENCE_S) -> T:
    """Ask other processes until they answer."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(POLL_S)
    pytest.fail(f"nothing came: {what}")


def wait_steady(look: Callable[[], T], what: str) -> T:
    """Look at the screen until it shows the same thing twice: a window that opens still moves."""
    seen = [look()]

    def is_steady() -> bool:
        seen.append(look())
        return bool(seen[-1]) and seen[-1] == seen[-2]

    wait(is_steady, what)
    return seen[-1]


@contextmanager
def running_desktop(folder: Path) -> Iterator[Desktop]:
    """Start a desktop whose programs keep what they remember in a folder."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    environment = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
    environment["DISPLAY"] = f":{number}"
    # Beside three busy programs, the first scale of a training took half as long with one thread.
    environment["OMP_NUM_THREADS"] = "1"
    environment.pop("WAYLAND_DISPLAY", None)
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        environment[f"XDG_{name}_HOME"] = str(folder / name.lower())
    manager = subprocess.Popen(
        ["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield Desktop(environment)
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(EXIT_S)


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
