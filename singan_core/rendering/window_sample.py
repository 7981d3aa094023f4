"""A window of a random sample, walked through windows of the coarser scales alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from singan_core.pixels.resize import Size, Window, resize, source_window
from singan_core.rendering.sample import Renderer, backward_cone
from singan_core.rendering.window_walk import drawn_noise, noise_read, read_by, refined_window


@torch.inference_mode()
def sampled_window(
    renderer: Renderer,
    sizes: Sequence[Size],
    seed: int,
    window: Window,
    stop_scale: int,
    *,
    start_scale: int = 0,
    start: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return what ``walk`` with ``counter_noise(seed)`` makes of a window, from its cone alone.

    A window costs about the same at any size of the whole: its cone narrows to some 50 px.

    Args:
        renderer: the generators.
        sizes: (H, W) per scale.
        seed: of the noise.
        window: pixels wanted at scale ``stop_scale - 1``.
        stop_scale: scale after the last one computed.
        start_scale: first scale to compute.
        start: (1, 3, *sizes[start_scale]) float32 in [-1, 1], its input; None = zeros.

    Returns:
        (1, 3, *window.size) float32 in [-1, 1].
    """
    cone = backward_cone(window, start_scale, stop_scale, sizes, renderer.margin)
    image, held = start, Window.of(sizes[start_scale])
    for scale, wanted in enumerate(cone, start=start_scale):
        size = sizes[scale]
        read = read_by(renderer, scale, wanted, size)
        if image is None:
            previous = torch.zeros(1, 3, *read.size, device=renderer.device)
        elif scale == start_scale:
            previous = read.cut(image)
        else:
            previous = enlarged_window(image, held, sizes[scale - 1], read, size)
        drawn = drawn_noise(renderer, seed, scale, noise_read(renderer, scale, wanted, size))
        image = refined_window(renderer, scale, previous, drawn, read, wanted, size)
        held = wanted
    assert image is not None, "a walk has at least one step"
    return image


@torch.inference_mode()
def enlarged_window(
    image: torch.Tensor, held: Window, below: Size, window: Window, size: Size
) -> torch.Tensor:
    """Return a window of ``sample.enlarged``, from a window of the image below.

    Args:
        image: (B, 3, *held.size) float32 in [-1, 1].
        held: where it lies in the image of the scale below.
        below: (H, W) of that image.
        window: pixels wanted.
        size: (H, W) of the enlarged image.
    """
    part = resize(image, size, in_size=below, in_window=held, out_window=window)
    return part.clamp(-1.0, 1.0)


def enlarging(image: torch.Tensor, below: Size, size: Size) -> Callable[[Window], torch.Tensor]:
    """Return what gives windows of a whole picture at the size of the next scale.

    Args:
        image: (1, 3, *below) float32 in [-1, 1].
        below: (H, W) of it.
        size: (H, W) of the next scale.
    """

    def window_of(window: Window) -> torch.Tensor:
        held = source_window(window, below, size)
        return enlarged_window(held.cut(image), held, below, window, size)

    return window_of
