"""What a terminal command can end with besides a result."""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot be carried out; the message is one sentence for stderr."""


class InterruptedRunError(Exception):
    """The command was stopped by Ctrl-C or SIGTERM and has saved what there was.

    Attributes:
        values: what the command reports with ``--json``.
    """

    def __init__(self, message: str, values: dict[str, object]) -> None:
        super().__init__(message)
        self.values = values
