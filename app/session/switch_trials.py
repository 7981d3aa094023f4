"""Short trials of switch scales for two pictures, to choose one by eye."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.analogy_requests import SwitchScaleRequest
from app.session.followed_job import FollowedJob

if TYPE_CHECKING:
    from app.session.services import SessionServices
    from singan_core.applications.structural_analogy.switch_scale import SwitchScaleTried
    from singan_core.config import TrainConfig


class SwitchTrials(FollowedJob):
    """The newest trials of two pictures; none are kept with the document.

    Attributes:
        scale_count: scales of the training that they are for; 0 = nothing was tried.
        tried: what came of every switch scale, by scale.
        proposed: the one that measured best; None = not all are tried yet.
    """

    def __init__(
        self,
        session_id: str,
        services: SessionServices,
        changed: Callable[[], None],
        notice: Callable[[str], None],
    ) -> None:
        super().__init__(session_id, services, changed, notice)
        self.scale_count = 0
        self.tried: dict[int, SwitchScaleTried] = {}
        self.proposed: int | None = None

    def start(
        self,
        photo_a: NDArray[np.uint8],
        photo_b: NDArray[np.uint8],
        config: TrainConfig,
        device: str,
        scale_count: int,
    ) -> None:
        """Try the switch scales of a training; earlier trials are forgotten.

        Args:
            photo_a: (H, W, 3) uint8 RGB.
            photo_b: (h, w, 3) uint8 RGB.
            config: of the training.
            device: where to compute.
            scale_count: of the training.
        """
        self.cancel()
        self.scale_count, self.tried, self.proposed = scale_count, {}, None
        request = SwitchScaleRequest(self._session_id, photo_a, photo_b, config, device)
        self._submit(request)

    def _is_taken(self, event: object) -> bool:
        from singan_core.applications.structural_analogy.switch_scale import (
            SwitchScaleChosen,
            SwitchScaleTried,
        )

        if isinstance(event, SwitchScaleTried):
            self.tried[event.switch_scale] = event
        elif isinstance(event, SwitchScaleChosen):
            self.proposed = event.switch_scale
        else:
            return False
        return True
