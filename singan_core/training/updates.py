"""One update of the critic or the generator of a scale: losses, gradients, optimizer step."""

from __future__ import annotations

from typing import Literal, Protocol

import torch

from singan_core.config import TrainConfig
from singan_core.model.networks import Critic, Generator, PatchNetwork
from singan_core.training.batch import Batch, GeneratorInput
from singan_core.training.losses import critic_loss, gradient_penalty, reconstruction_loss

NetworkName = Literal["critic", "generator"]


class Updates(Protocol):
    """What a scale in training asks for; all ways to compute it give the same weights.

    Attributes:
        losses: of the last updates by name, float32 scalars still on their device: to read
            one waits for the device.
    """

    losses: dict[str, torch.Tensor]

    def update_critic(
        self, batch: Batch, rate: float, penalty_weight: float, *, is_last: bool
    ) -> None:
        """Do one optimizer step of the critic.

        Args:
            batch: inputs.
            rate: Adam's step size.
            penalty_weight: of the gradient penalty; 0 = it is not computed.
            is_last: the next update is one of the generator, on the same batch.
        """
        ...

    def update_generator(self, batch: Batch, rate: float) -> None:
        """Do one optimizer step of the generator."""
        ...

    def forget(self) -> None:
        """Drop what was kept of earlier updates: weights or statistics changed otherwise."""
        ...


class PlainUpdates:
    """The updates computed at once, operation by operation.

    Args:
        config: of the training.
        generator: of the scale, on its device.
        critic: likewise; both are public for updates of more than one pair of networks.
        learning_rate: Adam's step size at first.
        is_bfloat16: compute the convolutions in bfloat16; losses stay float32.
    """

    def __init__(
        self,
        config: TrainConfig,
        generator: Generator,
        critic: Critic,
        learning_rate: float,
        *,
        is_bfloat16: bool,
    ) -> None:
        self.losses: dict[str, torch.Tensor] = {}
        self._config = config
        self.generator = generator
        self.critic = critic
        self._is_bfloat16 = is_bfloat16
        self._fake: torch.Tensor | None = None
        # Elsewhere the penalty is rare, and the models were judged with torch's own rounding.
        is_slope_form = config.penalty_interval == 1 or self.device.type == "cuda"
        self._slope_critic = critic.for_slopes if is_slope_form else None
        self.optimizers = {
            "generator": adam(generator, learning_rate, config.adam_betas),
            "critic": adam(critic, learning_rate, config.adam_betas),
        }

    @property
    def device(self) -> torch.device:
        """Where the networks lie."""
        return self.generator.last.weight.device

    def set_rate(self, network: NetworkName, rate: float) -> None:
        """Set Adam's step size; on a GPU it is a tensor, which recorded work reads."""
        for group in self.optimizers[network].param_groups:
            if isinstance(group["lr"], torch.Tensor):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate

    def update_critic(
        self, batch: Batch, rate: float, penalty_weight: float, *, is_last: bool
    ) -> None:
        """Do one optimizer step of the critic (``Updates``)."""
        self.set_rate("critic", rate)
        # The last fake of a round is kept with its graph: the first generator update starts
        # from the very same one, since the generator has not changed in between.
        with torch.set_grad_enabled(is_last):
            fake = self.generated(batch.fake)
        self._fake = fake if is_last else None
        self.step_critic(batch, fake.detach(), penalty_weight)

    def step_critic(self, batch: Batch, fake: torch.Tensor, penalty_weight: float) -> None:
        """Step the critic at the present rate; fake is (B, 3, h, w), detached."""
        self.optimizers["critic"].zero_grad()
        with self._autocast():
            loss = critic_loss(
                self.critic, batch.real, fake, batch.epsilon, penalty_weight, self._slope_critic
            )
        _backward(loss, self.critic)
        self.optimizers["critic"].step()
        self.losses["critic"] = loss.detach()

    def update_generator(self, batch: Batch, rate: float) -> None:
        """Do one optimizer step of the generator (``Updates``)."""
        self.set_rate("generator", rate)
        fake, self._fake = self._fake, None
        self.step_generator(batch, self.generated(batch.fake) if fake is None else fake)

    def step_generator(self, batch: Batch, fake: torch.Tensor) -> None:
        """Step the generator at the present rate; fake is (B, 3, h, w) with its graph."""
        self.optimizers["generator"].zero_grad()
        with self._autocast():
            adversarial = -self.critic(fake).float().mean()
        reconstruction = reconstruction_loss(
            self.generated(batch.rec), batch.rec_real, batch.rec_weight
        )
        loss = adversarial + self._config.reconstruction_weight * reconstruction
        _backward(loss, self.generator)
        self.optimizers["generator"].step()
        self.losses |= {
            "generator": adversarial.detach(),
            "reconstruction": reconstruction.detach(),
        }

    def generated(self, source: GeneratorInput) -> torch.Tensor:
        """Return G_n of an input: (B, 3, h, w)."""
        return self.made_by(self.generator, source)

    def made_by(self, generator: Generator, source: GeneratorInput) -> torch.Tensor:
        """Return what a form of the generator makes of an input: (B, 3, h, w)."""
        with self._autocast():
            residual = generator.residual(source.padded)
        return residual + source.base if generator.is_residual else residual

    def score(self, image: torch.Tensor) -> torch.Tensor:
        """Return the mean of the critic's map of (B, 3, h, w), a float32 scalar."""
        with self._autocast():
            score: torch.Tensor = self.critic(image).float().mean()
        return score

    def penalty(
        self, real: torch.Tensor, fake: torch.Tensor, epsilon: torch.Tensor
    ) -> torch.Tensor:
        """Return the gradient penalty of the critic (``losses.gradient_penalty``)."""
        with self._autocast():
            return gradient_penalty(self._slope_critic or self.critic, real, fake, epsilon)

    def forget(self) -> None:
        """Drop the kept fake."""
        self._fake = None

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self._is_bfloat16)


def adam(
    network: PatchNetwork, learning_rate: float, betas: tuple[float, float]
) -> torch.optim.Adam:
    """Return the optimizer of a network; on a GPU one whose steps can be recorded."""
    parameters = list(network.parameters())
    device = parameters[0].device
    if device.type == "cuda":
        rate = torch.tensor(learning_rate, device=device)
        return torch.optim.Adam(parameters, rate, betas, fused=True, capturable=True)
    return torch.optim.Adam(parameters, learning_rate, betas, fused=device.type == "cpu")


def _backward(loss: torch.Tensor, network: PatchNetwork) -> None:
    """Compute gradients of one network only; the other's would be thrown away."""
    loss.backward(inputs=list(network.parameters()))  # type: ignore[no-untyped-call]
