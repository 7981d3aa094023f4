"""Draws random samples of the evaluation photos and has them measured beside published ones.

    python -m tests.benchmarks.make_samples DATA OUT [--preset standard] [--photos places/3 ...]

DATA holds ``places`` and ``sigd16``, each with its photos under ``real`` and the values of the
paper's published samples in ``baseline_singan.json``. Five samples a photo, seed 0, with the
program's own defaults. Projects and samples are kept in OUT, so that a second run only makes what
lacks. The table lands in ``OUT/samples.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from singan_core.device import describe_device, pick_device
from singan_core.presets import PRESETS
from tests.benchmarks.make_cases import MAIN, Bench, project_name
from tests.benchmarks.quality_table import SAMPLES, table

FOLDERS = ("places", "sigd16")
COUNT = 5
DISTANCES = ("sifid", "sifid_p2", "fd_eff")


def all_photos(data: Path) -> list[str]:
    """Return every photo that published samples exist for, as FOLDER/NAME."""
    return [
        f"{folder}/{path.stem}"
        for folder in FOLDERS
        for path in sorted((data / folder / "real").iterdir(), key=lambda path: int(path.stem))
    ]


def measured(bench: Bench, photo: str) -> dict[str, Any]:
    """Return the values of a photo's samples, with the published ones; {} when it failed."""
    folder, name = photo.split("/")
    path = next((bench.data / folder / "real").glob(f"{name}.*"))
    output = bench.out / project_name(photo)
    project = bench.project(str(path.relative_to(bench.data)))
    if not output.exists():
        words = [project, "-o", output, "-n", str(COUNT), "--seed", "0"]
        bench.run(MAIN, "sample", *words, "--device", bench.device)
    if not output.exists():
        return {}
    quality = bench.judge.parent / "quality.py"
    values = bench.measured(quality, "generate", path, *sorted(output.glob("*.png")))
    published = json.loads((bench.data / folder / "baseline_singan.json").read_text())
    theirs = published["images"][name]
    return values | {f"published_{key}": value for key, value in theirs.items()}


def report(bench: Bench, results: dict[str, dict[str, Any]]) -> str:
    """Return the whole page in Markdown."""
    device = describe_device(pick_device(bench.device))
    head = f"Preset {bench.preset}, {device}, {COUNT} samples a photo, seed 0."
    better = [
        f"{name} of {sum(_is_better(values, name) for values in results.values())}"
        for name in DISTANCES
    ]
    counts = f"Better than published, of {len(results)} photos: {', '.join(better)}."
    return "\n\n".join([head, table("samples", SAMPLES, results, {}), counts]) + "\n"


def _is_better(values: dict[str, Any], name: str) -> bool:
    return bool(values[name] < values[f"published_{name}"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--preset", choices=list(PRESETS), default="standard")
    parser.add_argument("--models", type=Path, help="projects by photo; OUT/models unless given")
    parser.add_argument("--photos", nargs="+", metavar="FOLDER/NAME", help="all unless given")
    parser.add_argument("--device", default="auto")
    return parser.parse_args()


def main() -> int:
    """Make, measure and tell; return 1 when a command failed."""
    given = _arguments()
    data, out = given.data.resolve(), given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    models = (given.models or out / "models").resolve()
    judge = (data.parent / "tools" / "judge.py").resolve()
    bench = Bench(data, out, models, judge, given.preset, given.device)
    results = {photo: measured(bench, photo) for photo in given.photos or all_photos(data)}
    page = report(bench, {photo: values for photo, values in results.items() if values})
    (out / "samples.md").write_text(page, encoding="utf-8")
    print(page)
    for command in bench.failed:
        print("failed:", command)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
