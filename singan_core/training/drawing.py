"""Random numbers of a training, drawn where they are used."""

from __future__ import annotations

import torch

from singan_core.pixels.noise import derive_seed

_SAMPLES_AT_ONCE = 16


def drawing(device: torch.device, *parts: int | str) -> torch.Generator:
    """Return a generator seeded from parts: on a CUDA device its own, else the CPU's.

    A GPU's numbers are other ones than a CPU's; drawn there, nothing is copied to it.
    """
    home = device if device.type == "cuda" else torch.device("cpu")
    return torch.Generator(home).manual_seed(derive_seed(*parts))


def drawn_noise(
    size: tuple[int, ...], generator: torch.Generator, device: torch.device
) -> torch.Tensor:
    """Return standard normal float32 noise on a device."""
    return torch.randn(*size, generator=generator, device=generator.device).to(device)


def samples_at_once(device: torch.device, *, is_plain: bool) -> int:
    """Return how many samples of the coarser scales are walked to together.

    On a GPU the launches of small scales cost more than their arithmetic; on a CPU there is
    nothing to gain.

    Args:
        device: where they are computed.
        is_plain: they come in as in the paper, each from noise alone.
    """
    return _SAMPLES_AT_ONCE if device.type == "cuda" and is_plain else 1
