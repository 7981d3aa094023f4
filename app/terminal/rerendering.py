"""The command ``rerender``."""

from __future__ import annotations

import dataclasses
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from app.document.files.images.image_export import export_image
from app.document.files.project.project_contents import ProjectContents, StoredResult
from app.document.files.project.project_file import load_project
from app.jobs.recipe import Recipe
from app.jobs.replay import ReplayInputs, recorded_threads, replay_request
from app.jobs.results import RenderResult
from app.jobs.streams import job_events
from app.terminal.console import Console, Eta
from app.terminal.errors import CommandError
from app.terminal.output_paths import made_folder


@dataclasses.dataclass(frozen=True, slots=True)
class _Kept:
    """A kept result of a project, counted from 1."""

    number: int
    stored: StoredResult
    recipe: Recipe


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Make the kept results of a project again from their recipes, and compare.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence.
    """
    started = time.monotonic()
    contents = load_project(Path(arguments.project))
    for notice in contents.notices:
        console.notice(notice)
    chosen = _chosen(arguments, contents)
    folder = made_folder(Path(arguments.output))
    values, eta = [], Eta()
    for index, kept in enumerate(chosen):
        result = _made_again(kept, contents, arguments, console, (index, len(chosen), eta))
        path = folder / _name(kept)
        export_image(path, result.image)
        values.append(_values(kept, path, _difference(kept.stored, result)))
    same = sum(each["difference"] == 0 for each in values)
    lines = [f"{each['output']}: {_told(each['difference'])}." for each in values] + [
        f"{same} of {len(values)} results have the same pixels as those kept."
    ]
    return lines, {"results": values, "seconds": round(time.monotonic() - started, 3)}


def _chosen(arguments: Namespace, contents: ProjectContents) -> list[_Kept]:
    count = len(contents.results)
    if not count:
        raise CommandError(f"“{arguments.project}” keeps no results.")
    wanted = arguments.result
    if wanted is not None and wanted > count:
        raise CommandError(f"There is no result {wanted}: the project keeps {count}.")
    numbers = range(1, count + 1) if wanted is None else [wanted]
    return list(_read(contents, numbers))


def _read(contents: ProjectContents, numbers: range | list[int]) -> Iterator[_Kept]:
    for number in numbers:
        stored = contents.results[number - 1]
        try:
            yield _Kept(number, stored, Recipe.from_dict(stored.recipe))
        except (KeyError, TypeError, ValueError) as error:
            raise CommandError(f"The recipe of result {number} is not whole.") from error


def _made_again(
    kept: _Kept,
    contents: ProjectContents,
    arguments: Namespace,
    console: Console,
    progress: tuple[int, int, Eta],
) -> RenderResult:
    recipe, stored = kept.recipe, kept.stored
    photo_b = None if contents.pair is None else contents.pair.photo_b
    inputs = ReplayInputs(contents.photo, stored.composite, stored.edit_mask, photo_b)
    # without a word from the user, on the kind of device that made it
    device = None if arguments.device == "auto" else arguments.device
    paired = {} if contents.pair is None else contents.pair.models
    request = replay_request(recipe, inputs, {**paired, **contents.models}, device)
    index, count, eta = progress
    made: RenderResult | None = None
    with recorded_threads(recipe):
        for event in job_events(request):
            if isinstance(event, RenderResult):
                made = event
                continue
            share = (index + getattr(event, "done", 0) / getattr(event, "total", 1)) / count
            console.bar(f"result {kept.number}", share, eta.seconds_left(share))
    assert made is not None, "a render ends with its result"
    return made


def _difference(stored: StoredResult, made: RenderResult) -> int:
    """Return the largest difference of any pixel, of the picture or its mask, in levels."""
    if stored.image.shape != made.generated.shape:
        return 255
    pairs = ((stored.image, made.generated), (stored.mask, made.mask))
    return max(int(np.abs(a.astype(np.int16) - b.astype(np.int16)).max()) for a, b in pairs)


def _told(difference: int) -> str:
    if difference == 0:
        return "the same pixels"
    return f"differs by up to {difference} of 255 levels"


def _name(kept: _Kept) -> str:
    recipe = kept.recipe
    return f"result_{kept.number:03}_{recipe.application}_scale{recipe.scale}_seed{recipe.seed}.png"


def _values(kept: _Kept, path: Path, difference: int) -> dict[str, Any]:
    return {
        "number": kept.number,
        "output": str(path),
        "difference": difference,
        "recipe": kept.recipe.to_dict(),
    }
