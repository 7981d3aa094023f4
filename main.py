"""SinGAN Studio: a photo, a project or nothing opens the window; a command runs without one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        argv: words after the program's name; None = those of the process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or is_path(words):
        from app.gui import run_gui

        return run_gui(Path(words[0]) if words else None)
    from app.cli import main as run_command

    return run_command(words)


def is_path(words: Sequence[str]) -> bool:
    """Whether the words are one file to open; a file named like a command is opened by ./NAME."""
    from app.cli import COMMANDS

    return len(words) == 1 and not words[0].startswith("-") and words[0] not in COMMANDS


if __name__ == "__main__":
    sys.exit(main())
