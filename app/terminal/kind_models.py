"""Models of a kind of their own: found in the project or the cache, or trained when needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.document.errors import DocumentError
from app.document.files.atomic_files import PRIVATE_MODE, write_bytes_atomic
from app.document.files.images.image_files import open_image
from app.document.files.opening import is_project_name
from app.document.files.project.project_contents import ProjectFileError
from app.document.files.project.project_file import load_project, save_project
from app.document.files.reading import read_bytes
from app.document.pixels import Pixels
from app.jobs.requests import TrainRequest
from app.jobs.streams import CHECKPOINT_REQUEST, job_events
from app.storage.model_cache import ModelCache
from app.terminal.console import Console, duration
from app.terminal.errors import InterruptedRunError
from app.terminal.estimating import measured
from app.terminal.interruption import HeldInterrupt, interrupts_held
from app.terminal.training import TrainingProgress
from app.terminal.training_project import CHECKPOINT_SUFFIX
from singan_core import events
from singan_core.config import TrainConfig
from singan_core.device import describe_device, pick_device
from singan_core.errors import EngineError
from singan_core.model.checkpoint import state_from_bytes, state_to_bytes
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import photo_sha256
from singan_core.training.cost import training_bytes

if TYPE_CHECKING:
    from app.jobs.results import JobStream

Origin = Literal["project", "cache", "training"]


@dataclass(frozen=True, slots=True)
class PhotoSource:
    """A photo, alone or in its project.

    Attributes:
        path: the file it was read from.
        photo: (H, W, 3) uint8 RGB, the pixels that are trained on.
        models: what the project holds; empty without one.
        is_project: whether the file is a project, which keeps what is trained.
    """

    path: Path
    photo: Pixels
    models: tuple[TrainedPyramid, ...]
    is_project: bool


@dataclass(frozen=True, slots=True)
class ModelNeed:
    """What model a command needs, and how it comes by one.

    Attributes:
        purpose: what it is for, as in “trained for super-resolution”.
        config: every constant of the training, should there be none.
        is_fitting: whether a model of the project does, whatever it was trained with.
        checkpoint_path: where an interrupted training is kept.
        device: where to train.
        cache: switched off where the user wants none, and for what belongs to its project alone.
        training: the stream of a training of another kind, given where an earlier one was
            interrupted; None = of all scales, with ``config``.
        scale: the only scale that is trained; None = more than one.
        first_scale: the coarsest scale that is trained.
    """

    purpose: str
    config: TrainConfig
    is_fitting: Callable[[TrainedPyramid], bool]
    checkpoint_path: Path
    device: str
    cache: ModelCache
    training: Callable[[TrainState | None], JobStream] | None = None
    scale: int | None = None
    first_scale: int = 0


def read_source(path: str, console: Console) -> PhotoSource:
    """Open a photo or a project.

    Raises:
        DocumentError: it is missing or damaged.
    """
    if not is_project_name(path):
        opened = open_image(path)
        notices, source = opened.notices, PhotoSource(Path(path), opened.rgb, (), False)
    else:
        contents = load_project(Path(path))
        models = tuple(contents.models.values())
        notices, source = contents.notices, PhotoSource(Path(path), contents.photo, models, True)
    for notice in notices:
        console.notice(notice)
    return source


def checkpoint_beside(output: Path) -> Path:
    """Return where the interrupted training for an output file is kept."""
    return output.with_name(output.name + CHECKPOINT_SUFFIX)


def needed_model(
    source: PhotoSource, need: ModelNeed, console: Console
) -> tuple[TrainedPyramid, Origin]:
    """Return a fitting model: of the project, of the cache, or a new one, which both then keep.

    Raises:
        DocumentError, EngineError: one sentence.
        InterruptedRunError: stopped by a signal; the same command goes on with the training.
    """
    wanted = photo_sha256(source.photo)
    for model in source.models:
        if model.photo_sha256 == wanted and need.is_fitting(model):
            return model, "project"
    cached = need.cache.find(wanted, need.config)
    if cached is None:
        return _trained(source, need, console), "training"
    _keep_in_project(source, cached)
    return cached, "cache"


def _trained(source: PhotoSource, need: ModelNeed, console: Console) -> TrainedPyramid:
    _show_cost(source, need, console)
    state = _interrupted_state(source, need, console)
    with interrupts_held() as held:
        model = _followed(_stream(source, need, state), need, held, console)
        try:
            need.cache.store(model)
        except DocumentError as error:
            console.notice(str(error))
        _keep_in_project(source, model)
    with suppress(OSError):
        need.checkpoint_path.unlink(missing_ok=True)
    return model


def _stream(source: PhotoSource, need: ModelNeed, state: TrainState | None) -> JobStream:
    if need.training is not None:
        return need.training(state)
    return job_events(TrainRequest("terminal", source.photo, need.config, need.device, state))


def _show_cost(source: PhotoSource, need: ModelNeed, console: Console) -> None:
    plan = plan_pyramid(source.photo.shape[0], source.photo.shape[1], need.config)
    height, width = plan.sizes[-1 if need.scale is None else need.scale]
    count = plan.scale_count - need.first_scale
    extent = f"{count} scales" if need.scale is None else f"scale {need.scale} alone"
    device = pick_device(need.device)
    last = plan.scale_count - 1 if need.scale is None else need.scale
    scales = range(need.first_scale if need.scale is None else need.scale, last + 1)
    seconds = measured(plan, need.config, device).training_s(plan, need.config, scales)
    memory = training_bytes(plan, need.config, scales) / 1e9
    console.notice(
        f"A model for {need.purpose} is trained first: {width} x {height} px, "
        f"{extent}, preset {need.config.preset}, {describe_device(device)}; about "
        f"{duration(seconds)} and {memory:.1f} GB of memory."
    )


def _followed(
    stream: JobStream, need: ModelNeed, held: HeldInterrupt, console: Console
) -> TrainedPyramid:
    progress = TrainingProgress(console)
    for event in stream:
        progress.follow(event)
        if isinstance(event, events.TrainingDone):
            return event.model
        if isinstance(event, events.CheckpointDue):
            _write_checkpoint(need, event.state, console)
        if held.is_requested:
            raise _interrupted(stream, need, console)
    raise AssertionError("a training ends with its model")


def _interrupted(stream: JobStream, need: ModelNeed, console: Console) -> InterruptedRunError:
    """Save the present moment and return what the command ends with."""
    reply = stream.send(CHECKPOINT_REQUEST)
    stream.close()
    is_kept = isinstance(reply, events.CheckpointDue) and _write_checkpoint(
        need, reply.state, console
    )
    path = need.checkpoint_path
    words = f"; the training is kept in “{path}”, and the same command goes on there"
    return InterruptedRunError(
        f"Interrupted{words if is_kept else ''}.",
        {"status": "interrupted", "checkpoint": str(path) if is_kept else None},
    )


def _interrupted_state(source: PhotoSource, need: ModelNeed, console: Console) -> TrainState | None:
    """Return where the same training was interrupted; anything else there starts again."""
    try:
        state = state_from_bytes(read_bytes(need.checkpoint_path, ProjectFileError))
    except (DocumentError, EngineError):
        return None
    is_same = state.model.photo_sha256 == photo_sha256(source.photo)
    if not is_same or state.model.config != need.config:
        return None
    if need.training is not None and not need.is_fitting(state.model):
        return None
    console.notice(f"The training goes on from “{need.checkpoint_path}”.")
    return state


def _write_checkpoint(need: ModelNeed, state: TrainState, console: Console) -> bool:
    """Minutes of training do not end because a checkpoint could not be written."""
    try:
        write_bytes_atomic(need.checkpoint_path, state_to_bytes(state), mode=PRIVATE_MODE)
    except DocumentError as error:
        console.notice(str(error))
        return False
    return True


def _keep_in_project(source: PhotoSource, model: TrainedPyramid) -> None:
    """Add a model to the project as it is now: the window may have saved it meanwhile."""
    if source.is_project:
        contents = load_project(source.path)
        contents.models[model.model_id] = model
        save_project(source.path, contents)
