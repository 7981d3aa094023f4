"""Whether training on crops may take the place of the whole image: error and colour of both.

    python -m tests.benchmarks.crops_against_whole [PHOTO ...] [--iterations 600]

Every photo is trained twice at 250 px with the constants of a preset but for its small crops: all
scales whole, and those beyond ``--whole-size`` on crops that are walked to, as beyond 256 px.
Allowed where the reconstruction error of the finest scale, inside and within 16 px of the border,
stays within 5 % and the mean colour within one 8-bit level. ``--again`` also trains all scales
whole from another seed, to see how far two such trainings lie apart.

Where no photo is given, drawn ones are trained. Without a GPU that would take hours: they are
trained smaller and less then, too little to judge by, and nothing is promised about it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from app.document.files.images.image_files import open_image
from singan_core.applications.random_samples import reconstruction
from singan_core.config import TrainConfig
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray
from singan_core.presets import PRESETS, preset
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Report, benchmark_parser
from tests.benchmarks.scenes import bricks, texture, trained
from tests.core.photos import landscape

NAME = "crops_against_whole"
JUDGED = {"iterations": 600, "whole_size": 128, "max_size": 250, "channels": 32}
TRIED = {"iterations": 40, "whole_size": 96, "max_size": 128, "channels": 16}
"""Options where they are not given: of photos and on a GPU, and of drawn photos elsewhere."""
_BORDER_PX = 16
_MOST_PERCENT = 5.0
_MOST_LEVELS = 1.0


def errors(model: TrainedPyramid, photo: ImageArray, device: torch.device) -> NDArray[np.float64]:
    """Return RMSE inside and at the border, and the mean of every colour less the photo's.

    All in 8-bit levels.
    """
    height, width = model.plan.sizes[-1]
    real = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    made = reconstruction(model, device).astype(np.float64)
    squares = np.square(made - real).mean(axis=2)
    is_inner = np.zeros((height, width), bool)
    is_inner[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX] = True
    roots = np.sqrt([squares[is_inner].mean(), squares[~is_inner].mean()])
    return np.concatenate([roots, (made - real).mean(axis=(0, 1))])


def compare(
    report: Report,
    photo: ImageArray,
    name: str,
    config: TrainConfig,
    options: argparse.Namespace,
) -> None:
    """Train a photo both ways and note how far they lie apart."""
    whole_size = options.whole_size
    whole_config = config.changed(whole_size_px=4000)
    ways = {"whole": whole_config, "on crops": config.changed(whole_size_px=whole_size)}
    if options.again:
        ways["whole again"] = whole_config.changed(seed=config.seed + 1)
    models = {way: trained(photo, changed, report.device) for way, changed in ways.items()}
    found = {way: errors(model, photo, report.device) for way, model in models.items()}
    height, width = models["whole"].plan.sizes[-1]
    conditions = (
        f"{config.preset}, {width}x{height}, {config.iterations} rounds, at most "
        f"{config.max_channels} channels, crops beyond {whole_size} px"
    )
    devices = ("cuda", "cpu", "mps") if options.is_judged else ("cuda",)
    whole, crops = found["whole"], found["on crops"]

    def add(what: str, value: float, unit: str, most: float) -> None:
        figure = Figure(f"{name}: {what}", conditions, [value], unit)
        report.add_promised(figure, dict.fromkeys(devices, most))

    for index, place in enumerate(("interior", "border")):
        add(place, 100.0 * (crops[index] / whole[index] - 1.0), "%", _MOST_PERCENT)
    add("mean colour", float(np.abs(crops[2:] - whole[2:]).max()), "lvl", _MOST_LEVELS)
    for way, (inner, border, *colour) in found.items():
        shown = " ".join(f"{each:+.2f}" for each in colour)
        report.facts[f"{name}, {way}: RMSE inside, at the border; colour less the photo's"] = (
            f"{inner:.2f}, {border:.2f}; {shown}"
        )


def drawn(size: int) -> dict[str, ImageArray]:
    """Return drawn photos of some kinds by name, 4 to 3."""
    shape = round(size * 0.75), size
    return {"hillside": texture(*shape), "trees": landscape(*shape), "bricks": bricks(*shape)}


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument("photos", nargs="*", type=Path, metavar="PHOTO", help="drawn unless given")
    made.add_argument("--preset", choices=PRESETS, default="standard")
    made.add_argument("--iterations", type=int)
    made.add_argument("--crops", type=int, default=1, help="crops per update")
    made.add_argument("--whole-size", type=int)
    made.add_argument("--max-size", type=int)
    made.add_argument("--channels", type=int, help="at most")
    made.add_argument("--again", action="store_true", help="another training of the whole")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison; 0 when cropping is allowed for every photo."""
    options = parser().parse_args(argv)
    report = Report.begun(NAME, options)
    options.is_judged = bool(options.photos) or report.device.type == "cuda"
    for name, value in (JUDGED if options.is_judged else TRIED).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    config = preset(options.preset).changed(
        max_size_px=options.max_size,
        iterations=options.iterations,
        fine_iterations=None,
        crop_px=None,
        crop_count=options.crops,
        max_channels=options.channels,
        base_channels=min(options.channels, 32),
    )
    photos = {path.stem: open_image(path).rgba[..., :3] for path in options.photos}
    for name, photo in (photos or drawn(options.max_size)).items():
        compare(report, photo, name, config, options)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
