"""The command ``analogy train``."""

from __future__ import annotations

import dataclasses
import time
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.document.files.images.image_files import OpenedImage, open_image
from app.document.files.project.project_contents import ProjectContents
from app.document.files.project.project_pair import StoredPair
from app.document.pixels import Pixels
from app.jobs.analogy_requests import SwitchScaleRequest
from app.jobs.requests import PairRequest
from app.jobs.results import StepDone
from app.jobs.streams import job_events
from app.terminal.analogy_arguments import AUTO_SCALE
from app.terminal.analogy_clips import open_picture_or_clip
from app.terminal.console import Console, Eta, duration
from app.terminal.errors import CommandError, InterruptedRunError
from app.terminal.estimating import estimate_pair
from app.terminal.interruption import interrupts_held
from app.terminal.option_values import NATIVE
from app.terminal.training import DEFAULT_PRESET, changed, follow
from app.terminal.training_project import TrainingProject, new_contents, referred_ids
from singan_core import events
from singan_core.applications.structural_analogy.presets import (
    begun_config,
    pair_plans,
    pair_preset,
)
from singan_core.applications.structural_analogy.switch_scale import (
    SwitchScaleChosen,
    SwitchScaleTried,
)
from singan_core.config import TrainConfig
from singan_core.device import describe_device, pick_device
from singan_core.errors import EngineError, TrainingDivergedError
from singan_core.model.pyramid import PyramidPlan
from singan_core.model.trained import TrainState
from singan_core.model.trained_pair import TrainedPair


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Train two pictures together and write the project.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence; finished scales are saved.
        InterruptedRunError: stopped by a signal; what was trained is saved.
    """
    if arguments.estimate:
        return _estimated(arguments, console)
    started = time.monotonic()
    task = _prepared(arguments, console)
    source = "project" if task.is_done else "training"
    if not task.is_done:
        _train(task, arguments, console)
    values = task.report() | {"source": source, "seconds": round(time.monotonic() - started, 3)}
    return _lines(values), values | {"status": "done"}


def _estimated(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Tell what the training would take; nothing is written."""
    opened, photo_b = (
        open_picture_or_clip(arguments.photo, console),
        open_image(arguments.photo_b),
    )
    photo = new_contents(opened.photo, Path(arguments.photo).name).photo
    if arguments.max_size == NATIVE:
        arguments.max_size = max(photo.shape[:2])
    config = changed(pair_preset(arguments.preset or DEFAULT_PRESET), arguments)
    if arguments.switch_scale != AUTO_SCALE:
        config = config.changed(residual_scales=arguments.switch_scale)
    return estimate_pair((_size(photo), _size(photo_b.rgb)), config, arguments.device)


