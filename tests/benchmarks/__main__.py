"""All benchmarks of the engine with one command.

    python -m tests.benchmarks --list
    python -m tests.benchmarks --output results                 # all of them
    python -m tests.benchmarks tiling cost_model --device cuda --output results

Each runs in a process of its own, so that its peak of memory is its own, and writes NAME.json and
NAME.md into the folder; ``benchmarks.md`` joins the tables, ``benchmarks.json`` the records. The
exit code is 1 where a figure misses its budget or a benchmark fails.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import ROOT

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


def joined(names: Sequence[str], codes: dict[str, int], folder: Path) -> str:
    """Write the records and tables of a run as one, and return the table."""
    records: dict[str, Any] = {}
    tables = ["# Benchmarks", "", "| benchmark | outcome |", "|--|--|"]
    tables += [f"| {name} | {'pass' if codes[name] == 0 else '**fail**'} |" for name in names]
    for name in names:
        record, table = folder / f"{name}.json", folder / f"{name}.md"
        if record.exists():
            records[name] = json.loads(record.read_text())
        if table.exists():
            tables += ["", table.read_text().rstrip()]
        elif name in records:
            tables += ["", *_table(name, records[name])]
    text = "\n".join(tables) + "\n"
    (folder / "benchmarks.md").write_text(text)
    (folder / "benchmarks.json").write_text(json.dumps(records, indent=2) + "\n")
    return text


def _table(name: str, record: dict[str, Any]) -> list[str]:
    """Return the figures of a benchmark written as tests, as Markdown."""
    lines = [f"## {name}", "", str(record.get("device", "")), ""]
    lines += ["| what | median | p95 | unit | n | conditions |", "|--|--:|--:|--|--:|--|"]
    for figure in record.get("figures", []):
        values = f"{figure['median']:.2f} | {figure['p95']:.2f} | {figure['unit']}"
        lines.append(
            f"| {figure['what']} | {values} | {figure['count']} | {figure['conditions']} |"
        )
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="all unless given")
    parser.add_argument("--list", action="store_true", help="list the benchmarks and end")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    parser.add_argument("--threads", type=int, help="CPU threads of torch")
    parser.add_argument("--rounds", type=int, help="repetitions; each has its own unless given")
    parser.add_argument("--output", type=Path, default=Path("benchmark_results"))
    options = parser.parse_args(argv)
    known = benchmarks()
    if options.list:
        print("\n".join(f"{name:18} {purpose}" for name, purpose in known.items()))
        return 0
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no benchmark {unknown[0]}; choose from {', '.join(known)}")
    options.output = options.output.resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    names = options.names or list(known)
    codes = {}
    for name in names:
        print(f"=== {name}", flush=True)
        codes[name] = subprocess.run(command(name, options), cwd=ROOT).returncode
    print(joined(names, codes, options.output))
    return int(any(codes.values()))


if __name__ == "__main__":
    sys.exit(main())
