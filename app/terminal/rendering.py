"""The commands ``edit``, ``harmonize`` and ``paint``."""

from __future__ import annotations

import dataclasses
import time
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.document.files.images.image_export import export_image
from app.document.pixels import Pixels
from app.jobs.recipe import Application
from app.jobs.requests import RenderRequest
from app.jobs.results import RenderResult, StepDone
from app.jobs.streams import job_events
from app.terminal.console import Console, Eta
from app.terminal.contact_sheet import contact_sheet
from app.terminal.errors import CommandError
from app.terminal.finetuning import finetuned_model
from app.terminal.inputs import TrainedProject, read_mask, read_picture, read_trained_project
from app.terminal.option_values import ALL_SCALES
from app.terminal.output_paths import check_image_path, made_folder
from app.terminal.quantizing import quantized_model
from singan_core.applications import APPLICATIONS
from singan_core.device import pick_device

SESSION = "terminal"


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Render an edit at one scale, or at all of them.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence.
        InterruptedRunError: stopped by a signal while training a model for the edit.
    """
    started = time.monotonic()
    is_all = arguments.scale == ALL_SCALES
    if not is_all:
        check_image_path(Path(arguments.output))
    _check_training(arguments, is_all)
    pick_device(arguments.device)
    project = read_trained_project(arguments.project, console)
    scales = _scales(arguments, project)
    if arguments.quantize:
        (scale,) = scales
        model = quantized_model(arguments, project, scale, console)
        project = dataclasses.replace(project, model=model)
    requests = _requests(arguments, project, scales, console)
    if arguments.finetune:
        (request,) = requests
        model = finetuned_model(arguments, project, request, console)
        requests = [dataclasses.replace(request, model=model)]
    if is_all:
        lines, values = _render_all(arguments, project, requests, console)
    else:
        lines, values = _render_one(Path(arguments.output), requests[0], console)
    return lines, values | {"seconds": round(time.monotonic() - started, 3)}


def _check_training(arguments: Namespace, is_all: bool) -> None:
    for option in ("quantize", "finetune"):
        if is_all and getattr(arguments, option):
            raise CommandError(
                f"--{option} trains for one injection scale: give its number, not “all”."
            )
    if arguments.colours is not None and not arguments.quantize:
        raise CommandError("--colours says how many colours --quantize uses: give both.")


def _scales(arguments: Namespace, project: TrainedProject) -> list[int]:
    model = project.model
    if arguments.scale is None:
        return [APPLICATIONS[arguments.command].default_scale(model)]
    scales = range(1, model.scale_count) if arguments.scale == ALL_SCALES else [arguments.scale]
    model.check_injection_scale(scales[0] if scales else 1)
    return list(scales)


def _requests(
    arguments: Namespace, project: TrainedProject, scales: list[int], console: Console
) -> list[RenderRequest]:
    composite = read_picture(arguments.composite, project.photo, console)
    size = composite.shape[0], composite.shape[1]
    mask = None if arguments.mask is None else read_mask(arguments.mask, size)
    return [
        RenderRequest(
            id=scale,
            session_id=SESSION,
            application=Application(arguments.command),
            model=project.model,
            photo=project.photo,
            composite=composite,
            mask=mask,
            scale=scale,
            seed=arguments.seed or 0,
            grow_px=arguments.grow,
            feather_px=arguments.feather,
            device=arguments.device,
            fit=arguments.fit,
            mask_tolerance=arguments.mask_tolerance,
            colour_match=arguments.colour_match,
            is_matched=arguments.match,
            patch_scales=arguments.patch_scales,
            memory_limit=arguments.memory_limit,
        )
        for scale in scales
    ]


def _render_one(
    path: Path, request: RenderRequest, console: Console
) -> tuple[list[str], dict[str, Any]]:
    (result,) = _results([request], console)
    export_image(path, result.image)
    return [f"{path}: {_described(result)}"], _values(path, result)


def _render_all(
    arguments: Namespace, project: TrainedProject, requests: list[RenderRequest], console: Console
) -> tuple[list[str], dict[str, Any]]:
    folder = made_folder(Path(arguments.output))
    stem = f"{Path(arguments.composite).stem}_{arguments.command}_seed{requests[0].seed}"
    outputs = []
    tiles: list[tuple[str, Pixels]] = [
        ("photo", project.photo),
        (Path(arguments.composite).name, requests[0].composite),
    ]
    for result in _results(requests, console):
        path = folder / f"{stem}_scale{result.recipe.scale}.png"
        export_image(path, result.image)
        outputs.append(_values(path, result))
        tiles.append((f"scale {result.recipe.scale}", result.image))
    sheet = folder / f"{stem}_contact_sheet.png"
    export_image(sheet, contact_sheet(tiles))
    lines = [f"{folder}: {len(outputs)} injection scales, side by side in {sheet.name}."]
    return lines, {"output": str(folder), "contact_sheet": str(sheet), "results": outputs}


def _results(requests: list[RenderRequest], console: Console) -> Iterable[RenderResult]:
    eta = Eta()
    for index, request in enumerate(requests):
        for event in job_events(request):
            if isinstance(event, StepDone):
                share = (index + event.done / event.total) / len(requests)
                console.bar(f"injection scale {request.scale}", share, eta.seconds_left(share))
            elif isinstance(event, RenderResult):
                yield event


def _values(path: Path, result: RenderResult) -> dict[str, Any]:
    return {
        "output": str(path),
        "size": list(result.image.shape[:2]),
        "detail_size": list(result.detail_size),
        "is_draft": result.is_draft,
        "mask_share": round(float((result.mask > 0).mean()), 6),
        "recipe": result.recipe.to_dict(),
    }


def _described(result: RenderResult) -> str:
    recipe = result.recipe
    height, width = result.detail_size
    draft = ", draft" if result.is_draft else ""
    return (
        f"{recipe.application} at scale {recipe.scale} (of 1 to {recipe.scale_count - 1}), "
        f"seed {recipe.seed}, detail {width} x {height} px{draft}."
    )