@dataclass
class _Task:
    """What to train, where to, and what is there so far (``training.Followed``).

    Attributes:
        stored: the second photo, with what the project holds of the pair.
        state: where an earlier run stopped.
        pair: the finished scales.
        more_frames: where the project's photo is the first frame of a clip.
    """

    project: TrainingProject
    contents: ProjectContents
    stored: StoredPair
    config: TrainConfig
    device: str
    state: TrainState | None
    pair: TrainedPair | None
    more_frames: tuple[Pixels, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.state is None and self.pair is not None and self.pair.is_complete

    @property
    def plans(self) -> tuple[PyramidPlan, PyramidPlan]:
        return pair_plans(_size(self.contents.photo), _size(self.stored.photo_b), self.config)

    def take(self, event: events.ScaleDone | events.TrainingDone) -> None:
        """Keep the models of an event."""
        assert event.partner is not None, "a pair has two models"
        self.pair = TrainedPair(event.model, event.partner)

    def save(self) -> None:
        referred = referred_ids(self.contents)
        stored = self.stored.with_pair(self.pair, self.state, referred)
        self.project.write(dataclasses.replace(self.contents, pair=stored))

    def report(self) -> dict[str, Any]:
        plans = self.plans
        return {
            "project": str(self.project.path),
            "preset": self.config.preset,
            "seed": self.config.seed,
            "device": str(pick_device(self.device)),
            "size": list(plans[0].sizes[-1]),
            "size_b": list(plans[1].sizes[-1]),
            "frames": 1 + len(self.more_frames),
            "scales": plans[0].scale_count,
            "scales_done": 0 if self.pair is None else self.pair.scale_count,
            "switch_scale": self.config.residual_scales,
            "channels": list(plans[0].channels),
            "model_id": None if self.pair is None else self.pair.model_id,
        }


def _prepared(arguments: Namespace, console: Console) -> _Task:
    """Check everything that can be checked before the first minute is spent."""
    if arguments.output is None:
        raise CommandError("Say where the project is to be written: --output PAIR.singan.")
    project = TrainingProject(Path(arguments.output))
    project.check(may_exist=arguments.resume or arguments.force)
    opened_a, photo_b = (
        open_picture_or_clip(arguments.photo, console),
        open_image(arguments.photo_b),
    )
    photo = opened_a.photo
    name = Path(arguments.photo).name
    contents = project.contents_for(photo, name) if arguments.resume else new_contents(photo, name)
    for notice in (*photo.notices, *photo_b.notices, *contents.notices):
        console.notice(notice)
    stored = _stored(contents, photo_b, arguments)
    state = project.newest_state(contents, is_pair=True) if arguments.resume else None
    pair = _pair_so_far(stored, state)
    if arguments.max_size == NATIVE:
        arguments.max_size = max(contents.photo.shape[:2])
    device = arguments.device
    config = _config(arguments, state, pair)
    frames = opened_a.more_frames
    task = _Task(project, contents, stored, config, device, state, pair, frames)
    (height, width), (height_b, width_b) = (plan.sizes[-1] for plan in task.plans)
    where = describe_device(pick_device(device))
    console.notice(
        f"{name}: {width} x {height} px, {Path(arguments.photo_b).name}: {width_b} x {height_b} "
        f"px, {task.plans[0].scale_count} scales, {where}."
    )
    if state is None and pair is None:
        task.config = _with_switch_scale(task, arguments, console)
    return task


def _stored(contents: ProjectContents, photo_b: OpenedImage, arguments: Namespace) -> StoredPair:
    stored = contents.pair
    if stored is None:
        return StoredPair(photo_b.rgb, Path(arguments.photo_b).name)
    if not np.array_equal(stored.photo_b, photo_b.rgb):
        raise CommandError(f"“{arguments.output}” holds a pair with another second picture.")
    return stored


def _pair_so_far(stored: StoredPair, state: TrainState | None) -> TrainedPair | None:
    if state is None or state.partner is None:
        return stored.pair
    pair = TrainedPair(state.model, state.partner.model)
    return pair if pair.scale_count else None


def _config(
    arguments: Namespace, state: TrainState | None, pair: TrainedPair | None
) -> TrainConfig:
    """Return the constants to train with; those of a run that goes on cannot change."""
    known = state.model.config if state is not None else None
    begun = known if known is not None or pair is None else pair.config
    if begun is None:
        return changed(pair_preset(arguments.preset or DEFAULT_PRESET), arguments)
    wanted = changed(begun, arguments)
    is_same = arguments.switch_scale in (None, begun.residual_scales)
    if wanted != begun or not is_same or arguments.preset not in (None, begun.preset):
        raise CommandError(
            "This pair was begun with other training settings: leave them out to go on with it, "
            "or use --force to train again."
        )
    return begun


def _with_switch_scale(task: _Task, arguments: Namespace, console: Console) -> TrainConfig:
    """Return the constants with K, as given, found or by default."""
    scale, count = arguments.switch_scale, task.plans[0].scale_count
    if scale == AUTO_SCALE:
        scale = _found_scale(task, console)
    return begun_config(task.config.changed(residual_scales=scale), count)


def _found_scale(task: _Task, console: Console) -> int:
    request = SwitchScaleRequest(
        "terminal", task.contents.photo, task.stored.photo_b, task.config, task.device
    )
    eta = Eta()
    for event in job_events(request):
        if isinstance(event, StepDone):
            share = event.done / event.total
            console.bar("trying switch scales", share, eta.seconds_left(share))
        elif isinstance(event, SwitchScaleTried):
            console.milestone(
                f"Switch scale {event.switch_scale}: edges {event.structure:.3f}, patches "
                f"{event.distance:.3f}, score {event.score:.3f}."
            )
        elif isinstance(event, SwitchScaleChosen):
            console.notice(f"Switch scale {event.switch_scale} was chosen.")
            return event.switch_scale
    raise AssertionError("trying ends with a choice")


def _train(task: _Task, arguments: Namespace, console: Console) -> None:
    request = PairRequest(
        "terminal",
        task.contents.photo,
        task.config,
        task.device,
        task.state or _state_after(task),
        checkpoint_interval_s=arguments.checkpoint_seconds,
        photo_b=task.stored.photo_b,
        more_frames=task.more_frames,
    )
    if task.state is None:
        task.project.forget_checkpoint()
    with interrupts_held() as held:
        try:
            follow(job_events(request), task, held, console)
        except EngineError as error:
            _save_after_failure(task, error)
        task.save()
        if not task.is_done:
            raise InterruptedRunError(
                f"Interrupted; what was trained is saved in “{task.project.path}”, and --resume "
                "goes on there.",
                task.report() | {"status": "interrupted"},
            )


def _state_after(task: _Task) -> TrainState | None:
    """Return the state above finished scales whose training lost its own."""
    if task.pair is None:
        return None
    sizes = (_size(task.contents.photo), _size(task.stored.photo_b))
    rate, done = task.config.learning_rate, task.pair.scale_count
    first, second = (
        TrainState(model, size, done, 0, 0, rate, {})
        for model, size in zip((task.pair.a, task.pair.b), sizes, strict=True)
    )
    return dataclasses.replace(first, partner=second)


def _save_after_failure(task: _Task, error: EngineError) -> None:
    if task.pair is None:
        raise error
    if isinstance(error, TrainingDivergedError):
        task.state = None
    task.save()
    raise CommandError(
        f"{error} The finished scales are saved in “{task.project.path}”."
    ) from error


def _size(photo: Pixels) -> tuple[int, int]:
    return photo.shape[0], photo.shape[1]


def _lines(values: dict[str, Any]) -> list[str]:
    finished = values["source"] == "project"
    how = "finished before" if finished else f"trained in {duration(values['seconds'])}"
    (height, width), (height_b, width_b) = values["size"], values["size_b"]
    return [
        f"{values['project']}: {values['scales']} scales to {width} x {height} and {width_b} x "
        f"{height_b} px, switch scale {values['switch_scale']}, {how}."
    ]
