"""Choosing K, the scale from which on generators are not residual, by trying.

The paper names the choice of K as open (section 5). Here the same two photos are trained small and
briefly, once for each number of residual scales, and both translations are measured: how well the
edges of the result follow the picture that gives the structure, and how far its patches are from
the one that gives the appearance. What is tried is a short training of its own, so the choice is a
proposal: the pictures of all K are handed out to choose from by eye.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import torch

from singan_core.applications.structural_analogy.pair_training import train_pair
from singan_core.applications.structural_analogy.presets import pair_plans
from singan_core.applications.structural_analogy.translation import Translation
from singan_core.applications.structural_analogy.translation_steps import translated
from singan_core.config import TrainConfig
from singan_core.events import TrainingDone, UpdateDone
from singan_core.model.trained_pair import Direction, TrainedPair
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.patch_distance import PictureDistance
from singan_core.pixels.structure import edge_correlation

TRIED_SIZE_PX = 64
"""Long side of the pictures that are trained on trial."""
_TRIED_ROUNDS = 120
_MOST_PLAIN_SCALES = 3
"""At most so many of the finest scales are tried without residual."""


@dataclass(frozen=True, slots=True)
class SwitchScaleStep:
    """A part of the trials is done: ``done`` of ``total``."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SwitchScaleTried:
    """One K was tried.

    Attributes:
        switch_scale: K, for the training that it is wanted for.
        a2b, b2a: (h, w, 3) uint8, both translations of the trial.
        structure: mean edge correlation of both with what gives the structure, -1 to 1.
        distance: mean patch distance of both to what gives the appearance, 0 = equal patches; 1 =
            as far as the photos are from each other.
        score: structure without distance, higher is better.
    """

    switch_scale: int
    a2b: ImageArray
    b2a: ImageArray
    structure: float
    distance: float

    @property
    def score(self) -> float:
        """What the choice goes by."""
        return self.structure - self.distance


@dataclass(frozen=True, slots=True)
class SwitchScaleChosen:
    """Last event: the K with the best score."""

    switch_scale: int


SwitchScaleEvent = SwitchScaleStep | SwitchScaleTried | SwitchScaleChosen


def switch_scale_events(
    photo_a: ImageArray, photo_b: ImageArray, config: TrainConfig, device: torch.device
) -> Iterator[SwitchScaleEvent]:
    """Try several K, one after the other.

    Args:
        photo_a: (H, W, 3) uint8 RGB.
        photo_b: (h, w, 3) uint8 RGB.
        config: of the training that K is wanted for.
        device: where to compute.

    Yields:
        A step per update, a ``SwitchScaleTried`` per K, and the choice last.

    Raises:
        PhotoError, TrainingDivergedError, OutOfMemoryError: as of ``train_pair``.
    """
    sizes = [(photo.shape[0], photo.shape[1]) for photo in (photo_a, photo_b)]
    count = pair_plans(sizes[0], sizes[1], config)[0].scale_count
    brief = brief_config(config)
    tried_count = pair_plans(sizes[0], sizes[1], brief)[0].scale_count
    trials: list[SwitchScaleTried] = []
    numbers = range(min(_MOST_PLAIN_SCALES, tried_count - 1, count - 1) + 1)
    for index, plain in enumerate(numbers):
        steps = _trained(photo_a, photo_b, brief, tried_count - plain, device)
        pair = yield from _counted(steps, index, len(numbers))
        trials.append(_measured(pair, photo_a, photo_b, count - plain, device))
        yield trials[-1]
    yield SwitchScaleChosen(max(trials, key=lambda tried: tried.score).switch_scale)


def brief_config(config: TrainConfig) -> TrainConfig:
    """Return the constants of a trial."""
    return config.changed(
        max_size_px=min(config.max_size_px, TRIED_SIZE_PX),
        scale_count=None,
        residual_scales=None,
        max_channels=config.base_channels,
        iterations=min(config.iterations, _TRIED_ROUNDS),
        fine_iterations=None,
        penalty_interval=max(4, config.penalty_interval),
        learning_rate=1e-3,
        critic_learning_rate=None,
        freeze_norm_at=0.7,
        crop_px=None,
    )


def _trained(
    photo_a: ImageArray,
    photo_b: ImageArray,
    config: TrainConfig,
    switch_scale: int,
    device: torch.device,
) -> Generator[float, None, TrainedPair]:
    """Train a pair on trial; yields the share that is done, at every update."""
    changed, done, total = config.changed(residual_scales=switch_scale), 0, 1
    for event in train_pair(photo_a, photo_b, changed, device, checkpoint_interval_s=3600.0):
        if isinstance(event, UpdateDone):
            done += 1
            yield done / max(total, done)
        elif hasattr(event, "updates_total"):
            total = event.updates_total
        elif isinstance(event, TrainingDone) and event.partner is not None:
            return TrainedPair(event.model, event.partner)
    raise AssertionError("a training ends with its models")


def _counted(
    steps: Generator[float, None, TrainedPair], index: int, count: int
) -> Generator[SwitchScaleStep, None, TrainedPair]:
    while True:
        try:
            share = next(steps)
        except StopIteration as stop:
            pair: TrainedPair = stop.value
            return pair
        yield SwitchScaleStep(round(1000 * (index + share)), 1000 * count)


def _measured(
    pair: TrainedPair,
    photo_a: ImageArray,
    photo_b: ImageArray,
    switch_scale: int,
    device: torch.device,
) -> SwitchScaleTried:
    a2b, first, far = _one_way(pair, "a2b", photo_a, photo_b, device)
    b2a, second, near = _one_way(pair, "b2a", photo_b, photo_a, device)
    return SwitchScaleTried(switch_scale, a2b, b2a, (first + second) / 2, (far + near) / 2)


def _one_way(
    pair: TrainedPair,
    direction: Direction,
    structure: ImageArray,
    appearance: ImageArray,
    device: torch.device,
) -> tuple[ImageArray, float, float]:
    """Return a translation, its edge correlation, and its relative patch distance.

    Without patches, which would hide what K makes of it.
    """
    image = translated(Translation(pair, direction, structure), device)
    picture, given = to_tensor(image), to_tensor(structure)
    distance = PictureDistance(to_tensor(appearance))
    farthest = max(distance.of(given), 1e-6)
    return image, edge_correlation(picture, given), distance.of(picture) / farthest
