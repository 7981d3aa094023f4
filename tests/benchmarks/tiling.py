"""An edit of a native-size picture, rendered untiled and in tiles: time, memory, equality.

    python -m tests.benchmarks.tiling --megapixels 12 --mask 1000

The edit enters at the last scale of at most 250 px and is rendered at the picture's own size, so
that all its detail is new. ``whole`` walks the whole picture without any cut, as small pictures
are; it is left out where its maps would not fit into the free memory. ``uncut region`` walks what
the mask's bounds need, without cutting it; ``tiled region`` is what the program does. The peaks
are those of processes of their own.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Sequence

import numpy as np
import torch

from app.jobs.memory import free_bytes
from singan_core.applications import EDIT
from singan_core.device import pick_device
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.resize import Window
from singan_core.presets import PRESETS, preset
from singan_core.rendering.injection import (
    Injection,
    injection_steps,
    joining_mask,
    render_sizes,
)
from singan_core.rendering.sample import Renderer, counter_noise, injected, last_image, walk
from singan_core.rendering.tiling import Tiling
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import (
    Report,
    benchmark_parser,
    device_peak_mib,
    in_own_process,
    in_turn,
    peak_mib,
    ratio,
)
from tests.benchmarks.scenes import texture, untrained_pyramid

NAME = "tiling"
COARSE_PX = 250
BUDGETS_MS = {"cuda": 3000.0}
"""For a mask of 1000 x 1000 px in 12 megapixels, with ``standard``."""
_BYTES_PER_CHANNEL = 12


class Uncut(Tiling):
    """One tile, whatever it takes."""

    def side_px(self, channels: int, device: torch.device, whole_px: int = 0) -> int:
        """Return a side beyond any picture."""
        return 1 << 30

    def finished_side_px(self) -> int:
        """Return a side beyond any picture."""
        return 1 << 30


def edit_of(megapixels: float, mask_px: int, preset_name: str) -> Injection:
    """Return an edit in the middle of a drawn 4 to 3 picture with an untrained native model."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(width * 3 / 4)
    photo = texture(height, width)
    model = untrained_pyramid(preset(preset_name).changed(max_size_px=width), photo)
    top, left = (height - mask_px) // 2, (width - mask_px) // 2
    mask = np.zeros((height, width), np.uint8)
    mask[max(0, top) : top + mask_px, max(0, left) : left + mask_px] = 255
    edited = np.where(mask[..., None] > 0, photo[::-1, ::-1], photo)
    small = [scale for scale, size in enumerate(model.plan.sizes) if max(size) <= COARSE_PX]
    injection = EDIT.injection(model, photo, edited, mask, scale=max(1, small[-1]))
    return dataclasses.replace(injection, detail_scales=None)


def rendered(injection: Injection, device: torch.device, tiling: Tiling) -> ImageArray:
    """Return the picture that the program makes."""
    *_, rendering = injection_steps(injection, device, tiling)
    image: ImageArray = rendering.image
    return image


def walked_whole(injection: Injection, device: torch.device) -> torch.Tensor:
    """Walk whole images from scale to scale, as small pictures may be."""
    renderer, sizes = Renderer.of(injection.model, device), render_sizes(injection)
    start = injected(to_tensor(injection.composite, device), injection.scale, sizes)
    noise = counter_noise(renderer, injection.seed)
    return last_image(walk(renderer, sizes, noise, start_scale=injection.scale, start=start))


def works_of(
    injection: Injection, device: torch.device, limit_bytes: int | None
) -> dict[str, Callable[[], object]]:
    """Return what is compared, by name."""
    return {
        "tiled region": lambda: rendered(injection, device, Tiling(limit_bytes)),
        "uncut region": lambda: rendered(injection, device, Uncut()),
        "whole": lambda: walked_whole(injection, device),
    }


def fits_whole(injection: Injection, device: torch.device) -> bool:
    """Whether the maps of the finest scale of the whole picture fit into the free memory."""
    height, width = render_sizes(injection)[-1]
    needed = height * width * _BYTES_PER_CHANNEL * injection.model.plan.channels[-1]
    free = free_bytes(device)
    return free is not None and needed < 0.7 * free


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    options = benchmark_parser(__doc__)
    options.add_argument("--megapixels", type=float, default=12.0)
    options.add_argument("--mask", type=int, default=1000, help="side of the edit in px")
    options.add_argument("--preset", choices=PRESETS, default="standard")
    options.add_argument("--limit-mib", type=int, help="memory limit of the tiled work")
    options.add_argument("--without-whole", action="store_true", help="leave “whole” out")
    options.add_argument("--only", help="do one work once and print its peak as JSON")
    return options


def report_peak(work: Callable[[], object], device: torch.device) -> None:
    """Do a work once; print what it took beyond what was there as the last line."""
    before = peak_mib()
    work()
    print(
        json.dumps(
            {
                "before_mib": round(before),
                "peak_mib": round(peak_mib()),
                "device_mib": device_peak_mib(device),
            }
        )
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if a budget was missed."""
    words = list(sys.argv[1:] if argv is None else argv)
    options = parser().parse_args(words)
    limit = None if options.limit_mib is None else options.limit_mib << 20
    injection = edit_of(options.megapixels, options.mask, options.preset)
    if options.only is not None:
        device = pick_device(options.device)
        report_peak(works_of(injection, device, limit)[options.only], device)
        return 0
    report = Report.begun(NAME, options)
    works = works_of(injection, report.device, limit)
    if options.without_whole or not fits_whole(injection, report.device):
        del works["whole"]
    durations = in_turn(works, options.rounds, report.device)
    plan = injection.model.plan
    is_promised = (options.megapixels, options.mask, options.preset) == (12, 1000, "standard")
    conditions = (
        f"{plan.sizes[-1][1]}x{plan.sizes[-1][0]}, mask {options.mask} px, {options.preset}, "
        f"{plan.scale_count} scales, finest {plan.channels[-1]} channels, injected at "
        f"{injection.scale} ({max(plan.sizes[injection.scale])} px)"
    )
    for name, values in durations.items():
        budgets = BUDGETS_MS if is_promised and name == "tiled region" else {}
        report.add_promised(Figure(name, conditions, values), budgets)
        if name != "tiled region":
            report.facts[f"{name} / tiled region"] = ratio(values, durations["tiled region"])
        report.facts[f"memory of {name}"] = in_own_process(
            "tests.benchmarks.tiling", *words, "--only", name
        )
    report.facts["largest difference in levels"] = difference(injection, report.device, limit)
    return report.written(options.output)


def difference(injection: Injection, device: torch.device, limit_bytes: int | None) -> int:
    """Return how far the tiled region is from the uncut one, in 8-bit levels."""
    tiled = rendered(injection, device, Tiling(limit_bytes)).astype(np.int16)
    uncut = rendered(injection, device, Uncut())
    outside = joining_mask(injection) == 0
    assert np.array_equal(tiled[outside], injection.photo[outside])
    return int(np.abs(tiled - uncut)[Window.of(outside.shape).slices].max())


if __name__ == "__main__":
    sys.exit(main())
