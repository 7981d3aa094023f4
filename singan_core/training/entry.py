"""What a scale in training gets of the scales below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from singan_core.pixels.palette import Palette, quantized
from singan_core.pixels.resize import Size, Window, source_window
from singan_core.rendering.sample import NoiseSource, Renderer, enlarged, last_image, walk
from singan_core.rendering.window_sample import enlarged_window, sampled_window


@dataclass(frozen=True)
class Entry:
    """The way into a scale in training.

    Attributes:
        palette: colours that the picture of the scale below is reduced to before it is
            enlarged; empty = it keeps its own.
        composite: (1, 3, H, W) in [-1, 1], an edit as its injection scale receives it, which
            is rendered in place of random samples; None = random samples.
        composite_scale: the injection scale.
    """

    palette: Palette = ()
    composite: torch.Tensor | None = None
    composite_scale: int = 0

    def entered(self, below: torch.Tensor, size: Size) -> torch.Tensor:
        """Return what a scale gets of a picture of the scale below, before noise.

        Args:
            below: (1, 3, h, w) float32 in [-1, 1].
            size: (H, W) of the scale.

        Returns:
            (1, 3, H, W) in [-1, 1], an ordinary tensor that can be trained on.
        """
        reduced = quantized(below, self.palette) if self.palette else below
        return enlarged(reduced, size).clone()

    def entered_window(
        self, below: torch.Tensor, held: Window, below_size: Size, window: Window, size: Size
    ) -> torch.Tensor:
        """Return a window of ``entered``.

        Args:
            below: (1, 3, *held.size) float32 in [-1, 1].
            held: where it lies in the picture of the scale below.
            below_size: (H, W) of that picture.
            window: pixels wanted.
            size: (H, W) of the scale.

        Returns:
            (1, 3, *window.size) in [-1, 1], as of ``entered``.
        """
        reduced = quantized(below, self.palette) if self.palette else below
        return enlarged_window(reduced, held, below_size, window, size).clone()

    def drawn_window(
        self, renderer: Renderer, sizes: Sequence[Size], scale: int, seed: int, window: Window
    ) -> torch.Tensor:
        """Return a window of a fresh input of a scale, before its own noise.

        Args:
            renderer: the scales below.
            sizes: (H, W) per scale.
            scale: the scale in training, 1 or more.
            seed: of the noise of the scales below.
            window: pixels wanted.

        Returns:
            (1, 3, *window.size) in [-1, 1], as of ``entered``.
        """
        first = 0 if self.composite is None else self.composite_scale
        if self.composite is not None and scale == first:
            return window.cut(self.composite)
        below = source_window(window, sizes[scale - 1], sizes[scale])
        image = sampled_window(
            renderer, sizes, seed, below, scale, start_scale=first, start=self.composite
        )
        return self.entered_window(image, below, sizes[scale - 1], window, sizes[scale])

    def drawn(
        self, renderer: Renderer, sizes: Sequence[Size], scale: int, draw: NoiseSource
    ) -> torch.Tensor:
        """Return a fresh input of a scale, before its own noise.

        Args:
            renderer: the scales below.
            sizes: (H, W) per scale.
            scale: the scale in training, 1 or more.
            draw: noise of the scales below.

        Returns:
            (1, 3, H, W) in [-1, 1], as of ``entered``.
        """
        if self.composite is None:
            return self.entered(last_image(walk(renderer, sizes, draw)), sizes[scale])
        first = self.composite_scale
        if scale == first:
            return self.composite
        steps = walk(renderer, sizes, draw, start_scale=first, start=self.composite)
        return self.entered(last_image(steps), sizes[scale])


PLAIN_ENTRY = Entry()
"""As in the paper: random samples, enlarged, nothing else."""
