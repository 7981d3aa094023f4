"""The command ``analogy``: each of its own commands is a module."""

from __future__ import annotations

import importlib
from argparse import Namespace
from typing import Any, Final

from app.terminal.console import Console

COMMANDS: Final = {
    "train": "app.terminal.analogy_training",
    "render": "app.terminal.analogy_rendering",
    "video": "app.terminal.analogy_video",
}


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Run one of the commands.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence.
        InterruptedRunError: stopped by a signal; what was made is kept.
    """
    module: Any = importlib.import_module(COMMANDS[arguments.analogy])
    lines, values = module.run(arguments, console)
    return lines, {"analogy": arguments.analogy} | values
