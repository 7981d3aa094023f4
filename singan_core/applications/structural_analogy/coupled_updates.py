"""Updates of the networks of two photos at once: samples, translations, reconstruction, cycle.

Symbols of the paper (section 3), for A; those of B are their mirror: a_n = ``fake`` of A, a random
sample at scale n; ab_n = G_B_n(a_n) its translation; aba_n = G_A_n(ab_n), the way back.

Deviation: in some rounds (``TrainConfig.photo_interval``) the photos themselves stand for what is
translated. The authors translate samples alone; after their 20000 rounds these look like the
photos, after the few hundred of a fast preset they do not, and it is photos that are translated in
the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from singan_core.config import TrainConfig
from singan_core.model.networks import PADDING_PX, Generator, pad
from singan_core.training.batch import Batch, GeneratorInput
from singan_core.training.captured import Captures, CudaRecorder, Recorder
from singan_core.training.losses import reconstruction_loss
from singan_core.training.updates import NetworkName, PlainUpdates


@dataclass(frozen=True, slots=True)
class Side:
    """The networks of one photo of a pair at a scale.

    Attributes:
        plain: both networks with their optimizers.
        translator: the same generator with statistics of its own, for pictures of the other photo:
            they are other ones than those of its samples, and normalise it otherwise.
        is_cropped: whether its batches are crops, not whole pictures.
    """

    plain: PlainUpdates
    translator: Generator
    is_cropped: bool

    def translated(self, image: torch.Tensor, *, is_cropped: bool) -> torch.Tensor:
        """Return what this side's generator makes of a picture of the other: no noise is added.

        A whole picture is padded once, as all inputs are. A crop goes on beyond its border, where
        padding would be wrong, so that its translation is 5 px smaller all around.
        """
        source = translation_input(image, is_cropped=is_cropped)
        return self.plain.made_by(self.translator, source)


def translation_input(image: torch.Tensor, *, is_cropped: bool) -> GeneratorInput:
    """Return (B, 3, h, w) as the input of a translation, see ``Side.translated``."""
    if is_cropped:
        return GeneratorInput(image, inner(image, PADDING_PX))
    return GeneratorInput(pad(image), image)


def inner(image: torch.Tensor, border: int) -> torch.Tensor:
    """Return (B, 3, h, w) without some pixels all around."""
    return image[..., border : image.shape[-2] - border, border : image.shape[-1] - border]


class CoupledUpdates:
    """The two kinds of update of a pair, in an order of the sides that the caller settles.

    Args:
        sides: of both photos.
        config: of the training.
        has_cycle: whether the scale is residual (n < K), so that translations must lead back.
        recorder: of the device; None = nothing is recorded.
    """

    def __init__(
        self,
        sides: tuple[Side, Side],
        config: TrainConfig,
        *,
        has_cycle: bool,
        recorder: Recorder | None,
    ) -> None:
        self._sides = sides
        self._config = config
        self._has_cycle = has_cycle and config.cycle_weight > 0.0
        self._plains = tuple(side.plain for side in sides)
        self._captures = None if recorder is None else Captures(self._plains, recorder)
        self._kept: list[_Made] | None = None

    @property
    def losses(self) -> tuple[dict[str, torch.Tensor], ...]:
        """Of the last updates of each side, float32 scalars still on their device."""
        if self._captures is not None:
            return self._captures.losses
        return tuple(plain.losses for plain in self._plains)

    def update_critics(
        self,
        batches: Sequence[Batch],
        rate: float,
        penalty_weight: float,
        *,
        is_last: bool,
        is_of_photos: bool,
    ) -> None:
        """Do one optimizer step of both critics.

        Args:
            batches: of both sides.
            rate: as of ``Updates``.
            penalty_weight: likewise.
            is_last: likewise.
            is_of_photos: the photos are translated instead of the samples.
        """
        self._set_rate("critic", rate)
        if self._captures is None:
            with torch.set_grad_enabled(is_last):
                made = self._made(batches, is_of_photos)
            # The generators have not changed when theirs is the next update.
            self._kept = made if is_last else None
            self._step_critics(batches, made, penalty_weight)
            return
        placed = self._captures.placed(batches)

        def work() -> None:
            with torch.no_grad():
                made = self._made(placed, is_of_photos)
            self._step_critics(placed, made, penalty_weight)

        self._captures.do(("critic", penalty_weight, is_of_photos), work)

    def update_generators(
        self, batches: Sequence[Batch], rate: float, *, is_of_photos: bool
    ) -> None:
        """Do one optimizer step of both generators; arguments as of ``update_critics``."""
        self._set_rate("generator", rate)
        if self._captures is None:
            made, self._kept = self._kept, None
            self._step_generators(batches, made or self._made(batches, is_of_photos))
            return
        placed = self._captures.placed(batches)
        self._captures.do(
            ("generator", is_of_photos),
            lambda: self._step_generators(placed, self._made(placed, is_of_photos)),
        )

    def forget(self) -> None:
        """Drop what was kept of earlier updates: weights or statistics changed otherwise."""
        self._kept = None
        if self._captures is not None:
            self._captures.forget()

    def _set_rate(self, network: NetworkName, rate: float) -> None:
        for plain in self._plains:
            plain.set_rate(network, rate)

    def _made(self, batches: Sequence[Batch], is_of_photos: bool) -> list[_Made]:
        """Return samples of both sides, and each one's translation of what the other gives."""
        fakes = [
            side.plain.generated(batch.fake)
            for side, batch in zip(self._sides, batches, strict=True)
        ]
        given = [batch.real for batch in batches] if is_of_photos else fakes
        first, second = self._sides
        return [
            _Made(fakes[0], given[0], first.translated(given[1], is_cropped=second.is_cropped)),
            _Made(fakes[1], given[1], second.translated(given[0], is_cropped=first.is_cropped)),
        ]

    def _step_critics(
        self, batches: Sequence[Batch], made: Sequence[_Made], penalty_weight: float
    ) -> None:
        """Samples and translations count the same: mean D(a) + mean D(ba) - 2 mean D(A)."""
        for plain, batch, pictures in zip(self._plains, batches, made, strict=True):
            fake, translated = pictures.sample.detach(), pictures.translated.detach()
            loss = plain.score(fake) + plain.score(translated) - 2.0 * plain.score(batch.real)
            if penalty_weight:
                penalty = plain.penalty(batch.real, fake, batch.epsilon)
                penalty = penalty + plain.penalty(
                    *_of_one_size(batch.real, translated), batch.epsilon
                )
                loss = loss + penalty_weight * penalty
            optimizer = plain.optimizers["critic"]
            optimizer.zero_grad()
            loss.backward(inputs=list(plain.critic.parameters()))  # type: ignore[no-untyped-call]
            optimizer.step()
            plain.losses["critic"] = loss.detach()

    def _step_generators(self, batches: Sequence[Batch], made: Sequence[_Made]) -> None:
        losses = [self._generator_loss(index, batches, made) for index in range(len(made))]
        parameters = [each for plain in self._plains for each in plain.generator.parameters()]
        for plain in self._plains:
            plain.optimizers["generator"].zero_grad()
        (losses[0] + losses[1]).backward(inputs=parameters)  # type: ignore[no-untyped-call]
        for plain in self._plains:
            plain.optimizers["generator"].step()

    def _generator_loss(
        self, index: int, batches: Sequence[Batch], made: Sequence[_Made]
    ) -> torch.Tensor:
        """Adversarial on samples and translations, reconstruction, and cycle where it is due."""
        side, batch, pictures = self._sides[index], batches[index], made[index]
        plain = side.plain
        adversarial = -plain.score(pictures.sample) - plain.score(pictures.translated)
        reconstruction = reconstruction_loss(
            plain.generated(batch.rec), batch.rec_real, batch.rec_weight
        )
        loss = adversarial + self._config.reconstruction_weight * reconstruction
        if self._has_cycle:
            there = made[1 - index].translated
            loss = loss + self._config.cycle_weight * self._cycle_loss(side, pictures.given, there)
        plain.losses |= {
            "generator": adversarial.detach(),
            "reconstruction": reconstruction.detach(),
        }
        return loss

    def _cycle_loss(self, side: Side, given: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Mean squared error between a_n and aba_n, where both are known."""
        back = side.translated(there, is_cropped=side.is_cropped)
        border = (given.shape[-1] - back.shape[-1]) // 2
        return functional.mse_loss(back, inner(given, border))


@dataclass(frozen=True, slots=True)
class _Made:
    """A side's pictures: the sample a_n, what of it is translated, and ba_n from the other."""

    sample: torch.Tensor
    given: torch.Tensor
    translated: torch.Tensor


def _of_one_size(first: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Cut the middle of two pictures, as large as both have it: the critic sees patches."""
    height = min(first.shape[-2], second.shape[-2])
    width = min(first.shape[-1], second.shape[-1])
    return _middle(first, height, width), _middle(second, height, width)


def _middle(image: torch.Tensor, height: int, width: int) -> torch.Tensor:
    top, left = (image.shape[-2] - height) // 2, (image.shape[-1] - width) // 2
    return image[..., top : top + height, left : left + width]


def recorder_on(device: torch.device) -> Recorder | None:
    """Return what records updates on a CUDA device, else None."""
    return CudaRecorder(device) if device.type == "cuda" else None
