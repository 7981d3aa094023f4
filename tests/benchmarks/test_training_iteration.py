"""One training iteration of every scale: the engine beside the loop a textbook would print.

The textbook loop follows the paper and its released code line by line: eager, full precision,
whole images, three critic and three generator steps, all coarser scales computed again at every
step, and every resize made by an 8-bit image library on the host.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn
from torch.nn import functional

from singan_core.config import TrainConfig
from singan_core.model.pyramid import PyramidPlan, build_pyramid, plan_pyramid
from singan_core.pixels.image import to_tensor
from singan_core.rendering.sample import Renderer
from singan_core.training.scale_training import ScaleTraining
from tests.benchmarks.conftest import described
from tests.benchmarks.figures import Figure, Figures, duration_ms
from tests.benchmarks.scenes import PHOTO_SIZE, texture, untrained_pyramid


class TextbookNetwork(nn.Module):
    """Five convolutions, the first four with BatchNorm and LeakyReLU."""

    def __init__(self, channels: int, out_channels: int, last: nn.Module) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs in (3, channels, channels, channels):
            layers += [nn.Conv2d(inputs, channels, 3), nn.BatchNorm2d(channels), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(channels, out_channels, 3), last)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.layers(image)


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
        self, photo: NDArray[np.uint8], plan: PyramidPlan, scale: int, device: torch.device
    ) -> None:
        whole = to_tensor(photo, device)
        self.device = device
        self.sizes, self.scale = plan.sizes, scale
        self.reals = [resized_on_the_host(whole, size) for size in plan.sizes]
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

    def iteration(self) -> None:
        """Three critic and three generator steps."""
        for _ in range(3):
            self._critic_step()
        for _ in range(3):
            self._generator_step()

    def _critic_step(self) -> None:
        real = self.reals[self.scale]
        self.critic_optimizer.zero_grad()
        (-self.critic(real).mean()).backward()
        fake = self._fake().detach()
        self.critic(fake).mean().backward()
        self._gradient_penalty(real, fake).backward()
        self.critic_optimizer.step()

    def _generator_step(self) -> None:
        real = self.reals[self.scale]
        self.generator_optimizer.zero_grad()
        (-self.critic(self._fake()).mean()).backward()
        rec_before = self._drawn(is_reconstruction=True)
        rec = self._generated(self.generator, rec_before, self._rec_noise_here())
        (10.0 * functional.mse_loss(rec, real)).backward()
        self.generator_optimizer.step()

    def _gradient_penalty(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        share = torch.rand(1, 1, 1, 1, device=self.device)
        mixed = (share * real + (1 - share) * fake).requires_grad_(True)
        score = self.critic(mixed)
        (gradient,) = torch.autograd.grad(
            score, mixed, torch.ones_like(score), create_graph=True, retain_graph=True
        )
        return 0.1 * ((gradient.norm(2, dim=1) - 1) ** 2).mean()

    def _fake(self) -> torch.Tensor:
        before = self._drawn(is_reconstruction=False)
        return self._generated(self.generator, before, self._noise(self.scale))

    def _drawn(self, is_reconstruction: bool) -> torch.Tensor:
        """Compute all coarser scales again, from the coarsest up to this scale's size."""
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
        here = self.reals[self.scale]
        return self.rec_noise.expand_as(here) if self.scale == 0 else torch.zeros_like(here)

    def _noise(self, scale: int) -> torch.Tensor:
        channels = 1 if scale == 0 else 3
        return torch.randn(1, channels, *self.sizes[scale], device=self.device)

    def _adam(self, network: nn.Module) -> torch.optim.Adam:
        return torch.optim.Adam(network.parameters(), lr=5e-4, betas=(0.5, 0.999))


def engine_scale(
    config: TrainConfig, photo: NDArray[np.uint8], scale: int, device: torch.device
) -> ScaleTraining:
    """Return the engine's training of one scale above coarser ones."""
    model = untrained_pyramid(config, photo)
    model = dataclasses.replace(model, scales=model.scales[:scale])
    real = build_pyramid(to_tensor(photo, device), model.plan.sizes)[scale]
    return ScaleTraining(model, Renderer.of(model, device), real, None)


def engine_iteration(training: ScaleTraining) -> None:
    for _ in range(training.config.critic_steps + training.config.generator_steps):
        training.step()


def waited_for(work: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """Make work end when the device has really done it."""
    if device.type != "cuda":
        return work

    def work_and_wait() -> None:
        work()
        torch.cuda.synchronize(device)

    return work_and_wait


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scale", range(12))
def test_iteration(
    benchmark: Any,
    config: TrainConfig,
    scale: int,
    device: torch.device,
    rounds: int,
    figures: Figures,
) -> None:
    photo = texture(*PHOTO_SIZE)
    plan = plan_pyramid(*PHOTO_SIZE, config)
    if scale >= plan.scale_count:
        pytest.skip("this preset has fewer scales")
    engine = engine_scale(config, photo, scale, device)
    textbook = TextbookScale(photo, plan, scale, device)
    ours = waited_for(functools.partial(engine_iteration, engine), device)
    theirs = waited_for(textbook.iteration, device)
    durations: dict[str, list[float]] = {"engine": [], "textbook": []}

    def in_turn() -> None:
        durations["engine"].append(duration_ms(ours))
        durations["textbook"].append(duration_ms(theirs))

    benchmark.pedantic(in_turn, rounds=rounds, warmup_rounds=2)
    height, width = plan.sizes[scale]
    where = f"scale {scale}: {width}x{height}, {plan.channels[scale]} ch"
    for name, measured in durations.items():
        conditions = described(config, plan.channels)
        if name == "textbook":
            conditions = f"same {plan.scale_count} scales and channels, 3+3 steps, whole images"
        figure = Figure(f"{name}, {where}", conditions, measured[2:])
        figures.add(figure)
        benchmark.extra_info[name] = str(figure)
    assert all(torch.isfinite(tensor).all() for tensor in engine.critic_weights().values())
