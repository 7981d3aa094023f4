"""The second picture of a document, and what is trained of the two together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from app.document.change import Change
from app.document.commands import Command
from app.document.document import Document
from app.document.files.project.project_pair import StoredPair
from app.document.pixels import Pixels
from app.jobs.requests import PairRequest
from app.session.leftovers import when_stored
from app.session.switch_trials import SwitchTrials
from app.session.training import DerivedTraining, SessionTraining, TrainingListener
from app.session.training_progress import TrainingStatus

if TYPE_CHECKING:
    from app.jobs.runner import CheckpointNotWritten, TrainingOvertaken
    from app.jobs.worker import JobEnded, JobProgress
    from app.session.services import SessionServices
    from app.storage.model_cache import ModelCache
    from singan_core.config import TrainConfig
    from singan_core.events import TrainEvent
    from singan_core.model.trained import TrainedPyramid, TrainState
    from singan_core.model.trained_pair import TrainedPair


@dataclasses.dataclass(frozen=True)
class PairListener:
    """Whom a pair tells what happened; each is called on the UI thread.

    Attributes:
        changed: there is something else to show.
        models_changed: there are more scales, or others.
        notice: one sentence for the user.
    """

    changed: Callable[[], None]
    models_changed: Callable[[], None]
    notice: Callable[[str], None]


class SecondPicture:
    """A second picture (B), and all that belongs to it and the document's photo (A).

    Attributes:
        photo: (h, w, 3) uint8 RGB.
        name: where it came from.
        pair: the scales of both that are trained so far.
        clip: whose frames are trained on beside photo A; None = none are, as far as is known.
        frames: those, (H, W, 3) uint8 each.
        own_model: of this picture alone, trained anywhere; None = none is known.
        training: of the pair.
        trials: of switch scales.
    """

    def __init__(
        self,
        session_id: str,
        photo: NDArray[np.uint8],
        name: str,
        services: SessionServices,
        listener: PairListener,
    ) -> None:
        # not at the top: this brings in torch, and the window comes first
        from singan_core.pixels.image import photo_sha256

        self.photo, self.name = photo, name
        self.sha256 = photo_sha256(photo)
        self.pair: TrainedPair | None = None
        self.own_model: TrainedPyramid | None = None
        self.recovery_id = f"{session_id}-pair-{self.sha256[:12]}"
        self.trials = SwitchTrials(session_id, services, listener.changed, listener.notice)
        self.clip: Path | None = None
        self.frames: tuple[Pixels, ...] = ()
        self._derived = DerivedTraining(self._request, _is_never_fitting)
        # half of a pair says nothing: its models are taken from the events themselves
        hears = TrainingListener(listener.changed, lambda _: None, listener.notice)
        blank = np.zeros((1, 1, 3), np.uint8)
        self.training = SessionTraining(
            session_id, blank, services, hears, "pair", self._derived, self.recovery_id
        )

    def start(self, photo_a: NDArray[np.uint8], config: TrainConfig, device: str) -> None:
        """Train both from the beginning."""
        self.training.use_photo(photo_a)
        self.training.start(config, device, self._derived)

    def resume(self, photo_a: NDArray[np.uint8]) -> None:
        """Go on after a pause, or from the newest checkpoint."""
        self.training.use_photo(photo_a)
        self.training.resume()

    def use_frames(self, clip: Path | None, frames: tuple[Pixels, ...]) -> None:
        """Train on the frames of a clip beside photo A from now on, of its size each."""
        self.clip, self.frames = clip, frames

    def _request(self, *parts: Any, **named: Any) -> PairRequest:
        return PairRequest(*parts, photo_b=self.photo, more_frames=self.frames, **named)

    def stop(self) -> None:
        """Stop what is computed; finished scales stay, and the training can be gone on with."""
        self.training.cancel()
        self.trials.cancel()


class SessionPair:
    """Owns the second picture of a session, its training and the models that results refer to.

    Attributes:
        second: the picture; None = none was given yet.
        clip: whose frames stand for photo A in the next training; None = itself alone.
    """

    def __init__(self, session_id: str, services: SessionServices, listener: PairListener) -> None:
        self._session_id = session_id
        self._services = services
        self._listener = listener
        self._used: dict[str, TrainedPyramid] = {}
        self.second: SecondPicture | None = None
        self.clip: Path | None = None

    @property
    def pair(self) -> TrainedPair | None:
        """The trained scales so far; translating needs two (``pair.is_usable``)."""
        return None if self.second is None else self.second.pair

    @property
    def status(self) -> TrainingStatus:
        """What there is to show of the training."""
        return TrainingStatus() if self.second is None else self.second.training.status

    @property
    def models(self) -> Mapping[str, TrainedPyramid]:
        """All that results may refer to, by id."""
        return self._used

    def picture(self, photo: NDArray[np.uint8], name: str) -> SecondPicture:
        """Return a picture, (h, w, 3) uint8 RGB, that may become the second one."""
        return SecondPicture(self._session_id, photo, name, self._services, self._listener)

    def show(self, second: SecondPicture | None) -> None:
        """Have another second picture; the training of the one before is stopped."""
        if self.second is not None:
            self.second.stop()
        self.second = second
        self._listener.models_changed()

    def use_clip(self, clip: Path | None) -> None:
        """Have other frames for the next training."""
        self.clip = clip
        self._listener.changed()

    def use(self, pair: TrainedPair) -> TrainedPair:
        """Keep the models of a pair as long as results refer to them."""
        self._used |= {model.model_id: model for model in (pair.a, pair.b)}
        return pair

    def keep(self, model: TrainedPyramid) -> None:
        """Keep a model of the second picture alone as long as results refer to it."""
        self._used[model.model_id] = model

    def look_for_own_model(self) -> None:
        """Find, in the background, a model of the second picture alone, of whatever project."""
        second, services = self.second, self._services
        if second is not None and second.own_model is None:
            find = partial(_single_model, services.cache, second.sha256)
            take = partial(self._take_own_model, second)
            services.edits.submit(find, take, self._listener.notice)

    def restore(self, stored: StoredPair | None) -> None:
        """Take over what a project holds; before anyone listens."""
        if stored is None:
            return
        self._used |= stored.models
        second = self.picture(stored.photo_b, stored.name)
        state, pair = stored.state, stored.pair
        second.pair = _newer(pair, state)
        own = (model for model in stored.models.values() if model.kind == "single")
        second.own_model = next((each for each in own if each.photo_sha256 == second.sha256), None)
        config = None if pair is None else pair.config
        config = config if state is None else state.model.config
        model = None if pair is None else pair.a
        if config is not None:
            second.training.restore(config, model, state)
        self.second = second

    @property
    def stored(self) -> StoredPair | None:
        """What a project keeps, with all models that results may refer to."""
        second = self.second
        if second is None:
            return None
        used = StoredPair(second.photo, second.name, dict(self._used))
        return used.with_pair(second.pair, second.training.state, set(self._used))

    def look_for_leftover(self, photo_sha256: str) -> None:
        """Find, in the background, an unfinished training of the two pictures."""
        second = self.second
        if second is None or (second.pair is not None and second.pair.is_complete):
            return
        services = self._services
        find = partial(services.recovery.find_pair, photo_sha256, second.sha256)
        look = partial(when_stored, services.worker, find)
        services.edits.submit(look, partial(self._offer, second), self._listener.notice)

    def cancel(self) -> None:
        """Stop what is computed."""
        if self.second is not None:
            self.second.stop()

    def take_progress(self, progress: JobProgress) -> bool:
        """Follow an event, if it is of the pair; returns whether it was."""
        second = self.second
        if second is None:
            return False
        if progress.job_id != second.training.job_id:
            return second.trials.take_progress(progress)
        event = progress.event
        partner = getattr(event, "partner", None)
        if partner is not None:
            from singan_core.model.trained_pair import TrainedPair

            model = cast("TrainedPyramid", getattr(event, "model", None))
            self._take_pair(second, TrainedPair(model, partner))
        second.training.take(cast("TrainEvent | CheckpointNotWritten | TrainingOvertaken", event))
        return True

    def take_end(self, ended: JobEnded) -> bool:
        """Follow the end of a job, if it is of the pair; returns whether it was."""
        second = self.second
        if second is None:
            return False
        if ended.job_id != second.training.job_id:
            return second.trials.take_end(ended)
        second.training.end(ended)
        return True

    def _take_own_model(self, second: SecondPicture, model: TrainedPyramid | None) -> None:
        if model is not None:
            second.own_model = model
            self._listener.changed()

    def _take_pair(self, second: SecondPicture, pair: TrainedPair) -> None:
        known = second.pair
        if known is not None and known.is_usable and not pair.is_usable:
            # the one that can translate stays until the new one can
            return
        second.pair = pair
        self._listener.models_changed()

    def _offer(self, second: SecondPicture, state: TrainState | None) -> None:
        if state is None or second is not self.second or second.training.was_started:
            return
        second.training.offer(state)
        second.pair = _newer(second.pair, state)
        self._listener.changed()


class SetSecondPicture(Command):
    """Give a document another second picture; the one before keeps what was trained with it."""

    label = "Second picture"

    def __init__(self, pair: SessionPair, second: SecondPicture | None) -> None:
        """Prepare to have ``second`` in place of the picture there is."""
        self._pair = pair
        self._after, self._before = second, pair.second

    @property
    def byte_count(self) -> int:
        """Bytes of both pictures."""
        return sum(each.photo.nbytes for each in (self._after, self._before) if each is not None)

    def apply(self, document: Document) -> Change:
        """Have the new one."""
        self._pair.show(self._after)
        return Change()

    def revert(self, document: Document) -> Change:
        """Have the one before."""
        self._pair.show(self._before)
        return Change()


def _newer(pair: TrainedPair | None, state: TrainState | None) -> TrainedPair | None:
    """Return the finished scales of a checkpoint where there are more than in a pair."""
    if state is None or state.partner is None:
        return pair
    from singan_core.model.trained_pair import TrainedPair

    begun = TrainedPair(state.model, state.partner.model)
    known = 0 if pair is None else pair.scale_count
    return begun if begun.scale_count > known else pair


def _single_model(cache: ModelCache, photo_sha256: str) -> TrainedPyramid | None:
    """Return the newest whole model of a photo alone; on any thread."""
    model = cache.find_newest(photo_sha256)
    return model if model is not None and model.kind == "single" else None


def _is_never_fitting(_: TrainedPyramid) -> bool:
    """A training that is begun again is begun from the beginning; going on is asked for."""
    return False
