"""The critic's twice derived convolution against torch's own."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn

from singan_core.model.convolution import convolved, convolved_for_slopes
from singan_core.model.networks import Convolve, Critic, initialise


def test_a_first_derivative_is_that_of_torch() -> None:
    torch.manual_seed(0)
    convolution = nn.Conv2d(2, 3, 3).double()
    image = torch.randn(2, 2, 6, 7, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(partial(convolved_for_slopes, convolution), (image,))
    variables = [image, *convolution.parameters()]
    found, expected = (
        torch.autograd.grad(way(convolution, image).square().sum(), variables)
        for way in (convolved_for_slopes, convolved)
    )
    for ours, plain in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, plain)


def penalty_gradients(critic: Critic, image: torch.Tensor, convolve: Convolve) -> torch.Tensor:
    """Derive a penalty on the slopes by all weights that it depends on."""
    image = image.detach().requires_grad_()
    score = critic(image, convolve).float().sum()
    (slope,) = torch.autograd.grad(score, image, create_graph=True)
    parameters = [p for name, p in critic.named_parameters() if name != "last.bias"]
    penalty = (slope.float().norm(2, dim=1) - 1.0).square().mean()
    found = torch.autograd.grad(penalty, parameters)
    return torch.cat([gradient.flatten() for gradient in found])


@pytest.mark.parametrize("is_frozen", [False, True], ids=["training", "frozen"])
def test_a_second_derivative_is_that_of_torch(is_frozen: bool) -> None:
    critic = Critic(4).double().train(not is_frozen)
    initialise(critic, torch.Generator().manual_seed(1))
    image = torch.randn(2, 3, 18, 21, dtype=torch.float64)
    found, expected = (
        penalty_gradients(critic, image, way) for way in (convolved_for_slopes, convolved)
    )
    torch.testing.assert_close(found, expected)


def test_autocast_computes_as_it_does_with_the_layer() -> None:
    critic = Critic(8)
    initialise(critic, torch.Generator().manual_seed(2))
    image = torch.randn(1, 3, 30, 34)
    with torch.autocast("cpu", torch.bfloat16):
        assert critic(image).dtype == critic.for_slopes(image).dtype == torch.bfloat16
        found, expected = (
            penalty_gradients(critic, image, way) for way in (convolved_for_slopes, convolved)
        )
    assert found.dtype == torch.float32
    assert float((found - expected).norm() / expected.norm()) < 0.02
