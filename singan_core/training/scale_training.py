"""Training of one scale: two networks, two optimizers, one update per call."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import nn

from singan_core.device import has_native_bfloat16
from singan_core.errors import CheckpointError
from singan_core.model.networks import (
    Critic,
    Generator,
    PatchNetwork,
    initialise,
)
from singan_core.model.trained import TrainedPyramid, TrainedScale, TrainState, tensors_below
from singan_core.pixels.noise import derive_seed
from singan_core.rendering.sample import Renderer
from singan_core.training.batch import Batch, GeneratorInput, InputSource
from singan_core.training.captured import updates_on
from singan_core.training.entry import PLAIN_ENTRY, Entry
from singan_core.training.inputs import Steps, input_source, returned
from singan_core.training.plateau import PlateauWatch
from singan_core.training.scale_check import ScaleCheck
from singan_core.training.updates import NetworkName, PlainUpdates
from singan_core.training.weight_average import WeightAverage

BFLOAT16_MIN_PIXELS = 64 * 64
RECALIBRATION_SAMPLES = 24
_Network = TypeVar("_Network", bound=PatchNetwork)


@dataclass(frozen=True, slots=True)
class DueUpdate:
    """The next update of a scale.

    Attributes:
        network: what it changes.
        batch: its inputs.
        rate: Adam's step size.
        penalty_weight: of the gradient penalty; 0 = it is not computed.
        is_last: the last one of the critic before the generator's, on the same batch.
    """

    network: NetworkName
    batch: Batch
    rate: float
    penalty_weight: float
    is_last: bool


class DivergedError(Exception):
    """The scale holds values that are not finite, or its reconstruction collapsed."""


class ScaleTraining:
    """One scale in training (section 2.2 of the paper).

    A round is ``critic_steps`` critic updates and then ``generator_steps`` generator updates.
    Every update is a pure function of the weights and of (seed, scale, round, update), which
    makes a resumed run equal an uninterrupted one.

    Args:
        model: finished scales below, with config and plan.
        renderer: their frozen generators.
        real: (1, 3, H, W), the photo at this scale (``PhotoLevels``).
        critic_below: weights of the critic of the scale below; None at the coarsest.
        learning_rate: Adam's step size; None = the config's.
        entry: how pictures of the scale below come in.
        begin: weights the generator starts from; None = those of the scale below.
        batches: the inputs, where they are prepared already.
    """

    def __init__(
        self,
        model: TrainedPyramid,
        renderer: Renderer,
        real: torch.Tensor,
        critic_below: Mapping[str, torch.Tensor] | None,
        learning_rate: float | None = None,
        *,
        entry: Entry = PLAIN_ENTRY,
        begin: Mapping[str, torch.Tensor] | None = None,
        batches: InputSource | None = None,
    ) -> None:
        self.config, self._seed = model.config, model.seed
        self.scale = model.scale_count
        self.size = model.plan.sizes[self.scale]
        self.channels = model.plan.channels[self.scale]
        self.iterations = self.config.iterations_at(self.scale, model.plan.scale_count)
        self.learning_rate = self.config.learning_rate if learning_rate is None else learning_rate
        self.iteration = 0
        self.update = 0
        self.losses: dict[str, float] = {}
        self._real = real
        self._batches = batches or input_source(model, renderer, real, entry)
        if begin is None and model.scales:
            begin = model.scales[-1].weights
        generator = Generator(self.channels, is_residual=self.config.is_residual(self.scale))
        self._generator = self._prepared(generator, "generator", begin)
        self._critic = self._prepared(Critic(self.channels), "critic", critic_below)
        self.plain = PlainUpdates(
            self.config,
            self._generator,
            self._critic,
            self.learning_rate,
            is_bfloat16=self._is_bfloat16(),
        )
        self._optimizers = self.plain.optimizers
        self._updates = updates_on(self.plain)
        self._is_frozen = False
        self._average = WeightAverage(self._generator, self.config.ema_decay)
        self._watch = PlateauWatch(
            self.iterations,
            min(self.config.decay_at, self.config.freeze_norm_at),
            self.config.plateau_interval,
            self.config.plateau_tolerance,
        )
        is_whole = not self.config.is_windowed(self.scale, self.size)
        self._check = ScaleCheck(self.config, self._batches, real if is_whole else None)
        self._batch: Batch | None = None

    @property
    def is_finished(self) -> bool:
        """Whether all rounds are done."""
        return self.iteration >= self.iterations

    @property
    def is_round_start(self) -> bool:
        """Whether the next update is the first of a round."""
        return self.update == 0

    @property
    def progress(self) -> float:
        """Share of the scale's updates that are done, 0 to 1."""
        updates = self.config.critic_steps + self.config.generator_steps
        return min(1.0, (self.iteration + self.update / updates) / self.iterations)

    def step(self) -> str:
        """Do the next update and return the name of the network it changed."""
        if self.is_freezing_due:
            returned(self.freezing())
        due = self.due()
        if due.network == "critic":
            self._updates.update_critic(
                due.batch, due.rate, due.penalty_weight, is_last=due.is_last
            )
        else:
            self._updates.update_generator(due.batch, due.rate)
        self.advance()
        return due.network

    def due(self) -> DueUpdate:
        """Return the next update; ``advance`` follows when it is done."""
        critic_steps = self.config.critic_steps
        draw = min(self.update, critic_steps - 1)
        if self.update < critic_steps or self._batch is None:
            self._batch = self._batches.batch(self.iteration, draw)
        if self.update < critic_steps:
            is_last, weight = self.update == critic_steps - 1, self._penalty_weight()
            return DueUpdate("critic", self._batch, self._critic_rate(), weight, is_last)
        return DueUpdate("generator", self._batch, self._rate(), 0.0, is_last=False)

    def advance(self) -> None:
        """Note that the update which was due is done."""
        if self.update >= self.config.critic_steps:
            self._average.follow()
        self.update += 1
        if self.update == self.config.critic_steps + self.config.generator_steps:
            self.iteration, self.update = self.iteration + 1, 0
            self._batch = None

    def _rate(self) -> float:
        is_decayed = self.iteration >= self.config.decay_at * self.iterations
        return self.learning_rate * (self.config.decay_factor if is_decayed else 1.0)

    def _critic_rate(self) -> float:
        own = self.config.critic_learning_rate
        return self._rate() if own is None else self._rate() * own / self.config.learning_rate

    def _penalty_weight(self) -> float:
        index = self.iteration * self.config.critic_steps + self.update
        interval = self.config.penalty_interval
        return 0.0 if index % interval else self.config.penalty_weight * interval

    def _generated(self, source: GeneratorInput) -> torch.Tensor:
        return self.plain.generated(source)

    def _is_bfloat16(self) -> bool:
        """Bfloat16 for the convolutions of large scales; coarse ones diverge or gain nothing."""
        is_large = self.size[0] * self.size[1] >= BFLOAT16_MIN_PIXELS
        is_wanted = self.config.precision == "bfloat16" and is_large
        return is_wanted and has_native_bfloat16(self._real.device)

    @property
    def is_check_due(self) -> bool:
        """Whether the pictures are measured before the next update."""
        return self.is_round_start and self._watch.is_due(self.iteration)

    def checking(self) -> Steps[None]:
        """Measure the pictures; ``iterations`` is smaller afterwards where they are flat.

        Yields:
            None after every part.
        """
        check = yield from self._check.measuring(self.iteration, self._generated)
        self._watch.add(check)
        self.iterations = self._watch.iterations

    def check_finite(self) -> None:
        """Read the last losses (waits for the device).

        Raises:
            DivergedError: one of them is not finite.
        """
        self.losses = {name: float(value) for name, value in self._updates.losses.items()}
        if not all(math.isfinite(value) for value in self.losses.values()):
            raise DivergedError

    @torch.no_grad()
    def preview(self) -> torch.Tensor:
        """Return a current random sample: (1, 3, H, W) in [-1, 1]."""
        source = self._batches.sample(derive_seed("preview", self.iteration))
        return self._generated(source).clamp(-1.0, 1.0)

    def finished(self) -> TrainedScale:
        """Return what ``finishing`` returns."""
        return returned(self.finishing())

    def finishing(self) -> Steps[TrainedScale]:
        """Freeze the statistics over samples and return the scale; a large one in parts.

        Yields:
            None after every part of a scale too large to be held whole.

        Raises:
            DivergedError: weights that are not finite, or a reconstruction that is much worse
                than what the scale started from.
        """
        self.check_finite()
        self._average.put()
        if self._freeze_iteration >= self.iterations and not self._is_frozen:
            yield from self.freezing()
        weights = self.stored_weights()
        rmse = yield from self._batches.reconstructing(weights)
        if not rmse <= self.largest_rmse:
            raise DivergedError
        return TrainedScale(self.size, self.channels, self.noise_amplitude, rmse, weights)

    @property
    def largest_rmse(self) -> float:
        """Error of the reconstruction beyond which the scale counts as collapsed."""
        return 2.0 * self._batches.base_rmse + 0.05

    @property
    def noise_amplitude(self) -> float:
        """Standard deviation of the scale's noise."""
        return self._batches.noise_amplitude

    @property
    def reconstruction(self) -> torch.Tensor | None:
        """(1, 3, H, W) of the finished scale, where the next one needs it."""
        return self._batches.reconstruction

    @property
    def is_freezing_due(self) -> bool:
        """Whether the statistics are frozen before the next update."""
        is_due = self.is_round_start and self.iteration == self._freeze_iteration
        return is_due and not self._is_frozen

    def freezing(self) -> Steps[None]:
        """Average the statistics over samples and the reconstruction, then freeze them.

        Running averages of the last updates render worse: they lag behind the weights and,
        with crops, have never seen a whole image.

        Yields:
            As ``finishing``.
        """
        for norm in self._norms():
            norm.reset_running_stats()
            norm.momentum = None
        for source in self.statistics_inputs():
            if source is None:
                yield
            else:
                self._see(source)
        if not self.is_finished:
            # The statistics belong to these weights: older ones leave the average.
            self._average.begin()
        self._freeze()

    def statistics_inputs(self) -> Iterator[GeneratorInput | None]:
        """Return the inputs that statistics are averaged over; None after a part of one."""
        return self._batches.statistics(RECALIBRATION_SAMPLES)

    @torch.no_grad()
    def _see(self, source: GeneratorInput) -> None:
        self._generated(source)

    def _freeze(self) -> None:
        self._is_frozen = True
        self._updates.forget()
        for norm in self._norms():
            norm.eval()

    @property
    def _freeze_iteration(self) -> int:
        return round(self.config.freeze_norm_at * self.iterations)

    def _norms(self) -> list[nn.BatchNorm2d]:
        return [m for m in self._generator.modules() if isinstance(m, nn.BatchNorm2d)]

    def stored_weights(self) -> dict[str, torch.Tensor]:
        """Return a copy of the weights and statistics that the finished scale has."""
        return _stored_weights(self._generator)

    def critic_weights(self) -> dict[str, torch.Tensor]:
        """Return a copy of the critic's weights, for the scale above to start from."""
        return _stored_weights(self._critic)

    def state(self) -> dict[str, torch.Tensor]:
        """Return copies of all tensors that a continued run needs, by dotted name."""
        tensors: dict[str, torch.Tensor] = {}
        for name, network in self._networks().items():
            tensors |= _copied(network.state_dict(), f"{name}.")
            for index, values in self._optimizers[name].state_dict()["state"].items():
                tensors |= _copied(values, f"adam.{name}.{index}.")
        tensors |= _copied(self._watch.state(), "plateau.")
        return tensors | _copied(self._average.state(), "average.")

    def restore(self, state: TrainState) -> None:
        """Continue where a state was taken.

        Raises:
            CheckpointError: tensors are missing or of another shape.
        """
        self.iteration, self.update = state.iteration, state.update
        self._updates.forget()
        try:
            for name, network in self._networks().items():
                network.load_state_dict(tensors_below(state.tensors, f"{name}."))
                self._restore_adam(name, tensors_below(state.tensors, f"adam.{name}."))
            self._watch.restore(tensors_below(state.tensors, "plateau."))
            self._average.restore(tensors_below(state.tensors, "average."))
        except (RuntimeError, KeyError, ValueError) as error:
            raise CheckpointError("The saved training state does not fit its model.") from error
        self.iterations = self._watch.iterations
        if (self.iteration, self.update) > (self._freeze_iteration, 0):
            self._freeze()

    def _restore_adam(self, name: str, tensors: Mapping[str, torch.Tensor]) -> None:
        stored = self._optimizers[name].state_dict()
        stored["state"] = {}
        for key, tensor in tensors.items():
            index, _, field = key.partition(".")
            stored["state"].setdefault(int(index), {})[field] = tensor.clone()
        self._optimizers[name].load_state_dict(stored)

    def _networks(self) -> dict[str, PatchNetwork]:
        return {"generator": self._generator, "critic": self._critic}

    def _prepared(
        self, network: _Network, name: str, below: Mapping[str, torch.Tensor] | None
    ) -> _Network:
        """Draw weights, or take those of the scale below when the widths agree."""
        seed = derive_seed(self._seed, self.scale, name, repr(self.learning_rate))
        initialise(network, torch.Generator().manual_seed(seed))
        if below is not None and below["last.weight"].shape == network.last.weight.shape:
            own = network.state_dict()
            known = {name: value for name, value in below.items() if name in own}
            network.load_state_dict({**own, **known})
        return network.to(self._real.device).train()


def _stored_weights(network: PatchNetwork) -> dict[str, torch.Tensor]:
    return {
        name: value
        for name, value in _copied(network.state_dict()).items()
        if not name.endswith("num_batches_tracked")
    }


def _copied(tensors: Mapping[str, torch.Tensor], prefix: str = "") -> dict[str, torch.Tensor]:
    return {
        prefix + name: value.detach().to("cpu", copy=True).contiguous()
        for name, value in tensors.items()
    }
