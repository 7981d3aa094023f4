"""How fast a device trains and renders: measured in a few rounds on networks nobody trained."""

from __future__ import annotations

import time
from collections import abc
from typing import NamedTuple

import torch

from singan_core.config import TrainConfig
from singan_core.model.networks import FrozenGenerator, Generator, initialise, pad
from singan_core.model.pyramid import PyramidPlan, build_pyramid, plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.rendering.sample import Renderer
from singan_core.training.cost import round_works
from singan_core.training.scale_training import ScaleTraining

_SIDE_PX = 144
_RENDERED_PX = 128
_SEED = 1


class Speed(NamedTuple):
    """Seconds of a round, as its arithmetic in millions (``cost.round_works``) needs them.

    Attributes:
        round_s: of any round, however small.
        work_s: per unit of arithmetic.
        render_s: per unit of the arithmetic of one pass of a generator: pixels times weights.
    """

    round_s: float
    work_s: float
    render_s: float

    def training_s(
        self, plan: PyramidPlan, config: TrainConfig, scales: range | None = None
    ) -> float:
        """Return the seconds of a training; None = of all scales."""
        works = round_works(plan, config)
        return sum(
            (self.round_s + self.work_s * works[scale])
            * config.iterations_at(scale, plan.scale_count)
            for scale in scales or range(plan.scale_count)
        )

    def rendering_s(self, pixels: int, channels: int) -> float:
        """Return the seconds of one generator's passes over a number of pixels."""
        return self.render_s * _pass_work(pixels, channels)


def measure_speed(config: TrainConfig, device: torch.device) -> abc.Iterator[Speed | None]:
    """Time some rounds of a small and of a large scale, and a pass of a generator.

    Args:
        config: of which rounds, steps and widths are used.
        device: where to compute.

    Yields:
        None after every update, at last the speed.
    """
    photo = torch.rand(1, 3, _SIDE_PX, _SIDE_PX, generator=_generator()).to(device) * 2.0 - 1.0
    config = config.changed(
        kind="single", is_noise_padded=False, max_size_px=_SIDE_PX, scale_count=None
    )
    plan = plan_pyramid(_SIDE_PX, _SIDE_PX, config)
    works, timed = round_works(plan, config), []
    for scale in (0, plan.scale_count - 1):
        training = _training(plan, config, photo, scale)
        yield from _rounds(training, 1, device)
        seconds = yield from _rounds(training, config.penalty_interval, device)
        timed.append(seconds / config.penalty_interval)
    (small, large), (little, much) = timed, (works[0], works[-1])
    work_s = max(1e-9, (large - small) / max(1e-9, much - little))
    yield Speed(max(0.0, small - work_s * little), work_s, _render_speed(plan, device))


def _rounds(
    training: ScaleTraining, count: int, device: torch.device
) -> abc.Generator[None, None, float]:
    """Do some rounds and return the seconds they took; what happens between two steps is not."""
    until, seconds = training.iteration + count, 0.0
    while training.iteration < until:
        started = time.perf_counter()
        training.step()
        _wait(device)
        seconds += time.perf_counter() - started
        yield None
    return seconds


def _render_speed(plan: PyramidPlan, device: torch.device) -> float:
    channels = plan.channels[-1]
    generator = FrozenGenerator(_weights(channels), device)
    picture = pad(torch.zeros(1, 3, _RENDERED_PX, _RENDERED_PX, device=device))
    with torch.inference_mode():
        generator.residual(picture)
        _wait(device)
        started = time.perf_counter()
        generator.residual(picture)
        _wait(device)
    return (time.perf_counter() - started) / _pass_work(_RENDERED_PX**2, channels)


def _pass_work(pixels: int, channels: int) -> float:
    return pixels * (6 * channels + 3 * channels**2) / 1e6


def _training(
    plan: PyramidPlan, config: TrainConfig, photo: torch.Tensor, scale: int
) -> ScaleTraining:
    """Return the training of a scale above others that nobody trained."""
    rec_noise = torch.randn(1, 1, *plan.sizes[0], generator=_generator())
    below = tuple(
        TrainedScale(plan.sizes[k], plan.channels[k], 0.05, 0.05, _weights(plan.channels[k]))
        for k in range(scale)
    )
    model = TrainedPyramid("single", config, plan, below, rec_noise, "")
    real = build_pyramid(photo, plan.sizes)[scale]
    return ScaleTraining(model, Renderer.of(model, photo.device), real, None)


def _weights(channels: int) -> dict[str, torch.Tensor]:
    network = Generator(channels)
    initialise(network, _generator())
    return {
        name: value.detach().clone()
        for name, value in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(_SEED)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
