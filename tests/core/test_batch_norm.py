"""The critic's batch normalisation against torch's own, to the second derivative."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from singan_core.model.batch_norm import NORM_EPSILON, TwiceBatchNorm
from singan_core.model.networks import Critic, PatchNetwork, initialise
from singan_core.training.losses import critic_loss


def drawn(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def test_first_and_second_derivative_are_right() -> None:
    torch.manual_seed(0)
    norm = TwiceBatchNorm(3).double()

    def normalised(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        parameters = {"weight": weight, "bias": bias}
        result: torch.Tensor = torch.func.functional_call(norm, parameters, (x,))
        return result

    inputs = (drawn(2, 3, 4, 5), drawn(3), drawn(3))
    assert torch.autograd.gradcheck(normalised, inputs)
    assert torch.autograd.gradgradcheck(normalised, inputs)


def test_running_statistics_are_those_of_torch() -> None:
    ours, theirs = TwiceBatchNorm(4, eps=NORM_EPSILON), nn.BatchNorm2d(4, eps=NORM_EPSILON)
    for _ in range(3):
        image = torch.randn(2, 4, 6, 7)
        torch.testing.assert_close(ours(image), theirs(image))
    torch.testing.assert_close(ours.running_mean, theirs.running_mean)
    torch.testing.assert_close(ours.running_var, theirs.running_var)
    torch.testing.assert_close(ours.eval()(image), theirs.eval()(image))


class PlainCritic(PatchNetwork):
    """The critic without any of its short cuts."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:
            assert isinstance(block, nn.ModuleDict)
            image = nn.functional.leaky_relu(block["norm"](block["conv"](image)), 0.2)
        mapped: torch.Tensor = self.last(image)
        return mapped


@pytest.mark.parametrize("penalty_weight", [0.0, 0.1, 10.0])
def test_one_update_of_the_critic_equals_the_plain_path(penalty_weight: float) -> None:
    torch.manual_seed(1)
    ours, plain = Critic(8), PlainCritic(8)
    initialise(ours, torch.Generator().manual_seed(2))
    plain.load_state_dict(copy.deepcopy(ours.state_dict()))
    real, fake, epsilon = (
        torch.randn(2, 3, 24, 31),
        torch.randn(2, 3, 24, 31),
        torch.rand(2, 1, 1, 1),
    )
    gradients = []
    for critic in (ours, plain):
        loss = critic_loss(critic, real, fake, epsilon, penalty_weight)
        parameters = list(critic.parameters())
        loss.backward(inputs=parameters)  # type: ignore[no-untyped-call]
        gradients.append(torch.cat([p.grad.flatten() for p in parameters if p.grad is not None]))
    error = (gradients[0] - gradients[1]).norm() / gradients[1].norm()
    assert float(error) < 1e-4
