"""Measured durations and the table they are printed in."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


def duration_ms(work: Callable[[], object]) -> float:
    """Run something and return how long it took."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def percentile(values: Sequence[float], share: int) -> float:
    """Return the smallest value that at least `share` % of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-share * len(ordered) // 100) - 1)]


def percentile_95(values: Sequence[float]) -> float:
    """Return the smallest value that at least 95 % of the values do not exceed."""
    return percentile(values, 95)


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    Attributes:
        what: the work measured.
        conditions: preset, scale count and channels, sizes: whatever the figure depends on.
        values: one per repetition, in ``unit``.
        budget: what ``share`` % of the values must not exceed, in ``unit``; None = no promise.
        share: see ``budget``.
        is_promised_elsewhere: there is no promise here, but on another kind of device.
    """

    what: str
    conditions: str
    values: Sequence[float]
    unit: str = "ms"
    budget: float | None = None
    share: int = 95
    is_promised_elsewhere: bool = False

    def record(self) -> dict[str, object]:
        """Return the figure for a JSON report."""
        promised = percentile(self.values, self.share)
        return {
            "what": self.what,
            "conditions": self.conditions,
            "unit": self.unit,
            "count": len(self.values),
            "median": statistics.median(self.values),
            "p95": percentile_95(self.values),
            "max": max(self.values),
            "budget": self.budget,
            "budget_percentile": self.share,
            "promised": promised,
            "is_within": None if self.budget is None else promised <= self.budget,
            "is_promised_elsewhere": self.is_promised_elsewhere,
        }

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
        records: the same for a JSON report.
    """

    heading: str = ""
    lines: list[str] = field(default_factory=list)
    records: list[dict[str, object]] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """Keep a figure for the report."""
        self.lines.append(str(figure))
        self.records.append(figure.record())

    def report(self) -> str:
        """Return the whole table."""
        columns = f"{'what':44} {'median':>10} {'p95':>10}"
        return "\n".join([self.heading, columns, *self.lines])

    def to_json(self) -> str:
        """Return all figures with the machine they were taken on."""
        return json.dumps({"device": self.heading, "figures": self.records}, indent=2)
