"""A document whose edit is rendered while it is made: the scale strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.change import Change
from app.document.document import Document
from app.jobs.requests import StripRequest
from app.session.files import PhotoSource
from app.session.render_orders import RenderOrder, render_request
from app.session.result_session import ResultSession
from app.session.scale_strip import SessionStrip

if TYPE_CHECKING:
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices


class LiveSession(ResultSession):
    """The ground of a session as far as pictures go that are shown but not kept.

    Attributes:
        strip: the thumbnails of all injection scales.

    Signals:
        strip_changed: ``strip`` shows something else.
    """

    strip_changed = Signal()

    def __init__(
        self,
        document: Document,
        source: PhotoSource,
        services: SessionServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, source, services, parent)
        self.strip = SessionStrip(services, self.strip_changed.emit)
        self.edit_changed.connect(self._outdate_strip)

    @property
    def render_device(self) -> str:
        """Name of the device that renders."""
        return self._training.device

    def is_strip_of(self, order: RenderOrder) -> bool:
        """Whether the strip shows, or is about to show, the edit as it is now."""
        return self.strip.is_of((id(self._model), order))

    def request_strip(self, order: RenderOrder) -> None:
        """Render the edit as it is now at every injection scale, small.

        Args:
            order: its scale does not matter.
        """
        model = self._model
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

    def _outdate_strip(self, change: Change) -> None:
        if change.geometry:
            self.strip.clear()
        else:
            self.strip.outdate()

    def _end_glances(self) -> None:
        """Give up what is shown but not kept."""
        self.strip.clear()

    def _take_glance(self, progress: JobProgress) -> bool:
        """Follow an event of what is not kept; returns whether it was one."""
        return self.strip.take(progress)

    def _take_glance_end(self, ended: JobEnded) -> bool:
        """Follow the end of a job of what is not kept; returns whether it was one."""
        return self.strip.end(ended)
