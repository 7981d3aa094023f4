"""Where a command writes: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any, TextIO

_BAR_WIDTH = 24
_REDRAW_INTERVAL_S = 0.1
_ERASE_LINE = "\r\x1b[K"


def duration(seconds: float) -> str:
    """Return a duration for people: ``8 s``, ``1 min 12 s``, ``2 h 05 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def _print(text: str, stream: TextIO, end: str = "\n") -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + end)
    stream.flush()


class Console:
    """The two streams of one command; the current ones are looked up at every call."""

    def __init__(self, is_json: bool = False) -> None:
        self._is_json = is_json
        self._has_bar = False
        self._drawn_at = float("-inf")

    def result(self, lines: list[str], values: Mapping[str, Any]) -> None:
        """Print the outcome: ``lines`` for people, or ``values`` as one line of JSON."""
        self._erase_bar()
        text = json.dumps(values) if self._is_json else "\n".join(lines)
        _print(text, sys.stdout)

    def error(self, message: str, values: Mapping[str, Any] | None = None) -> None:
        """Print one sentence; with ``--json`` also an object with an ``error`` entry."""
        self.notice(message)
        if self._is_json:
            _print(json.dumps({"error": message} | dict(values or {})), sys.stdout)

    def notice(self, message: str) -> None:
        """Print one sentence on stderr."""
        self._erase_bar()
        _print(message, sys.stderr)

    def milestone(self, message: str) -> None:
        """Print a line only where no bar shows the progress."""
        if not sys.stderr.isatty():
            _print(message, sys.stderr)

    def bar(self, title: str, share: float, eta_s: float | None) -> None:
        """Draw the progress bar, at most ten times a second and only on a terminal.

        Args:
            title: what is going on.
            share: done part, 0 to 1.
            eta_s: seconds left; None while unknown.
        """
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._drawn_at < _REDRAW_INTERVAL_S:
            return
        self._drawn_at, self._has_bar = now, True
        filled = round(_BAR_WIDTH * min(1.0, max(0.0, share)))
        bar = "#" * filled + "-" * (_BAR_WIDTH - filled)
        eta = "" if eta_s is None else f"  ETA {duration(eta_s)}"
        _print(f"{_ERASE_LINE}{title}  [{bar}] {share:4.0%}{eta}", sys.stderr, end="")

    def _erase_bar(self) -> None:
        if self._has_bar:
            _print(_ERASE_LINE, sys.stderr, end="")
            self._has_bar = False


class Eta:
    """Seconds left, from the share done since the first call and the time it took."""

    def __init__(self) -> None:
        self._start: tuple[float, float] | None = None

    def seconds_left(self, share: float) -> float | None:
        """Return the estimate at ``share`` (0 to 1) of the work; None before it is known."""
        now = time.monotonic()
        if self._start is None:
            self._start = (now, share)
        started, first = self._start
        if share <= first:
            return None
        return (now - started) * (1.0 - share) / (share - first)
