"""What one update looks at: whole images, or crops cut from the once-padded whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from singan_core.config import TrainConfig
from singan_core.model.networks import PADDING_PX, noise_size, with_noise
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size
from singan_core.rendering.sample import Renderer
from singan_core.training.entry import Entry

_BORDER_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class GeneratorInput:
    """What a generator reads and adds to.

    Attributes:
        padded: (B, 3, h + 10, w + 10), the noisy image of the scale below, zero-padded once.
        base: (B, 3, h, w), the same without noise and padding: G adds its residual to it.
    """

    padded: torch.Tensor
    base: torch.Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs of one update.

    Attributes:
        real: (B, 3, h, w) of the photo, for the critic.
        fake: input of a random sample.
        rec: input of the reconstruction (z*, equation 5).
        rec_real: (B, 3, h, w), what the reconstruction must equal.
        epsilon: (B, 1, 1, 1) in [0, 1], the mixing draw of the gradient penalty.
    """

    real: torch.Tensor
    fake: GeneratorInput
    rec: GeneratorInput
    rec_real: torch.Tensor
    epsilon: torch.Tensor


class BatchSource:
    """Draws the batches of one scale, each a pure function of (seed, scale, round, draw)."""

    def __init__(
        self,
        config: TrainConfig,
        scale: int,
        real: torch.Tensor,
        rec: GeneratorInput,
        renderer: Renderer,
        noise_amplitude: float,
        sizes: Sequence[Size],
        entry: Entry,
    ) -> None:
        self._config = config
        self._scale = scale
        self._real = real
        self._rec = rec
        self._renderer = renderer
        self._noise_amplitude = noise_amplitude
        self._sizes = sizes
        self._entry = entry
        self._sample: tuple[int, torch.Tensor] | None = None

    @property
    def has_crops(self) -> bool:
        """Whether the scale is larger than a crop on any side."""
        crop = self._config.crop_px
        return crop is not None and max(self._sizes[self._scale]) > crop

    def batch(self, iteration: int, draw: int) -> Batch:
        """Return the batch of one critic step; generator steps use the last draw of a round."""
        generator = torch.Generator().manual_seed(
            derive_seed(self._config.seed, self._scale, iteration, draw)
        )
        index = (iteration * self._config.critic_steps + draw) // self._draws_per_sample
        fake = self.noisy(self.coarser_sample(index), generator)
        count = self._config.crop_count if self.has_crops else 1
        epsilon = torch.rand(count, 1, 1, 1, generator=generator).to(self._real.device)
        if not self.has_crops:
            return Batch(self._real, fake, self._rec, self._real, epsilon)
        at_fake, at_real, at_rec = (self._places(count, generator) for _ in range(3))
        return Batch(
            self._cut(self._real, at_real, 0),
            self._cut_input(fake, at_fake),
            self._cut_input(self._rec, at_rec),
            self._cut(self._real, at_rec, 0),
            epsilon,
        )

    def noisy(self, base: torch.Tensor, generator: torch.Generator) -> GeneratorInput:
        """Add this scale's noise to an enlarged image of the scale below and pad it."""
        channels = 1 if self._scale == 0 else 3
        is_padded = self._config.is_noise_padded
        size = noise_size((base.shape[-2], base.shape[-1]), is_padded)
        drawn = torch.randn(1, channels, *size, generator=generator).to(base.device)
        return GeneratorInput(with_noise(base, self._noise_amplitude * drawn, is_padded), base)

    def coarser_sample(self, index: int) -> torch.Tensor:
        """Return a random sample of all coarser scales at this scale's size (zeros at scale 0)."""
        size = self._sizes[self._scale]
        if self._scale == 0:
            return torch.zeros(1, 3, *size, device=self._real.device)
        if self._sample is None or self._sample[0] != index:
            generator = torch.Generator().manual_seed(
                derive_seed(self._config.seed, self._scale, "sample", index)
            )

            def draw(scale: int, size: Size) -> torch.Tensor:
                channels = 1 if scale == 0 else 3
                return torch.randn(1, channels, *size, generator=generator).to(self._real.device)

            drawn = self._entry.drawn(self._renderer, self._sizes, self._scale, draw)
            self._sample = (index, drawn)
        return self._sample[1]

    @property
    def _draws_per_sample(self) -> int:
        reuse = self._config.sample_reuse
        return reuse * self._config.critic_steps if reuse > 1 else 1

    def _places(self, count: int, generator: torch.Generator) -> list[tuple[int, int]]:
        """Draw top-left corners; about a quarter is pushed to a border of the image."""
        height, width = self._crop_size()
        full_height, full_width = self._sizes[self._scale]
        room = torch.tensor([full_height - height, full_width - width])
        places = (torch.rand(count, 2, generator=generator) * (room + 1)).long()
        pushed = torch.rand(count, generator=generator) < _BORDER_SHARE
        side = torch.randint(0, 4, (count,), generator=generator)
        for index in range(count):
            if pushed[index]:
                axis, end = divmod(int(side[index]), 2)
                places[index, axis] = room[axis] * end
        return [(int(top), int(left)) for top, left in places]

    def _crop_size(self) -> Size:
        crop = self._config.crop_px or max(self._sizes[self._scale])
        height, width = self._sizes[self._scale]
        return min(crop, height), min(crop, width)

    def _cut_input(self, whole: GeneratorInput, places: list[tuple[int, int]]) -> GeneratorInput:
        return GeneratorInput(
            self._cut(whole.padded, places, PADDING_PX), self._cut(whole.base, places, 0)
        )

    def _cut(self, image: torch.Tensor, places: list[tuple[int, int]], margin: int) -> torch.Tensor:
        height, width = (side + 2 * margin for side in self._crop_size())
        crops = [image[..., top : top + height, left : left + width] for top, left in places]
        return torch.cat(crops)
