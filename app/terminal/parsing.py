"""What the parsers of all terminal commands share."""

from __future__ import annotations

import argparse
from typing import Any, Final, NoReturn

from app.terminal.errors import CommandError
from app.terminal.option_values import byte_count, number, whole_number

PROGRAM: Final = "singan-studio"
PRESETS: Final = ("draft", "standard", "full", "paper")
SEED_LIMIT: Final = 2**63 - 1


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage and leaving.

        Raises:
            CommandError: always.
        """
        raise CommandError(f"{message[0].upper()}{message[1:]}; see “{self.prog} --help”.")


def add_command(commands: Any, name: str, purpose: str, description: str = "") -> Parser:
    """Add a command and return its parser."""
    text = f"{purpose[0].upper()}{purpose[1:]}. {description}"
    command: Parser = commands.add_parser(name, help=purpose, description=text, allow_abbrev=False)
    return command


def add_common(command: Parser, seed_help: str) -> None:
    """Add what every command takes."""
    command.add_argument("--seed", type=whole_number(0, SEED_LIMIT), metavar="N", help=seed_help)
    command.add_argument(
        "--device", default="auto", help="auto (the default), cpu, cuda, cuda:1 or mps"
    )
    command.add_argument(
        "--json", action="store_true", help="print the result as JSON, as the last line of stdout"
    )


def add_memory_limit(command: Parser) -> None:
    """Add the option of what may be taken to render."""
    command.add_argument(
        "--memory-limit",
        type=byte_count,
        metavar="SIZE",
        help="how much memory the program may take while it renders, of the GPU if there is one: "
        "4G or 800M, for example (unless given: 70 %% of what is free)",
    )


def add_training_rounds(command: Parser) -> None:
    """Add the options of how many scales are trained, and how long."""
    command.add_argument(
        "--iterations",
        type=whole_number(1, 1_000_000),
        metavar="N",
        help="training rounds at every scale",
    )
    command.add_argument(
        "--scales", type=whole_number(2, 40), metavar="N", help="number of scales of the pyramid"
    )


def add_checkpoint_seconds(command: Parser) -> None:
    """Add the option of how often a training is kept."""
    command.add_argument(
        "--checkpoint-seconds",
        type=number(0.0, 3600.0),
        default=30.0,
        metavar="S",
        help="how much training a crash may lose at most (default: 30)",
    )
