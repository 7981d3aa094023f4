"""The models of one session that serve a single application each, and their trainings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from app.session.training import DerivedTraining, SessionTraining, TrainingListener
from app.session.training_progress import TrainingStatus

if TYPE_CHECKING:
    from app.jobs.runner import CheckpointNotWritten, TrainingOvertaken
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices
    from singan_core.config import ModelKind, TrainConfig
    from singan_core.events import TrainEvent
    from singan_core.model.trained import TrainedPyramid


class KindModels:
    """One model of each kind besides "single": super-resolution, animation and so on.

    They are trained from the beginning where the cache has none, beside the document's own
    pyramid and without touching it.
    """

    def __init__(
        self, session_id: str, services: SessionServices, listener: TrainingListener
    ) -> None:
        self._session_id = session_id
        self._services = services
        self._listener = listener
        self._trainings: dict[ModelKind, SessionTraining] = {}
        self._models: dict[ModelKind, TrainedPyramid] = {}

    @property
    def models(self) -> tuple[TrainedPyramid, ...]:
        """All there are, trained or in training."""
        return tuple(self._models.values())

    def model(self, kind: ModelKind) -> TrainedPyramid | None:
        """The scales of a kind that are trained so far."""
        return self._models.get(kind)

    def status(self, kind: ModelKind) -> TrainingStatus:
        """What there is to show of the training of a kind."""
        training = self._trainings.get(kind)
        return TrainingStatus() if training is None else training.status

    def start(
        self,
        picture: NDArray[np.uint8],
        config: TrainConfig,
        device: str = "auto",
        derived: DerivedTraining | None = None,
    ) -> None:
        """Use the cached model at once, or train one.

        Args:
            picture: (H, W, 3) uint8 RGB to train on.
            config: its ``kind`` says which model this is.
            device: where to train.
            derived: what makes it a training from a finished model.
        """
        training = self._trainings.get(config.kind)
        if training is None:
            listener = TrainingListener(
                self._listener.status_changed,
                partial(self._take_model, config.kind),
                self._listener.notice,
            )
            training = SessionTraining(
                self._session_id, picture, self._services, listener, config.kind
            )
            self._trainings[config.kind] = training
        training.use_photo(picture)
        training.start(config, device, derived)

    def pause(self, kind: ModelKind) -> None:
        """Stop computing; the training can be resumed."""
        if kind in self._trainings:
            self._trainings[kind].pause()

    def resume(self, kind: ModelKind) -> None:
        """Go on after a pause, or from the newest checkpoint."""
        if kind in self._trainings:
            self._trainings[kind].resume()

    def cancel(self, kind: ModelKind) -> None:
        """Stop; what was trained can be gone on with."""
        if kind in self._trainings:
            self._trainings[kind].cancel()

    def cancel_all(self) -> None:
        """Stop every training."""
        for training in self._trainings.values():
            training.cancel()

    def restore(self, models: Iterable[TrainedPyramid]) -> None:
        """Take over what a project holds; of several models of a kind the last one."""
        self._models = {model.kind: model for model in models if model.kind != "single"}

    def take_progress(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of one of these trainings; returns whether it was."""
        training = self._training_of(progress.job_id)
        if training is not None:
            training.take(
                cast("TrainEvent | CheckpointNotWritten | TrainingOvertaken", progress.event)
            )
        return training is not None

    def take_end(self, ended: JobEnded) -> bool:
        """Follow the end of a job, if it is one of these trainings; returns whether it was."""
        training = self._training_of(ended.job_id)
        if training is not None:
            training.end(ended)
        return training is not None

    def _training_of(self, job_id: int) -> SessionTraining | None:
        trainings = self._trainings.values()
        return next((each for each in trainings if each.job_id == job_id), None)

    def _take_model(self, kind: ModelKind, model: TrainedPyramid) -> None:
        self._models[kind] = model
        self._listener.model_made(model)
