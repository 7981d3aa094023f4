"""The training job of one session: start, pause, resume, cancel, and what it leaves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document.wording import translate
from app.jobs.requests import TrainRequest
from app.jobs.runner import CheckpointNotWritten, TrainingOvertaken
from app.session.leftovers import find_model, keep_model, when_stored
from app.session.training_progress import TrainingPhase, TrainingProgress, TrainingStatus

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded
    from app.session.services import SessionServices
    from singan_core.config import ModelKind, TrainConfig
    from singan_core.events import CropsReduced, TrainEvent
    from singan_core.model.trained import TrainedPyramid, TrainState


SMALLER = 0.7
"""Share of the long side that is tried after the device ran out of memory: half of the area."""


@dataclasses.dataclass(frozen=True)
class DerivedTraining:
    """What makes a training one from a finished model.

    Attributes:
        request: makes its request, of the arguments of ``TrainRequest``.
        is_fitting: whether a model, or one in training, is what this training leads to.
    """

    request: Callable[..., TrainRequest]
    is_fitting: Callable[[TrainedPyramid], bool]


@dataclasses.dataclass(frozen=True)
class TrainingListener:
    """Whom the training tells what happened; each is called on the UI thread.

    Attributes:
        status_changed: another status.
        model_made: more scales, or a finished model.
        notice: one sentence for the user.
        memory_exhausted: the device had too little memory, also for a smaller pyramid.
    """

    status_changed: Callable[[], None]
    model_made: Callable[[TrainedPyramid], None]
    notice: Callable[[str], None]
    memory_exhausted: Callable[[], None] = lambda: None


def _status_of(model: TrainedPyramid) -> TrainingStatus:
    """Return the status of a document that came with a model: a draft is not done."""
    phase: TrainingPhase = "done" if model.is_complete else "idle"
    return TrainingStatus(state=phase, plan=model.plan, scale=max(0, model.scale_count - 1))


def is_newer(state: TrainState, known: TrainState | None) -> bool:
    """Whether a checkpoint is further than a known one, or of another training."""
    if known is None or known.model.config != state.model.config:
        return True
    position = (state.scale, state.iteration, state.update)
    return position > (known.scale, known.iteration, known.update)


class SessionTraining:
    """Owns the session's training job of one kind of model.

    Attributes:
        config: settings of the last training, also of a finished one.
        device: where it runs.
        state: newest checkpoint seen, or the one that came with the project; one made on
            cancelling is only in the recovery folder.
    """

    def __init__(
        self,
        session_id: str,
        photo: NDArray[np.uint8],
        services: SessionServices,
        listener: TrainingListener,
        kind: ModelKind = "single",
        derived: DerivedTraining | None = None,
        recovery_id: str = "",
    ) -> None:
        """Train nothing yet.

        Args:
            session_id: the document.
            photo: (H, W, 3) uint8 RGB.
            services: where it is trained and kept.
            listener: hears what happened.
            kind: of the model.
            derived: how a training is gone on with that was not begun here; None = a plain one.
            recovery_id: name of its checkpoint; empty = by session and kind.
        """
        self._session_id = session_id
        own_id = session_id if kind == "single" else f"{session_id}-{kind}"
        self._recovery_id = recovery_id or own_id
        self._photo = photo
        self._services = services
        self._listener = listener
        self._progress = TrainingProgress()
        self._progress.status = TrainingStatus()
        self._job_id: int | None = None
        self._is_smaller = False
        self._run_number = 0
        self._derived = derived
        self.config: TrainConfig | None = None
        self.device = "auto"
        self.state: TrainState | None = None

    @property
    def status(self) -> TrainingStatus:
        """What the panel shows."""
        return self._progress.status

    @property
    def job_id(self) -> int | None:
        """The job in the worker, if any."""
        return self._job_id

    def restore(
        self, config: TrainConfig | None, model: TrainedPyramid | None, state: TrainState | None
    ) -> None:
        """Take over what a project holds, without announcing it."""
        self.config, self.state = config, state
        if state is not None:
            self._progress.status = TrainingStatus(
                plan=state.model.plan, scale=state.scale, can_resume=True
            )
        elif model is not None:
            self._progress.status = _status_of(model)

    def use_photo(self, photo: NDArray[np.uint8]) -> None:
        """Train on another picture, (H, W, 3) uint8 RGB, from now on."""
        self._photo = photo

    @property
    def was_started(self) -> bool:
        """Whether the user started or resumed anything since the document was opened."""
        return self._run_number > 0

    def offer(self, state: TrainState) -> None:
        """Let the user go on from a checkpoint, unless a later one is known."""
        if is_newer(state, self.state):
            self.restore(state.model.config, None, state)
            self._listener.status_changed()

    def start(
        self, config: TrainConfig, device: str, derived: DerivedTraining | None = None
    ) -> None:
        """Use the cached model at once, or train from the beginning, or from a finished model."""
        self._begin(config, device)
        self.state, self._derived = None, derived
        services = self._services
        find = partial(
            find_model,
            services.cache,
            services.recovery,
            self._recovery_id,
            self._photo,
            config,
            None if derived is None else derived.is_fitting,
        )
        services.edits.submit(
            partial(when_stored, services.worker, find),
            partial(self._cache_answered, self._run_number),
            partial(self._preparation_failed, self._run_number),
        )

    def pause(self) -> None:
        """Stop asking for the next update."""
        if self._job_id is not None and self.status.state in ("queued", "running"):
            self._services.worker.pause(self._job_id)
            self._progress.pause()
            self._listener.status_changed()

    def resume(self) -> None:
        """Go on: a paused job, else from the newest checkpoint."""
        if self._job_id is not None and self.status.state == "paused":
            self._services.worker.resume(self._job_id)
            if self._services.worker.is_waiting(self._job_id):
                self._progress.wait()
            else:
                self._progress.resume()
            self._listener.status_changed()
        elif not self.status.is_active and self.status.can_resume:
            self._resume_from_checkpoint()

    def cancel(self) -> None:
        """Stop; finished scales stay usable and the newest checkpoint can be resumed."""
        if not self.status.is_active:
            return
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
        self._leave("idle", "")

    def take(self, event: TrainEvent | CheckpointNotWritten | TrainingOvertaken) -> None:
        """Follow one event of the job."""
        from singan_core import events

        if isinstance(event, CheckpointNotWritten):
            self._listener.notice(event.message)
            return
        if isinstance(event, TrainingOvertaken):
            if self.status.state == "running":
                self._progress.wait()
                self._listener.status_changed()
            return
        self._progress.take(event)
        if isinstance(event, events.CheckpointDue):
            self.state = event.state
        if isinstance(event, events.CropsReduced):
            self._tell_reduction(event)
        if isinstance(event, events.ScaleDone) and self._derived is None:
            self._listener.model_made(event.model)
        if isinstance(event, events.TrainingDone):
            self._listener.model_made(event.model)
            # half of a pair is of no use to another document
            self._keep(event.model, is_cached=event.partner is None)
        self._listener.status_changed()

    def _tell_reduction(self, event: CropsReduced) -> None:
        text = translate(
            "SessionTraining",
            "The device ran out of memory; the training goes on with smaller parts of the photo, "
            "{size} px.",
        )
        self._listener.notice(text.format(size=event.crop_px))

    def end(self, ended: JobEnded) -> None:
        """Follow the end of the job."""
        if ended.outcome == "done":
            self._job_id = None
            self._listener.status_changed()
        elif ended.outcome == "failed":
            self._fail(ended)
        else:
            self._leave("idle", "")

    def _fail(self, ended: JobEnded) -> None:
        smaller = self._smaller() if ended.is_out_of_memory and not self._is_smaller else None
        if smaller is not None:
            self._retry(smaller)
            return
        self._leave("failed", ended.message)
        self._listener.notice(ended.message)
        if ended.is_out_of_memory:
            self._listener.memory_exhausted()

    def _smaller(self) -> TrainConfig | None:
        """Return the settings of a smaller pyramid, None where none can be planned."""
        from singan_core.errors import EngineError
        from singan_core.model.pyramid import plan_pyramid

        plan = self.status.plan
        # what is derived has the sizes of the model it is derived from
        if plan is None or self.config is None or self._derived is not None:
            return None
        height, width = self._photo.shape[:2]
        size_px = round(SMALLER * max(plan.sizes[-1]))
        try:
            smaller = self.config.changed(max_size_px=size_px)
            plan_pyramid(height, width, smaller)
        except EngineError:
            return None
        return smaller

    def _retry(self, config: TrainConfig) -> None:
        """Train once more, smaller; a model that can render stays until the new one can."""
        text = translate(
            "SessionTraining",
            "The device ran out of memory; training starts again at {size} px. "
            "The scales trained so far stay usable.",
        )
        self._listener.notice(text.format(size=config.max_size_px))
        self._begin(config, self.device)
        self._is_smaller, self.state = True, None
        self._submit(None)

    def _begin(self, config: TrainConfig, device: str, known: TrainingStatus | None = None) -> None:
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
        self._job_id = None
        self._is_smaller = False
        self._run_number += 1
        self.config, self.device = config, device
        self._progress = TrainingProgress(known)
        self._listener.status_changed()

    def _cache_answered(self, run_number: int, found: TrainedPyramid | TrainState | None) -> None:
        from singan_core.model.trained import TrainedPyramid

        if run_number != self._run_number:
            return
        if not isinstance(found, TrainedPyramid):
            self._submit(found)
            return
        self._progress.status = _status_of(found)
        self._listener.model_made(found)
        self._listener.status_changed()

    def _preparation_failed(self, run_number: int, message: str) -> None:
        if run_number == self._run_number:
            self._submit(None)
            self._listener.notice(message)

    def _resume_from_checkpoint(self) -> None:
        known = self.status
        recovery, stored, name = self._services.recovery, self.state, self._recovery_id
        config = self.config if stored is None else stored.model.config
        assert config is not None
        self._begin(config, self.device, known)
        self._services.edits.submit(
            partial(when_stored, self._services.worker, lambda: recovery.read(name) or stored),
            partial(self._checkpoint_read, self._run_number),
            partial(self._preparation_failed, self._run_number),
        )

    def _checkpoint_read(self, run_number: int, state: TrainState | None) -> None:
        if run_number == self._run_number:
            self._submit(state)

    def _submit(self, state: TrainState | None) -> None:
        assert self.config is not None

        config = self.config if state is None else state.model.config
        make = TrainRequest if self._derived is None else self._derived.request
        request = make(self._session_id, self._photo, config, self.device, state, self._recovery_id)
        self._job_id = self._services.worker.submit(request)

    def _keep(self, model: TrainedPyramid, *, is_cached: bool) -> None:
        services = self._services
        # asked now: the switch may be turned before the files thread comes to it
        cache = services.cache if services.cache.is_enabled and is_cached else None
        keep = partial(keep_model, cache, services.recovery, self._recovery_id, model)
        self.state = None
        services.files.submit(keep, lambda _: None, self._listener.notice)

    def _leave(self, phase: TrainingPhase, message: str) -> None:
        self._job_id = None
        self._run_number += 1
        status = self.status
        self._progress.status = dataclasses.replace(
            status,
            state=phase,
            message=message,
            eta_s=None,
            scale_eta_s=None,
            can_resume=status.plan is not None,
        )
        self._listener.status_changed()
