"""What earlier sessions left of a photo: a finished model, a training that was cut short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from app.model_cache import ModelCache
    from app.recovery import RecoveryFolder
    from singan_core.trained import TrainedPyramid, TrainState


@dataclass(frozen=True)
class Leftovers:
    """Both may be None.

    Attributes:
        model: newest finished model of the photo in the cache.
        state: newest checkpoint of an unfinished training of the photo.
    """

    model: TrainedPyramid | None
    state: TrainState | None


def find_leftovers(
    photo: NDArray[np.uint8],
    session_id: str,
    cache: ModelCache,
    recovery: RecoveryFolder,
    closed_ids: Iterable[str],
) -> Leftovers:
    """Look for what can be used again; takes over a training of a program that ended.

    Args:
        photo: (H, W, 3) uint8 RGB.
        session_id: gets the abandoned training.
        cache: finished models.
        recovery: checkpoints.
        closed_ids: sessions that this program closed.

    Raises:
        DocumentError: the abandoned training cannot be taken over.
    """
    from singan_core.image import photo_sha256

    photo_hash = photo_sha256(photo)
    abandoned = recovery.find_abandoned(photo_hash)
    if abandoned is not None:
        recovery.adopt(abandoned, session_id)
    states = (recovery.read(each) for each in (session_id, *closed_ids))
    own = (state for state in states if state and state.model.photo_sha256 == photo_hash)
    return Leftovers(cache.find_newest(photo_hash), next(own, None))


def is_newer(state: TrainState, known: TrainState | None) -> bool:
    """Whether a checkpoint is further than a known one, or of another training."""
    if known is None or known.model.config != state.model.config:
        return True
    position = (state.scale, state.iteration, state.update)
    return position > (known.scale, known.iteration, known.update)
