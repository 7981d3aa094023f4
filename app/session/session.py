"""One open document: the single QObject through which everything about it changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject

from app.document.document import Document
from app.session.analogy_session import AnalogySession
from app.session.edits import SessionEdits
from app.session.files import PhotoSource, SaveOrder
from app.session.geometry import SessionGeometry
from app.session.moves import SessionMoves
from app.session.paint import SessionPaint
from app.session.strokes import SessionStrokes
from app.session.training_progress import TrainingStatus
from app.session.transforms import SessionTransforms

if TYPE_CHECKING:
    from app.document.files.project.project_file import ProjectContents
    from app.jobs.runner import CheckpointNotWritten, TrainingOvertaken
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices
    from singan_core.events import TrainEvent

__all__ = ["Session", "TrainingStatus"]


class Session(AnalogySession):
    """A document with its history, training, results and file.

    Every change goes through a method of this class and is announced once.

    Attributes:
        edits: clipboard, selection and layer work.
        strokes: the brush stroke in progress.
        paint: fills, shapes and gradients.
        moves: the layers that are dragged.
        transforms: the free transform in progress.
        geometry: crop, sizes, turns and flips.
    """

    def __init__(
        self,
        document: Document,
        source: PhotoSource,
        services: SessionServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, source, services, parent)
        self.edits = SessionEdits(self)
        self.strokes = SessionStrokes(self, self.edits)
        self.paint = SessionPaint(self, self.strokes)
        self.moves = SessionMoves(self)
        self.transforms = SessionTransforms(self)
        self.geometry = SessionGeometry(self, self.transforms)

    def finish_gestures(self) -> None:
        """Make the stroke or pending work of a tool a step of its own."""
        self.strokes.finish()
        self.paint.finish()
        super().finish_gestures()

    def restore(self, contents: ProjectContents, path: Path | None, is_saved: bool = True) -> None:
        """Take over what a project holds besides its document; before anyone listens.

        Args:
            contents: of a project file or of a journal.
            path: the project file; None = never saved.
            is_saved: whether the file holds all of it.
        """
        self._model = contents.models.get(contents.active_model_id or "")
        self._models_used = list(contents.models.values())
        self._training.restore(contents.config, self._model, contents.train_state)
        self.kinds.restore(contents.models.values())
        self._results.restore(contents.results)
        self.pair.restore(contents.pair)
        self._files.path = path
        if not is_saved:
            self._files.mark_changed()

    def _save_order(self) -> SaveOrder:
        return SaveOrder(
            self.id,
            self.document.snapshot(),
            self._files.source,
            self._model,
            (*self._models_used, *self.kinds.models),
            self._training.state,
            self._training.config,
            self._results.kept,
            frozenset(model.model_id for model in self.kinds.models),
            self.pair.stored,
            "" if self.pair.second is None else self.pair.second.recovery_id,
        )

    # ---- jobs

    def close(self) -> None:
        """Give up what is computed; what is being written is written."""
        self._is_closed = True
        self.strokes.finish()
        self._training.cancel()
        self._diversity.stop()
        self.kinds.cancel_all()
        self._results.cancel()
        self._end_glances()
        self._end_generating()
        self._end_analogy()

    def take_progress(self, progress: JobProgress) -> None:
        """Follow an event of one of this session's jobs."""
        if progress.job_id == self._training.job_id:
            self._training.take(
                cast("TrainEvent | CheckpointNotWritten | TrainingOvertaken", progress.event)
            )
        elif not (
            self.kinds.take_progress(progress)
            or self.pair.take_progress(progress)
            or self._take_glance(progress)
            or self.film.take_progress(progress)
        ):
            self._results.take(progress.job_id, progress.event)

    def take_end(self, ended: JobEnded) -> None:
        """Follow the end of one of this session's jobs."""
        if ended.job_id == self._training.job_id:
            self._training.end(ended)
        elif not (
            self.kinds.take_end(ended)
            or self.pair.take_end(ended)
            or self._take_glance_end(ended)
            or self.film.take_end(ended)
        ):
            self._results.end(ended)
