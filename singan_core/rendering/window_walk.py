"""One scale of the walk on a window: exact, from no more pixels than it reads."""

from __future__ import annotations

import torch

from singan_core.model.networks import PADDING_PX
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.sample import Renderer, window_noise


def read_by(renderer: Renderer, scale: int, window: Window, size: Size) -> Window:
    """Return the pixels that a scale reads to write a window of an image of (H, W)."""
    return window.grown(renderer.margin(scale), size)


def noise_read(renderer: Renderer, scale: int, window: Window, size: Size) -> Window:
    """Return the pixels whose noise goes into a window; padded noise has some beyond the image."""
    if not renderer.is_noise_padded:
        return read_by(renderer, scale, window, size)
    made = window.grown(renderer.retouching_margin(scale), size)
    return Window(
        made.top - PADDING_PX,
        made.left - PADDING_PX,
        made.bottom + PADDING_PX,
        made.right + PADDING_PX,
    )


def drawn_noise(renderer: Renderer, seed: int, scale: int, window: Window) -> torch.Tensor:
    """Return a window of ``sample.counter_noise`` of a scale, times its amplitude."""
    return renderer.amplitudes[scale] * window_noise(renderer, seed, scale, window)


@torch.inference_mode()
def refined_window(
    renderer: Renderer,
    scale: int,
    previous: torch.Tensor,
    drawn: torch.Tensor,
    read: Window,
    window: Window,
    size: Size,
) -> torch.Tensor:
    """Return what a scale makes of a window (equation 3 of the paper), retouched if it is.

    Args:
        renderer: the generators.
        scale: whose generator.
        previous: (B, 3, *read.size) float32 in [-1, 1], the enlarged image of the scale below.
        drawn: (1, 1 or 3, h, w) noise of ``noise_read(window)``, times its amplitude.
        read: ``read_by(window)``; where it was clipped the image ends and is padded.
        window: pixels wanted.
        size: (H, W) of the image.

    Returns:
        (B, 3, *window.size) float32 in [-1, 1].
    """
    made = window.grown(renderer.retouching_margin(scale), size)
    margins = (
        PADDING_PX - (made.left - read.left),
        PADDING_PX - (read.right - made.right),
        PADDING_PX - (made.top - read.top),
        PADDING_PX - (read.bottom - made.bottom),
    )
    padded = renderer.padded(previous, drawn, margins)
    base = made.cut(previous, read)
    image = renderer.generators[scale].picture(padded, base).clamp_(-1.0, 1.0)
    return renderer.retouched(scale, image, made, window, size)
