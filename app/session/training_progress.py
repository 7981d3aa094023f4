"""What there is to show of a training: status, progress per event, honest seconds left."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from singan_core.events import TrainEvent, UpdateDone
    from singan_core.model.pyramid import PyramidPlan

TrainingPhase = Literal["idle", "queued", "running", "paused", "done", "failed"]


@dataclass(frozen=True, slots=True)
class TrainingStatus:
    """What there is to show of a training.

    Attributes:
        state: ``idle`` never started or cancelled, ``queued`` waiting for the worker or behind
            another training.
        plan: sizes of the scales, once known.
        scale: scale in training.
        iteration: round within the scale.
        iterations: rounds of the scale.
        cost_done: relative cost so far, see ``events.TrainingStarted``.
        cost_total: relative cost of the whole run.
        eta_s: seconds left of the whole run; None while there is nothing to measure.
        scale_eta_s: seconds left of the scale in training.
        previews: newest sample of each scale, (H, W, 3) uint8 RGB.
        message: one sentence after a failure.
        can_resume: whether ``Session.resume_training`` has something to go on from.
    """

    state: TrainingPhase = "idle"
    plan: PyramidPlan | None = None
    scale: int = 0
    iteration: int = 0
    iterations: int = 0
    cost_done: float = 0.0
    cost_total: float = 0.0
    eta_s: float | None = None
    scale_eta_s: float | None = None
    previews: Mapping[int, NDArray[np.uint8]] = field(default_factory=dict)
    message: str = ""
    can_resume: bool = False

    @property
    def is_active(self) -> bool:
        """Whether a job exists: queued, running or paused."""
        return self.state in ("queued", "running", "paused")


class TrainingClock:
    """Seconds left, from progress per second of running time; pauses do not count."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._elapsed_s = 0.0
        self._running_since: float | None = None
        self._first: tuple[float, float] | None = None

    def start(self) -> None:
        """Count from now on."""
        if self._running_since is None:
            self._running_since = self._now_s()

    def pause(self) -> None:
        """Stop counting."""
        self._elapsed_s = self.elapsed_s
        self._running_since = None

    @property
    def elapsed_s(self) -> float:
        """Running time so far."""
        running = 0.0 if self._running_since is None else self._now_s() - self._running_since
        return self._elapsed_s + running

    def eta_s(self, done: float, total: float) -> float | None:
        """Return the seconds left, measured from the first progress seen.

        A resumed run starts with progress it did not make itself, so the first call is
        only the baseline and gives None.
        """
        if self._first is None:
            self._first = (done, self.elapsed_s)
        measured, measured_s = done - self._first[0], self.elapsed_s - self._first[1]
        if measured <= 0 or measured_s <= 0:
            return None
        return max(0.0, measured_s * (total - done) / measured)


class TrainingProgress:
    """Follows the events of one run.

    Args:
        known: where an earlier run stopped, shown until this one tells more.

    Attributes:
        status: what the panel shows.
    """

    def __init__(
        self,
        known: TrainingStatus | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now_s = now_s
        known = known or TrainingStatus()
        self.status = dataclasses.replace(known, state="queued", message="", can_resume=False)
        self._clock = TrainingClock(now_s)
        self._scale_clock = TrainingClock(now_s)

    def take(self, event: TrainEvent) -> None:
        """Bring the status up to date with one event."""
        from singan_core import events

        match event:
            case events.TrainingStarted(plan=plan, cost_total=total):
                self._change(plan=plan, cost_total=total)
                self._run(self._clock)
            case events.ScaleStarted(scale=scale, iteration=iteration, iterations=iterations):
                self._scale_clock = TrainingClock(self._now_s)
                self._change(scale=scale, iteration=iteration, iterations=iterations)
                self._change(scale_eta_s=None)
                self._run(self._scale_clock)
            case events.UpdateDone():
                self._take_update(event)
            case events.PreviewReady(scale=scale, image=image):
                self._change(previews={**self.status.previews, scale: image})
            case events.TrainingDone():
                self._change(state="done", cost_done=self.status.cost_total)
                self._change(eta_s=0.0, scale_eta_s=0.0)

    def pause(self) -> None:
        """Stop the clocks; the time of a pause is not the engine's."""
        self._stop_clocks()
        self._change(state="paused")

    def wait(self) -> None:
        """Another training goes first: the next update of this one ends the waiting."""
        self._stop_clocks()
        self._change(state="queued", eta_s=None, scale_eta_s=None)

    def _stop_clocks(self) -> None:
        self._clock.pause()
        self._scale_clock.pause()

    def resume(self) -> None:
        """Let the clocks run again."""
        self._clock.start()
        self._scale_clock.start()
        self._change(state="running")

    def _run(self, clock: TrainingClock) -> None:
        """Start a clock, unless a pause overtook the event that starts it."""
        if self.status.state != "paused":
            clock.start()
            self._change(state="running")

    def _take_update(self, event: UpdateDone) -> None:
        if self.status.state == "queued":
            self.resume()
        self._change(
            scale=event.scale,
            iteration=event.iteration,
            iterations=event.iterations,
            cost_done=event.cost_done,
            eta_s=self._clock.eta_s(event.cost_done, self.status.cost_total),
            scale_eta_s=self._scale_clock.eta_s(event.iteration, event.iterations),
        )

    def _change(self, **changes: Any) -> None:
        self.status = dataclasses.replace(self.status, **changes)
