"""Choosing the scale of a translation by measuring what every scale makes.

Not in the paper. Coarse scales give the appearance but lose the structure, the finest keep the
structure but take texture alone; which one lies between depends on the pair and the direction. A
translation takes tenths of a second, so that all are tried.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import torch

from singan_core.applications.structural_analogy.translation import (
    Translation,
    default_scale,
    translation_steps,
)
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.patch_distance import PictureDistance
from singan_core.pixels.structure import edge_correlation
from singan_core.rendering.sample import enlarged
from singan_core.rendering.tiling import TileStep

_SMALLEST_DISTANCE = 1e-6


@dataclass(frozen=True, slots=True)
class ScaleTried:
    """What one scale makes of a picture.

    Attributes:
        scale: the translation scale.
        structure: edge correlation with the picture, -1 to 1.
        distance: patch distance to what gives the appearance, as a share of the picture's own.
    """

    scale: int
    structure: float
    distance: float

    @property
    def score(self) -> float:
        """What the choice goes by, higher is better."""
        return self.structure - self.distance


def scale_choice(
    translation: Translation, device: torch.device
) -> Generator[TileStep | ScaleTried, None, int]:
    """Try all scales but the coarsest, at the size that was trained.

    Args:
        translation: the picture; its appearance tells what to compare with, without which the
            default scale is returned.
        device: where to compute.

    Yields:
        The steps of every translation, then a ``ScaleTried``.

    Returns:
        The scale with the best score.

    Raises:
        As of ``translation_steps``.
    """
    if translation.appearance is None:
        return default_scale(translation.pair)
    measure, tried = _Measure(translation), []
    size = replace(translation, size=None).sizes[-1]
    for scale in range(1, translation.pair.scale_count):
        one = replace(translation, scale=scale, inject=None, refine=None, size=size)
        for event in translation_steps(one, device):
            if isinstance(event, TileStep):
                yield event
            else:
                tried.append(measure.of(scale, event))
        yield tried[-1]
    return max(tried, key=lambda each: each.score).scale


class _Measure:
    """Compares results with the two pictures, at the sizes that were trained."""

    def __init__(self, translation: Translation) -> None:
        assert translation.appearance is not None
        source, target = translation.pair.ends(translation.direction)
        finest = translation.pair.scale_count - 1
        self._given = to_tensor(translation.picture)
        shown = enlarged(to_tensor(translation.appearance), target.plan.sizes[finest])
        self._distance = PictureDistance(shown)
        untouched = enlarged(self._given, source.plan.sizes[finest])
        self._farthest = max(self._distance.of(untouched), _SMALLEST_DISTANCE)

    def of(self, scale: int, image: ImageArray) -> ScaleTried:
        """Measure the (H, W, 3) uint8 of a scale."""
        made = to_tensor(image)
        distance = self._distance.of(made) / self._farthest
        return ScaleTried(scale, edge_correlation(made, self._given), distance)
