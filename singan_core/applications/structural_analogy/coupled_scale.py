"""One scale of both photos of a pair in training, step by step together."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from singan_core.applications.structural_analogy.clip_frames import FrameBatches
from singan_core.applications.structural_analogy.coupled_updates import (
    CoupledUpdates,
    Side,
    recorder_on,
    translation_input,
)
from singan_core.errors import CheckpointError
from singan_core.model.networks import TRANSLATION, Generator
from singan_core.model.trained import TrainState, tensors_below
from singan_core.training.batch import GeneratorInput
from singan_core.training.inputs import Steps, returned
from singan_core.training.scale_training import (
    RECALIBRATION_SAMPLES,
    DivergedError,
    ScaleTraining,
)

_TRANSLATOR = "translator."
_LARGEST_RMSE = 0.6
"""A scale that is not residual begins from nothing, however good the scale below is."""


class PairedScale(ScaleTraining):
    """The networks, inputs and rounds of one photo of a pair; the steps are done for both.

    Attributes:
        translator: the generator with statistics of its own, see ``Side``; its weights are the
            very same tensors.
        partner: the other photo's, once it is prepared.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.translator = twin(self._generator)
        self.partner: PairedScale | None = None

    @property
    def side(self) -> Side:
        """What the updates of both photos need of this one."""
        return Side(self.plain, self.translator, self.is_cropped)

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

    def freezing(self) -> Steps[None]:
        """Average both sets of statistics, that of translations over the partner's pictures.

        Yields:
            None after every part.
        """
        norms = _norms(self.translator)
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None
        assert self.partner is not None, "the scale of a pair is coupled before it is trained"
        for source in self.partner.pictures_to_translate():
            if source is not None:
                with torch.no_grad():
                    self.plain.made_by(self.translator, source)
            yield
        yield from super().freezing()

    @torch.no_grad()
    def pictures_to_translate(self) -> Iterator[GeneratorInput | None]:
        """Return random samples and, in turn, the photo as the inputs of their translations."""
        for number, source in enumerate(self._batches.statistics(RECALIBRATION_SAMPLES // 2)):
            if source is None:
                yield None
                continue
            sample = self._generated(source).clamp(-1.0, 1.0)
            yield translation_input(sample, is_cropped=self.is_windowed)
            yield self.photo_to_translate(number)

    def photo_to_translate(self, number: int = 0) -> GeneratorInput | None:
        """Return the photo, or a frame of a clip, as the input of its translation.

        Returns:
            None where it is not held whole.
        """
        if self.is_windowed:
            return None
        batches = self._batches
        frame = batches.frame(number) if isinstance(batches, FrameBatches) else None
        return translation_input(self._real if frame is None else frame, is_cropped=False)

    def stored_weights(self) -> dict[str, torch.Tensor]:
        """Return weights and statistics, those of translations beside the others."""
        translating = {
            TRANSLATION + name: value
            for name, value in self._translator_buffers().items()
            if not name.endswith("num_batches_tracked")
        }
        return super().stored_weights() | translating

    def state(self) -> dict[str, torch.Tensor]:
        """Return copies of all tensors that a continued run needs, by dotted name."""
        buffers = self._translator_buffers()
        return super().state() | {_TRANSLATOR + name: value for name, value in buffers.items()}

    def restore(self, state: TrainState) -> None:
        """Continue where a state was taken.

        Raises:
            CheckpointError: tensors are missing or of another shape.
        """
        kept = tensors_below(state.tensors, _TRANSLATOR)
        try:
            for name, buffer in self.translator.named_buffers():
                buffer.copy_(kept[name])
        except (RuntimeError, KeyError) as error:
            raise CheckpointError("The saved training state does not fit its model.") from error
        super().restore(state)

    def _freeze(self) -> None:
        super()._freeze()
        for norm in _norms(self.translator):
            norm.eval()

    def _translator_buffers(self) -> dict[str, torch.Tensor]:
        return {
            name: buffer.detach().to("cpu", copy=True)
            for name, buffer in self.translator.named_buffers()
        }

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
        self._coupled = CoupledUpdates(
            (self._order[0].side, self._order[1].side),
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
            self._coupled.update_critics(
                batches,
                due.rate,
                due.penalty_weight,
                is_last=due.is_last,
                is_of_photos=self._is_of_photos,
            )
        else:
            self._coupled.update_generators(batches, due.rate, is_of_photos=self._is_of_photos)
        for each in self._order:
            each.advance()
        return due.network

    @property
    def _is_of_photos(self) -> bool:
        """Whether the photos are translated in this round, not samples."""
        interval = self.config.photo_interval
        return interval is not None and self.iteration % interval == interval - 1

    def freezing(self) -> Steps[None]:
        """Freeze the statistics of both photos."""
        for each in self._order:
            yield from PairedScale.freezing(each)
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
        source = self.photo_to_translate()
        if source is None or self.partner is None:
            return super().preview()
        translator = self.partner.translator
        return self.partner.plain.made_by(translator, source).clamp(-1.0, 1.0)


def twin(generator: Generator) -> Generator:
    """Return a generator that shares all weights with another one, but not its statistics."""
    copied = copy.deepcopy(generator)
    for own, shared in zip(copied.modules(), generator.modules(), strict=True):
        for name, parameter in shared.named_parameters(recurse=False):
            setattr(own, name, parameter)
    return copied


def _norms(network: nn.Module) -> list[nn.BatchNorm2d]:
    return [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
