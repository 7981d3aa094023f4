"""All benchmarks of the engine with one command.

    python -m tests.benchmarks --list
    python -m tests.benchmarks --output results                 # all of them
    python -m tests.benchmarks tiling cost_model --device cuda --output results

Each runs in a process of its own, so that its peak of memory is its own, and writes NAME.json and
NAME.md into the folder; ``benchmarks.md`` joins the tables, ``benchmarks.json`` the records. It
begins with a line for every figure that is promised, and ends with how many were kept. The exit
code is 1 where a figure misses its budget or a benchmark fails.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import ROOT

Record = dict[str, Any]
FOLDER = Path(__file__).resolve().parent
PYTEST_FIGURES = {"strip_and_live": "tests/benchmarks/test_strip_and_live.py"}
"""Written as tests: their figures are the JSON of ``--figures-json``."""


def benchmarks() -> dict[str, str]:
    """Return the first line of every benchmark's docstring by its module's name."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        # the modules that take the common options; others make or judge pictures
        is_run = "benchmark_parser(__doc__" in source and "__name__ ==" in source
        if is_run and not path.stem.startswith("_"):
            found[path.stem] = _purpose(source)
    for name, path_text in PYTEST_FIGURES.items():
        found[name] = _purpose((ROOT / path_text).read_text(encoding="utf-8"))
    return found


def _purpose(source: str) -> str:
    return (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]


def command(name: str, options: argparse.Namespace) -> list[str]:
    """Return the words that run a benchmark."""
    common = ["--device", options.device]
    if options.threads is not None:
        common += ["--threads", str(options.threads)]
    if options.rounds is not None:
        common += ["--rounds", str(options.rounds)]
    if name in PYTEST_FIGURES:
        written = ["--figures-json", str(options.output / f"{name}.json")]
        return [sys.executable, "-m", "pytest", "-q", PYTEST_FIGURES[name], *common, *written]
    module = f"tests.benchmarks.{name}"
    return [sys.executable, "-m", module, *common, "--output", str(options.output)]


def joined(names: Sequence[str], codes: Mapping[str, int], folder: Path) -> str:
    """Write the records and tables of a run as one, and return the table."""
    records = {name: _record(folder / f"{name}.json") for name in names}
    lines = ["# Benchmarks", "", "| benchmark | outcome | device |", "|--|--|--|"]
    for name in names:
        outcome = "pass" if codes[name] == 0 and not _broken([records[name]]) else "**fail**"
        lines.append(f"| {name} | {outcome} | {records[name].get('device', '')} |")
    lines += ["", "| benchmark | promised | measured | unit | budget | outcome | conditions |"]
    lines += ["|--|--|--:|--|--:|--|--|"]
    for name in names:
        lines += [_promise(name, figure) for figure in _promised(records[name])]
    for name in names:
        table = folder / f"{name}.md"
        if table.exists():
            lines += ["", table.read_text().rstrip()]
        elif records[name]:
            lines += ["", *_table(name, records[name])]
    lines += ["", _counted(names, codes, records)]
    text = "\n".join(lines) + "\n"
    (folder / "benchmarks.md").write_text(text)
    found = {name: record for name, record in records.items() if record}
    (folder / "benchmarks.json").write_text(json.dumps(found, indent=2) + "\n")
    return text


def _record(path: Path) -> Record:
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _promised(record: Record) -> list[Record]:
    """Return the figures of a benchmark that have a budget, here or on another device."""
    figures: list[Record] = record.get("figures", [])
    return [each for each in figures if each["budget"] is not None or _is_elsewhere(each)]


def _is_elsewhere(figure: Record) -> bool:
    return bool(figure.get("is_promised_elsewhere"))


def _broken(records: Iterable[Record]) -> list[Record]:
    return [each for record in records for each in _promised(record) if each["is_within"] is False]


def _verdict(figure: Record) -> str:
    if figure["is_within"] is None:
        return "not made for this device" if _is_elsewhere(figure) else ""
    return "pass" if figure["is_within"] else "**fail**"


def _promise(name: str, figure: Record) -> str:
    """Return the row of a promised figure: the percentile that its budget is about."""
    budget = "" if figure["budget"] is None else f"{figure['budget']:g}"
    values = f"{figure['promised']:.2f} | {figure['unit']} | {budget} | {_verdict(figure)}"
    return f"| {name} | {figure['what']} | {values} | {figure['conditions']} |"


def _counted(names: Sequence[str], codes: Mapping[str, int], records: Mapping[str, Record]) -> str:
    """Return how many promises were kept, in one line."""
    figures = [figure for record in records.values() for figure in _promised(record)]
    verdicts = [figure["is_within"] for figure in figures]
    devices = " / ".join(dict.fromkeys(str(each["device"]) for each in records.values() if each))
    passed, failed, none = (verdicts.count(each) for each in (True, False, None))
    text = f"Promises: {passed} passed, {failed} failed, {none} not made for this device"
    text += f" ({devices or 'none'})."
    unfinished = [name for name in names if codes[name] != 0 and not _broken([records[name]])]
    return text + (f" Not finished: {', '.join(unfinished)}." if unfinished else "")


def _table(name: str, record: Record) -> list[str]:
    """Return the figures of a benchmark written as tests, as Markdown."""
    lines = [f"## {name}", "", str(record.get("device", "")), ""]
    lines += ["| what | median | p95 | unit | budget | n | conditions |"]
    lines += ["|--|--:|--:|--|--|--:|--|"]
    for figure in record.get("figures", []):
        values = f"{figure['median']:.2f} | {figure['p95']:.2f} | {figure['unit']}"
        budget = "" if figure["budget"] is None else f"{figure['budget']:g}: {_verdict(figure)}"
        values += f" | {budget} | {figure['count']} | {figure['conditions']}"
        lines.append(f"| {figure['what']} | {values} |")
    return lines


def run(name: str, options: argparse.Namespace) -> int:
    """Run a benchmark and return its exit code; what an earlier run left is no figure of it."""
    print(f"=== {name}", flush=True)
    for suffix in (".json", ".md"):
        (options.output / f"{name}{suffix}").unlink(missing_ok=True)
    return subprocess.run(command(name, options), cwd=ROOT).returncode


def parser() -> argparse.ArgumentParser:
    """Return the options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("names", nargs="*", metavar="NAME", help="all unless given")
    made.add_argument("--list", action="store_true", help="list the benchmarks and end")
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    made.add_argument("--threads", type=int, help="CPU threads of torch")
    made.add_argument("--rounds", type=int, help="repetitions; each has its own unless given")
    made.add_argument("--output", type=Path, default=Path("benchmark_results"))
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run benchmarks one after the other; 1 where one failed or missed a budget."""
    command_line = parser()
    options = command_line.parse_args(argv)
    known = benchmarks()
    if options.list:
        print("\n".join(f"{name:20} {purpose}" for name, purpose in known.items()))
        return 0
    unknown = [name for name in options.names if name not in known]
    if unknown:
        command_line.error(f"no benchmark {unknown[0]}; choose from {', '.join(known)}")
    options.output = options.output.resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    names = options.names or list(known)
    codes = {name: run(name, options) for name in names}
    print(joined(names, codes, options.output))
    records = [_record(options.output / f"{name}.json") for name in names]
    return int(any(codes.values()) or bool(_broken(records)))


if __name__ == "__main__":
    sys.exit(main())
