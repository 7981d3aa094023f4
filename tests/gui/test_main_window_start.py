"""Start-up: where no window can be shown, a sentence says so."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app import gui

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays of X11")


@LINUX
def test_without_a_display_the_terminal_command_is_shown() -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    code = "import sys; from app.gui import run_gui; sys.exit(run_gui())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert "main.py train" in done.stderr
    assert done.stdout == ""


@LINUX
def test_a_display_that_does_not_answer_is_named() -> None:
    problem = gui.display_problem({"DISPLAY": ":4242"})
    assert "“:4242”" in problem
    assert "main.py train" in problem
    assert not gui.is_x_server_there("nonsense")


@LINUX
def test_an_x_server_is_found_by_its_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gui, "X_SOCKETS", tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "X7"))
        server.listen()
        assert gui.is_x_server_there(":7.0")
    assert not gui.is_x_server_there(":8")


@pytest.mark.parametrize(
    "environment",
    [{"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0"}],
)
def test_other_platforms_need_no_x_server(environment: dict[str, str]) -> None:
    assert gui.display_problem(environment) == ""


@LINUX
def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gui, "X_LIBRARIES", ("libnothing.so.9",))
    monkeypatch.setattr(gui, "is_x_server_there", lambda _display: True)
    assert "libnothing.so.9" in gui.display_problem({"DISPLAY": ":0"})


@pytest.mark.parametrize(
    ("qt", "python", "is_refused"),
    [("6.12.0", (3, 11), True), ("6.12.1", (3, 12), False), ("6.11.2", (3, 10), False)],
)
def test_qt_that_crashes_this_python_is_refused(
    monkeypatch: pytest.MonkeyPatch, qt: str, python: tuple[int, int], is_refused: bool
) -> None:
    monkeypatch.setattr(gui, "version", lambda _package: qt)
    monkeypatch.setattr(gui.sys, "version_info", python)
    assert bool(gui.qt_problem()) == is_refused
