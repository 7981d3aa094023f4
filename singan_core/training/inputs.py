"""The inputs of a scale: of the whole picture, or of windows where it is too large for that."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import torch

from singan_core.model.trained import TrainedPyramid
from singan_core.rendering.sample import Renderer
from singan_core.training.batch import BatchSource, InputSource
from singan_core.training.below import Steps, measured_below
from singan_core.training.entry import Entry
from singan_core.training.window_batch import WindowSource

_Result = TypeVar("_Result")
__all__ = ["Steps", "input_source", "preparing", "returned"]


def preparing(
    model: TrainedPyramid,
    renderer: Renderer,
    real: torch.Tensor,
    entry: Entry,
    reconstruction: torch.Tensor | None = None,
) -> Steps[InputSource]:
    """Prepare the inputs of the next scale; those of a large one in parts.

    Args:
        model: finished scales below, with config and plan.
        renderer: their frozen generators.
        real: (1, 3, H, W), the photo at the scale (``PhotoLevels``).
        entry: how pictures of the scale below come in.
        reconstruction: of the scale below, where it is at hand.

    Yields:
        None after every part.
    """
    scale = model.scale_count
    if not model.config.is_windowed(scale, model.plan.sizes[scale]):
        return BatchSource(model, renderer, real, entry)
    below = yield from measured_below(model, renderer, real, entry, reconstruction)
    return WindowSource(model, renderer, real, entry, below)


def input_source(
    model: TrainedPyramid, renderer: Renderer, real: torch.Tensor, entry: Entry
) -> InputSource:
    """Return what ``preparing`` returns."""
    return returned(preparing(model, renderer, real, entry))


def returned(steps: Generator[None, None, _Result]) -> _Result:
    """Run steps to their end and return their result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: _Result = stop.value
            return result
