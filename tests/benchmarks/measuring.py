"""What all benchmarks measure with: turns, peaks of memory and of the device, one report each.

A benchmark is a module with ``NAME`` and ``main(argv)``; it fills a ``Report`` and writes it::

    NAME = "tiling"

    def main(argv: Sequence[str] | None = None) -> int:
        options = benchmark_parser(__doc__).parse_args(argv)
        report = Report.begun(NAME, options)
        durations = in_turn({"whole": whole, "tiled": tiled}, options.rounds, report.device)
        report.add(Figure("whole", "250x188", durations["whole"]))
        return report.written(options.output)
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from singan_core.device import describe_device, pick_device
from tests.benchmarks.figures import Figure, duration_ms, percentile_95

ROOT = Path(__file__).resolve().parents[2]
_STATUS = Path("/proc/self/status")
_MATRIX_SIDE = {"cpu": 1024, "cuda": 8192}
_MATRIX_ROUNDS = 5
_MIB = 1 << 20


# ---- time


def wait(device: torch.device) -> None:
    """Wait until a device has done everything it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def waited_ms(work: Callable[[], object], device: torch.device) -> float:
    """Return how long something takes, until the device has really done it."""

    def work_and_wait() -> None:
        work()
        wait(device)

    wait(device)
    return duration_ms(work_and_wait)


def in_turn(
    works: Mapping[str, Callable[[], object]],
    rounds: int,
    device: torch.device,
    warmups: int = 1,
) -> dict[str, list[float]]:
    """Time several works one after the other, again and again: what else runs hits all alike.

    Returns:
        Milliseconds per work, one per round; every other round goes the other way round.
    """
    durations: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(warmups + rounds):
        names = list(works) if turn % 2 == 0 else list(works)[::-1]
        for name in names:
            passed = waited_ms(works[name], device)
            if turn >= warmups:
                durations[name].append(passed)
    return durations


def ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """Return how many times as long the first takes: the median over turns taken together."""
    return statistics.median(long / short for long, short in zip(slow, fast, strict=True))


# ---- memory


def resident_mib() -> float:
    """Resident size of this process now; where the system does not tell, its peak."""
    return _status_mib("VmRSS") if _STATUS.exists() else peak_mib()


