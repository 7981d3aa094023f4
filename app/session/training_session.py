"""A document whose photo is trained on: the training in progress and the model it leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.document.commands import AddLayer
from app.document.document import Document, PhotoTransform
from app.session.blank_documents import picture_layer, picture_of
from app.session.diversity import SessionDiversity
from app.session.file_session import FileSession
from app.session.files import PhotoSource
from app.session.kind_models import KindModels
from app.session.leftovers import Leftovers, find_leftovers, when_stored
from app.session.training import SessionTraining, TrainingListener
from app.session.training_progress import TrainingStatus

if TYPE_CHECKING:
    from app.session.services import SessionServices
    from singan_core.config import TrainConfig
    from singan_core.model.trained import TrainedPyramid


class TrainingSession(FileSession):
    """The ground of a session as far as its models go.

    Attributes:
        kinds: models that serve one application each, and their trainings.

    Signals:
        training_changed: ``training``, or that of one of the ``kinds``, is another status.
        model_changed: ``model``, or one of the ``kinds``, is another model.
        memory_exhausted: the device ran out of memory for the training, also of a smaller pyramid.
    """

    training_changed = Signal()
    model_changed = Signal()
    memory_exhausted = Signal()

    def __init__(
        self,
        document: Document,
        source: PhotoSource,
        services: SessionServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, source, services, parent)
        self._model: TrainedPyramid | None = None
        self._training = SessionTraining(
            self.id,
            self.photo,
            services,
            TrainingListener(
                self.training_changed.emit,
                self._use_model,
                self._notify,
                self.memory_exhausted.emit,
            ),
        )
        self._diversity = SessionDiversity(services, self.training_changed.emit)
        self.model_changed.connect(self._measure_diversity)
        self.kinds = KindModels(
            self.id,
            services,
            TrainingListener(self.training_changed.emit, self._use_kind_model, self._notify),
        )

    @property
    def training(self) -> TrainingStatus:
        """What there is to show of the training."""
        return self._training.status

    @property
    def train_config(self) -> TrainConfig | None:
        """Settings of the last training."""
        return self._training.config

    @property
    def training_device(self) -> str:
        """The device of the last training, as chosen."""
        return self._training.device

    @property
    def model(self) -> TrainedPyramid | None:
        """The trained scales so far; injection needs two (``model.is_usable``)."""
        return self._model

    @property
    def diversity(self) -> float | None:
        """How much the layouts differ that the model makes up; None while it is not measured."""
        return self._diversity.score

    def _measure_diversity(self) -> None:
        if self._model is not None:
            self._diversity.follow(self._model, self.photo)

    def start_training(self, config: TrainConfig, device: str = "auto") -> None:
        """Train on the photo; the same photo and settings trained before are there at once.

        A document without a photo is trained on as it looks now: that becomes its photo.
        """
        self._with_photo(lambda: self._training.start(config, device))

    def _with_photo(self, start: Callable[[], None]) -> None:
        """Start a training of the photo; without one, what is shown now becomes the photo first."""
        if self.has_photo:
            start()
            return
        self.finish_gestures()
        work = partial(picture_of, self.document.snapshot())
        done = partial(self._take_photo, start)
        self._services.edits.submit(work, done, self._notify)

    def _take_photo(self, start: Callable[[], None], picture: NDArray[np.uint8]) -> None:
        if self._is_closed or self.has_photo:
            return
        top = len(self.document.layers)
        if self.run(AddLayer(picture_layer(picture), top)):
            self.photo = np.ascontiguousarray(picture[..., :3])
            self._files.use_photo(self.photo)
            # no step of the history: there is no way back to a document without a photo
            self.document.photo_transform = PhotoTransform()
            self._training.use_photo(self.photo)
            start()

    def train_on_processor(self) -> None:
        """Start the last training anew without a graphics card."""
        if self._training.config is not None:
            self._training.start(self._training.config, "cpu")

    def pause_training(self) -> None:
        """Stop computing; the training can be resumed."""
        self._training.pause()

    def resume_training(self) -> None:
        """Go on after a pause, or from the newest checkpoint."""
        self._training.resume()

    def cancel_training(self) -> None:
        """Stop; finished scales stay usable."""
        self._training.cancel()

    def _use_model(self, model: TrainedPyramid) -> None:
        is_worse = self._model is not None and self._model.is_usable and not model.is_usable
        if is_worse:
            # the one that can render stays until the new one can
            return
        self._model = model
        self._files.mark_changed()
        self.model_changed.emit()
        self._refresh_title()

    def _use_kind_model(self, _: TrainedPyramid) -> None:
        self._files.mark_changed()
        self.model_changed.emit()
        self._refresh_title()

    def look_for_leftovers(self, closed_ids: Sequence[str]) -> None:
        """Find, in the background, a model or an unfinished training of the same photo.

        Args:
            closed_ids: sessions that this program closed, newest first.
        """
        self._measure_diversity()
        services = self._services
        work = partial(
            find_leftovers, self.photo, self.id, services.cache, services.recovery, closed_ids
        )
        look = partial(when_stored, services.worker, work)
        services.edits.submit(look, self._take_leftovers, self._notify)

    def _take_leftovers(self, found: Leftovers) -> None:
        if self._is_closed or self._training.was_started:
            return
        is_complete = self._model is not None and self._model.is_complete
        if found.state is not None and not is_complete:
            self._training.offer(found.state)
            if self._model is None and found.state.model.scales:
                self._attach(found.state.model)
        elif found.model is not None and self._model is None:
            self._training.restore(found.model.config, found.model, None)
            self._attach(found.model)
            self.training_changed.emit()

    def _attach(self, model: TrainedPyramid) -> None:
        """Use a model that the document did not bring: nothing that has to be saved."""
        self._model = model
        self.model_changed.emit()
