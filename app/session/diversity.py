"""How much the layouts differ that the session's pyramid makes up; measured off the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from app.session.services import SessionServices
    from singan_core.model.trained import TrainedPyramid


def measured(model: TrainedPyramid, photo: NDArray[np.uint8]) -> float:
    """Return the diversity score of a model on the processor; takes some milliseconds."""
    import torch

    from singan_core.rendering.diversity import layout_diversity

    return layout_diversity(model, photo, torch.device("cpu"))


class SessionDiversity:
    """Measures once per pyramid, as soon as the scales that decide the layout are trained.

    Attributes:
        score: see ``singan_core.rendering.diversity``; None while it is not known.
    """

    def __init__(self, services: SessionServices, changed: Callable[[], None]) -> None:
        self._services = services
        self._changed = changed
        self._measured: object | None = None
        self.score: float | None = None

    def follow(self, model: TrainedPyramid, photo: NDArray[np.uint8]) -> None:
        """Measure a model, unless its coarse scales are those measured last."""
        from singan_core.rendering.diversity import layout_scale_count

        count = layout_scale_count(model)
        if model.scale_count < count:
            self._forget()
            return
        coarse = tuple(scale.sha256 for scale in model.scales[:count])
        if coarse == self._measured:
            return
        self._forget()
        self._measured = coarse
        self._services.edits.submit(
            partial(measured, model, photo), partial(self._take, coarse), _drop
        )

    def stop(self) -> None:
        """The document is closed: a score on its way comes too late."""
        self._measured = None

    def _forget(self) -> None:
        if self._measured is not None or self.score is not None:
            self._measured = self.score = None
            self._changed()

    def _take(self, coarse: object, score: float) -> None:
        if coarse == self._measured:
            self.score = score
            self._changed()


def _drop(_message: str) -> None:
    """A score that cannot be measured is simply not shown."""