def peak_mib() -> float:
    """Largest resident size of this process so far."""
    if _STATUS.exists():
        # On Linux getrusage also counts what the parent held when it started this process.
        return _status_mib("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB


def device_peak_mib(device: torch.device) -> float | None:
    """Largest memory that torch held on a GPU so far; None elsewhere."""
    return torch.cuda.max_memory_allocated(device) / _MIB if device.type == "cuda" else None


def _status_mib(name: str) -> float:
    lines = _STATUS.read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def in_own_process(module: str, *arguments: object, timeout_s: float = 3600.0) -> dict[str, Any]:
    """Run ``python -m module`` and return the JSON of its last line: peaks need a fresh process.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout_s)
    if told.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{told.stderr[-2000:]}")
    values: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return values


# ---- arithmetic


def flop_count(work: Callable[[], object]) -> int:
    """Return the floating point operations of the matrix products and convolutions of a work."""
    with FlopCounterMode(display=False) as counter:
        work()
    return int(counter.get_total_flops())


def matrix_peak(device: torch.device, dtype: torch.dtype = torch.float32) -> float:
    """Return the best floating point operations per second of a large matrix product."""
    side = _MATRIX_SIDE.get(device.type, 2048)
    first, second = (torch.rand(side, side, device=device).to(dtype) for _ in range(2))
    best_ms = min(waited_ms(lambda: first @ second, device) for _ in range(1 + _MATRIX_ROUNDS))
    return float(2 * side**3 / (best_ms / 1e3))


# ---- report


def machine(device: torch.device) -> str:
    """Return device, processor, threads and torch, as every report names them."""
    cores = f"{torch.get_num_threads()} threads on {os.cpu_count()} cores"
    processor = _processor_name() or platform.machine()
    return f"{describe_device(device)}; {processor}, {cores}; torch {torch.__version__}"


def _processor_name() -> str:
    information = Path("/proc/cpuinfo")
    if not information.exists():
        return platform.processor()
    lines = information.read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")


def benchmark_parser(description: str | None) -> argparse.ArgumentParser:
    """Return the options that every benchmark takes; a benchmark adds its own."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    parser.add_argument("--threads", type=int, help="CPU threads of torch")
    parser.add_argument("--rounds", type=int, default=7, help="repetitions of every measurement")
    parser.add_argument("--output", type=Path, help="folder of the JSON and the table")
    return parser


@dataclass
class Report:
    """The figures of one benchmark.

    Attributes:
        name: of the benchmark, and of its files.
        device: where it computes.
        heading: the machine.
        figures: what was measured.
        facts: values that are no durations, of the JSON and below the table: peaks, ratios.
    """

    name: str
    device: torch.device
    heading: str
    figures: list[Figure] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def begun(cls, name: str, options: argparse.Namespace) -> Report:
        """Take the device and the threads that were asked for."""
        if options.threads is not None:
            torch.set_num_threads(options.threads)
        device = pick_device(options.device)
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        return cls(name, device, machine(device))

    def add(self, figure: Figure) -> None:
        """Keep a figure and print it, so that a long benchmark is followed."""
        self.figures.append(figure)
        print(figure, flush=True)

    def add_promised(self, figure: Figure, budgets: Mapping[str, float]) -> None:
        """Keep a figure that is promised on some devices: budgets by the kind of device."""
        budget = budgets.get(self.device.type)
        is_elsewhere = budget is None and bool(budgets)
        self.add(replace(figure, budget=budget, is_promised_elsewhere=is_elsewhere))

    def table(self) -> str:
        """Return the figures as Markdown."""
        return "\n".join([f"## {self.name}", "", self.heading, "", *self._rows(), *self._facts()])

    def _rows(self) -> list[str]:
        head = [
            "| what | median | p95 | unit | budget | n | conditions |",
            "|--|--:|--:|--|--|--:|--|",
        ]
        return [*head, *(_row(figure) for figure in self.figures)] if self.figures else []

    def _facts(self) -> list[str]:
        return ["", *(f"- {name}: {_shown(value)}" for name, value in self.facts.items())]

    def record(self) -> dict[str, Any]:
        """Return everything for JSON; the peak of this process is of this moment."""
        return {
            "name": self.name,
            "device": self.heading,
            "threads": torch.get_num_threads(),
            "peak_mib": peak_mib(),
            "device_peak_mib": device_peak_mib(self.device),
            "figures": [figure.record() for figure in self.figures],
            "facts": self.facts,
        }

    def written(self, folder: Path | None) -> int:
        """Print the table, write NAME.json and NAME.md, and return 0; 1 if a budget was missed."""
        record = self.record()
        self.facts = self.facts | {
            name: round(record[name])
            for name in ("peak_mib", "device_peak_mib")
            if record[name] is not None
        }
        print("\n" + self.table(), flush=True)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{self.name}.json").write_text(json.dumps(record, indent=2) + "\n")
            (folder / f"{self.name}.md").write_text(self.table() + "\n")
        return int(any(figure.record()["is_within"] is False for figure in self.figures))


def _row(figure: Figure) -> str:
    budget = "" if figure.budget is None else f"{figure.budget:g}: {_verdict(figure)}"
    median, worst = statistics.median(figure.values), percentile_95(figure.values)
    values = f"{median:.2f} | {worst:.2f} | {figure.unit} | {budget} | {len(figure.values)}"
    return f"| {figure.what} | {values} | {figure.conditions} |"


def _verdict(figure: Figure) -> str:
    return "pass" if figure.record()["is_within"] else "**fail**"


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
