"""WGAN-GP per patch (section 2.2, equation 4) and the reconstruction loss (equation 5)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional

ScoreMap = Callable[[torch.Tensor], torch.Tensor]
"""A critic: (B, 3, H, W) -> (B, 1, h, w)."""


def gradient_penalty(
    critic: ScoreMap, real: torch.Tensor, fake: torch.Tensor, epsilon: torch.Tensor
) -> torch.Tensor:
    """Return the mean of (|gradient| - 1)^2 at random points between real and fake.

    As in the authors' code: the gradient of the SUM of the score map, its norm over the
    colour channels at every pixel.

    Args:
        critic: the network under training.
        real: (B, 3, H, W) float32.
        fake: (B, 3, H, W) float32, detached.
        epsilon: (B, 1, 1, 1) float32 in [0, 1], one draw per image.
    """
    between = (epsilon * real + (1.0 - epsilon) * fake).requires_grad_()
    score = critic(between).float().sum()
    (gradient,) = torch.autograd.grad(score, between, create_graph=True)
    penalty: torch.Tensor = (gradient.norm(2, dim=1) - 1.0).square().mean()
    return penalty


def critic_loss(
    critic: ScoreMap,
    real: torch.Tensor,
    fake: torch.Tensor,
    epsilon: torch.Tensor,
    penalty_weight: float,
    slope_critic: ScoreMap | None = None,
) -> torch.Tensor:
    """Return mean(D(fake)) - mean(D(real)) + weight * penalty; arguments as above.

    With weight 0 the penalty, half of the cost of an update, is not computed. It is computed
    with ``slope_critic``, the same network in a form that is cheaper to derive twice, if given.
    """
    distance = critic(fake).float().mean() - critic(real).float().mean()
    if penalty_weight == 0.0:
        return distance
    slope_critic = slope_critic or critic
    return distance + penalty_weight * gradient_penalty(slope_critic, real, fake, epsilon)


def reconstruction_loss(
    reconstruction: torch.Tensor, real: torch.Tensor, weight: torch.Tensor | None = None
) -> torch.Tensor:
    """Return the mean squared error between G_n(z*) and the photo at scale n.

    Args:
        reconstruction: (B, 3, H, W).
        real: likewise.
        weight: (B, 1, H, W), of the squared errors; None = 1.
    """
    if weight is None:
        return functional.mse_loss(reconstruction, real)
    return (weight * (reconstruction - real).square()).mean()
