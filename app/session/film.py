"""The animation of one session: the frames made so far, and the job that makes more."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.requests import AnimationRequest
from app.jobs.results import FrameReady
from app.session.followed_job import FollowedJob

if TYPE_CHECKING:
    from app.session.services import SessionServices
    from singan_core.model.trained import TrainedPyramid

PREVIEW_FRAMES = 24


@dataclasses.dataclass(frozen=True, slots=True)
class FilmOrder:
    """An animation the user asked for; see ``AnimationRequest``."""

    start_scale: int = 0
    alpha: float = 0.45
    beta: float = 0.9
    frame_count: int = 100
    is_loop: bool = False
    seed: int = 0
    device: str = "auto"

    def shortened(self) -> FilmOrder:
        """Return a short animation that shows how this one moves."""
        return dataclasses.replace(self, frame_count=min(self.frame_count, PREVIEW_FRAMES))


class SessionFilm(FollowedJob):
    """Owns the newest animation of a session.

    Attributes:
        order: what the frames show; None = there are none.
        model: that made them.
        frames: those made so far, (H, W, 3) uint8 RGB each.
    """

    def __init__(
        self,
        session_id: str,
        services: SessionServices,
        changed: Callable[[], None],
        notice: Callable[[str], None],
    ) -> None:
        super().__init__(session_id, services, changed, notice)
        self._number = 0
        self.order: FilmOrder | None = None
        self.model: TrainedPyramid | None = None
        self.frames: tuple[NDArray[np.uint8], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every frame of the order is there."""
        return self.order is not None and len(self.frames) == self.order.frame_count

    def start(self, model: TrainedPyramid, order: FilmOrder) -> None:
        """Make another animation; the one on its way is given up."""
        self._number += 1
        self.order, self.model, self.frames = order, model, ()
        request = AnimationRequest(
            id=self._number,
            session_id=self._session_id,
            model=model,
            **{field.name: getattr(order, field.name) for field in dataclasses.fields(order)},
        )
        self._submit(request)

    def _is_taken(self, event: object) -> bool:
        if isinstance(event, FrameReady):
            self.frames = (*self.frames, event.image)
            return True
        return False
