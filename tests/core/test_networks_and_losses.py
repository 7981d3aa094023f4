"""Networks and losses against their definitions."""

from __future__ import annotations

import pytest
import torch

from singan_core.model.networks import (
    PADDING_PX,
    Critic,
    FrozenGenerator,
    Generator,
    initialise,
    pad,
)
from singan_core.training.losses import critic_loss, gradient_penalty


@pytest.fixture
def generator() -> Generator:
    network = Generator(8)
    initialise(network, torch.Generator().manual_seed(0))
    return network


def test_five_layers_eat_the_padding(generator: Generator) -> None:
    image = torch.randn(2, 3, 12, 17)
    assert generator.residual(pad(image)).shape == (2, 3, 12, 17)
    assert Critic(8)(image).shape == (2, 1, 2, 7)


def test_receptive_field_is_eleven_pixels(generator: Generator) -> None:
    generator.eval()
    image = torch.zeros(1, 3, 31, 31, requires_grad=True)
    generator(image)[0, 0, 10, 10].backward()
    assert image.grad is not None
    rows = image.grad[0].abs().sum(dim=(0, 2)).nonzero().flatten()
    assert (int(rows.min()), int(rows.max())) == (10, 20)
    assert PADDING_PX == 5


def test_initial_weights_follow_the_paper() -> None:
    network = Generator(64)
    initialise(network, torch.Generator().manual_seed(0))
    weights = network.state_dict()
    assert weights["blocks.1.conv.weight"].std() == pytest.approx(0.02, rel=0.03)
    assert weights["blocks.1.norm.weight"].mean() == pytest.approx(1.0, abs=0.01)
    assert float(weights["blocks.1.conv.bias"].abs().max()) == 0.0


def test_frozen_generator_equals_the_generator_in_eval_mode(generator: Generator) -> None:
    for _ in range(5):
        generator.residual(torch.randn(1, 3, 30, 30))
    generator.eval()
    image = torch.randn(1, 3, 26, 26)
    frozen = FrozenGenerator(generator.state_dict(), torch.device("cpu"))
    assert torch.allclose(frozen.residual(image), generator.residual(image), atol=1e-6)


def test_penalty_of_a_linear_critic_is_known_exactly() -> None:
    slope = torch.tensor([0.0, 3.0, 4.0])

    def critic(image: torch.Tensor) -> torch.Tensor:
        return (image * slope[:, None, None]).sum(dim=1, keepdim=True)

    real, fake = torch.randn(2, 3, 6, 7), torch.randn(2, 3, 6, 7)
    penalty = gradient_penalty(critic, real, fake, torch.rand(2, 1, 1, 1))
    assert float(penalty) == pytest.approx((5.0 - 1.0) ** 2, rel=1e-5)


def test_critic_loss_prefers_high_scores_for_the_photo() -> None:
    def critic(image: torch.Tensor) -> torch.Tensor:
        return image[:, :1]

    real, fake = torch.ones(1, 3, 4, 4), torch.zeros(1, 3, 4, 4)
    loss = critic_loss(critic, real, fake, torch.full((1, 1, 1, 1), 0.5), 0.0)
    assert float(loss.detach()) == pytest.approx(-1.0)


def test_penalty_can_be_differentiated_twice() -> None:
    critic = Critic(4)
    loss = gradient_penalty(
        critic, torch.randn(1, 3, 13, 13), torch.randn(1, 3, 13, 13), torch.rand(1, 1, 1, 1)
    )
    loss.backward()
    assert all(torch.isfinite(p.grad).all() for p in critic.parameters() if p.grad is not None)
