"""Steadiness of translated films: how two frames of a pan differ beside the motion, and the time.

    python -m tests.benchmarks.video_steadiness [--project PAIR.singan] [--step-px 5]

The pan goes over picture A of the pair; without a project a small pair of drawn pictures is trained
for some seconds. The difference of two frames, the first moved by the known motion, is given as a
multiple of the same difference of the input at the size of the result.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.document.files.project.project_file import load_project
from singan_core.applications.structural_analogy.video import VideoTranslation, video_steps
from singan_core.model.trained_pair import TrainedPair
from singan_core.pixels.image import ImageArray
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Report, benchmark_parser, wait
from tests.core.pairs import TINY, trained_pair
from tests.core.pans import Frames, moved_difference, reduced
from tests.core.photos import landscape

NAME = "video_steadiness"
MOST = 1.5
"""Of the input's difference; the promise."""
_FRAMES = 12
_SEEN = 0.75


def pan(picture: ImageArray, step_px: int) -> Frames:
    """Frames of three quarters of the width, each moved to the right by a step."""
    width = round(_SEEN * picture.shape[1])
    count = min(_FRAMES, 1 + (picture.shape[1] - width) // step_px)
    starts = range(0, count * step_px, step_px)
    return [np.ascontiguousarray(picture[:, start : start + width]) for start in starts]


def drawn() -> tuple[TrainedPair, ImageArray, ImageArray]:
    """Train a small pair of drawn pictures."""
    first, second = landscape(96, 240, seed=1), landscape(80, 80, seed=4)[::-1].copy()
    config = TINY.changed(max_size_px=64, scale_count=5, iterations=60, residual_scales=3)
    return trained_pair((first, second), config), first, second


def opened(path: Path) -> tuple[TrainedPair, ImageArray, ImageArray]:
    """Open the pair of a project."""
    contents = load_project(path)
    stored = contents.pair
    pair = None if stored is None else stored.pair
    if stored is None or pair is None:
        raise SystemExit(f"{path} holds no trained pair.")
    return pair, contents.photo, stored.photo_b


def measure(report: Report, name: str, video: VideoTranslation, frames: Frames, step: int) -> None:
    """Translate a pan and note its steadiness and the time of a frame."""
    width = frames[0].shape[1]
    size = video.of(frames[0]).sizes[-1]
    given = moved_difference(reduced(frames, size), step, width)
    made, times, begun = [], [], time.perf_counter()
    for event in video_steps(video, frames, report.device):
        if event.frame is not None:
            wait(report.device)
            made.append(event.frame)
            times.append((time.perf_counter() - begun) * 1e3)
            begun = time.perf_counter()
    value = moved_difference(made, step, width) / given
    is_promised = name.startswith("steadied")
    what = f"{size[1]}x{size[0]}, {len(frames)} frames moved by {step} of {width} px"
    report.add(Figure(name, what, [value], "x", MOST if is_promised else None))
    report.add(Figure(f"{name}, a frame", what, times))


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = benchmark_parser(__doc__)
    made.add_argument("--project", type=Path, help="a trained pair")
    made.add_argument("--step-px", type=int, default=5, help="motion from frame to frame")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Measure films with and without steadying; return 1 where they are not steady enough."""
    options = parser().parse_args(argv)
    report = Report.begun(NAME, options)
    pair, first, second = drawn() if options.project is None else opened(options.project)
    frames = pan(first, options.step_px)
    patched = VideoTranslation(pair, "a2b", appearance=second)
    for name, video in (
        ("steadied, with patches", patched),
        ("steadied", dataclasses.replace(patched, appearance=None)),
        ("each frame alone, with patches", dataclasses.replace(patched, kept_share=0.0)),
        ("each frame alone", VideoTranslation(pair, "a2b", kept_share=0.0)),
    ):
        measure(report, name, video, frames, options.step_px)
    return report.written(options.output)


if __name__ == "__main__":
    sys.exit(main())
