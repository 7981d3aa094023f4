"""A document from which pictures are made without an edit: larger ones and animations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.document.document import Document
from app.document.files.animations import Playing
from app.session.files import PhotoSource
from app.session.film import FilmOrder, SessionFilm
from app.session.film_export import FilmExport
from app.session.live_session import LiveSession
from app.session.render_orders import EnlargementOrder, enlargement_request
from app.session.training import DerivedTraining

if TYPE_CHECKING:
    from app.session.services import SessionServices
    from singan_core.config import ModelKind, TrainConfig
    from singan_core.model.trained import TrainedPyramid


class GeneratingSession(LiveSession):
    """The ground of a session as far as super-resolution and animation go.

    Both need a model of their own kind. What is asked for before it is there waits for its
    training, and is given up with it.

    Attributes:
        film: the newest animation.
        film_export: writes it to a file.

    Signals:
        film_changed: ``film`` has another frame, or another status, or that of ``film_export`` is.
    """

    film_changed = Signal()

    def __init__(
        self,
        document: Document,
        source: PhotoSource,
        services: SessionServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, source, services, parent)
        self.film = SessionFilm(self.id, services, self.film_changed.emit, self._notify)
        self.film_export = FilmExport(services, self)
        self.film_export.changed.connect(self.film_changed)
        self.film_export.changed.connect(self._files_changed)
        self.film_export.written.connect(self.file_written)
        self.film_export.failed.connect(self._notify)
        self._waiting: dict[ModelKind, Callable[[TrainedPyramid], None]] = {}
        self.training_changed.connect(self._follow_trainings)

    @property
    def is_saving(self) -> bool:
        """Whether a file is being written."""
        return super().is_saving or self.film_export.status.is_busy

    def is_waiting_for(self, kind: ModelKind) -> bool:
        """Whether something is to be made as soon as a model is trained."""
        return kind in self._waiting

    def request_enlargement(self, order: EnlargementOrder, config: TrainConfig | None) -> None:
        """Make a larger picture of the photo or of what the document shows now.

        Supersedes a render on its way.

        Args:
            order: what is to be made.
            config: of the model to train for it first; None = there is one that suits.
        """
        self.finish_gestures()
        document = self.document.snapshot() if order.is_document else None
        self._make_with("sr", config, partial(self._enlarge, order, document))

    def request_film(self, order: FilmOrder, config: TrainConfig | None) -> None:
        """Make an animation of the photo; supersedes the one on its way.

        Args:
            order: what is to be made.
            config: of the model to train for it first; None = there is one.
        """
        self._make_with("animation", config, lambda model: self.film.start(model, order))

    def export_film(self, path: Path, frames_per_second: int) -> None:
        """Write the animation in the background; gives up a file of it that is being written.

        Args:
            path: its suffix is the format.
            frames_per_second: speed.
        """
        self.film_export.cancel()
        self.film_export.start(path, self.film.frames, Playing(frames_per_second))

    def cancel_kind(self, kind: ModelKind) -> None:
        """Stop the training of a kind of model, and what waits for it; it can be gone on with."""
        self._waiting.pop(kind, None)
        self.kinds.cancel(kind)

    def _make_with(
        self, kind: ModelKind, config: TrainConfig | None, make: Callable[[TrainedPyramid], None]
    ) -> None:
        model = self.kinds.model(kind)
        if config is None and model is not None:
            make(model)
        elif config is not None:
            self._train_for(config, make)

    def _train_for(
        self,
        config: TrainConfig,
        make: Callable[[TrainedPyramid], None],
        derived: DerivedTraining | None = None,
    ) -> None:
        """Train a model of its kind; what is to be made with it waits for it."""
        self._waiting[config.kind] = make
        self.kinds.start(self.photo, config, self._training.device, derived)

    def _enlarge(
        self, order: EnlargementOrder, document: Document | None, model: TrainedPyramid
    ) -> None:
        photo: NDArray[np.uint8] = self.photo
        model = self._use(model)
        self._results.request(
            lambda number: enlargement_request(order, number, self.id, photo, document, model)
        )

    def _follow_trainings(self) -> None:
        """Begin what waited for a model that is there now; forget what waited in vain."""
        for kind in tuple(self._waiting):
            status, model = self.kinds.status(kind), self.kinds.model(kind)
            if status.is_active:
                continue
            make = self._waiting.pop(kind)
            if status.state == "done" and model is not None and not self._is_closed:
                make(model)

    def _end_generating(self) -> None:
        self._waiting.clear()
        self.film.cancel()
