"""Early ends of scales and averaged weights against plain training: rounds saved, and quality.

    python -m tests.benchmarks.fewer_steps DATA OUT [--photos 4] [--size 128] [--preset draft]
        [--variant "NAME=FIELD:VALUE,..."]

Trains every photo of DATA (``measures_rank``) once in each variant, with equal seeds, and has
five samples of each model judged. Printed are, per variant, the share of rounds that were
trained, processor seconds, and medians over the photos; OUT keeps samples and ``steps.json``,
from which a second run takes what is there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import torch

from singan_core.applications.random_samples import sample_images
from singan_core.config import TrainConfig
from singan_core.events import TrainingDone, TrainingStarted, UpdateDone
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray
from singan_core.presets import preset
from singan_core.training.train import train_pyramid
from tests.benchmarks.measures_rank import Judge, pairs

VARIANTS = (
    "plain=",
    "plateau=plateau_interval:10",
    "average=ema_decay:0.98",
    "both=plateau_interval:10,ema_decay:0.98",
)
SAMPLES = 5
JUDGED = (
    *("sifid", "sifid_p2", "fd_eff", "swd", "swd_tex", "sharpness"),
    *("novelty", "diversity", "copy_frac"),
)
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Trained:
    """A finished training.

    Attributes:
        model: all scales.
        rounds: share of the planned updates that were done, 0 to 1.
        seconds: of processor time.
    """

    model: TrainedPyramid
    rounds: float
    seconds: float


def trained(photo: ImageArray, config: TrainConfig) -> Trained:
    """Train a photo, (H, W, 3) uint8 RGB, to the end."""
    planned, done, begun = 1, 0, time.process_time()
    for event in train_pyramid(photo, config, CPU):
        done += isinstance(event, UpdateDone)
        if isinstance(event, TrainingStarted):
            planned = event.updates_total
        elif isinstance(event, TrainingDone):
            return Trained(event.model, done / planned, time.process_time() - begun)
    raise AssertionError("a training ends with its model")


def measured(file: Path, config: TrainConfig, folder: Path, judge: Judge) -> dict[str, float]:
    """Train a photo, keep five samples in a folder, and return what the judge says of them."""
    photo = (judge.load(file).permute(1, 2, 0) * 255).round().byte().numpy()
    height, width = plan_pyramid(photo.shape[0], photo.shape[1], config).sizes[-1]
    # samples of the larger photo would bring its detail along, and be compared without it
    photo = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)
    result = trained(photo, config)
    folder.mkdir(parents=True, exist_ok=True)
    samples = sample_images(result.model, photo, count=SAMPLES, seed=0, device=CPU)
    for number, image in enumerate([photo, *samples]):
        cv2.imwrite(str(folder / f"{number}.png"), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    loaded = [judge.load(folder / f"{number}.png") for number in range(SAMPLES + 1)]
    values = judge.generated(loaded[0], loaded[1:])
    return {name: values[name] for name in JUDGED} | {
        "rounds": result.rounds,
        "seconds": result.seconds,
        "rmse": result.model.scales[-1].rmse,
    }


def variant(text: str) -> tuple[str, dict[str, Any]]:
    """Return name and changed settings of ``NAME=FIELD:VALUE,...``."""
    name, _, changes = text.partition("=")
    fields = (change.split(":") for change in changes.split(",") if change)
    return name, {field: json.loads(value) for field, value in fields}


def table(results: dict[str, dict[str, dict[str, float]]]) -> str:
    """Return medians over the photos that all variants have, a line per variant.

    Args:
        results: values by variant and photo.
    """
    common = set.intersection(*(set(photos) for photos in results.values()))
    names = ("rounds", "seconds", "rmse", *JUDGED)
    lines = [f"{len(common)} photos   " + " ".join(f"{name:>9}" for name in names)]
    for title, photos in results.items():
        medians = (statistics.median(photos[photo][name] for photo in common) for name in names)
        lines.append(f"{title:11}" + " ".join(f"{median:9.3f}" for median in medians))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train what lacks, photo after photo, and print the table after each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--judge", type=Path, help="default: tools/quality.py beside DATA")
    parser.add_argument("--photos", type=int, default=4)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--preset", default="draft")
    parser.add_argument("--variant", type=variant, action="append")
    options = parser.parse_args(arguments)
    variants = dict(options.variant or map(variant, VARIANTS))
    judge = Judge(options.judge or options.data.parent / "tools" / "quality.py")
    config = preset(options.preset).changed(max_size_px=options.size)
    kept = options.out / "steps.json"
    results = json.loads(kept.read_text()) if kept.is_file() else {}
    for name, file, _ in itertools.islice(pairs(options.data), options.photos):
        for title, changes in variants.items():
            known = results.setdefault(title, {})
            if name not in known:
                folder = options.out / title / name.replace("/", "-")
                known[name] = measured(file, config.changed(**changes), folder, judge)
                kept.write_text(json.dumps(results, indent=1))
        print(table(results), flush=True)


if __name__ == "__main__":
    main()
