"""Whether training on crops may take the place of the whole image: error and colour of both.

    python -m tests.benchmarks.crops_against_whole PHOTO [PHOTO ...] [--iterations 300]

Every photo is trained twice at 250 px with equal constants: all scales whole, and those beyond
``--whole-size`` on crops that are walked to, as beyond 256 px. Allowed where the reconstruction
error of the finest scale, inside and within 16 px of the border, stays within 5 % and the mean
colour within one 8-bit level.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from app.document.files.images.image_files import open_image
from singan_core.applications.random_samples import reconstruction
from singan_core.config import PRESETS, TrainConfig, preset
from singan_core.events import TrainingDone
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray
from singan_core.training.train import train_pyramid
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Report, benchmark_parser

NAME = "crops_against_whole"
_BORDER_PX = 16
_MOST_PERCENT = 5.0
_MOST_LEVELS = 1.0


def trained(photo: ImageArray, config: TrainConfig, device: torch.device) -> TrainedPyramid:
    """Train to the end."""
    done = [e for e in train_pyramid(photo, config, device) if isinstance(e, TrainingDone)]
    return done[0].model


def errors(model: TrainedPyramid, photo: ImageArray, device: torch.device) -> NDArray[np.float64]:
    """Return RMSE inside and at the border, and the mean of every colour, in 8-bit levels."""
    height, width = model.plan.sizes[-1]
    real = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    made = reconstruction(model, device).astype(np.float64)
    squares = np.square(made - real).mean(axis=2)
    is_inner = np.zeros((height, width), bool)
    is_inner[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX] = True
    roots = np.sqrt([squares[is_inner].mean(), squares[~is_inner].mean()])
    return np.concatenate([roots, made.mean(axis=(0, 1))])


def compare(
    report: Report, photo: ImageArray, name: str, config: TrainConfig, whole_size: int
) -> None:
    """Train a photo both ways and note how far they lie apart."""
    ways = (config.changed(whole_size_px=4000), config.changed(whole_size_px=whole_size))
    whole, crops = (
        errors(trained(photo, way, report.device), photo, report.device) for way in ways
    )
    conditions = f"{config.preset}, {config.iterations} rounds, crops beyond {whole_size} px"
    for index, place in enumerate(("interior", "border")):
        percent = 100.0 * (crops[index] / whole[index] - 1.0)
        report.add(Figure(f"{name}: {place}", conditions, [percent], "%", _MOST_PERCENT))
    levels = float(np.abs(crops[2:] - whole[2:]).max())
    report.add(Figure(f"{name}: mean colour", conditions, [levels], "lvl", _MOST_LEVELS))
    report.facts[f"{name}: RMSE whole and on crops"] = (
        f"{whole[0]:.2f} {whole[1]:.2f}, {crops[0]:.2f} {crops[1]:.2f}"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison; 0 when cropping is allowed for every photo."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--preset", choices=PRESETS, default="full")
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--crops", type=int, default=1, help="crops per update")
    parser.add_argument("--whole-size", type=int, default=128)
    parser.add_argument("--max-size", type=int, default=250)
    parser.add_argument("--channels", type=int, default=128, help="at most")
    options = parser.parse_args(argv)
    report = Report.begun(NAME, options)
    config = preset(options.preset).changed(
        max_size_px=options.max_size,
        iterations=options.iterations,
        fine_iterations=None,
        crop_count=options.crops,
        max_channels=options.channels,
        base_channels=min(options.channels, 32),
    )
    for path in options.photos:
        compare(report, open_image(path).rgba[..., :3], path.stem, config, options.whole_size)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
