"""What earlier trainings left in the program's folders; everything here runs off the UI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from app.jobs.worker import Worker
    from app.storage.model_cache import ModelCache
    from app.storage.recovery import RecoveryFolder
    from singan_core.config import TrainConfig
    from singan_core.model.trained import TrainedPyramid, TrainState

T = TypeVar("T")


@dataclass(frozen=True)
class Leftovers:
    """What earlier sessions left of a photo; both may be None.

    Attributes:
        model: newest finished model of the photo in the cache.
        state: newest checkpoint of an unfinished training of the photo.
    """

    model: TrainedPyramid | None
    state: TrainState | None


def when_stored(worker: Worker, look: Callable[[], T]) -> T:
    """Look into the folders once every training that was just stopped has left its state there."""
    worker.wait_for_checkpoints()
    return look()


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
    from singan_core.pixels.image import photo_sha256

    photo_hash = photo_sha256(photo)
    abandoned = recovery.find_abandoned(photo_hash)
    if abandoned is not None:
        recovery.adopt(abandoned, session_id)
    states = (recovery.read(each) for each in (session_id, *closed_ids))
    own = (state for state in states if state and state.model.photo_sha256 == photo_hash)
    return Leftovers(cache.find_newest(photo_hash), next(own, None))


def find_model(
    cache: ModelCache,
    recovery: RecoveryFolder,
    recovery_id: str,
    photo: NDArray[np.uint8],
    config: TrainConfig,
    is_fitting: Callable[[TrainedPyramid], bool] | None = None,
) -> TrainedPyramid | TrainState | None:
    """Return the cached model of exactly this photo and these settings.

    Without one a training from the beginning follows, so that an older checkpoint of that name
    is forgotten: it must not be resumed in place of the new one. Models for one application are
    asked for by their settings alone; of those an unfinished training is gone on with. What is
    derived from another model, and not by its settings alone, is never in the cache; of it only a
    training that is ``is_fitting`` is gone on with.
    """
    from singan_core.pixels.image import photo_sha256

    photo_hash = photo_sha256(photo)
    model = cache.find(photo_hash, config) if is_fitting is None else None
    if model is not None:
        return model
    state = None
    if config.kind != "single":
        state = recovery.find_unfinished(photo_hash, config, is_fitting)
    if state is None:
        recovery.remove(recovery_id)
    return state


def keep_model(
    cache: ModelCache | None, recovery: RecoveryFolder, recovery_id: str, model: TrainedPyramid
) -> None:
    """Store a finished model, unless there is no cache; its checkpoint is of no more use."""
    if cache is not None:
        cache.store(model)
    recovery.remove(recovery_id)
