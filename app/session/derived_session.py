"""A document some of whose renders need a model derived from its own: trained first, then used."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from app.document.document import Document, PhotoTransform
from app.document.errors import DocumentError
from app.document.wording import translate
from app.jobs.rendering import edit_injection
from app.jobs.requests import FinetuneRequest, QuantizeRequest, RenderRequest
from app.session.files import PhotoSource
from app.session.generating_session import GeneratingSession
from app.session.render_orders import RenderOrder, render_request
from app.session.result_session import is_quantized_from
from app.session.training import DerivedTraining

if TYPE_CHECKING:
    from singan_core.model.derivation import Derivation
    from singan_core.model.trained import TrainedPyramid


@dataclasses.dataclass(frozen=True)
class TunedEdit:
    """One edit and the model that is to be tuned on it.

    Attributes:
        request: the edit, with the model to start from.
        derivation: what the tuned model notes of it.
        known: the model that was tuned on it before, if there is one.
    """

    request: RenderRequest
    derivation: Derivation
    known: TrainedPyramid | None

    def fits(self, model: TrainedPyramid) -> bool:
        """Whether a model was tuned, or is being tuned, on this very edit."""
        return model.kind == "finetune" and model.derivation == self.derivation


class DerivedSession(GeneratingSession):
    """The ground of a session as far as derived models go.

    One for the colours of paints serves every paint at its scale; one that is tuned on an edit
    serves that edit alone. Both are given up for good where the document's own model is another.
    """

    def train_colours(self, scale: int, make: Callable[[], object]) -> None:
        """Train the model for the colours of paints at an injection scale.

        Args:
            scale: the injection scale.
            make: called as soon as it is there; forgotten when the training is cancelled.
        """
        parent = self._model
        if parent is None or not parent.is_complete:
            self.notice_raised.emit(self.tr("Train all scales before the colours of paints."))
            return

        def is_fitting(model: TrainedPyramid) -> bool:
            return is_quantized_from(model, parent, scale)

        config = parent.config.changed(kind="quantized")
        derived = DerivedTraining(partial(QuantizeRequest, parent=parent, scale=scale), is_fitting)

        def make_with_it(_: TrainedPyramid) -> None:
            make()

        self._train_for(config, make_with_it, derived)

    def request_tuned(self, order: RenderOrder) -> None:
        """Render the edit as it is now with a model that is tuned on it first.

        The model is used again while the edit stays the same.
        """
        parent = self._model
        if parent is None or not parent.is_complete:
            self.notice_raised.emit(self.tr("Train all scales before tuning the model."))
            return
        self.finish_gestures()
        document, source = self.document.snapshot(), self._files.source
        known = (*self.kinds.models, *self._models_used)
        self._services.edits.submit(
            lambda: _tuned_edit(order, self.id, document, source, parent, known),
            self._tune,
            self._notify,
        )

    def _tune(self, edit: TunedEdit) -> None:
        if self._is_closed or self.is_waiting_for("finetune"):
            return
        if edit.known is not None:
            self._render_tuned(edit.request, edit.known)
            return
        # not at the top: this brings in torch, and the window comes first
        from singan_core.training.derived_training import finetune_config

        derived = DerivedTraining(partial(FinetuneRequest, render=edit.request), edit.fits)
        config = finetune_config(edit.request.model.config)
        self._train_for(config, partial(self._render_tuned, edit.request), derived)

    def _render_tuned(self, request: RenderRequest, model: TrainedPyramid) -> None:
        model = self._use(model)
        self._results.request(
            lambda number: dataclasses.replace(request, id=number, model=model),
        )


def _tuned_edit(
    order: RenderOrder,
    session_id: str,
    document: Document,
    source: PhotoSource,
    parent: TrainedPyramid,
    known: Sequence[TrainedPyramid],
) -> TunedEdit:
    """Return the edit of a document; on any thread.

    Raises:
        DocumentError: there is no edit, or the canvas is another than the photo's.
    """
    from singan_core.training.derived_training import finetune_derivation

    height, width = source.rgb.shape[:2]
    is_moved = document.photo_transform != PhotoTransform()
    if is_moved or (document.height, document.width) != (height, width):
        text = translate(
            "SessionResults", "The model can be tuned only while the canvas is that of the photo."
        )
        raise DocumentError(text)
    request = render_request(order, 0, session_id, document, source, parent)
    derivation = finetune_derivation(edit_injection(request))
    edit = TunedEdit(request, derivation, None)
    return dataclasses.replace(edit, known=next(filter(edit.fits, known), None))
