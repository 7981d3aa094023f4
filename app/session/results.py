"""Rendered results of one session: the request on its way, the preview, the kept list."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.document import Document, PhotoTransform
from app.document.errors import NothingToRenderError
from app.document.files.project.project_contents import StoredResult
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.masking.edit_mask import edit_of
from app.document.pixels import Pixels
from app.document.planes import Plane
from app.document.transforming.photo_place import trained_size
from app.document.wording import translate
from app.jobs.requests import Application, RenderRequest, RenderResult
from app.session.files import PhotoSource, restored_result

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded
    from app.session.services import SessionServices
    from singan_core.trained import TrainedPyramid


ResultInput = tuple[Pixels, Pixels]
"""The composite and the edit mask that a result was made from."""


@dataclasses.dataclass(frozen=True, slots=True)
class RenderOrder:
    """What the user asked for, without the pixels.

    Attributes:
        scale: injection scale; None = the application's own rule.
        grow_px, feather_px: finite support of the mask in document pixels; None = default.
    """

    application: Application
    scale: int | None = None
    seed: int = 0
    grow_px: int | None = None
    feather_px: int | None = None
    device: str = "auto"


@dataclasses.dataclass(frozen=True, slots=True)
class RenderStatus:
    """How far the newest render is: ``done`` of ``total`` scales walked."""

    is_busy: bool = False
    done: int = 0
    total: int = 0


@dataclasses.dataclass(frozen=True)
class ResultListener:
    """Whom the results tell what happened; each is called on the UI thread."""

    status_changed: Callable[[], None]
    result_made: Callable[[RenderResult], None]
    notice: Callable[[str], None]


def render_request(
    order: RenderOrder,
    request_id: int,
    session_id: str,
    document: Document,
    source: PhotoSource,
    model: TrainedPyramid,
) -> RenderRequest:
    """Build the request from snapshots; takes a moment on large documents.

    Raises:
        NothingToRenderError: there is no edit, and the application needs one.
    """
    edit = edit_of(document, source.rgb, source.alpha)
    is_selected = document.selection is not None
    if not edit.mask.any() and (is_selected or order.application is not Application.PAINT):
        raise _nothing_to_render(is_selected)
    height, width = source.rgb.shape[:2]
    is_whole = document.photo_transform == PhotoTransform()
    is_whole = is_whole and document.rect == Rect.of_size(width, height)
    finest = model.plan.sizes[-1]
    return RenderRequest(
        id=request_id,
        session_id=session_id,
        application=order.application,
        model=model,
        photo=source.rgb if is_whole else edit.photo,
        composite=edit.composite,
        mask=edit.mask,
        scale=order.scale,
        seed=order.seed,
        grow_px=order.grow_px,
        feather_px=order.feather_px,
        device=order.device,
        is_confining=is_selected,
        finest_size=None if is_whole else trained_size(document, (height, width), finest),
    )


def _nothing_to_render(is_selected: bool) -> NothingToRenderError:
    if is_selected:
        text = translate("SessionResults", "The selection is too faint to render: select more.")
    else:
        text = translate(
            "SessionResults", "Nothing was changed yet: paint, paste or select something first."
        )
    return NothingToRenderError(text)


def mask_bounds(mask: NDArray[np.uint8]) -> Rect:
    """Return the smallest rectangle around all values above 0 of (H, W) uint8."""
    return Rect(*cv2.boundingRect(mask))


def result_layer(result: RenderResult, name: str) -> Layer:
    """Return the result as a layer that shows nothing where its mask is 0.

    Only the mask's bounds are stored; beyond them the layer is transparent.
    """
    bounds = mask_bounds(result.mask)
    rows, columns = bounds.slices_in(Rect.of_size(result.mask.shape[1], result.mask.shape[0]))
    rgba = cv2.cvtColor(np.ascontiguousarray(result.generated[rows, columns]), cv2.COLOR_RGB2RGBA)
    return Layer(
        name,
        Plane.from_rgba(np.asarray(rgba, np.uint8), bounds.x, bounds.y),
        LayerKind.RESULT,
        mask=Plane.from_grey(result.mask[rows, columns], bounds.x, bounds.y, fill=0),
        recipe=result.recipe.to_dict(),
    )


class SessionResults:
    """Owns the newest render of a session and the results it kept.

    Attributes:
        status: progress of the newest render.
        kept: results in the order they were made.
        inputs: (composite, edit mask) of results, by their id.
    """

    def __init__(
        self, session_id: str, services: SessionServices, listener: ResultListener
    ) -> None:
        self._session_id = session_id
        self._services = services
        self._listener = listener
        self._request_id = 0
        self._job_id: int | None = None
        self.status = RenderStatus()
        self.kept: tuple[RenderResult, ...] = ()
        self.inputs: dict[int, ResultInput] = {}
        self._request: RenderRequest | None = None

    def request(
        self,
        order: RenderOrder,
        document: Document,
        source: PhotoSource,
        model: TrainedPyramid,
    ) -> int:
        """Queue a render that supersedes every earlier one; returns its id.

        Args:
            order: what to render.
            document: a snapshot.
            source: the photo.
            model: at least two scales.
        """
        self._request_id += 1
        work = partial(
            render_request, order, self._request_id, self._session_id, document, source, model
        )
        self.status = RenderStatus(is_busy=True)
        self._services.edits.submit(work, self._submit, partial(self._failed, self._request_id))
        self._listener.status_changed()
        return self._request_id

    def cancel(self) -> None:
        """Give up the newest render; whatever of it still arrives is dropped."""
        self._request_id += 1
        if self._job_id is not None:
            self._services.worker.cancel(self._job_id)
        self._settle()

    def take(self, job_id: int, event: object) -> None:
        """Follow one event of a render job."""
        if isinstance(event, RenderResult):
            if event.id == self._request_id:
                self._remember_input(event.id)
                self._settle()
                self._listener.result_made(event)
        elif job_id == self._job_id:
            done, total = getattr(event, "done", 0), getattr(event, "total", 0)
            self.status = RenderStatus(True, done, total)
            self._listener.status_changed()

    def end(self, ended: JobEnded) -> None:
        """Follow the end of a render job."""
        if ended.job_id != self._job_id:
            return
        self._settle()
        if ended.outcome == "failed":
            self._listener.notice(ended.message)

    def restore(self, stored: Sequence[StoredResult]) -> None:
        """Take over the results of a project; those without a whole recipe are left out."""
        for place, each in enumerate(stored, start=1):
            try:
                result = restored_result(each, self._session_id, -place)
            except KeyError:
                continue
            self.keep(result)
            if each.composite is not None and each.edit_mask is not None:
                self.inputs[result.id] = (each.composite, each.edit_mask)

    def keep(self, result: RenderResult) -> None:
        """Add a result to the list."""
        self.kept = (*self.kept, result)

    def remove(self, result: RenderResult) -> tuple[int, ResultInput | None]:
        """Take a result off the list; returns its place and what it was made from, if kept."""
        place = next(i for i, kept in enumerate(self.kept) if kept is result)
        self.kept = (*self.kept[:place], *self.kept[place + 1 :])
        return place, self.inputs.pop(result.id, None)

    def insert(self, place: int, result: RenderResult, made_from: ResultInput | None) -> None:
        """Put a result back onto the list."""
        self.kept = (*self.kept[:place], result, *self.kept[place:])
        if made_from is not None:
            self.inputs[result.id] = made_from

    def _submit(self, request: RenderRequest) -> None:
        if request.id == self._request_id:
            self._request = request
            self._job_id = self._services.worker.submit(request)

    def _failed(self, request_id: int, message: str) -> None:
        if request_id == self._request_id:
            self._settle()
            self._listener.notice(message)

    def _remember_input(self, result_id: int) -> None:
        request = self._request
        if request is not None and request.id == result_id and request.mask is not None:
            self.inputs[result_id] = (request.composite, request.mask)

    def _settle(self) -> None:
        self._job_id = self._request = None
        self.status = RenderStatus()
        self._listener.status_changed()
