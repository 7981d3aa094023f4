"""A translation pieced together from the photo that gives the appearance, led by the structure.

Not in the paper. What the networks translate has colours and places right, but after minutes of
training little of the texture. So from the scale of the translation on, patches of the photo that
gives the appearance take its place, chosen by what the picture looks like there and by the
structure of the other photo ("Image analogies", Hertzmann et al. 2001): contours lead where a patch
comes from. They are searched and put in several times at every scale, weighed for completeness
("Drop the GAN", arXiv 2103.15545). The finest scale is left to the generators, which give back the
faint grain that repeated searches take away; then the patches of the finished picture are searched
again, so that they fit each other.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

import torch

from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.nearest_patches import NARROW, WIDE, NearestPatches
from singan_core.pixels.resize import Size
from singan_core.pixels.structure import structure_guide
from singan_core.recently_used import RecentlyUsed
from singan_core.rendering.retouching import retouchable_count
from singan_core.rendering.sample import enlarged

STRUCTURE: Final = 1.0
"""How strictly the structure is followed unless told otherwise; 0 = not at all."""
MOST_STRUCTURE: Final = 4.0
_GUIDANCE, _DECAY = 0.6, 0.4
"""Weight of the structure beside the looks where it begins, and from one scale to the next, where
it is followed as usual."""
_STRENGTH = 20.0
_COMPLETENESS, _COMPLETED_SCALES = 0.7, 4
"""Later ones nothing is made up for: rare patches would get into what is plain."""
_ROUNDS, LAST_ROUNDS = 8, 2
_indexed: Final[RecentlyUsed[NearestPatches]] = RecentlyUsed(20)
"""About what one translation needs: each takes up to 120 MB."""


@dataclass(frozen=True)
class Piecing:
    """How pictures are pieced together.

    Attributes:
        model: the pyramid of the photo that gives the appearance.
        appearance: (H, W, 3) uint8, that photo.
        scales: the scales that are pieced, one after the other.
        structure: how strictly the structure is followed, 0 to ``MOST_STRUCTURE``.
    """

    model: TrainedPyramid
    appearance: ImageArray
    scales: range
    structure: float

    @classmethod
    def of(
        cls,
        model: TrainedPyramid,
        appearance: ImageArray,
        first: int,
        sizes: tuple[Size, ...],
        structure: float,
    ) -> Piecing:
        """Return the piecing from a scale on, of all but the finest scale and very large ones.

        Args:
            model: see ``Piecing``.
            appearance: likewise.
            first: the first scale, or 1.
            sizes: (H, W) of the picture at every scale.
            structure: see ``Piecing``.
        """
        small = min(retouchable_count(sizes), retouchable_count(model.plan.sizes), len(sizes) - 1)
        return cls(model, appearance, range(max(1, first), max(1, small)), structure)

    @property
    def step_count(self) -> int:
        """Steps that all scales take."""
        return _ROUNDS * len(self.scales)

    @torch.inference_mode()
    def steps(
        self, scale: int, image: torch.Tensor, structure: torch.Tensor
    ) -> Generator[int, None, torch.Tensor]:
        """Piece the picture of a scale together.

        Args:
            scale: one of ``scales``.
            image: (1, 3, H, W) float32 in [-1, 1], what there is of it.
            structure: (1, 3, H, W) float32 in [-1, 1], the picture that has the structure.

        Yields:
            The scale, after every round.

        Returns:
            (1, 3, H, W) float32 in [-1, 1].
        """
        guide = structure_guide(structure)
        for done in range(_ROUNDS):
            # what comes in is soft; what comes back is made of the photo itself
            patches = self._patches(scale, image.device, is_soft=not done)
            if scale - self.scales.start < _COMPLETED_SCALES:
                patches = patches.completed(image, _COMPLETENESS)
            vote = NARROW if done == _ROUNDS - 1 else WIDE
            image = patches.guided(image, guide, vote, _STRENGTH)
            yield scale
        return image

    @torch.inference_mode()
    def last_steps(self, image: torch.Tensor, size: Size) -> Generator[int, None, torch.Tensor]:
        """Search the patches of the finished picture once more, so that they fit each other.

        Args:
            image: (1, 3, H, W) float32 in [-1, 1].
            size: (H, W) of the appearance at the same density.

        Yields:
            The scale that was finished, after every round.

        Returns:
            (1, 3, H, W) float32 in [-1, 1].
        """
        key = self.model.photo_sha256, size, image.device
        patches = _indexed.get(key, lambda: self._finished_index(size, image.device))
        for done in range(LAST_ROUNDS):
            vote = NARROW if done == LAST_ROUNDS - 1 else WIDE
            image = patches.guided(image, None, vote, _STRENGTH)
            yield self.scales.stop
        return image

    def _finished_index(self, size: Size, device: torch.device) -> NearestPatches:
        photo = enlarged(to_tensor(self.appearance, device), size)
        return NearestPatches.of(photo, photo)

    def _patches(self, scale: int, device: torch.device, *, is_soft: bool) -> NearestPatches:
        """Return the patches of a scale, to be found by what they look like, sharp or soft."""
        model = self.model
        key = model.photo_sha256, model.plan.sizes, scale, self._guidance(scale), is_soft, device
        return _indexed.get(key, lambda: self._index(scale, device, is_soft=is_soft))

    def _index(self, scale: int, device: torch.device, *, is_soft: bool) -> NearestPatches:
        below, size = self.model.plan.sizes[scale - 1 : scale + 1]
        photo = to_tensor(self.appearance, device)
        sharp = enlarged(photo, size)
        looks = enlarged(enlarged(photo, below), size) if is_soft else sharp
        return NearestPatches.of(looks, sharp, structure_guide(sharp), self._guidance(scale))

    def _guidance(self, scale: int) -> float:
        """Return the weight of the structure at a scale; the stricter, the finer it leads."""
        if not self.structure:
            return 0.0
        decay: float = _DECAY ** (1.0 / self.structure)
        return _GUIDANCE * math.sqrt(self.structure) * decay ** (scale - self.scales.start)
