"""A document whose edit is rendered while it is made: the scale strip and the live picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.document.change import Change
from app.document.document import Document
from app.jobs.rendering import edit_injection
from app.jobs.requests import StripRequest
from app.jobs.results import RenderResult
from app.session.files import PhotoSource
from app.session.live import SessionLive
from app.session.render_orders import RenderOrder, render_request
from app.session.result_session import ResultSession
from app.session.scale_strip import SessionStrip

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices
    from singan_core.model.trained import TrainedPyramid


class LiveSession(ResultSession):
    """The ground of a session as far as pictures go that are shown but not kept.

    Attributes:
        strip: the thumbnails of all injection scales.
        live: the picture that follows every stroke.

    Signals:
        strip_changed: ``strip`` shows something else.
        live_changed: ``live`` shows something else, or is up to date, or no longer.
    """

    strip_changed = Signal()
    live_changed = Signal()

    def __init__(
        self,
        document: Document,
        source: PhotoSource,
        services: SessionServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, source, services, parent)
        self.strip = SessionStrip(services, self.strip_changed.emit)
        self.live = SessionLive(services, self.live_changed.emit)
        self._live_order: RenderOrder | None = None
        self._applied_id: int | None = None
        self.edit_changed.connect(self._outdate_glances)
        self.shown_changed.connect(self.live.outdate)

    @property
    def render_device(self) -> str:
        """Name of the device that renders."""
        return self._training.device

    def is_strip_of(self, order: RenderOrder) -> bool:
        """Whether the strip shows, or is about to show, the edit as it is now."""
        return self.strip.is_of((id(self.model_of(order)), order))

    def request_strip(self, order: RenderOrder) -> None:
        """Render the edit as it is now at every injection scale, small.

        Args:
            order: its scale matters to a derived model alone, which is for that one.
        """
        model = self.model_of(order)
        if model is None or not model.is_usable:
            self.strip.clear()
            return
        document, source = self.document.snapshot(), self._files.source
        self.strip.request(
            lambda number: StripRequest(
                render_request(order, number, self.id, document, source, model)
            ),
            (id(model), order),
        )

    def is_live_of(self, order: RenderOrder) -> bool:
        """Whether the live picture follows what is asked for."""
        return self.live.is_of((id(self.model_of(order)), order))

    def request_live(self, order: RenderOrder) -> None:
        """Bring the live picture up to date with the edit as it is now."""
        model = self.model_of(order)
        if model is None or not model.is_usable:
            self.live.stop()
            return
        self._live_order = order
        document, source = self.document.snapshot(), self._files.source
        self.live.request(
            lambda number, followed: render_request(
                order, number, self.id, document, source, model, followed=followed
            ),
            (id(model), order),
        )

    def model_view(self, order: RenderOrder) -> Callable[[], NDArray[np.uint8]]:
        """Return what makes, on another thread, the edit as its injection scale receives it."""
        model = self.model_of(order)
        assert model is not None, "only a model has a view"
        document, source = self.document.snapshot(), self._files.source
        return partial(_view, order, document, source, model)

    @property
    def is_live_shown(self) -> bool:
        """Whether the live picture lies over the canvas; a result that is shown goes before it."""
        return self.live.pixels is not None and self.preview is None

    def apply_preview(self) -> None:
        """Make what is shown a masked layer, one undo step; a live picture is rendered first."""
        order = self._live_order
        if self.preview is not None or not self.is_live_shown or order is None:
            super().apply_preview()
            return
        self._applied_id = self.request_render(
            order.application,
            order.scale,
            order.seed,
            order.grow_px,
            order.feather_px,
            is_matched=order.is_matched,
            is_quantized=order.is_quantized,
            patch_scales=order.patch_scales,
        )

    def announce(self, change: Change) -> None:
        """Tell listeners what changed; a live picture is older than that."""
        super().announce(change)
        if change.pixels is not None:
            self.live.outdate(change.pixels)

    def _take_result(self, result: RenderResult, is_first: bool) -> None:
        super()._take_result(result, is_first)
        if result.id == self._applied_id:
            self._applied_id = None
            super().apply_preview()
            # the layer is what the picture showed
            self.live.put_away()

    def _outdate_glances(self, change: Change) -> None:
        if change.geometry:
            self.strip.clear()
            self.live.put_away()
        else:
            self.strip.outdate()

    def _end_glances(self) -> None:
        """Give up what is shown but not kept."""
        self.strip.clear()
        self.live.stop()

    def _take_glance(self, progress: JobProgress) -> bool:
        """Follow an event of what is not kept; returns whether it was one."""
        return self.strip.take(progress) or self.live.take(progress)

    def _take_glance_end(self, ended: JobEnded) -> bool:
        """Follow the end of a job of what is not kept; returns whether it was one."""
        return self.strip.end(ended) or self.live.end(ended)


def _view(
    order: RenderOrder, document: Document, source: PhotoSource, model: TrainedPyramid
) -> NDArray[np.uint8]:
    """Return (h, w, 3) uint8 RGB; runs on any thread."""
    # not at the top: this brings in torch, and the window comes first
    from singan_core.rendering.injection import model_view

    request = render_request(order, 0, "", document, source, model, is_edit_needed=False)
    return model_view(edit_injection(request))
