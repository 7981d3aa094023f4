"""Inputs of a scale too large to be held whole: crops that are walked to, not cut out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch.nn import functional

from singan_core.model.networks import PADDING_PX
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size, Window
from singan_core.pixels.tiles import tiles
from singan_core.rendering.sample import Renderer
from singan_core.training.batch import Batch, GeneratorInput
from singan_core.training.below import (
    Below,
    Steps,
    half_picture,
    reconstructed,
    root_mean,
    squared_error,
)
from singan_core.training.entry import Entry
from singan_core.training.photo_levels import level_window
from singan_core.training.places import (
    Ends,
    EvenPlace,
    Place,
    even_places,
    evening_weights,
)

REGION_CROPS = 2
"""Side of the part of a sample that several rounds cut their crops from, in crops."""
_STATISTICS_WINDOWS = 8
WINDOWS_PER_SAMPLE = 4
"""Windows per whole sample that statistics would be averaged over."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a random sample as it enters the scale, without noise.

    Attributes:
        window: where crops are cut.
        read: ``window`` and the 5 px around it that the picture has.
        base: (1, 3, *read.size) float32 in [-1, 1].
        ends: borders of the picture that the region lies at; its crops do too.
    """

    window: Window
    read: Window
    base: torch.Tensor
    ends: Ends

    def crop(self, size: Size, generator: torch.Generator) -> Window:
        """Draw a crop of (h, w) inside the region."""
        height, width = self.window.size
        room = torch.tensor([height - size[0], width - size[1]])
        offset = (torch.rand(2, generator=generator) * (room + 1)).long()
        for axis, end in enumerate(self.ends):
            if end is not None:
                offset[axis] = room[axis] * end
        top, left = self.window.top + int(offset[0]), self.window.left + int(offset[1])
        return Window(top, left, top + size[0], left + size[1])


class WindowSource:
    """Draws the batches of a large scale, each a function of (seed, scale, round, draw).

    What a batch costs does not depend on the size of the scale: the photo and the
    reconstruction of the scale below are cut, and a sample is walked to through the backward
    cone of a region. Every crop is cut from the once-padded whole, which is never made.

    Args:
        model: finished scales below, with config and plan.
        renderer: their frozen generators.
        real: (1, 3, H, W), the photo at the scale (``PhotoLevels``).
        entry: how pictures of the scale below come in.
        below: the reconstruction of the scale below.
    """

    def __init__(
        self,
        model: TrainedPyramid,
        renderer: Renderer,
        real: torch.Tensor,
        entry: Entry,
        below: Below,
    ) -> None:
        self._config, self._seed = model.config, model.seed
        self._scale = model.scale_count
        self._sizes = model.plan.sizes
        self._size = self._sizes[self._scale]
        self._is_finest = self._scale == model.plan.scale_count - 1
        self._real, self._renderer, self._entry, self._below = real, renderer, entry, below
        crop = self._config.crop_at(self._scale, self._size) or max(self._size)
        self._crop = self._clipped(crop)
        self._crop_count = self._config.crop_count_at(self._scale, self._size)
        is_kept = self._config.sample_reuse > 1
        self._region = self._clipped(crop * REGION_CROPS) if is_kept else self._crop
        self._down, self._across = (
            evening_weights(full, side).to(real.device)
            for full, side in zip(self._size, self._crop, strict=True)
        )
        self._sample: tuple[int, list[Region]] | None = None
        self.base_rmse = below.rmse
        self.noise_amplitude = self._config.noise_weight * below.rmse
        self.reconstruction: torch.Tensor | None = None

    def batch(self, iteration: int, draw: int) -> Batch:
        """Return the batch of one critic step; generator steps use the last draw of a round."""
        generator = self._generator(iteration, draw)
        count = self._crop_count
        epsilon = torch.rand(count, 1, 1, 1, generator=generator).to(self._real.device)
        at_real, at_rec = (self._windows(count, generator) for _ in range(2))
        regions = self._regions(self._sample_index(iteration, draw))
        fakes = [
            self._noisy(region, region.crop(self._crop, generator), generator) for region in regions
        ]
        return Batch(
            torch.cat([level_window(self._real, window) for window in at_real]),
            _joined(fakes),
            self._reconstruction_input(at_rec),
            torch.cat([level_window(self._real, window) for window in at_rec]),
            epsilon,
            torch.stack([self._weight(window) for window in at_rec]),
        )

    def sample(self, index: int) -> GeneratorInput:
        """Return the input of the middle of a random sample, of the shape of the whole."""
        ratio = self._config.whole_size_px / max(self._size)
        height, width = (min(side, max(1, round(side * ratio))) for side in self._size)
        top, left = (self._size[0] - height) // 2, (self._size[1] - width) // 2
        window = Window(top, left, top + height, left + width)
        region = self._walked(derive_seed(self._seed, self._scale, "whole", index), window)
        return self._noisy(region, window, self._generator("whole", index))

    def statistics(self, count: int) -> Iterator[GeneratorInput | None]:
        """Return inputs of several windows each, together as varied as the whole picture.

        Args:
            count: of the whole samples that they stand for.

        Yields:
            None after every window; after several, their joined inputs.
        """
        for index in range(count * WINDOWS_PER_SAMPLE // _STATISTICS_WINDOWS):
            generator = self._generator("statistics", index)
            seed = derive_seed(self._seed, self._scale, "statistics", index)
            sources = []
            for window in self._windows(_STATISTICS_WINDOWS, generator):
                sources.append(self._noisy(self._walked(seed, window), window, generator))
                yield None
            yield _joined(sources)
        generator = self._generator("statistics", "reconstruction")
        yield self._reconstruction_input(self._windows(_STATISTICS_WINDOWS, generator))

    def reconstructing(self, weights: Mapping[str, torch.Tensor]) -> Steps[float]:
        """Reconstruct the photo with the scale's final weights, in tiles; return the RMSE."""
        amplitude = self.noise_amplitude
        trained = TrainedScale(self._size, _width(weights), amplitude, 0.0, weights)
        renderer = self._renderer.with_scale(trained)
        held = None if self._is_finest else half_picture(self._size, self._real.device)
        squares = 0.0
        for window in tiles(Window.of(self._size)):
            part = reconstructed(
                renderer, self._scale, self._below, self._entry, window, self._size
            )
            squares += squared_error(part, self._real, window)
            if held is not None:
                window.cut(held).copy_(part)
            yield
        self.reconstruction = held
        return root_mean(squares, self._size)

    def _sample_index(self, iteration: int, draw: int) -> int:
        reuse, steps = self._config.sample_reuse, self._config.critic_steps
        return (iteration * steps + draw) // (reuse * steps if reuse > 1 else 1)

    def _regions(self, index: int) -> list[Region]:
        """Return parts of a random sample, one per crop; kept until another is asked for."""
        if self._sample is None or self._sample[0] != index:
            seed = derive_seed(self._seed, self._scale, "sample", index)
            generator = torch.Generator().manual_seed(seed)
            drawn = even_places(self._size, self._crop, self._crop_count, generator)
            regions = [
                self._walked(seed, self._around(place, generator), place.ends) for place in drawn
            ]
            self._sample = index, regions
        return self._sample[1]

    def _around(self, place: EvenPlace, generator: torch.Generator) -> Window:
        """Draw a region that holds the crop at a place, and ends where the crop does."""
        more = [large - small for large, small in zip(self._region, self._crop, strict=True)]
        before = [int(torch.randint(0, each + 1, (), generator=generator)) for each in more]
        corner = [
            min(max(start - drawn, 0), full - side)
            for start, drawn, full, side in zip(
                place.corner, before, self._size, self._region, strict=True
            )
        ]
        return _window((corner[0], corner[1]), self._region)

    def _walked(self, seed: int, window: Window, ends: Ends = (None, None)) -> Region:
        read = window.grown(PADDING_PX, self._size)
        base = self._entry.drawn_window(self._renderer, self._sizes, self._scale, seed, read)
        return Region(window, read, base, ends)

    def _noisy(self, region: Region, window: Window, generator: torch.Generator) -> GeneratorInput:
        """Add this scale's noise to a crop of a region, and pad it where the picture ends."""
        sides = tuple(side + 2 * PADDING_PX for side in window.size)
        drawn = torch.randn(1, 3, *sides, generator=generator).to(self._real.device)
        read = window.grown(PADDING_PX, self._size)
        previous = read.cut(region.base, region.read)
        padded = _padded(previous, read, window)
        return GeneratorInput(
            padded + self.noise_amplitude * self._silenced(drawn, read, window),
            window.cut(previous, read),
        )

    def _silenced(self, drawn: torch.Tensor, read: Window, window: Window) -> torch.Tensor:
        """Return noise that is zero beyond the picture, unless it is drawn padded."""
        if self._config.is_noise_padded or read.size == tuple(drawn.shape[-2:]):
            return drawn
        origin = Window(window.top - PADDING_PX, window.left - PADDING_PX, 0, 0)
        return _padded(read.cut(drawn, origin), read, window)

    def _reconstruction_input(self, windows: list[Window]) -> GeneratorInput:
        sources = []
        for window in windows:
            read = window.grown(PADDING_PX, self._size)
            base = self._below.entered(self._entry, read, self._size)
            padded = _padded(base, read, window)
            sources.append(GeneratorInput(padded, window.cut(base, read)))
        return _joined(sources)

    def _windows(self, count: int, generator: torch.Generator) -> list[Window]:
        """Draw crops."""
        drawn = even_places(self._size, self._crop, count, generator)
        return [_window(place.corner, self._crop) for place in drawn]

    def _weight(self, window: Window) -> torch.Tensor:
        """Return what the errors of a crop weigh: (1, h, w)."""
        down = self._down[window.top : window.bottom]
        across = self._across[window.left : window.right]
        return (down[:, None] * across)[None]

    def _clipped(self, side: int) -> Size:
        return min(side, self._size[0]), min(side, self._size[1])

    def _generator(self, *parts: int | str) -> torch.Generator:
        seed = derive_seed(self._seed, self._scale, *parts)
        return torch.Generator().manual_seed(seed)


def _padded(image: torch.Tensor, read: Window, window: Window) -> torch.Tensor:
    """Pad (B, C, *read.size) with zeros to 5 px around a window: there the picture ends."""
    margins = (
        PADDING_PX - (window.left - read.left),
        PADDING_PX - (read.right - window.right),
        PADDING_PX - (window.top - read.top),
        PADDING_PX - (read.bottom - window.bottom),
    )
    return functional.pad(image, margins)


def _window(corner: Place, size: Size) -> Window:
    return Window(*corner, corner[0] + size[0], corner[1] + size[1])


def _joined(sources: list[GeneratorInput]) -> GeneratorInput:
    return GeneratorInput(
        torch.cat([source.padded for source in sources]),
        torch.cat([source.base for source in sources]),
    )


def _width(weights: Mapping[str, torch.Tensor]) -> int:
    return int(weights["last.weight"].shape[1])
