"""A document with results: rendered, laid over the canvas, kept, applied or thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.change import Change
from app.document.commands import AddLayer
from app.document.document import Document
from app.jobs.recipe import Application
from app.jobs.results import RenderResult
from app.session.files import PhotoSource
from app.session.preview import SessionPreview
from app.session.render_orders import RenderOrder, SampleOrder, render_request, sample_request
from app.session.result_commands import DiscardResult, DiscardResults, StarResult
from app.session.results import RenderStatus, ResultListener, SessionResults, result_layer
from app.session.training_session import TrainingSession

if TYPE_CHECKING:
    from app.session.services import SessionServices
    from singan_core.model.trained import TrainedPyramid


def is_quantized_from(model: TrainedPyramid, parent: TrainedPyramid, scale: int | None) -> bool:
    """Whether a model was derived from another for the colours of paints at a scale."""
    derivation = model.derivation
    return (
        model.kind == "quantized"
        and derivation is not None
        and (derivation.parent_id, derivation.scale) == (parent.model_id, scale)
    )


class ResultSession(TrainingSession):
    """The ground of a session as far as its results go.

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
        """The result shown, mostly laid over the canvas; never a layer."""
        return self._preview.result

    @property
    def is_preview_on_canvas(self) -> bool:
        """Whether the preview lies over the canvas, not beside it at a size of its own."""
        return self._preview.is_on_canvas

    @property
    def is_preview_applicable(self) -> bool:
        """Whether the preview can become a layer."""
        return self.is_preview_on_canvas

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
        more_seeds: tuple[int, ...] = (),
        is_matched: bool | None = None,
        is_quantized: bool = False,
        patch_scales: int | None = None,
    ) -> int | None:
        """Render the edit as the document is now; supersedes a render on its way.

        Args:
            application: one that injects an edit.
            scale: injection scale; None = the application's own rule.
            seed: of the result.
            grow_px: of the mask, document pixels; None = by default.
            feather_px: width of the mask's soft rim, likewise.
            more_seeds: of variations, a further result each.
            is_matched: whether colours and grain go along with the surroundings; None = the
                application's own choice.
            is_quantized: whether a paint takes the photo's own colours; see ``model_of``.
            patch_scales: how many of the finest scales put in the photo's own patches; None = the
                application's own choice.

        Returns:
            The number that its results carry; None when there is nothing to render with.
        """
        if self._model is None or not self._model.is_usable:
            self.notice_raised.emit(self.tr("Train at least two scales before rendering."))
            return None
        self.finish_gestures()
        device = self._training.device
        order = RenderOrder(
            Application(application),
            scale,
            seed,
            grow_px,
            feather_px,
            device,
            more_seeds,
            is_matched,
            is_quantized,
            patch_scales,
        )
        chosen = self.model_of(order)
        if chosen is None:
            self.notice_raised.emit(self.tr("Train the colours for this scale first."))
            return None
        document, source, model = self.document.snapshot(), self._files.source, self._use(chosen)
        return self._results.request(
            lambda number: render_request(order, number, self.id, document, source, model)
        )

    def request_samples(self, order: SampleOrder) -> None:
        """Draw random samples; supersedes a render on its way."""
        if self._model is None or not self._model.scale_count:
            self.notice_raised.emit(self.tr("Train at least one scale before drawing samples."))
            return
        source, model = self._files.source, self._use(self._model)
        self._results.request(lambda number: sample_request(order, number, self.id, source, model))

    def model_of(self, order: RenderOrder) -> TrainedPyramid | None:
        """Return the model that makes what is ordered; None while it is not there.

        That is the document's own, or the one derived from it for the colours of paints at the
        scale: one derived from an older model, or for another scale, does not do.
        """
        model = self._model
        if not order.is_quantized or model is None:
            return model
        known = (*self.kinds.models, *self._models_used)
        return next((each for each in known if is_quantized_from(each, model, order.scale)), None)

    def _use(self, model: TrainedPyramid) -> TrainedPyramid:
        """Keep a model as long as results refer to it."""
        if not any(used is model for used in self._models_used):
            self._models_used.append(model)
        return model

    def planned_scales(self, result: RenderResult) -> int:
        """Return how many scales the model that made a result was to have."""
        model_id = result.recipe.model_id
        models = (each for each in self._models_used if each.model_id == model_id)
        model = next(models, None)
        return result.recipe.scale_count if model is None else model.plan.scale_count

    def cancel_render(self) -> None:
        """Give up the render on its way."""
        self._results.cancel()

    def show_result(self, result: RenderResult | None) -> None:
        """Lay a kept result over the canvas, or nothing.

        A picture that was made without an edit and has a size of its own is shown, but not there.
        """
        size = (self.document.height, self.document.width)
        is_on_canvas = result is None or result.mask.shape == size
        if result is not None and not is_on_canvas and result.is_of_edit:
            self.notice_raised.emit(
                self.tr("This result was made for another size of the picture; render again.")
            )
            result = None
        self._preview.show(result, is_on_canvas)

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
        if not self.is_preview_on_canvas:
            self.notice_raised.emit(
                self.tr("This picture has a size of its own: open it as a document.")
            )
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
        self._follow_fewer()
        if returned is not None:
            self.show_result(returned)

    def discard_unstarred(self) -> None:
        """Take all results without a star off the list: one undo step."""
        doomed = [result for result in self.results if not result.is_starred]
        if doomed:
            self.run(DiscardResults(self._results, doomed, self._follow_fewer))

    def star_result(self, result: RenderResult) -> None:
        """Mark a kept result as worth keeping, or no longer: an undo step."""
        self.run(StarResult(self._results, result, self._follow_star))

    def _follow_fewer(self) -> None:
        self.results_changed.emit()
        if self.preview is not None and self.preview not in self.results:
            self.show_result(None)

    def _follow_star(self, old: RenderResult, new: RenderResult) -> None:
        self._preview.swap(old, new)
        self.results_changed.emit()

    def _take_result(self, result: RenderResult, is_first: bool) -> None:
        """Keep a result; the first of several made at once is shown."""
        self._results.keep(result)
        self._results_modified()
        if is_first:
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
