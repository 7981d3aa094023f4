"""Detail of an edit at a photo's own resolution that enters at 250 px: the sharpness in its mask.

    python -m tests.benchmarks.native_detail --megapixels 12 --mask 1000

A drawn photo with detail down to its pixels is really trained: on a GPU at its own size with
``standard``, elsewhere at 250 px with ``draft``, whose results take the finest detail from the
photo's patches. Sharpness is the mean slope of the brightness, told as a share of the whole
photo's. Beside the edit stands one that takes no detail from what was moved, and what a picture of
250 px would show.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.applications import EDIT
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray
from singan_core.presets import PRESETS, preset
from singan_core.rendering.injection import Injection, render
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Report, benchmark_parser
from tests.benchmarks.scenes import texture, trained

NAME = "native_detail"
COARSE_PX = 250
MOST_PERCENT = 15.0
PROMISED = (12.0, 1000, None)
"""How far the sharpness in the mask may lie from the photo's own, on every device; of which
megapixels, mask and rounds."""
_OCTAVES, _FALL = 11, 1.3


def slopes(picture: ImageArray) -> NDArray[np.float32]:
    """Return how steep the brightness of (H, W, 3) uint8 is at every pixel."""
    brightness = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    down, across = np.gradient(brightness)
    return np.asarray(np.hypot(down, across), np.float32)


def edit_of(model: TrainedPyramid, photo: ImageArray, mask_px: int) -> Injection:
    """Return an edit of the middle that enters at the last scale of at most 250 px, not later."""
    height, width = photo.shape[:2]
    top, left = max(0, (height - mask_px) // 2), max(0, (width - mask_px) // 2)
    mask = np.zeros((height, width), np.uint8)
    mask[top : top + mask_px, left : left + mask_px] = 255
    edited = np.where(mask[..., None] > 0, photo[::-1, ::-1], photo)
    small = [scale for scale, size in enumerate(model.plan.sizes) if max(size) <= COARSE_PX]
    scale = min(small[-1], EDIT.default_scale(model))
    return EDIT.injection(model, photo, edited, mask, scale=scale)


def shares(injection: Injection, device: torch.device) -> dict[str, float]:
    """Return the sharpness in the mask, as a share of the photo's, of all that is compared."""
    photo, mask = injection.photo, injection.mask
    assert mask is not None
    height, width = mask.shape
    ratio = COARSE_PX / max(mask.shape)
    small = cv2.resize(photo, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    new = dataclasses.replace(injection, detail_scales=None)
    pictures = {
        "an edit": render(injection, device).image,
        "an edit with no detail of what was moved": render(new, device).image,
        f"a picture of {COARSE_PX} px": cv2.resize(
            small, (width, height), interpolation=cv2.INTER_CUBIC
        ),
    }
    whole = slopes(photo).mean()
    return {
        name: float(slopes(np.asarray(picture, np.uint8))[mask > 0].mean() / whole)
        for name, picture in pictures.items()
    }


def measure(options: argparse.Namespace, report: Report) -> None:
    """Train, render, and note the detail."""
    width = round((options.megapixels * 1e6 * 4 / 3) ** 0.5)
    photo = texture(round(width * 3 / 4), width, octaves=_OCTAVES, fall=_FALL)
    is_gpu = report.device.type == "cuda"
    side = options.max_size or (width if is_gpu else COARSE_PX)
    config = preset(options.preset or ("standard" if is_gpu else "draft")).changed(max_size_px=side)
    if options.iterations is not None:
        config = config.changed(iterations=options.iterations, fine_iterations=None)
    begun = time.perf_counter()
    model = trained(photo, config, report.device)
    seconds = time.perf_counter() - begun
    injection = edit_of(model, photo, options.mask)
    conditions = (
        f"{width}x{photo.shape[0]} photo, mask {options.mask} px, {config.preset} trained at "
        f"{side} px, entered at {max(model.plan.sizes[injection.scale])} px"
    )
    report.add(Figure("training", conditions, [seconds], "s"))
    found = shares(injection, report.device)
    for name, share in found.items():
        report.add(Figure(f"sharpness of {name}", conditions, [100.0 * share], "%"))
    deviation = 100.0 * abs(found["an edit"] - 1.0)
    asked = (options.megapixels, options.mask, options.iterations)
    budget = MOST_PERCENT if asked == PROMISED else None
    title = "an edit's sharpness from the photo's"
    report.add(Figure(title, conditions, [deviation], "%", budget))


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument("--megapixels", type=float, default=12.0)
    made.add_argument("--mask", type=int, default=1000, help="side of the edit in px")
    made.add_argument("--preset", choices=PRESETS, help="standard on a GPU, else draft")
    made.add_argument("--max-size", type=int, help="trained size; on a GPU the photo's, else 250")
    made.add_argument("--iterations", type=int, help="rounds of every scale; the preset's own")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if the budget was missed."""
    options = parser().parse_args(argv)
    report = Report.begun(NAME, options)
    measure(options, report)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
