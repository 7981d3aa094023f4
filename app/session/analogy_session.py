"""A document that is one of a pair: trained with a second picture, translated to its appearance."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.document.change import Change
from app.document.commands import AddLayer
from app.document.compositing import flatten
from app.document.document import Document
from app.document.files.opening import open_picture
from app.document.pixels import Pixels
from app.document.planes import Plane
from app.jobs.analogy_requests import AnalogyStripRequest
from app.jobs.recipe import Application
from app.jobs.results import RenderResult
from app.session.analogy_orders import AnalogyOrder, analogy_request
from app.session.blank_documents import picture_of
from app.session.clip_translation import ClipTranslation
from app.session.derived_session import DerivedSession
from app.session.files import PhotoSource
from app.session.pair import PairListener, SecondPicture, SessionPair, SetSecondPicture
from app.session.photo_clip import SetPhotoClip, frames_beside
from app.session.results import result_layer
from app.session.scale_strip import SessionStrip
from app.storage.journal.thumbnails import sampled_document

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.clip_translation import KeptFrames
    from app.session.services import SessionServices
    from singan_core.config import TrainConfig
    from singan_core.model.trained import TrainedPyramid
    from singan_core.model.trained_pair import Direction, TrainedPair


class AnalogySession(DerivedSession):
    """The ground of a session as far as its pair goes.

    Attributes:
        pair: the second picture, and what is trained of it and the photo.
        analogy_strip: the translations of all scales.
        clip: the film that is made of a clip.

    Signals:
        pair_changed: ``pair`` is another, or its training, or its trials.
        analogy_strip_changed: ``analogy_strip`` shows something else.
    """

    pair_changed = Signal()
    analogy_strip_changed = Signal()

    def __init__(
        self,
        document: Document,
        source: PhotoSource,
        services: SessionServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, source, services, parent)
        listener = PairListener(self.pair_changed.emit, self._note_pair, self._notify)
        self.pair = SessionPair(self.id, services, listener)
        self.analogy_strip = SessionStrip(services, self.analogy_strip_changed.emit)
        self.clip = ClipTranslation(
            self.id, services, self.pair_changed.emit, self.file_written.emit, self._notify
        )
        self._strip_order: AnalogyOrder | None = None
        self._strip_pair: TrainedPair | None = None
        self.edit_changed.connect(self._outdate_translations)

    # ---- the second picture

    def read_second_picture(self, path: Path) -> None:
        """Take a file's picture for the second one, in the background; one undo step."""
        self._services.files.submit(
            partial(open_picture, path),
            lambda opened: self._take_second(opened.rgb, path.name),
            self._notify,
        )

    def show_second_picture(self, document: Document, name: str) -> None:
        """Take what a document shows for the second picture, in the background; one undo step.

        Args:
            document: a snapshot.
            name: what it is called.
        """
        self._services.edits.submit(
            partial(picture_of, document),
            lambda rgba: self._take_second(rgba[..., :3], name),
            self._notify,
        )

    def set_second_picture(self, rgb: NDArray[np.uint8], name: str) -> None:
        """Take a picture, (h, w, 3) uint8 RGB, for the second one: one undo step."""
        second = self.pair.picture(np.ascontiguousarray(rgb), name)
        known = self.pair.second
        if known is None or known.sha256 != second.sha256:
            self.run(SetSecondPicture(self.pair, second))
            self._look_for_pair()

    def _take_second(self, rgb: NDArray[np.uint8], name: str) -> None:
        if not self._is_closed:
            self.set_second_picture(rgb, name)

    def look_for_leftovers(self, closed_ids: Sequence[str]) -> None:
        """Find, in the background, what was left of trainings of the same pictures."""
        super().look_for_leftovers(closed_ids)
        self._look_for_pair()

    def _look_for_pair(self) -> None:
        self.pair.look_for_own_model()
        if self.has_photo and self.pair.second is not None:
            from singan_core.pixels.image import photo_sha256

            self.pair.look_for_leftover(photo_sha256(self.photo))

    def shown_small(self) -> NDArray[np.uint8]:
        """Return what the document shows, small: (h, w, 3) uint8 RGB on white."""
        rgba = flatten(sampled_document(self.document)).astype(np.uint16)
        alpha = rgba[..., 3:]
        return np.asarray((rgba[..., :3] * alpha + 255 * (255 - alpha)) // 255, np.uint8)

    # ---- training

    def train_pair(self, config: TrainConfig, device: str = "auto") -> None:
        """Train the photo and the second picture together, from the beginning.

        A document without a photo is trained on as it looks now: that becomes its photo.

        Args:
            config: see ``structural_analogy.presets``.
            device: where it runs.
        """
        second = self.pair.second
        if second is not None:
            start = partial(self._with_frames, second, self.pair.clip)
            self._with_photo(lambda: start(lambda: second.start(self.photo, config, device)))

    def resume_pair(self) -> None:
        """Go on with a training that was paused, stopped, or begun in an earlier session."""
        second = self.pair.second
        if second is not None and self.pair.status.state == "paused":
            second.resume(self.photo)
        elif second is not None:
            # without a clip chosen anew, the frames stay those that it was begun with
            clip = self.pair.clip or second.clip
            self._with_frames(second, clip, lambda: second.resume(self.photo))

    def _with_frames(
        self, second: SecondPicture, clip: Path | None, go: Callable[[], None]
    ) -> None:
        """Do something once the frames of a clip are read, in the background."""
        if clip is None or clip == second.clip:
            second.use_frames(clip, second.frames if clip is not None else ())
            go()
            return

        def take(frames: tuple[Pixels, ...]) -> None:
            if not self._is_closed and second is self.pair.second:
                second.use_frames(clip, frames)
                go()

        self._services.files.submit(partial(frames_beside, clip, self.photo), take, self._notify)

    def read_photo_clip(self, clip: Path) -> None:
        """Take the frames of a clip beside the photo, in the background; one undo step."""
        if not self.has_photo:
            self.notice_raised.emit(self.tr("Open a frame of the video as the photo first."))
            return
        self._services.files.submit(
            partial(frames_beside, clip, self.photo),
            lambda _: None if self._is_closed else self.set_photo_clip(clip),
            self._notify,
        )

    def set_photo_clip(self, clip: Path | None) -> None:
        """Train the pair on the frames of a clip, or on the photo alone: one undo step."""
        if clip != self.pair.clip:
            self.run(SetPhotoClip(self.pair, clip))

    def try_switch_scales(self, config: TrainConfig, scale_count: int) -> None:
        """Try several switch scales for a training on a short schedule."""
        second, device = self.pair.second, self.render_device
        if second is not None:
            self._with_photo(
                lambda: second.trials.start(self.photo, second.photo, config, device, scale_count)
            )

    def _note_pair(self) -> None:
        self._files.mark_changed()
        self.pair_changed.emit()
        self.model_changed.emit()
        self._refresh_title()

    # ---- translating

    def request_translation(self, order: AnalogyOrder) -> None:
        """Translate the photo, what the document shows, or the second picture.

        Supersedes a render on its way.
        """
        pair = self.pair.pair
        if pair is None or not pair.is_usable:
            self.notice_raised.emit(self.tr("Train at least two scales of the pair first."))
            return
        self.finish_gestures()
        photos, used, refiner = self._photos(order), self.pair.use(pair), self._refiner_of(order)
        if refiner is None and order.refine is not None and order.is_refined_by_own:
            self.notice_raised.emit(
                self.tr("The picture that gives the appearance has no model of its own any more.")
            )
            return
        if refiner is not None:
            keep = self._use if order.direction == "b2a" else self.pair.keep
            keep(refiner)
        self._results.request(
            lambda number: analogy_request(order, number, self.id, photos, used, refiner)
        )

    def refiner(self, direction: Direction) -> TrainedPyramid | None:
        """Return the own model of the photo that gives the appearance; None = none is at hand."""
        second, model = self.pair.second, self._model
        if direction == "a2b":
            return None if second is None else second.own_model
        return model if model is not None and model.is_complete else None

    def _refiner_of(self, order: AnalogyOrder) -> TrainedPyramid | None:
        is_wanted = order.refine is not None and order.is_refined_by_own
        return self.refiner(order.direction) if is_wanted else None

    def translate_clip(
        self, order: AnalogyOrder, clip: Path, output: Path, existing: KeptFrames
    ) -> None:
        """Translate a clip frame by frame into a file; gives up the film on its way.

        Args:
            order: direction, scales and patches.
            clip: a video, an animated picture, or a folder of pictures.
            output: its suffix is the format.
            existing: what happens to frames that an interrupted run kept beside it.
        """
        pair = self.pair.pair
        if pair is None or not pair.is_usable:
            self.notice_raised.emit(self.tr("Train at least two scales of the pair first."))
            return
        _, appearance = self._photos(order)
        refiner = self._refiner_of(order)
        self.clip.start(pair, appearance, order, clip, output, existing, refiner)

    def is_translation_strip_of(self, order: AnalogyOrder) -> bool:
        """Whether the strip shows, or is about to show, what is asked for."""
        return self.analogy_strip.is_of(self._strip_key(order))

    def _strip_key(self, order: AnalogyOrder) -> tuple[object, ...]:
        return id(self.pair.pair), id(self._refiner_of(order)), order

    def request_translation_strip(self, order: AnalogyOrder) -> None:
        """Translate the same at every scale; the scale of the order is not used."""
        pair = self.pair.pair
        if pair is None or not pair.is_usable:
            self.analogy_strip.clear()
            return
        photos, is_quick_first = self._photos(order), not self._is_look_known(pair, order)
        self._strip_order, self._strip_pair = order, pair
        refiner = self._refiner_of(order)
        self.analogy_strip.request(
            lambda number: AnalogyStripRequest(
                analogy_request(order, number, self.id, photos, pair, refiner), is_quick_first
            ),
            self._strip_key(order),
        )

    def _is_look_known(self, pair: TrainedPair, order: AnalogyOrder) -> bool:
        """Whether what the strip shows differs from what is asked for by its patches alone."""
        before, is_whole = self._strip_order, len(self.analogy_strip.thumbnails) == pair.scale_count
        if before is None or order.is_document or pair is not self._strip_pair or not is_whole:
            return False
        with_its_patches = dataclasses.replace(
            before, patch_scales=order.patch_scales, structure=order.structure
        )
        return with_its_patches == order

    def _photos(self, order: AnalogyOrder) -> tuple[NDArray[np.uint8] | Document, Pixels]:
        """Return what gives the structure, a snapshot where a document does, and the appearance."""
        assert self.pair.second is not None, "there is a pair"
        second = self.pair.second.photo
        if order.direction == "b2a":
            return second, self.photo
        return self.document.snapshot() if order.is_document else self.photo, second

    def planned_scales(self, result: RenderResult) -> int:
        """Return how many scales the model that made a result was to have."""
        model = self.pair.models.get(result.recipe.model_id)
        if result.recipe.application != Application.ANALOGY.value or model is None:
            return super().planned_scales(result)
        return model.plan.scale_count

    @property
    def is_preview_applicable(self) -> bool:
        """Whether the preview can become a layer: a translation of any size can."""
        shown = self.preview
        is_analogy = shown is not None and shown.recipe.application == Application.ANALOGY.value
        return is_analogy or super().is_preview_applicable

    def apply_preview(self) -> None:
        """Make what is shown a layer; of a size of its own, in the middle of the document."""
        result = self.preview
        if result is None or self.is_preview_on_canvas or not self.is_preview_applicable:
            super().apply_preview()
            return
        self.show_result(None)
        layer = result_layer(result, self._result_name(result))
        height, width = result.image.shape[:2]
        x, y = (self.document.width - width) // 2, (self.document.height - height) // 2
        layer.plane = Plane.from_rgba(layer.plane.to_rgba(layer.plane.rect), x, y)
        layer.mask = Plane.from_grey(result.mask, x, y, fill=0)
        if self.run(AddLayer(layer)):
            self.layer_placed.emit()

    def _outdate_translations(self, _: Change) -> None:
        order = self._strip_order
        if order is not None and order.is_document:
            self.analogy_strip.outdate()

    def _take_glance(self, progress: JobProgress) -> bool:
        is_strip = super()._take_glance(progress) or self.analogy_strip.take(progress)
        return is_strip or self.clip.take_progress(progress)

    def _take_glance_end(self, ended: JobEnded) -> bool:
        is_strip = super()._take_glance_end(ended) or self.analogy_strip.end(ended)
        return is_strip or self.clip.take_end(ended)

    def _end_analogy(self) -> None:
        self.pair.cancel()
        self.clip.cancel()
        self.analogy_strip.clear()
