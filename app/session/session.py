"""One open document: the single QObject through which everything about it changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from app.document.change import Change
from app.document.commands import AddLayer
from app.document.document import Document
from app.jobs.requests import Application, RenderResult
from app.session.edits import SessionEdits
from app.session.files import PhotoSource, SaveOrder
from app.session.geometry import SessionGeometry
from app.session.moves import SessionMoves
from app.session.paint import SessionPaint
from app.session.preview import SessionPreview
from app.session.result_commands import DiscardResult
from app.session.results import (
    RenderOrder,
    RenderStatus,
    ResultListener,
    SessionResults,
    result_layer,
)
from app.session.strokes import SessionStrokes
from app.session.training_progress import TrainingStatus
from app.session.training_session import TrainingSession
from app.session.transforms import SessionTransforms

if TYPE_CHECKING:
    from app.document.files.project.project_file import ProjectContents
    from app.jobs.runner import CheckpointNotWritten, TrainingOvertaken
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices
    from singan_core.events import TrainEvent
    from singan_core.trained import TrainedPyramid

__all__ = ["Session", "TrainingStatus"]


class Session(TrainingSession):
    """A document with its history, training, results and file.

    Every change goes through a method of this class and is announced once.

    Attributes:
        edits: clipboard, selection and layer work.
        strokes: the brush stroke in progress.
        paint: fills, shapes and gradients.
        moves: the layers that are dragged.
        transforms: the free transform in progress.
        geometry: crop, sizes, turns and flips.

    Signals:
        results_changed: ``results`` or ``render_status`` changed.
        preview_changed: ``preview`` or its being hidden changed.
    """

    results_changed = Signal()
    preview_changed = Signal()

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
        self._preview = SessionPreview(
            self.compositor, self.document_changed.emit, self.preview_changed.emit
        )
        self._models_used: list[TrainedPyramid] = []
        self._results = SessionResults(
            self.id,
            services,
            ResultListener(self.results_changed.emit, self._take_result, self._notify),
        )
        self.stroke_started.connect(self._put_preview_away)

    def finish_gestures(self) -> None:
        """Make the stroke or pending work of a tool a step of its own."""
        self.strokes.finish()
        self.paint.finish()
        super().finish_gestures()

    # ---- results

    @property
    def results(self) -> tuple[RenderResult, ...]:
        """Results kept, oldest first; saved in the project."""
        return self._results.kept

    @property
    def render_status(self) -> RenderStatus:
        """How far the newest render is."""
        return self._results.status

    @property
    def preview(self) -> RenderResult | None:
        """The result laid over the canvas; never a layer."""
        return self._preview.result

    @property
    def is_preview_hidden(self) -> bool:
        """Whether the preview is held back to compare."""
        return self._preview.is_hidden

    def request_render(
        self,
        application: Application,
        scale: int | None,
        seed: int,
        grow_px: int | None = None,
        feather_px: int | None = None,
    ) -> None:
        """Render the edit as the document is now; supersedes a render on its way."""
        if self._model is None or not self._model.is_usable:
            self.notice_raised.emit(self.tr("Train at least two scales before rendering."))
            return
        self.finish_gestures()
        order = RenderOrder(
            Application(application), scale, seed, grow_px, feather_px, self._training.device
        )
        if not any(used is self._model for used in self._models_used):
            self._models_used.append(self._model)
        self._results.request(order, self.document.snapshot(), self._files.source, self._model)

    def cancel_render(self) -> None:
        """Give up the render on its way."""
        self._results.cancel()

    def show_result(self, result: RenderResult | None) -> None:
        """Lay a kept result over the canvas, or nothing."""
        document = self.document
        if result is not None and result.mask.shape != (document.height, document.width):
            self.notice_raised.emit(
                self.tr("This result was made for another size of the picture; render again.")
            )
            result = None
        self._preview.show(result)

    def announce(self, change: Change) -> None:
        """Tell listeners what changed; a result does not fit a picture of another size."""
        super().announce(change)
        if change.geometry:
            self._preview.show(None)

    def hide_preview(self, is_hidden: bool) -> None:
        """Hold the preview back while the user compares before and after."""
        self._preview.hide(is_hidden)

    def _put_preview_away(self) -> None:
        self._preview.show(None)

    def apply_preview(self) -> None:
        """Make the preview a masked layer: one undo step."""
        result = self.preview
        if result is None:
            return
        self.show_result(None)
        self.run(AddLayer(result_layer(result, self._result_name(result))))

    def discard_preview(self) -> None:
        """Take the preview away and off the list."""
        result = self.preview
        if result is not None:
            self.remove_result(result)

    def remove_result(self, result: RenderResult) -> None:
        """Take a result off the list, and off the canvas: one undo step."""
        if result is self.preview:
            self.show_result(None)
        self.run(DiscardResult(self._results, result, self._follow_discarded))

    def _follow_discarded(self, returned: RenderResult | None) -> None:
        self.results_changed.emit()
        if returned is not None:
            self.show_result(returned)
        elif self.preview is not None and self.preview not in self.results:
            self.show_result(None)

    def _take_result(self, result: RenderResult) -> None:
        self._results.keep(result)
        self._results_modified()
        self.show_result(result)

    def _results_modified(self) -> None:
        self._files.mark_changed()
        self.results_changed.emit()
        self._refresh_title()

    def _result_name(self, result: RenderResult) -> str:
        recipe = result.recipe
        return self.tr("Result {application}, scale {scale}, seed {seed}").format(
            application=recipe.application, scale=recipe.scale, seed=recipe.seed
        )

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
        self._results.restore(contents.results)
        self._files.path = path
        if not is_saved:
            self._files.mark_changed()

    def _save_order(self) -> SaveOrder:
        return SaveOrder(
            self.id,
            self.document.snapshot(),
            self._files.source,
            self._model,
            tuple(self._models_used),
            self._training.state,
            self._training.config,
            self._results.kept,
            dict(self._results.inputs),
        )

    # ---- jobs

    def close(self) -> None:
        """Give up what is computed; what is being written is written."""
        self._is_closed = True
        self.strokes.finish()
        self._training.cancel()
        self._results.cancel()

    def take_progress(self, progress: JobProgress) -> None:
        """Follow an event of one of this session's jobs."""
        if progress.job_id == self._training.job_id:
            self._training.take(
                cast("TrainEvent | CheckpointNotWritten | TrainingOvertaken", progress.event)
            )
        else:
            self._results.take(progress.job_id, progress.event)

    def take_end(self, ended: JobEnded) -> None:
        """Follow the end of one of this session's jobs."""
        if ended.job_id == self._training.job_id:
            self._training.end(ended)
        else:
            self._results.end(ended)
