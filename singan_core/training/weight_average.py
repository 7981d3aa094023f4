"""An average over the newest weights of a network, which renders steadier than the very newest.

The exponential moving average of generators (Yazici et al., The Unusual Effectiveness of
Averaging in GAN Training, 2019). Deviation: the decay grows from 0.1 to its value over the first
updates, so that the average does not remember what it was begun with.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn


class WeightAverage:
    """Follows the parameters of a network; statistics are not averaged.

    Args:
        network: whose weights change.
        decay: weight of the average so far at each update, 0 to 1; 0 = nothing is averaged.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        self._followed = dict(network.named_parameters()) if decay else {}
        self.begin()

    def begin(self) -> None:
        """Forget what was averaged: begin with the present weights."""
        self._updates = 0
        self._averages = {name: p.detach().clone() for name, p in self._followed.items()}

    @torch.no_grad()
    def follow(self) -> None:
        """Take the weights after an update."""
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        self._updates += 1
        for name, parameter in self._followed.items():
            self._averages[name].lerp_(parameter, 1.0 - decay)

    @torch.no_grad()
    def put(self) -> None:
        """Write the average into the network."""
        for name, parameter in self._followed.items():
            parameter.copy_(self._averages[name])

    def state(self) -> dict[str, torch.Tensor]:
        """Return the averages by name of their parameter, and the number of updates."""
        count = {"updates": torch.tensor(self._updates)} if self._followed else {}
        return {**self._averages, **count}

    def restore(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Go on from a state.

        Raises:
            KeyError, RuntimeError: averages are missing or of another shape.
        """
        if self._followed:
            self._updates = int(tensors["updates"])
        for name, average in self._averages.items():
            average.copy_(tensors[name])
