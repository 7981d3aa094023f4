"""The command ``sample``."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.document.files.images.image_export import export_image
from app.document.files.images.image_files import check_size
from app.document.pixels import Pixels
from app.jobs.requests import SampleRequest
from app.jobs.results import RenderResult, StepDone
from app.jobs.streams import job_events
from app.terminal.console import Console, Eta
from app.terminal.inputs import read_trained_project
from app.terminal.output_paths import made_folder


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Write random pictures like the photo into a folder.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence.
    """
    started = time.monotonic()
    project = read_trained_project(arguments.project, console)
    seed = arguments.seed or 0
    request = SampleRequest(
        id=0,
        session_id="terminal",
        model=project.model,
        photo=project.photo,
        count=arguments.count,
        seed=seed,
        start_scale=arguments.start_scale,
        size=wanted_size(arguments, project.photo, "the sample"),
        patch_scales=arguments.patch_scales,
        likeness=arguments.likeness,
        layouts=arguments.layouts,
        device=arguments.device,
        memory_limit=arguments.memory_limit,
    )
    paths = _write_samples(request, Path(arguments.output), console)
    values = {
        "output": arguments.output,
        "images": [str(path) for path in paths],
        "seed": seed,
        "start_scale": arguments.start_scale,
        "model_id": project.model.model_id,
        "seconds": round(time.monotonic() - started, 3),
    }
    return [f"{arguments.output}: {len(paths)} pictures, seed {seed}."], values


def wanted_size(arguments: Namespace, photo: Pixels, name: str) -> tuple[int, int] | None:
    """Return the (H, W) asked for; one side alone keeps the photo's aspect, none is None.

    Raises:
        ImageTooLargeError: more pixels than could ever be opened again.
    """
    height, width = arguments.height, arguments.width
    if height is None and width is None:
        return None
    photo_height, photo_width = photo.shape[:2]
    height = height or max(1, round(width * photo_height / photo_width))
    width = width or max(1, round(height * photo_width / photo_height))
    check_size(name, width, height)
    return height, width


def _write_samples(request: SampleRequest, output: Path, console: Console) -> list[Path]:
    """Write each sample as soon as it is there; the names tell what made them."""
    paths: list[Path] = []
    eta = Eta()
    console.bar("sampling", 0.0, eta.seconds_left(0.0))
    for event in job_events(request):
        if isinstance(event, StepDone):
            share = event.done / event.total
            console.bar("sampling", share, eta.seconds_left(share))
            continue
        assert isinstance(event, RenderResult)
        height, width = event.image.shape[:2]
        name = f"sample_{width}x{height}_scale{request.start_scale}_seed{request.seed}"
        path = made_folder(output) / f"{name}_{len(paths) + 1:02}.png"
        export_image(path, event.image)
        paths.append(path)
    return paths
