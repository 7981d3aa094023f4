"""One scale of both photos of a pair in training, step by step together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import torch

from singan_core.applications.structural_analogy.coupled_updates import (
    CoupledUpdates,
    Side,
    recorder_on,
    translation_input,
)
from singan_core.model.networks import PADDING_PX
from singan_core.training.batch import GeneratorInput
from singan_core.training.inputs import Steps, returned
from singan_core.training.scale_training import (
    RECALIBRATION_SAMPLES,
    DivergedError,
    ScaleTraining,
)

_LARGEST_RMSE = 0.6
"""A scale that is not residual begins from nothing, however good the scale below is."""


class PairedScale(ScaleTraining):
    """The networks, inputs and rounds of one photo of a pair; the steps are done for both.

    Attributes:
        partner: the other photo's, once it is prepared.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.partner: PairedScale | None = None

    @property
    def is_cropped(self) -> bool:
        """Whether batches hold crops."""
        return self.config.crop_at(self.scale, self.size) is not None

    @property
    def largest_rmse(self) -> float:
        """As of ``ScaleTraining``, but for scales that begin from nothing."""
        known = super().largest_rmse
        is_residual = self.config.is_residual(self.scale)
        return known if is_residual else max(known, _LARGEST_RMSE)

    def statistics_inputs(self) -> Iterator[GeneratorInput | None]:
        """Return own samples and, in turn, those of the partner to be translated."""
        theirs = iter(()) if self.partner is None else self.partner.samples_to_translate()
        for own in super().statistics_inputs():
            yield own
            yield next(theirs, None)

    @torch.no_grad()
    def samples_to_translate(self) -> Iterator[GeneratorInput | None]:
        """Return random samples as the inputs of their translations; None after a part of one."""
        for source in self._batches.statistics(RECALIBRATION_SAMPLES):
            if source is None:
                yield None
            else:
                sample = self._generated(source).clamp(-1.0, 1.0)
                is_cut = min(sample.shape[-2:]) > 4 * PADDING_PX and self.is_windowed
                yield translation_input(sample, is_cropped=is_cut)

    @property
    def is_windowed(self) -> bool:
        """Whether the scale is too large to be held whole."""
        return self.config.is_windowed(self.scale, self.size)


class LeadingScale(PairedScale):
    """The scale of photo A, which drives that of photo B too (section 3 of the paper).

    Which of the two is A does not matter to the last bit: updates go through them in the order
    of the photos' hashes.
    """

    def couple(self, partner: PairedScale, *, is_first: bool) -> None:
        """Take the other photo's scale along.

        Args:
            partner: of photo B.
            is_first: whether A comes before B in the order of updates.
        """
        self.partner, partner.partner = partner, self
        self._order: tuple[PairedScale, ...] = (self, partner) if is_first else (partner, self)
        first, second = (Side(each.plain, each.is_cropped) for each in self._order)
        self._coupled = CoupledUpdates(
            (first, second),
            self.config,
            has_cycle=self.config.is_residual(self.scale),
            recorder=recorder_on(self.plain.device),
        )

    def step(self) -> str:
        """Do the next update of both photos and return the name of the networks it changed."""
        if self.is_freezing_due:
            returned(self.freezing())
        dues = [each.due() for each in self._order]
        due, batches = dues[0], [each.batch for each in dues]
        if due.network == "critic":
            weight = due.penalty_weight
            self._coupled.update_critics(batches, due.rate, weight, is_last=due.is_last)
        else:
            self._coupled.update_generators(batches, due.rate)
        for each in self._order:
            each.advance()
        return due.network

    def freezing(self) -> Steps[None]:
        """Freeze the statistics of both photos."""
        for each in self._order:
            yield from ScaleTraining.freezing(each)
        self._coupled.forget()

    def check_finite(self) -> None:
        """Read the last losses of both photos (waits for the device).

        Raises:
            DivergedError: one of them is not finite.
        """
        for each, losses in zip(self._order, self._coupled.losses, strict=True):
            each.losses = {name: float(value) for name, value in losses.items()}
            if not all(math.isfinite(value) for value in each.losses.values()):
                raise DivergedError

    @torch.no_grad()
    def preview(self) -> torch.Tensor:
        """Return the translation of photo A: (1, 3, H, W) in [-1, 1]; a sample where it is huge."""
        if self.is_windowed or self.partner is None:
            return super().preview()
        source = translation_input(self._real, is_cropped=False)
        return self.partner.plain.generated(source).clamp(-1.0, 1.0)
