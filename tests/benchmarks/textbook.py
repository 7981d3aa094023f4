"""The loop that a textbook would print: the yardstick of every figure about training.

The published algorithm as it stands, in our own words: everything in float32 and at once, whole
images one by one, three critic and three generator steps, torch's own double backward for the
gradient penalty, every step on a fresh sample for which all coarser scales are computed again,
and every resize made by an 8-bit image library on the host. As in the authors' code the
reconstruction's input is computed once per scale.

Their code lets the generator steps reuse the last sample of the critic's, with a gradient that
current autograd refuses; ``Redraw.CRITIC_STEPS`` comes as close to that as can be computed.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn
from torch.nn import functional

from singan_core.model.pyramid import PyramidPlan
from singan_core.pixels.image import to_tensor


class Redraw(Enum):
    """Which steps compute the coarser scales again."""

    EVERY_STEP = "every step"
    CRITIC_STEPS = "critic steps"


class TextbookNetwork(nn.Module):
    """Five convolutions, the first four with BatchNorm and LeakyReLU."""

    def __init__(self, channels: int, out_channels: int, last: nn.Module) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs in (3, channels, channels, channels):
            layers += [nn.Conv2d(inputs, channels, 3), nn.BatchNorm2d(channels), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(channels, out_channels, 3), last)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.layers(image)
        return made


def textbook_generator(channels: int) -> TextbookNetwork:
    return TextbookNetwork(channels, 3, nn.Tanh())


def textbook_critic(channels: int) -> TextbookNetwork:
    return TextbookNetwork(channels, 1, nn.Identity())


def resized_on_the_host(image: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Resize through an 8-bit array, as the released code does."""
    array = ((image[0].permute(1, 2, 0).detach().cpu().numpy() + 1) * 127.5).clip(0, 255)
    picture = Image.fromarray(array.astype(np.uint8)).resize(size[::-1], Image.Resampling.BICUBIC)
    tensor = torch.from_numpy(np.asarray(picture, dtype=np.float32) / 127.5 - 1)
    return tensor.permute(2, 0, 1)[None].to(image.device)


class TextbookScale:
    """One scale in training, with the generators of all coarser ones at hand."""

    def __init__(
        self,
        photo: NDArray[np.uint8],
        plan: PyramidPlan,
        scale: int,
        device: torch.device,
        redraw: Redraw = Redraw.EVERY_STEP,
    ) -> None:
        whole = to_tensor(photo, device)
        self.device = device
        self.redraw = redraw
        self.sizes, self.scale = plan.sizes, scale
        self.real = resized_on_the_host(whole, plan.sizes[scale])
        self.coarser = [
            textbook_generator(plan.channels[below]).to(device).requires_grad_(False)
            for below in range(scale)
        ]
        self.amplitude = 0.1
        self.generator = textbook_generator(plan.channels[scale]).to(device)
        self.critic = textbook_critic(plan.channels[scale]).to(device)
        self.generator_optimizer = self._adam(self.generator)
        self.critic_optimizer = self._adam(self.critic)
        self.rec_noise = self._noise(0)
        self.rec_before = self._coarser_image(is_reconstruction=True)
        self.before, self.noise = self._drawn()

    def iteration(self) -> None:
        """Three critic and three generator steps."""
        for _ in range(3):
            self._critic_step()
        for _ in range(3):
            self._generator_step()

    def _critic_step(self) -> None:
        self.critic_optimizer.zero_grad()
        torch.autograd.backward(-self.critic(self.real).mean())
        self.before, self.noise = self._drawn()
        fake = self._generated(self.generator, self.before, self.noise).detach()
        torch.autograd.backward(self.critic(fake).mean())
        torch.autograd.backward(self._gradient_penalty(fake))
        self.critic_optimizer.step()

    def _generator_step(self) -> None:
        self.generator_optimizer.zero_grad()
        if self.redraw is Redraw.EVERY_STEP:
            self.before, self.noise = self._drawn()
        fake = self._generated(self.generator, self.before, self.noise)
        torch.autograd.backward(-self.critic(fake).mean())
        rec = self._generated(self.generator, self.rec_before, self._rec_noise_here())
        torch.autograd.backward(10.0 * functional.mse_loss(rec, self.real))
        self.generator_optimizer.step()

    def _gradient_penalty(self, fake: torch.Tensor) -> torch.Tensor:
        share = torch.rand(1, 1, 1, 1, device=self.device)
        mixed = (share * self.real + (1 - share) * fake).requires_grad_(True)
        score = self.critic(mixed)
        (gradient,) = torch.autograd.grad(
            score, mixed, torch.ones_like(score), create_graph=True, retain_graph=True
        )
        penalty: torch.Tensor = 0.1 * ((gradient.norm(2, dim=1) - 1) ** 2).mean()
        return penalty

    def _drawn(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return a random image of the coarser scales at this size, and noise for this one."""
        return self._coarser_image(is_reconstruction=False), self._noise(self.scale)

    def _coarser_image(self, *, is_reconstruction: bool) -> torch.Tensor:
        """Compute all coarser scales, from the coarsest up to this scale's size."""
        image = torch.zeros(1, 3, *self.sizes[0], device=self.device)
        for below, generator in enumerate(self.coarser):
            noise = self._noise(below)
            if is_reconstruction:
                noise = self.rec_noise if below == 0 else torch.zeros_like(image)
            image = self._generated(generator, image, noise)
            image = resized_on_the_host(image, self.sizes[below + 1])
        return image

    def _generated(
        self, generator: nn.Module, image: torch.Tensor, noise: torch.Tensor
    ) -> torch.Tensor:
        padded = functional.pad(self.amplitude * noise + image, (5, 5, 5, 5))
        made: torch.Tensor = generator(padded)
        return made + image

    def _rec_noise_here(self) -> torch.Tensor:
        return self.rec_noise if self.scale == 0 else torch.zeros_like(self.real)

    def _noise(self, scale: int) -> torch.Tensor:
        channels = 1 if scale == 0 else 3
        return torch.randn(1, channels, *self.sizes[scale], device=self.device)

    def _adam(self, network: nn.Module) -> torch.optim.Adam:
        return torch.optim.Adam(network.parameters(), lr=5e-4, betas=(0.5, 0.999))
