"""The program as a user starts it: a process of its own, a window on an X server, a mouse."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.desktop import (
    EXIT_S,
    Desktop,
    on_real_windows,
    running_desktop,
    started,
    wait,
    wait_steady,
)
from tests.e2e.studio import Pixels, draw_photo, write_png

GRASS = (20, 180, 60)
THUMBNAIL_PX = 100
TRIES, RETRY_S = 24, 20.0

pytestmark = on_real_windows


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with running_desktop(tmp_path) as desktop:
        yield desktop


@pytest.fixture
def photo_path(tmp_path: Path) -> Path:
    return write_png(tmp_path / "meadow.png", np.full((120, 160, 3), GRASS, np.uint8))


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
    edges = wait_steady(lambda: photo_on(desktop.screenshot()), "the photo on the screen")
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
        train_by_keys(desktop, window, r"dunes.png\*")
        desktop.keys(window, "ctrl+q")
        desktop.keys(desktop.wait_window("Unsaved changes"), "Tab", "space")
        output, _ = running.communicate(timeout=EXIT_S)
    assert running.returncode == 0, output.decode()
    assert output == b""
    assert list((tmp_path / "state").rglob("*.safetensors"))


def train_by_keys(desktop: Desktop, window: str, trained_title: str) -> None:
    """Start the training and wait for its first scale.

    The action is there once torch is loaded, which takes long right after it was installed: so the
    keys are pressed until something comes of it.
    """
    search = ("xdotool", "search", "--onlyvisible", "--name", trained_title)
    for _ in range(TRIES):
        desktop.keys(window, "Escape", "alt+g", "t")
        end = time.monotonic() + RETRY_S
        while time.monotonic() < end:
            if desktop.command(*search).split():
                # A try too many opened the menu again, which would take the next keys.
                desktop.keys(window, "Escape")
                return
            time.sleep(0.2)
    pytest.fail("no scale was trained")
