"""What one update looks at: whole images, or crops cut from the once-padded whole."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import torch

from singan_core.model.networks import PADDING_PX, FrozenGenerator, noise_size, pad, with_noise
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.resize import Size
from singan_core.rendering.sample import Renderer, last_image, reconstruction_noise, walk
from singan_core.training.drawing import drawing, drawn_noise, samples_at_once
from singan_core.training.entry import PLAIN_ENTRY, Entry
from singan_core.training.places import Place, places


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
        rec_weight: (B, 1, h, w), of the reconstruction's squared errors; None = 1.
    """

    real: torch.Tensor
    fake: GeneratorInput
    rec: GeneratorInput
    rec_real: torch.Tensor
    epsilon: torch.Tensor
    rec_weight: torch.Tensor | None = None


class InputSource(Protocol):
    """Where a scale in training gets its inputs from."""

    @property
    def base_rmse(self) -> float:
        """Error of the enlarged reconstruction of the scale below, in the [-1, 1] range."""
        ...

    @property
    def noise_amplitude(self) -> float:
        """Standard deviation of the scale's noise (equation 5 and supplement)."""
        ...

    @property
    def reconstruction(self) -> torch.Tensor | None:
        """(1, 3, H, W) of the finished scale, where the next one needs it."""
        ...

    def batch(self, iteration: int, draw: int) -> Batch:
        """Return the batch of one critic step; generator steps use the last draw of a round."""
        ...

    def sample(self, index: int) -> GeneratorInput:
        """Return the input of a random sample to look at."""
        ...

    def statistics(self, count: int) -> Iterator[GeneratorInput | None]:
        """Return the inputs that statistics are averaged over; None after a part of one."""
        ...

    def reconstructing(self, weights: Mapping[str, torch.Tensor]) -> Generator[None, None, float]:
        """Reconstruct the photo with the scale's final weights, in parts; return the RMSE."""
        ...


