"""Set up SinGAN Studio and start it, with nothing but Python's standard library.

    python3 installer/bootstrap.py run [PATH]    open the program, with a photo or project
    python3 installer/bootstrap.py test          run every check of the project

Both make or refresh ``.venv`` beside the project's files first. Linux, Windows, macOS;
Python 3.10 to 3.13.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from commands import SetupError, quoted, say
from environment import Environment
from system_packages import offer_window_test_programs, require_system_packages

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON, NEWEST_PYTHON = (3, 10), (3, 13)

CHECKS = (
    ("ruff check", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("import contracts", ["lint-imports", "--no-cache", "--no-logo"]),
    ("mypy --strict", ["mypy", "--strict"]),
    ("pytest", ["pytest"]),
)
"""Heading and command of every check, cheapest first; pytest's own summary closes the run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        _check_python(sys.version_info[:2])
        return run_program(chosen.paths) if chosen.command == "run" else run_checks()
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run_program(paths: Sequence[str]) -> int:
    """Open the window with the given photos or projects; return the program's exit code."""
    environment = Environment(ROOT)
    is_window_possible = has_display()
    require_system_packages(needs_window=is_window_possible, needs_venv=not environment.is_made)
    environment.prepare()
    if not is_window_possible:
        print(_no_display_message(environment.python), file=sys.stderr)
        return 2
    return subprocess.call([environment.python, str(ROOT / "main.py"), *paths])


def run_checks() -> int:
    """Run all checks in order up to the first that fails; return its exit code."""
    environment = Environment(ROOT)
    require_system_packages(needs_window=True, needs_venv=not environment.is_made)
    offer_window_test_programs()
    environment.prepare("test")
    for number, (title, (program, *options)) in enumerate(CHECKS, start=1):
        say(f"\n[{number}/{len(CHECKS)}] {title}")
        code = subprocess.call([environment.script(program), *options], cwd=ROOT)
        if code != 0 and title != "pytest":
            say(f"\nFAILED: {title}")
        if code != 0:
            return code
    return 0


def has_display() -> bool:
    """Whether Qt can open a window here (or was told to do without a screen)."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _no_display_message(python: str) -> str:
    command = quoted([python, str(ROOT / "main.py"), "train"]) + " PHOTO -o photo.singan"
    return f"This machine has no display to open a window on; from the terminal, use: {command}"


def _check_python(version: tuple[int, ...]) -> None:
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        raise SetupError(
            f"Python 3.{OLDEST_PYTHON[1]} to 3.{NEWEST_PYTHON[1]} is needed, and this is "
            f"Python {version[0]}.{version[1]}"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Set up SinGAN Studio and start it.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="open the program")
    run.add_argument("paths", nargs="*", metavar="PATH", help="a photo or a .singan project")
    commands.add_parser("test", help="run every check of the project")
    return parser


if __name__ == "__main__":
    sys.exit(main())
