"""The program without a window: one command per call, exit code 0, 2 or 130."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final

from app.document.errors import DocumentError
from app.terminal.arguments import build_parser
from app.terminal.console import Console
from app.terminal.errors import CommandError, InterruptedRunError
from app.terminal.interruption import interrupts_raised
from singan_core.errors import EngineError

DONE: Final = 0
USER_ERROR: Final = 2
INTERRUPTED: Final = 130

# Modules by name: torch and the image libraries are loaded by the command that runs.
COMMANDS: Final = {
    "train": "app.terminal.training",
    "info": "app.terminal.project_info",
    "sample": "app.terminal.sampling",
    "edit": "app.terminal.rendering",
    "harmonize": "app.terminal.rendering",
    "paint": "app.terminal.rendering",
    "superres": "app.terminal.super_resolution",
    "rerender": "app.terminal.rerendering",
    "animate": "app.terminal.animating",
    "analogy": "app.terminal.analogy",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: words after the program's name; None = those of the process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    console = Console(is_json="--json" in words)
    try:
        with interrupts_raised():
            return _run(words, console)
    except (CommandError, DocumentError, EngineError) as error:
        console.error(str(error))
        return USER_ERROR
    except InterruptedRunError as interrupted:
        console.error(str(interrupted), interrupted.values)
        return INTERRUPTED
    except KeyboardInterrupt:
        console.error("Interrupted.")
        return INTERRUPTED
    except MemoryError:
        console.error("The memory of this machine is not enough for that; use a smaller size.")
        return USER_ERROR
    except BrokenPipeError:
        _forget_stdout()
        return DONE


def _run(words: list[str], console: Console) -> int:
    try:
        arguments = build_parser().parse_args(words)
    except SystemExit as leaving:  # --help
        return int(leaving.code or DONE)
    lines, values = _command(arguments.command).run(arguments, console)
    console.result(lines, {"command": arguments.command} | values)
    return DONE


def _command(name: str) -> Any:
    return importlib.import_module(COMMANDS[name])


def _forget_stdout() -> None:
    """Keep the interpreter from writing to a pipe that nobody reads (``info | head -1``)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
