"""The words of the terminal: help, exit codes, and what is loaded for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import main as program
from app.cli import COMMANDS
from app.terminal import analogy
from tests.terminal.terminal_runs import Terminal, Trained

ROOT = Path(program.__file__).parent


ANALOGIES = [f"analogy {name}" for name in analogy.COMMANDS]


@pytest.mark.parametrize("command", [*(each for each in COMMANDS if each != "analogy"), *ANALOGIES])
def test_every_command_has_help_and_the_common_options(terminal: Terminal, command: str) -> None:
    ran = terminal.run(*command.split(), "--help")
    assert ran.code == 0
    assert all(option in ran.out for option in ("--seed", "--device", "--json"))


def test_help_loads_neither_torch_nor_qt() -> None:
    script = (
        "import sys; from main import main; main(['train', '--help']);"
        "print([name for name in ('torch', 'PySide6', 'cv2') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words",
    [
        ("train",),
        ("train", "p.png", "-o", "p.singan", "--preset", "best"),
        ("train", "p.png", "-o", "p.singan", "--iterations", "0"),
        ("train", "p.png", "-o", "p.singan", "--resume", "--force"),
        ("edit", "p.singan", "c.png", "-o", "o.png", "--scale", "two"),
        ("edit", "p.singan", "c.png", "-o", "o.png", "--mask-tolerance", "nan"),
        ("sample", "p.singan", "-o", "d", "-n", "many"),
        ("sample", "p.singan", "-o", "d", "--seed", "-1"),
        ("analogy",),
        ("analogy", "train", "a.png", "-o", "p.singan"),
        ("analogy", "train", "a.png", "b.png", "-o", "p.singan", "--switch-scale", "0"),
        ("analogy", "render", "p.singan", "-o", "o.png"),
        ("bogus", "x"),
        ("--bogus",),
    ],
)
def test_wrong_words_are_one_sentence(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert "--help" in terminal.refused(*words)


def test_an_unknown_device_is_refused(terminal: Terminal, photo: Path, tmp_path: Path) -> None:
    words = ("train", photo, "-o", tmp_path / "p.singan", "--device", "cuda:99")
    assert "cuda:99" in terminal.refused(*words)


def test_errors_are_machine_readable_too(terminal: Terminal) -> None:
    ran = terminal.run("info", "missing.singan", "--json")
    assert (ran.code, ran.values) == (2, {"error": ran.sentence})


def test_one_path_opens_the_window_and_a_command_does_not() -> None:
    assert program.is_path(["photo.png"])
    assert program.is_path(["./train"])
    assert not program.is_path(["info"])
    assert not program.is_path(["--help"])
    assert not program.is_path(["info", "photo.singan"])


def test_the_program_starts_a_command_without_widgets(trained: Trained) -> None:
    script = (
        "import sys; from main import main; code = main(sys.argv[1:]);"
        "print([name for name in sys.modules if name == 'PySide6.QtWidgets']); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "info", str(trained.path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "3 of 3 scales trained" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "[]"


def test_main_stays_a_door() -> None:
    assert len((ROOT / "main.py").read_text().splitlines()) < 40
