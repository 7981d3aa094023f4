"""Makes every test case of an evaluation folder with terminal commands and has them judged.

    python -m tests.benchmarks.make_cases DATA OUT [--preset standard] [--models FOLDER]

DATA holds ``cases.json`` and what it names. Each result comes from one printed command: the
default scale, seed 0, colour match off, the same options for all cases of a task. Projects and
results are kept in OUT, so that a second run only makes what lacks. The table lands in
``OUT/quality.md``.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from singan_core.device import describe_device, pick_device
from singan_core.presets import PRESETS
from tests.benchmarks.moves import MOVES, Move, hole_correlation, write_move
from tests.benchmarks.quality_table import TABLES, table

MAIN = Path(__file__).resolve().parents[2] / "main.py"
Case = dict[str, Any]
COLOURS_KEPT = ("--no-match", "--colour-match", "0")
"""Neither matched to the surroundings afterwards nor moved towards the photo's before."""


@dataclass
class Bench:
    """One run: where everything is, and what each result was made with.

    Attributes:
        data: the evaluation folder.
        out: results, by case.
        models: projects, by photo; made where they lack.
        judge: the script that measures, with its instruments beside it.
        preset: of projects made here.
        device: where to compute.
        conditions: by case, what the result was made with.
        failed: commands that ended with an error.
    """

    data: Path
    out: Path
    models: Path
    judge: Path
    preset: str
    device: str
    conditions: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def run(self, *words: str | Path) -> str:
        """Print and run one command; return what it printed, "" when it failed."""
        command = [sys.executable, *map(str, words)]
        print("$", shlex.join(["python", *command[1:]]), flush=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout
        self.failed.append(shlex.join(command[1:]))
        print(done.stderr.strip()[-500:], flush=True)
        return ""

    def make(self, case_id: str, output: Path, *words: str | Path) -> None:
        """Run one command of the program that makes a result, and keep its conditions."""
        kept = output.with_suffix(".json")
        if not output.exists():
            printed = self.run(MAIN, *words, "-o", output, *self._common())
            if printed:
                kept.write_text(printed.strip().splitlines()[-1])
        if kept.exists():
            self.conditions[case_id] = _described(json.loads(kept.read_text()))

    def project(self, train: str) -> Path:
        """Return the project of a photo, trained first where it lacks."""
        path = self.models / f"{project_name(train)}.singan"
        if not path.exists():
            self.models.mkdir(parents=True, exist_ok=True)
            options = ["--preset", self.preset, "--no-cache", *self._common()]
            self.run(MAIN, "train", self.data / train, "-o", path, *options)
        return path

    def pair(self, first: str, second: str) -> Path:
        """Return the project of two photos, in the order of their names; trained where it lacks."""
        name = "_and_".join(project_name(each) for each in (first, second))
        path = self.models / f"{name}.singan"
        if not path.exists():
            self.models.mkdir(parents=True, exist_ok=True)
            photos = [self.data / each for each in (first, second)]
            options = ["--preset", self.preset, *self._common()]
            self.run(MAIN, "analogy", "train", *photos, "-o", path, *options)
        return path

    def measured(self, *words: str | Path) -> dict[str, Any]:
        """Run an instrument that writes JSON; {} when it failed."""
        path = self.out / "measured.json"
        path.unlink(missing_ok=True)
        self.run(*words, "--json", path)
        values: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return values

    def _common(self) -> list[str]:
        return ["--seed", "0", "--device", self.device, "--json"]


def project_name(train: str) -> str:
    """Return the name of a photo's project: its stem, with its folder's where that is a number."""
    path = Path(train)
    return f"{path.parts[0]}_{path.stem}" if path.stem.isdigit() else path.stem


def _described(values: dict[str, Any]) -> str:
    recipe = values.get("recipe") or values
    if "scale" in recipe and "scale_count" in recipe:
        return f"scale {recipe['scale']} of {recipe['scale_count']}"
    return f"{recipe['scale_count']} scales" if "scale_count" in recipe else ""


def make_case(bench: Bench, case: Case) -> None:
    """Make the result of one case of ``cases.json``."""
    name = case["id"]
    output = bench.out / (f"{name}.gif" if case["task"] == "animate" else f"{name}.png")
    if case["task"] in ("edit", "harmonize"):
        composite, mask = bench.data / case["composite"], bench.data / case["mask"]
        options = ["--mask", mask, *COLOURS_KEPT]
        bench.make(name, output, case["task"], bench.project(case["train"]), composite, *options)
    elif case["task"] == "paint":
        bench.make(name, output, "paint", bench.project(case["train"]), bench.data / case["paint"])
    elif case["task"] == "sr":
        source = _project_or(bench, name, _low_resolution(bench, case))
        options = ["--factor", str(case["factor"]), "--preset", bench.preset]
        bench.make(name, output, "superres", source, *options)
    elif case["task"] == "animate":
        source = _project_or(bench, project_name(case["train"]), bench.data / case["train"])
        bench.make(name, output, "animate", source, "--preset", bench.preset)
    elif case["task"] == "analogy":
        first, second = sorted((case["a"], case["b"]))
        direction = "a2b" if case["a"] == first else "b2a"
        words = [bench.pair(first, second), "--direction", direction]
        bench.make(name, output, "analogy", "render", *words)


def _project_or(bench: Bench, name: str, photo: Path) -> Path:
    """Return a project that is there, or else the photo: these commands train by themselves."""
    path = bench.models / f"{name}.singan"
    return path if path.exists() else photo


def _low_resolution(bench: Bench, case: Case) -> Path:
    if "lr" in case:
        return bench.data / str(case["lr"])
    small = bench.out / "inputs" / f"{case['id']}.png"
    small.parent.mkdir(parents=True, exist_ok=True)
    factor = ["--factor", str(case["factor"])]
    bench.run(bench.judge.parent / "quality.py", "shrink", bench.data / case["hr"], small, *factor)
    return small


def make_move(bench: Bench, move: Move) -> dict[str, Any]:
    """Make one scripted move and measure its hole."""
    photo, result = bench.data / move.train, bench.out / f"{move.id}.png"
    files = write_move(move, photo, bench.out / "inputs")
    options: list[str | Path] = ["--mask", files.mask, *COLOURS_KEPT]
    bench.make(move.id, result, "edit", bench.project(move.train), files.composite, *options)
    if not result.exists():
        return {}
    common: list[str | Path] = [bench.judge.parent / "quality.py", "edit", "--train", photo]
    common += ["--composite", files.composite, "--result", result]
    values = bench.measured(*common, "--mask", files.hole)
    whole = bench.measured(*common, "--mask", files.mask)
    return values | {
        "outside_mae": whole.get("outside_mae"),
        "hole_correlation": hole_correlation(photo, result, files.hole),
        "naive_hole_correlation": hole_correlation(photo, files.composite, files.hole),
    }


def judged(bench: Bench, cases: list[Case]) -> dict[str, dict[str, Any]]:
    """Return the judge's values by case, with those of the published film where there is one."""
    names = ",".join(case["id"] for case in cases)
    values = bench.measured(bench.judge, bench.data, bench.out, "--only", names)
    for case in cases:
        if "published" in case and case["id"] in values:
            train, film = bench.data / case["train"], bench.data / case["published"]
            theirs = bench.measured(bench.judge.parent / "quality.py", "animate", train, film)
            values[case["id"]] |= {f"published_{key}": value for key, value in theirs.items()}
    return values


def report(bench: Bench, values: dict[str, dict[str, Any]], moves: dict[str, Any]) -> str:
    """Return the whole page in Markdown."""
    device = describe_device(pick_device(bench.device))
    parts = [f"Preset {bench.preset}, {device}, seed 0, default scale, colour match off."]
    for task in TABLES:
        chosen = (
            moves if task == "moves" else {k: v for k, v in values.items() if v["task"] == task}
        )
        if chosen:
            parts.append(table(task, TABLES[task], chosen, bench.conditions))
    return "\n\n".join(parts) + "\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--preset", choices=list(PRESETS), default="standard")
    parser.add_argument("--models", type=Path, help="projects by photo; OUT/models unless given")
    parser.add_argument("--task", choices=list(TABLES), help="only this one")
    parser.add_argument("--judge", type=Path, help="DATA/../tools/judge.py unless given")
    parser.add_argument("--device", default="auto")
    return parser.parse_args()


def main() -> int:
    """Make, judge and tell; return 1 when a command failed."""
    given = _arguments()
    data, out = given.data.resolve(), given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    judge = given.judge or data.parent / "tools" / "judge.py"
    models = (given.models or out / "models").resolve()
    bench = Bench(data, out, models, judge.resolve(), given.preset, given.device)
    tasks = list(TABLES) if given.task is None else [given.task]
    listed: list[Case] = json.loads((data / "cases.json").read_text())
    cases = [case for case in listed if case["task"] in tasks]
    for case in cases:
        make_case(bench, case)
    moves = {move.id: make_move(bench, move) for move in MOVES if "moves" in tasks}
    page = report(bench, judged(bench, cases) if cases else {}, moves)
    (out / "quality.md").write_text(page, encoding="utf-8")
    print(page)
    for command in bench.failed:
        print("failed:", command)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
