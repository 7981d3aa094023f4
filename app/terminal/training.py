"""The command ``train``."""

from __future__ import annotations

import time
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.document.errors import DocumentError
from app.document.files.images.image_files import open_image
from app.document.files.project.project_contents import ProjectContents
from app.jobs.requests import TrainRequest
from app.jobs.streams import CHECKPOINT_REQUEST, job_events
from app.storage.model_cache import ModelCache
from app.terminal.console import Console, Eta, duration
from app.terminal.errors import CommandError, InterruptedRunError
from app.terminal.estimating import estimate
from app.terminal.interruption import HeldInterrupt, interrupts_held
from app.terminal.option_values import NATIVE
from app.terminal.preferences import is_model_cache_on
from app.terminal.training_project import TrainingProject, new_contents
from singan_core import events
from singan_core.config import TrainConfig
from singan_core.device import describe_device, pick_device
from singan_core.errors import EngineError, TrainingDivergedError
from singan_core.model.pyramid import PyramidPlan, plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import photo_sha256
from singan_core.presets import preset

if TYPE_CHECKING:
    from app.jobs.results import JobStream

DEFAULT_PRESET = "standard"


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Train on a photo and write the project.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence; finished scales are saved.
        InterruptedRunError: stopped by a signal; what was trained is saved.
    """
    if arguments.estimate:
        return _estimated(arguments)
    started = time.monotonic()
    task = _prepared(arguments, console)
    source = "training"
    if task.is_done:
        source = "project"
    elif (cached := task.from_cache()) is not None:
        task.model, source = cached, "cache"
        task.project.save(task.contents, cached, None)
    else:
        _train(task, arguments, console)
    values = task.report() | {"source": source, "seconds": round(time.monotonic() - started, 3)}
    return _lines(values), values | {"status": "done"}


def _estimated(arguments: Namespace) -> tuple[list[str], dict[str, Any]]:
    """Tell what the training would take; nothing is written."""
    photo = new_contents(open_image(arguments.photo), Path(arguments.photo).name).photo
    if arguments.max_size == NATIVE:
        arguments.max_size = max(photo.shape[:2])
    config = changed(preset(arguments.preset or DEFAULT_PRESET), arguments)
    return estimate(photo.shape[0], photo.shape[1], config, arguments.device)


@dataclass
class _Task:
    """What to train, where to, and what is there so far.

    Attributes:
        state: where an earlier run stopped.
        model: the finished scales.
        cache: switched off where the user wants none.
    """

    project: TrainingProject
    contents: ProjectContents
    config: TrainConfig
    device: str
    state: TrainState | None
    model: TrainedPyramid | None
    cache: ModelCache

    @property
    def is_done(self) -> bool:
        return self.state is None and self.model is not None and self.model.is_complete

    @property
    def plan(self) -> PyramidPlan:
        height, width = self.contents.photo.shape[:2]
        return plan_pyramid(height, width, self.config)

    def from_cache(self) -> TrainedPyramid | None:
        if self.state is not None:
            return None
        return self.cache.find(photo_sha256(self.contents.photo), self.config)

    def take(self, event: events.ScaleDone | events.TrainingDone) -> None:
        """Keep the model of an event."""
        self.model = event.model

    def report(self) -> dict[str, Any]:
        plan = self.plan
        done = 0 if self.model is None else self.model.scale_count
        return {
            "project": str(self.project.path),
            "preset": self.config.preset,
            "seed": self.config.seed,
            "device": str(pick_device(self.device)),
            "size": list(plan.sizes[-1]),
            "scales": plan.scale_count,
            "scales_done": done,
            "channels": list(plan.channels),
            "model_id": None if self.model is None else self.model.model_id,
        }


def _prepared(arguments: Namespace, console: Console) -> _Task:
    """Check everything that can be checked before the first minute is spent."""
    if arguments.output is None:
        raise CommandError("Say where the project is to be written: --output P.singan.")
    project = TrainingProject(Path(arguments.output))
    project.check(may_exist=arguments.resume or arguments.force)
    photo = open_image(arguments.photo)
    name = Path(arguments.photo).name
    contents = project.contents_for(photo, name) if arguments.resume else new_contents(photo, name)
    for notice in (*photo.notices, *contents.notices):
        console.notice(notice)
    state = project.newest_state(contents) if arguments.resume else None
    model = _model_so_far(contents, state)
    if arguments.max_size == NATIVE:
        arguments.max_size = max(contents.photo.shape[:2])
    config = _config(arguments, state, model)
    cache = ModelCache(is_enabled=is_model_cache_on() and not arguments.no_cache)
    task = _Task(project, contents, config, arguments.device, state, model, cache)
    where = describe_device(pick_device(arguments.device))
    height, width = task.plan.sizes[-1]
    console.notice(f"{name}: {width} x {height} px, {task.plan.scale_count} scales, {where}.")
    return task


def _model_so_far(contents: ProjectContents, state: TrainState | None) -> TrainedPyramid | None:
    if state is not None:
        return state.model if state.model.scale_count else None
    return contents.models.get(contents.active_model_id or "")


def _config(
    arguments: Namespace, state: TrainState | None, model: TrainedPyramid | None
) -> TrainConfig:
    """Return the constants to train with; those of a run that goes on cannot change."""
    begun = state.model if state is not None else model
    if begun is None:
        return changed(preset(arguments.preset or DEFAULT_PRESET), arguments)
    wanted = changed(begun.config, arguments)
    if wanted != begun.config or arguments.preset not in (None, begun.config.preset):
        raise CommandError(
            "This project was begun with other training settings: leave them out to go on with "
            "it, or use --force to train again."
        )
    return begun.config


def changed(config: TrainConfig, arguments: Namespace) -> TrainConfig:
    """Return constants with what the options say of them."""
    changes: dict[str, Any] = {
        "max_size_px": arguments.max_size,
        "iterations": arguments.iterations,
        "scale_count": arguments.scales,
        "seed": arguments.seed,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    if "iterations" in given:
        given["fine_iterations"] = None
    return config.changed(**given)


def _train(task: _Task, arguments: Namespace, console: Console) -> None:
    request = TrainRequest(
        "terminal",
        task.contents.photo,
        task.config,
        task.device,
        task.state,
        checkpoint_interval_s=arguments.checkpoint_seconds,
    )
    if task.state is None:
        task.project.forget_checkpoint()
    with interrupts_held() as held:
        try:
            follow(job_events(request), task, held, console)
        except EngineError as error:
            _save_after_failure(task, error)
        if task.is_done:
            _keep_in_cache(task, console)
        task.project.save(task.contents, task.model, task.state)
        if not task.is_done:
            raise InterruptedRunError(
                f"Interrupted; what was trained is saved in “{task.project.path}”, and --resume "
                "goes on there.",
                task.report() | {"status": "interrupted"},
            )


class Followed(Protocol):
    """A training in progress: where it is kept, and what came of it so far."""

    project: TrainingProject
    state: TrainState | None

    def take(self, event: events.ScaleDone | events.TrainingDone) -> None:
        """Keep the model of an event."""
        ...


def follow(stream: JobStream, task: Followed, held: HeldInterrupt, console: Console) -> None:
    """Run a training to its end or the first interrupt; leaves model and state in ``task``."""
    progress = TrainingProgress(console)
    for event in stream:
        progress.follow(event)
        if isinstance(event, (events.ScaleDone, events.TrainingDone)):
            task.take(event)
        if isinstance(event, events.TrainingDone):
            task.state = None
            return
        if isinstance(event, events.CheckpointDue):
            task.state = event.state
            _write_checkpoint(task, console)
        if held.is_requested:
            task.state = _present_state(stream, task.state)
            stream.close()
            return


def _present_state(stream: JobStream, known: TrainState | None) -> TrainState | None:
    reply = stream.send(CHECKPOINT_REQUEST)
    return reply.state if isinstance(reply, events.CheckpointDue) else known


def _write_checkpoint(task: Followed, console: Console) -> None:
    """Hours of training do not end because a checkpoint could not be written."""
    assert task.state is not None
    try:
        task.project.write_checkpoint(task.state)
    except DocumentError as error:
        console.notice(str(error))


def _save_after_failure(task: _Task, error: EngineError) -> None:
    if task.model is None:
        raise error
    state = None if isinstance(error, TrainingDivergedError) else task.state
    task.project.save(task.contents, task.model, state)
    raise CommandError(
        f"{error} The finished scales are saved in “{task.project.path}”."
    ) from error


def _keep_in_cache(task: _Task, console: Console) -> None:
    """Before the project is saved: should that fail, the same command finds the model again."""
    assert task.model is not None
    try:
        task.cache.store(task.model)
    except DocumentError as error:
        console.notice(str(error))


class TrainingProgress:
    """Shows the events of a training as a bar, or as a line per scale."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._eta = Eta()
        self._cost_total = 1.0
        self._finest = 0
        self._title = "training"

    def follow(self, event: object) -> None:
        """Take one event."""
        if isinstance(event, events.TrainingStarted):
            self._cost_total, self._finest = event.cost_total, event.plan.scale_count - 1
        elif isinstance(event, events.ScaleStarted):
            height, width = event.size
            self._title = f"scale {event.scale} (of 0 to {self._finest})  {width} x {height} px"
        elif isinstance(event, events.UpdateDone):
            share = event.cost_done / self._cost_total
            self._console.bar(self._title, share, self._eta.seconds_left(share))
        elif isinstance(event, events.ScaleDone):
            self._console.milestone(f"{self._title}: done, reconstruction error {event.rmse:.3f}.")
        elif isinstance(event, events.ScaleRestarted):
            self._console.notice("The training became unstable; this scale starts once more.")
        elif isinstance(event, events.CropsReduced):
            self._console.notice(
                f"The device ran out of memory; scale {event.scale} goes on with crops of "
                f"{event.crop_px} px."
            )


def _lines(values: dict[str, Any]) -> list[str]:
    where = {"cache": "found in the model cache", "project": "finished before"}
    how = where.get(values["source"], f"trained in {duration(values['seconds'])}")
    height, width = values["size"]
    return [f"{values['project']}: {values['scales']} scales to {width} x {height} px, {how}."]
