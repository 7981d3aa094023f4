"""The one function that turns a request into a stream of events.

The worker thread and the terminal run the same streams. torch is imported inside the
streams only, so that a window or ``--help`` is there before it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.jobs.analogy_requests import AnalogyRequest, AnalogyStripRequest, SwitchScaleRequest
from app.jobs.analogy_streams import (
    analogy_events,
    analogy_strip_events,
    pair_training_events,
    switch_scale_events,
)
from app.jobs.generating import animation_events, sample_events, super_resolution_events
from app.jobs.live_stream import live_events
from app.jobs.rendering import edit_injection, render_events
from app.jobs.requests import (
    AnimationRequest,
    FinetuneRequest,
    JobRequest,
    LiveRequest,
    PairRequest,
    QuantizeRequest,
    RenderRequest,
    SampleRequest,
    SpeedRequest,
    StripRequest,
    SuperResolutionRequest,
    TrainRequest,
)
from app.jobs.results import SpeedMeasured, StepDone
from app.jobs.strip_stream import strip_events
from app.jobs.video_request import VideoRequest
from app.jobs.video_stream import video_events

if TYPE_CHECKING:
    from app.jobs.results import JobStream

CHECKPOINT_REQUEST = "checkpoint"
"""Sent into a training stream, it is answered by a ``CheckpointDue`` of that very moment."""


def job_events(request: JobRequest) -> JobStream:
    """Return the stream of events of a request; nothing runs before it is asked for.

    A training stream also takes ``send(CHECKPOINT_REQUEST)`` between two events, answered by
    a ``CheckpointDue``. ``close()`` at any time cancels.

    Raises:
        EngineError: while iterating, with one sentence for the user.
    """
    return _STREAMS[type(request)](request)


def _training_events(request: TrainRequest) -> JobStream:
    from singan_core.device import pick_device
    from singan_core.training.train import train_pyramid

    yield from train_pyramid(
        request.photo,
        request.config,
        pick_device(request.device),
        request.resume,
        checkpoint_interval_s=request.checkpoint_interval_s,
    )


def _quantizing_events(request: QuantizeRequest) -> JobStream:
    from singan_core.device import pick_device
    from singan_core.training.derived_training import train_quantized

    yield from train_quantized(
        request.parent,
        request.photo,
        request.scale,
        pick_device(request.device),
        request.resume,
        config=request.config,
        checkpoint_interval_s=request.checkpoint_interval_s,
    )


def _finetuning_events(request: FinetuneRequest) -> JobStream:
    from singan_core.device import pick_device
    from singan_core.training.derived_training import train_finetuned

    yield from train_finetuned(
        edit_injection(request.render),
        pick_device(request.device),
        request.resume,
        config=request.config,
        checkpoint_interval_s=request.checkpoint_interval_s,
    )


def _speed_events(request: SpeedRequest) -> JobStream:
    from singan_core.device import pick_device
    from singan_core.training.probe import measure_speed

    device = pick_device(request.device)
    for done, speed in enumerate(measure_speed(request.plan, request.config, device)):
        yield StepDone(done, 0) if speed is None else SpeedMeasured(speed)


_STREAMS: dict[type[Any], Callable[[Any], JobStream]] = {
    TrainRequest: _training_events,
    QuantizeRequest: _quantizing_events,
    FinetuneRequest: _finetuning_events,
    SpeedRequest: _speed_events,
    RenderRequest: render_events,
    SampleRequest: sample_events,
    StripRequest: strip_events,
    LiveRequest: live_events,
    SuperResolutionRequest: super_resolution_events,
    AnimationRequest: animation_events,
    PairRequest: pair_training_events,
    AnalogyRequest: analogy_events,
    AnalogyStripRequest: analogy_strip_events,
    SwitchScaleRequest: switch_scale_events,
    VideoRequest: video_events,
}
