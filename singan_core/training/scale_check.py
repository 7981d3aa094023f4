"""Measuring a scale in training by its pictures: the same few samples and crops every time."""

from __future__ import annotations

from collections.abc import Callable

import torch

from singan_core.config import TrainConfig
from singan_core.pixels.patch_distance import PictureDistance
from singan_core.training.batch import Batch, GeneratorInput, InputSource
from singan_core.training.below import Steps
from singan_core.training.plateau import Check

_SAMPLES = 4
_FIRST_ROUND = 10_000_000
"""Rounds that no training reaches: the batches of a check belong to it alone."""

Generated = Callable[[GeneratorInput], torch.Tensor]


class ScaleCheck:
    """Four batches of a scale, which every check looks at anew.

    A check costs about as much as one round. Batches hold whole pictures or crops, as those of
    the training do.

    Args:
        config: of the training.
        batches: the inputs of the scale.
        photo: (1, 3, H, W) in [-1, 1] at the scale; None = it is not held whole, and the crops
            of the batches stand for it.
    """

    def __init__(
        self, config: TrainConfig, batches: InputSource, photo: torch.Tensor | None
    ) -> None:
        self._rounds = [_FIRST_ROUND + n * config.sample_reuse for n in range(_SAMPLES)]
        self._batches = batches
        self._photo = photo
        self._distance: PictureDistance | None = None

    def measuring(self, iteration: int, generated: Generated) -> Steps[Check]:
        """Measure before a round.

        Args:
            iteration: the round.
            generated: the generator's picture of an input.

        Yields:
            None after every batch.
        """
        fakes, reals, errors = [], [], []
        for number in self._rounds:
            batch = self._batches.batch(number, 0)
            fakes.append(_picture(batch.fake, generated))
            reals.append(batch.real)
            errors.append(_squared_error(batch, generated))
            yield
        if self._distance is None:
            photo = torch.cat(reals) if self._photo is None else self._photo
            self._distance = PictureDistance(photo)
        reconstruction = float(torch.stack(errors).mean().sqrt())
        return Check(iteration, reconstruction, self._distance.of(torch.cat(fakes)))


@torch.no_grad()
def _picture(source: GeneratorInput, generated: Generated) -> torch.Tensor:
    return generated(source).clamp(-1.0, 1.0)


def _squared_error(batch: Batch, generated: Generated) -> torch.Tensor:
    return (_picture(batch.rec, generated) - batch.rec_real).square().mean()
