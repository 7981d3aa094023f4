"""Measured durations and the table they are printed in."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


def duration_ms(work: Callable[[], object]) -> float:
    """Run something and return how long it took."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def percentile_95(values: Sequence[float]) -> float:
    """Return the smallest value that at least 95 % of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    Attributes:
        what: the work measured.
        conditions: preset, scale count and channels, sizes: whatever the figure depends on.
        values: one per repetition, in ``unit``.
    """

    what: str
    conditions: str
    values: Sequence[float]
    unit: str = "ms"

    def __str__(self) -> str:
        median = statistics.median(self.values)
        spread = f"{median:10.2f} {percentile_95(self.values):10.2f} {self.unit:4}"
        return f"{self.what:44} {spread} n={len(self.values):<4} {self.conditions}"


@dataclass
class Figures:
    """All figures of a run, printed at its end.

    Attributes:
        heading: the machine.
        lines: one per figure.
    """

    heading: str = ""
    lines: list[str] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """Keep a figure for the report."""
        self.lines.append(str(figure))

    def report(self) -> str:
        """Return the whole table."""
        columns = f"{'what':44} {'median':>10} {'p95':>10}"
        return "\n".join([self.heading, columns, *self.lines])
