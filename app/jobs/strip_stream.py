"""The stream of a scale strip: one small result per injection scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.jobs.rendering import edit_injection
from app.jobs.results import StepDone, StripReady, StripStarted

if TYPE_CHECKING:
    from app.jobs.requests import RenderRequest, StripRequest
    from app.jobs.results import JobStream
    from singan_core.rendering.injection import Injection
    from singan_core.rendering.scale_strip import StripThumbnail


def strip_events(request: StripRequest) -> JobStream:
    """Render an edit at every injection scale: where results show, steps, and the thumbnails.

    A derived model is for one scale, and shown at that one only.
    """
    from singan_core.device import pick_device
    from singan_core.rendering.scale_strip import StripThumbnail, strip_steps

    injection, derivation = edit_injection(request.render), request.render.model.derivation
    yield StripStarted(shown_mask(request.render, injection))
    for step in strip_steps(injection, pick_device(request.render.device)):
        if isinstance(step, StripThumbnail):
            if derivation is None or step.scale == derivation.scale:
                yield _ready(step)
        else:
            yield StepDone(step.done, step.total)


def shown_mask(request: RenderRequest, injection: Injection) -> NDArray[np.uint8]:
    """Return where a result of a request shows: (H, W) uint8 of the composite's size.

    Raises:
        MaskError: nowhere.
    """
    from singan_core.pixels.mask import soft_mask
    from singan_core.rendering.injection import joining_mask, mask_rims

    is_confined = request.is_confining and injection.mask is None
    if is_confined and request.mask is not None:
        return soft_mask(request.mask, *mask_rims(injection))
    return joining_mask(injection)


def _ready(thumbnail: StripThumbnail) -> StripReady:
    window = thumbnail.window
    part = None
    if window is not None:
        part = Rect.from_edges(window.left, window.top, window.right, window.bottom)
    return StripReady(thumbnail.scale, thumbnail.image, thumbnail.size, part)