class BatchSource:
    """Draws the batches of a scale held whole, each a function of (seed, scale, round, draw).

    Args:
        model: finished scales below, with config and plan.
        renderer: their frozen generators.
        real: (1, 3, H, W) float32, the photo at the scale.
        entry: how pictures of the scale below come in.
    """

    def __init__(
        self, model: TrainedPyramid, renderer: Renderer, real: torch.Tensor, entry: Entry
    ) -> None:
        self._config, self._seed = model.config, model.seed
        self._scale = model.scale_count
        self._sizes = model.plan.sizes
        self._real = real
        self._renderer = renderer
        self._entry = entry
        self._samples: tuple[int, torch.Tensor] | None = None
        self._samples_at_once = samples_at_once(real.device, is_plain=entry is PLAIN_ENTRY)
        self._rec = self._reconstruction_input(model)
        self.base_rmse = rmse(self._rec.base, real)
        is_coarsest = self._scale == 0
        self.noise_amplitude = 1.0 if is_coarsest else model.config.noise_weight * self.base_rmse

    def _reconstruction_input(self, model: TrainedPyramid) -> GeneratorInput:
        """Return what never changes: the input of the reconstruction."""
        if self._scale == 0:
            base, rec_noise = torch.zeros_like(self._real), model.rec_noise.to(self._real.device)
            return GeneratorInput(with_noise(base, rec_noise, self._config.is_noise_padded), base)
        noise_source = reconstruction_noise(self._renderer, model.rec_noise)
        below = last_image(walk(self._renderer, self._sizes, noise_source))
        base = self._entry.entered(below, self._sizes[self._scale])
        return GeneratorInput(pad(base), base)

    @property
    def reconstruction(self) -> None:
        """None: a picture of this size is walked anew where it is needed."""
        return None

    def sample(self, index: int) -> GeneratorInput:
        """Return the input of a whole random sample."""
        return self.noisy(self.coarser_sample(index), self._drawing("whole", index))

    def statistics(self, count: int) -> Iterator[GeneratorInput]:
        """Return the inputs of whole samples, and of the reconstruction."""
        yield from map(self.sample, range(count))
        yield self._rec

    def reconstructing(self, weights: Mapping[str, torch.Tensor]) -> Generator[None, None, float]:
        """Reconstruct the photo with the scale's final weights; return the RMSE."""
        yield from ()
        is_residual = self._config.is_residual(self._scale)
        frozen = FrozenGenerator(weights, self._real.device, is_residual=is_residual)
        image = frozen.picture(self._rec.padded, self._rec.base).clamp(-1.0, 1.0)
        return rmse(image, self._real)

    @property
    def has_crops(self) -> bool:
        """Whether the scale is larger than a crop on any side."""
        crop = self._config.crop_px
        return crop is not None and max(self._sizes[self._scale]) > crop

    def batch(self, iteration: int, draw: int) -> Batch:
        """Return the batch of one critic step; generator steps use the last draw of a round."""
        generator = self._drawing(iteration, draw)
        index = (iteration * self._config.critic_steps + draw) // self._draws_per_sample
        fake = self.noisy(self.coarser_sample(index), generator)
        count = self._config.crop_count if self.has_crops else 1
        epsilon = torch.rand(count, 1, 1, 1, generator=generator, device=generator.device)
        epsilon = epsilon.to(self._real.device)
        if not self.has_crops:
            return Batch(self._real, fake, self._rec, self._real, epsilon)
        room = self._room()
        if generator.device.type != "cpu":
            # Places are read here, which would wait for the device that drew them.
            generator = drawing(torch.device("cpu"), *self._parts, iteration, draw)
        at_fake, at_real, at_rec = (places(room, count, generator) for _ in range(3))
        return Batch(
            self._cut(self._real, at_real, 0),
            self._cut_input(fake, at_fake),
            self._cut_input(self._rec, at_rec),
            self._cut(self._real, at_rec, 0),
            epsilon,
        )

    def noisy(self, base: torch.Tensor, generator: torch.Generator) -> GeneratorInput:
        """Add this scale's noise to an enlarged image of the scale below and pad it."""
        channels = self._config.noise_channels(self._scale)
        is_padded = self._config.is_noise_padded
        size = noise_size((base.shape[-2], base.shape[-1]), is_padded)
        drawn = drawn_noise((1, channels, *size), generator, base.device)
        return GeneratorInput(with_noise(base, self.noise_amplitude * drawn, is_padded), base)

    def coarser_sample(self, index: int) -> torch.Tensor:
        """Return a random sample of all coarser scales at this scale's size (zeros at scale 0)."""
        size = self._sizes[self._scale]
        if self._scale == 0:
            return torch.zeros(1, 3, *size, device=self._real.device)
        block, place = divmod(index, self._samples_at_once)
        if self._samples is None or self._samples[0] != block:
            self._samples = (block, self._drawn_samples(block))
        return self._samples[1].narrow(0, place, 1)

    def _drawn_samples(self, block: int) -> torch.Tensor:
        generator, device = self._drawing("sample", block), self._real.device

        def draw(scale: int, size: Size) -> torch.Tensor:
            channels = self._config.noise_channels(scale)
            return drawn_noise((self._samples_at_once, channels, *size), generator, device)

        return self._entry.drawn(self._renderer, self._sizes, self._scale, draw)

    def _drawing(self, *parts: int | str) -> torch.Generator:
        return drawing(self._real.device, *self._parts, *parts)

    @property
    def _parts(self) -> tuple[int, int]:
        return self._seed, self._scale

    @property
    def _draws_per_sample(self) -> int:
        reuse = self._config.sample_reuse
        return reuse * self._config.critic_steps if reuse > 1 else 1

    def _room(self) -> Size:
        """Return how far a crop can be moved down and to the right."""
        (height, width), (full_height, full_width) = self._crop_size(), self._sizes[self._scale]
        return full_height - height, full_width - width

    def _crop_size(self) -> Size:
        crop = self._config.crop_px or max(self._sizes[self._scale])
        height, width = self._sizes[self._scale]
        return min(crop, height), min(crop, width)

    def _cut_input(self, whole: GeneratorInput, places: list[Place]) -> GeneratorInput:
        return GeneratorInput(
            self._cut(whole.padded, places, PADDING_PX), self._cut(whole.base, places, 0)
        )

    def _cut(self, image: torch.Tensor, places: list[Place], margin: int) -> torch.Tensor:
        height, width = (side + 2 * margin for side in self._crop_size())
        crops = [image[..., top : top + height, left : left + width] for top, left in places]
        return torch.cat(crops)


def rmse(first: torch.Tensor, second: torch.Tensor) -> float:
    """Return the root of the mean squared difference of two pictures."""
    return float((first - second).square().mean().sqrt())
