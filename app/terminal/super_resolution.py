"""The command ``superres``."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.document.files.images.image_export import export_image
from app.document.files.images.image_files import check_size
from app.document.pixels import Pixels
from app.jobs.requests import SuperResolutionRequest
from app.jobs.results import RenderResult, StepDone
from app.jobs.streams import job_events
from app.storage.model_cache import ModelCache
from app.terminal.console import Console, Eta
from app.terminal.errors import CommandError
from app.terminal.inputs import read_picture
from app.terminal.kind_models import (
    ModelNeed,
    PhotoSource,
    checkpoint_beside,
    needed_model,
    read_source,
)
from app.terminal.output_paths import check_image_path
from app.terminal.preferences import is_model_cache_on
from app.terminal.training import DEFAULT_PRESET
from singan_core.applications.super_resolution import sr_config, suits
from singan_core.device import pick_device
from singan_core.model.trained import TrainedPyramid
from singan_core.presets import preset


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Enlarge a photo, or what a project shows, and train the model for that where it lacks.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence.
        InterruptedRunError: stopped by a signal while training; the training is kept.
    """
    started = time.monotonic()
    output = Path(arguments.output)
    _check_output(output, Path(arguments.input))
    pick_device(arguments.device)
    source = read_source(arguments.input, console)
    picture = _picture(arguments, source, console)
    height, width = (round(side * arguments.factor) for side in picture.shape[:2])
    check_size(output.name, width, height)
    model, origin = needed_model(source, _need(arguments, source, output), console)
    result = _enlarged(_request(arguments, model, picture), console)
    export_image(output, result.image)
    values = {
        "output": str(output),
        "size": [height, width],
        "model": origin,
        "recipe": result.recipe.to_dict(),
        "seconds": round(time.monotonic() - started, 3),
    }
    how = {"project": "of the project", "cache": "of the model cache", "training": "new"}[origin]
    return [
        f"{output}: {width} x {height} px, {arguments.factor:g} times as large, model {how}, "
        f"seed {arguments.seed or 0}."
    ], values


def _check_output(output: Path, given: Path) -> None:
    check_image_path(output)
    if output.exists() and given.exists() and output.samefile(given):
        raise CommandError(f"“{output}” is the picture to enlarge; choose another name for OUT.")


def _picture(arguments: Namespace, source: PhotoSource, console: Console) -> Pixels:
    if not arguments.document:
        return source.photo
    if not source.is_project:
        raise CommandError("--document enlarges what a project shows, but the input is a photo.")
    return read_picture(arguments.input, source.photo, console)


def _need(arguments: Namespace, source: PhotoSource, output: Path) -> ModelNeed:
    size = source.photo.shape[0], source.photo.shape[1]
    wanted = arguments.preset

    def is_fitting(model: TrainedPyramid) -> bool:
        return wanted in (None, model.config.preset) and suits(model, arguments.factor)

    return ModelNeed(
        purpose="super-resolution",
        config=sr_config(preset(wanted or DEFAULT_PRESET), size, arguments.factor),
        is_fitting=is_fitting,
        checkpoint_path=checkpoint_beside(output),
        device=arguments.device,
        cache=ModelCache(is_enabled=is_model_cache_on() and not arguments.no_cache),
    )


def _request(
    arguments: Namespace, model: TrainedPyramid, picture: Pixels
) -> SuperResolutionRequest:
    return SuperResolutionRequest(
        id=0,
        session_id="terminal",
        model=model,
        picture=picture,
        factor=arguments.factor,
        fine_noise=arguments.noise,
        is_document=arguments.document,
        seed=arguments.seed or 0,
        device=arguments.device,
        memory_limit=arguments.memory_limit,
    )


def _enlarged(request: SuperResolutionRequest, console: Console) -> RenderResult:
    eta = Eta()
    for event in job_events(request):
        if isinstance(event, StepDone):
            share = event.done / event.total
            console.bar("enlarging", share, eta.seconds_left(share))
        elif isinstance(event, RenderResult):
            return event
    raise AssertionError("enlarging ends with a picture")
