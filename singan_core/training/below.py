"""The reconstruction of large scales, in tiles: what a scale in training builds on."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import torch

from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.resize import Size, Window, source_window
from singan_core.pixels.tiles import tiles
from singan_core.rendering.sample import Renderer, last_image, reconstruction_noise, walk
from singan_core.rendering.window_walk import read_by, refined_window
from singan_core.training.entry import PLAIN_ENTRY, Entry
from singan_core.training.photo_levels import level_window

_Result = TypeVar("_Result")
Steps = Generator[None, None, _Result]
"""Work in parts: None after every one of them, its result at last."""


@dataclass(frozen=True, slots=True)
class Below:
    """What a large scale gets of the reconstruction of the scale below.

    The picture is kept, not walked anew for every crop: at 50 megapixels it takes 170 MB in half
    precision, off by less than a sixteenth of an 8-bit level, and the cone of a crop would cost
    as much as the crop's training.

    Attributes:
        picture: (1, 3, h, w) float16 in [-1, 1], the reconstruction of the scale below.
        rmse: error of the same, enlarged, in the [-1, 1] range.
    """

    picture: torch.Tensor
    rmse: float

    @property
    def size(self) -> Size:
        """(h, w) of the picture."""
        return int(self.picture.shape[-2]), int(self.picture.shape[-1])

    def entered(self, entry: Entry, window: Window, size: Size) -> torch.Tensor:
        """Return a window of what enters the scale of (H, W): (1, 3, *window.size) float32."""
        held = source_window(window, self.size, size)
        return entry.entered_window(held.cut(self.picture).float(), held, self.size, window, size)


def measured_below(
    model: TrainedPyramid,
    renderer: Renderer,
    real: torch.Tensor,
    entry: Entry,
    reconstruction: torch.Tensor | None = None,
) -> Steps[Below]:
    """Reconstruct the scale below the next one, unless it is at hand, and measure its error.

    Args:
        model: finished scales, at least one, with config and plan.
        renderer: their frozen generators.
        real: (1, 3, H, W), the photo at the next scale.
        entry: how pictures of the scale below come in.
        reconstruction: what ``reconstructed`` returned for the scale below.
    """
    size = model.plan.sizes[model.scale_count]
    if reconstruction is None:
        reconstruction = yield from _walked(model, renderer)
    below, squares = Below(reconstruction, 0.0), 0.0
    for window in tiles(Window.of(size)):
        base = below.entered(entry, window, size)
        squares += squared_error(base, real, window)
        yield
    return Below(reconstruction, root_mean(squares, size))


def reconstructed(
    renderer: Renderer, scale: int, below: Below, entry: Entry, window: Window, size: Size
) -> torch.Tensor:
    """Return a window of the reconstruction of a scale of (H, W), from that of the scale below.

    Args:
        renderer: the generators.
        scale: 1 or more.
        below: the whole reconstruction of the scale below.
        entry: how it comes in.
        window: pixels wanted.
        size: (H, W) of the scale.
    """
    read = read_by(renderer, scale, window, size)
    previous = below.entered(entry, read, size)
    silence = torch.zeros(1, 1, 1, 1, device=previous.device)
    return refined_window(renderer, scale, previous, silence, read, window, size)


def half_picture(size: Size, device: torch.device) -> torch.Tensor:
    """Return memory for a picture: (1, 3, H, W) float16."""
    return torch.empty(1, 3, *size, dtype=torch.float16, device=device)


def squared_error(part: torch.Tensor, real: torch.Tensor, window: Window) -> float:
    """Return the sum of squared differences of a window's pixels to the photo's."""
    return float((part - level_window(real, window)).double().square().sum())


def root_mean(squares: float, size: Size) -> float:
    """Return the RMSE of a picture of three channels from its sum of squares."""
    return math.sqrt(squares / (3 * size[0] * size[1]))


def _walked(model: TrainedPyramid, renderer: Renderer) -> Steps[torch.Tensor]:
    """Reconstruct the newest scale: whole as far as scales are held whole, then in tiles."""
    sizes, stop = model.plan.sizes, model.scale_count
    is_windowed = [model.config.is_windowed(scale, sizes[scale]) for scale in range(stop)]
    first = is_windowed.index(True) if any(is_windowed) else stop
    noise_source = reconstruction_noise(renderer, model.rec_noise)
    picture = last_image(walk(renderer, sizes, noise_source, stop_scale=first)).half()
    for scale in range(first, stop):
        below = Below(picture, 0.0)
        picture = half_picture(sizes[scale], renderer.device)
        for window in tiles(Window.of(sizes[scale])):
            part = reconstructed(renderer, scale, below, PLAIN_ENTRY, window, sizes[scale])
            window.cut(picture).copy_(part)
            yield
    return picture
