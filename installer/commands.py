"""Child processes of the set-up, and the one error it shows."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence for the person at the terminal."""


def say(text: str) -> None:
    """Print at once, so that the line stands before the output of the next child process."""
    print(text, flush=True)


def run(command: Sequence[str], failure: str) -> None:
    """Run a command with its output shown and nothing to read from.

    Args:
        command: program and arguments.
        failure: what to say when it cannot start or fails.

    Raises:
        SetupError: with ``failure`` as its sentence.
    """
    _call(command, failure)


def run_silently(command: Sequence[str], failure: str) -> None:
    """Run a command that shows only its errors and is told to ask nothing, else like ``run``."""
    _call(command, failure, stdout=subprocess.DEVNULL)


def _call(command: Sequence[str], failure: str, stdout: int | None = None) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=stdout, env=environment)
    except OSError as error:
        raise SetupError(failure) from error
    if code != 0:
        raise SetupError(failure)


def output_of(command: Sequence[str], timeout_s: float | None = None) -> str | None:
    """Return what a command prints, or None when it cannot start, fails or takes too long."""
    try:
        finished = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            text=True,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return finished.stdout if finished.returncode == 0 else None


def quoted(command: Sequence[str]) -> str:
    """Return a command as a person would type it."""
    if sys.platform == "win32":
        return subprocess.list2cmdline(command)
    return " ".join(shlex.quote(part) for part in command)
