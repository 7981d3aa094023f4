"""The command ``analogy render``."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.document.files.images.image_export import export_image
from app.document.files.project.project_contents import ProjectContents, ProjectFileError
from app.document.files.project.project_file import load_project
from app.document.pixels import Pixels
from app.jobs.analogy_requests import AnalogyRequest
from app.jobs.results import RenderResult, StepDone
from app.jobs.streams import job_events
from app.terminal.console import Console, Eta
from app.terminal.errors import CommandError
from app.terminal.inputs import read_picture, read_trained_project
from app.terminal.output_paths import check_image_path
from singan_core.model.trained import TrainedPyramid
from singan_core.model.trained_pair import TrainedPair
from singan_core.pixels.image import photo_sha256


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Draw one picture of a pair in the appearance of the other.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence.
    """
    started = time.monotonic()
    output = Path(arguments.output)
    check_image_path(output)
    contents, pair = read_trained_pair(arguments.project, console)
    request = _request(arguments, contents, pair, console)
    result = _rendered(request, console)
    export_image(output, result.image)
    height, width = result.image.shape[:2]
    recipe = result.recipe
    values = {
        "output": str(output),
        "size": [height, width],
        "is_draft": result.is_draft,
        "switch_scale": pair.switch_scale,
        "recipe": recipe.to_dict(),
        "seconds": round(time.monotonic() - started, 3),
    }
    return [
        f"{output}: {width} x {height} px, {arguments.direction} at scale {recipe.scale} (of 0 to "
        f"{recipe.scale_count - 1}), seed {recipe.seed}."
    ], values


def read_trained_pair(path: str, console: Console) -> tuple[ProjectContents, TrainedPair]:
    """Open a project and the pair in it.

    Raises:
        DocumentError: it is missing or damaged, or holds no trained pair.
    """
    contents = load_project(Path(path))
    stored = contents.pair
    pair = None if stored is None else stored.pair
    for notice in contents.notices:
        console.notice(notice)
    if pair is None:
        raise ProjectFileError(f"“{path}” holds no trained pair of pictures.")
    if not pair.is_complete:
        planned = pair.a.plan.scale_count
        console.notice(f"Draft: {pair.scale_count} of {planned} scales are trained.")
    return contents, pair


def source_picture(contents: ProjectContents, direction: str) -> Pixels:
    """Return the photo that gives the structure: (H, W, 3) uint8."""
    assert contents.pair is not None, "the project holds a pair"
    return contents.photo if direction == "a2b" else contents.pair.photo_b


def _request(
    arguments: Namespace, contents: ProjectContents, pair: TrainedPair, console: Console
) -> AnalogyRequest:
    picture = source_picture(contents, arguments.direction)
    if arguments.picture is not None:
        picture = read_picture(arguments.picture, picture, console)
    return AnalogyRequest(
        id=0,
        session_id="terminal",
        pair=pair,
        picture=picture,
        direction=arguments.direction,
        scale=arguments.scale,
        inject=arguments.inject,
        refine=arguments.refine,
        refiner=read_refiner(arguments, pair, console),
        seed=arguments.seed or 0,
        device=arguments.device,
        memory_limit=arguments.memory_limit,
        appearance=source_picture(contents, "b2a" if arguments.direction == "a2b" else "a2b"),
        patch_scales=arguments.patch_scales,
        structure=arguments.structure,
    )


def read_refiner(
    arguments: Namespace, pair: TrainedPair, console: Console
) -> TrainedPyramid | None:
    """Return the single model to refine with; it must be of the picture that is imitated.

    Raises:
        CommandError: it is of another picture, or the scale to refine at lacks.
        DocumentError: the project is missing or damaged, or holds no model.
    """
    if arguments.refiner is None:
        return None
    if arguments.refine is None:
        raise CommandError("--refiner needs the scale to refine at: --refine K.")
    project = read_trained_project(arguments.refiner, console)
    _, target = pair.ends(arguments.direction)
    if photo_sha256(project.photo) != target.photo_sha256:
        raise CommandError(
            f"“{arguments.refiner}” is not of the picture that gives the appearance."
        )
    return project.model


def _rendered(request: AnalogyRequest, console: Console) -> RenderResult:
    eta = Eta()
    for event in job_events(request):
        if isinstance(event, StepDone):
            share = event.done / event.total
            console.bar("drawing", share, eta.seconds_left(share))
        elif isinstance(event, RenderResult):
            return event
    raise AssertionError("a translation ends with its picture")
