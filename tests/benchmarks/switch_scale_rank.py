"""Whether the choice of K ranks translations as instruments with trained features do.

    python -m tests.benchmarks.switch_scale_rank DATA [--judge FILE] [--pairs N] [--preset draft]
                                                 [--json FILE]

DATA holds ``cases.json`` and the pictures of its analogies. For every pair all K are tried as
``analogy train --switch-scale auto`` does; the engine's scores of every translation stand beside
the instruments' values of the same picture, for which both photos are reduced to its size. Printed
are, pair by pair, the K that each would choose and what the instruments lose by the engine's
choice, and Spearman's rank correlations over all translations, pair by pair and pooled.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from singan_core.applications.structural_analogy.presets import pair_preset
from singan_core.applications.structural_analogy.switch_scale import (
    SwitchScaleChosen,
    SwitchScaleTried,
    switch_scale_events,
)
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.resize import resize
from singan_core.presets import PRESETS
from tests.benchmarks.measures_rank import Judge, Values, spearman

COMPARED = (
    ("structure", "struct_edge"),
    ("structure", "struct_ss"),
    ("distance", "sifid"),
    ("distance", "swd"),
    ("distance", "coherence"),
    ("score", "judged"),
)
"""Own measure and instrument."""


def pairs(data: Path) -> Iterator[tuple[str, Path, Path]]:
    """Yield name and both photos of every pair of a list of cases; both directions are one."""
    seen = set()
    for case in json.loads((data / "cases.json").read_text()):
        if case["task"] == "analogy" and (key := frozenset((case["a"], case["b"]))) not in seen:
            seen.add(key)
            yield case["id"], data / case["a"], data / case["b"]


def tried(photo_a: ImageArray, photo_b: ImageArray, preset: str, judge: Judge) -> dict[str, Any]:
    """Try all K of a pair.

    Returns:
        The chosen K, and by K the values of both together and of each direction.
    """
    config, trials, chosen = pair_preset(preset), {}, 0
    for event in switch_scale_events(photo_a, photo_b, config, torch.device("cpu")):
        if isinstance(event, SwitchScaleTried):
            ways = [judged(event.a2b, photo_a, photo_b, judge)]
            ways.append(judged(event.b2a, photo_b, photo_a, judge))
            both = {name: statistics.mean(way[name] for way in ways) for name in ways[0]}
            own = {name: getattr(event, name) for name in ("structure", "distance", "score")}
            trials[event.switch_scale] = both | own
        elif isinstance(event, SwitchScaleChosen):
            chosen = event.switch_scale
    return {"chosen": chosen, "trials": trials}


def judged(picture: ImageArray, given: ImageArray, appearance: ImageArray, judge: Judge) -> Values:
    """Return what the instruments say of a translation.

    ``judged`` is built as the engine's own score is: structure without distance, of which 1 is how
    far the picture that gives the structure is.
    """
    result = _unit(picture)
    structure, look = (_reduced(each, picture) for each in (given, appearance))
    values = judge.translation(structure, look, result)
    values["judged"] = values["struct_edge"] - values["sifid"] / max(values["input_sifid"], 1e-6)
    return values


def _unit(picture: ImageArray) -> torch.Tensor:
    """Return (H, W, 3) uint8 as (3, H, W) in [0, 1]."""
    return to_tensor(picture)[0] * 0.5 + 0.5


def _reduced(photo: ImageArray, like: ImageArray) -> torch.Tensor:
    """Return a photo with the long side of another picture, (3, h, w) in [0, 1]."""
    ratio = max(like.shape[:2]) / max(photo.shape[:2])
    size = round(photo.shape[0] * ratio), round(photo.shape[1] * ratio)
    return (resize(to_tensor(photo), size)[0] * 0.5 + 0.5).clamp(0.0, 1.0)


def report(results: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the rank correlations of every own measure with its instruments."""
    rows = {}
    groups = [list(each["trials"].values()) for each in results.values()]
    for own, instrument in COMPARED:

        def correlation(values: Sequence[Values], own: str = own, name: str = instrument) -> float:
            return spearman([v[own] for v in values], [v[name] for v in values])

        single = [correlation(group) for group in groups]
        rows[f"{own} / {instrument}"] = {
            "median": statistics.median(single),
            "lowest": min(single),
            "pooled": correlation(list(itertools.chain(*groups))),
        }
    return rows


def verdict(name: str, result: dict[str, Any]) -> str:
    """Return a line about the choice of one pair."""
    trials = result["trials"]
    order = sorted(trials, key=lambda scale: -float(trials[scale]["judged"]))
    best, chosen = order[0], result["chosen"]
    lost = trials[best]["judged"] - trials[chosen]["judged"]
    spread = trials[best]["judged"] - trials[order[-1]]["judged"]
    return (
        f"{name}: chosen K {chosen}, number {order.index(chosen) + 1} of {len(order)} by the "
        f"instruments (their best {best}); lost {lost:.3f} of a spread of {spread:.3f}"
    )


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> None:
    """Try all pairs, print the table and keep the values."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--judge", type=Path, help="default: tools/quality.py beside DATA")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--preset", choices=PRESETS, default="draft")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    judge = Judge(options.judge or options.data.parent / "tools" / "quality.py")
    results: dict[str, dict[str, Any]] = {}
    for name, *files in itertools.islice(pairs(options.data), options.pairs):
        photos = [_levels(judge.load(file)) for file in files]
        results[name] = tried(photos[0], photos[1], options.preset, judge)
        say(verdict(name, results[name]))
        for scale, values in results[name]["trials"].items():
            told = ("structure", "distance", "score", "struct_edge", "sifid", "swd", "judged")
            say(f"  K {scale}: " + ", ".join(f"{key} {values[key]:.3f}" for key in told))
    rows = report(results)
    say(f"{'':28} {'median':>8} {'lowest':>8} {'pooled':>8}")
    for name, row in rows.items():
        say(f"{name:28} " + " ".join(f"{value:8.3f}" for value in row.values()))
    if options.json:
        options.json.write_text(json.dumps({"correlations": rows, "pairs": results}, indent=1))


def _levels(picture: torch.Tensor) -> ImageArray:
    """Return (3, H, W) in [0, 1] as (H, W, 3) uint8."""
    levels = np.rint(picture.permute(1, 2, 0).numpy() * 255.0).astype(np.uint8)
    return np.ascontiguousarray(levels)


if __name__ == "__main__":
    main()
